"""Reads exported annotations as the tools do: ``client.py FOLDER``, of ``tests.clients.annotations``.

``dkpro-cassis`` loads the CAS files and covers the same words, also after a round trip through XMI. The SDK of Label
Studio parses the configuration and validates each annotation against it. doccano has no parser to install by itself:
its lines are held against the documented format.
"""

from __future__ import annotations

import json
import sys
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

Words = dict[str, list[list[str]]]


def with_cassis(folder: Path) -> Words:
    """Return the words that cassis covers, in JSON and after XMI."""
    import cassis

    found: Words = {}
    for path in sorted(folder.glob("*.json")):
        cas = cassis.load_cas_from_json(path.read_text("utf-8"))
        xmi = BytesIO(cas.to_xmi().encode())
        again = cassis.load_cas_from_xmi(xmi, typesystem=cas.typesystem)
        both = [sorted(
            [one.label, span.get_covered_text()]
            for one in read.select("news_dataset.Annotation") for span in one.spans.elements
        ) for read in (cas, again)]  # fmt: skip
        assert both[0] == both[1], "XMI has other words than JSON"
        (about,) = cas.select("news_dataset.Document")
        found[about.origin] = both[0]
    return found


def with_sdk(folder: Path) -> Words:
    """Return the words of the regions that the SDK accepts."""
    from label_studio_sdk.label_interface import LabelInterface

    interface = LabelInterface((folder / "label_config.xml").read_text("utf-8"))
    interface.validate()
    found: Words = {}
    for task in json.loads((folder / "tasks.json").read_text("utf-8")):
        assert interface.validate_task({"data": task["data"]}), "the data do not fit the configuration"
        text = task["data"]["text"]
        words = found.setdefault(task["data"]["news_dataset"]["id"], [])
        for annotation in task["annotations"]:
            errors = interface.validate_prediction(annotation, return_errors=True)
            assert not errors, errors[:3]
            for one in annotation["result"]:
                if one["type"] == "labels":
                    value = one["value"]
                    covered = text[value["start"] : value["end"]]
                    assert value["text"] == covered.replace("\r", "\\n").replace("\n", "\\n"), (
                        f"declares {value['text']}"
                    )
                    words.append([value["labels"][0], covered])
        words.sort()
    return found


def as_documented(folder: Path) -> Words:
    """Return the words of the entities of doccano's lines, with offsets in code points."""
    found: Words = {}
    for line in (folder / "documents.jsonl").read_text("utf-8").split("\n")[:-1]:
        said: dict[str, Any] = json.loads(line)
        ids = {one["id"] for one in said["entities"]}
        assert all({one["from_id"], one["to_id"]} <= ids for one in said["relations"]), "a relation leads nowhere"
        found[said["id"]] = sorted(
            [one["label"], said["text"][one["start_offset"] : one["end_offset"]]] for one in said["entities"]
        )
    return found


def main(folder: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    warnings.simplefilter("error", UserWarning)  # cassis warns of an offset within a character
    expected = json.loads((folder / "words.json").read_text("utf-8"))
    for name, read, kind in (("uima", with_cassis, "whole"), ("label_studio", with_sdk, "whole"),
                             ("doccano", as_documented, "one_fragment")):  # fmt: skip
        found = read(folder / name)
        assert found == expected[kind], f"{name}: the words are {found}"
    count = sum(map(len, expected["whole"].values()))
    return f"cassis, the SDK of Label Studio and doccano's format: {count} fragments with the same words"


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1])))
    except Exception as error:  # noqa: BLE001 (whatever a client raises, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
        sys.exit(1)
