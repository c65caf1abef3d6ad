"""What a tool wrote, imported, exported to any tool and imported again, is the same records with the same ids."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from news_dataset.collection import Collection
from news_dataset.dataset import Dataset
from tests.cas import folder_of, units, xmi

TEXT = (
    "\ufeffMira Example 🙂 and Zoe Sample said on Monday that the bridge holds.\r\n"
    "“It holds,” said e\u0301lan Example,\xa0“and 🌉 shines.” Nobody asked."
)
"""An invented text: what looks like a byte order mark, two UTF-16 units, CRLF, a combining mark."""


def at(words: str, again: int = 0) -> tuple[int, int]:
    """Return where words stand in the text."""
    start = TEXT.index(words)
    for _ in range(again):
        start = TEXT.index(words, start + 1)
    return start, start + len(words)


def brat(folder: Path) -> tuple[Path, set[str]]:
    """A document of brat: events with several fragments and sources, an attribute, a norm, notes, an equivalence."""

    def mark(id_: str, type_: str, *words: str) -> str:
        places = [at(one) for one in words]
        return f"{id_}\t{type_} {';'.join(f'{a} {b}' for a, b in places)}\t{' '.join(words)}"

    lines = [
        mark("T1", "Person", "Mira Example"), mark("T2", "Person", "Zoe Sample"), mark("T3", "Attribution", "said"),
        mark("T4", "Content", "the bridge holds"), mark("T5", "Attribution", "said e\u0301lan"),
        mark("T6", "Content", "and 🌉 shines", "It holds"), mark("T7", "Person", "e\u0301lan Example"),
        mark("T12", "Cue", "holds", "bridge"),
        "E1\tAttribution:T3 Source:T1 Source2:T2 Content:T4", "E7\tAttribution:T5 Source:T7 Content:T6 Cue:T12",
        "A1\tCertainty E1 High", "A2\tNegation E7", "N1\tReference T1 Wikidata:Q1\tMira Example",
        "#1\tAnnotatorNotes E1\tsure?", "*\tEquiv T1 T7", "R1\tCoref Arg1:T1 Arg2:T7",
    ]  # fmt: skip
    (folder / "rain.txt").write_bytes(TEXT.encode())
    (folder / "rain.ann").write_bytes("".join(f"{line}\n" for line in lines).encode())
    return folder, {"T1", "T2", "T4", "T6", "T7", "T12", "E1", "E7"}


def label_studio(folder: Path) -> tuple[Path, set[str]]:
    """A task with regions, relations, a choice, and two annotators."""

    def region(id_: str, label: str, words: str) -> dict[str, Any]:
        start, end = at(words)
        value = {"start": start, "end": end, "labels": [label], "text": TEXT[start:end].replace("\r\n", "\\n\\n")}
        return {"id": id_, "from_name": "label", "to_name": "text", "type": "labels", "value": value}

    def relation(start: str, end: str, label: str) -> dict[str, Any]:
        return {"type": "relation", "from_id": start, "to_id": end, "direction": "right", "labels": [label]}

    result = [
        region("aB3_x", "Person", "Mira Example"), region("0qwe", "Attribution", "the bridge holds"),
        region("cue-1", "Cue", "said"), relation("0qwe", "aB3_x", "source"), relation("0qwe", "cue-1", "cue"),
        {"id": "aB3_x", "from_name": "sure", "to_name": "text", "type": "choices",
         "value": {"start": at("Mira Example")[0], "end": at("Mira Example")[1], "choices": ["yes"]}},
    ]  # fmt: skip
    task = {"id": 7, "data": {"text": TEXT}, "annotations": [{"completed_by": 3, "result": result}]}
    (folder / "export.json").write_text(json.dumps([task]), "utf-8")
    return folder, {"aB3_x", "0qwe", "cue-1"}


def uima(folder: Path) -> tuple[Path, set[str]]:
    """An XMI file with spans, a reference and values."""

    def says(id_: int, words: str, more: str = "") -> str:
        begin, end = units(TEXT, words)
        return f'custom:Says xmi:id="{id_}" sofa="1" begin="{begin}" end="{end}" kind="direct" {more}'

    content = xmi(says(12, "Mira Example"), says(13, "the bridge holds", 'next="12"'), says(14, "🙂"), text=TEXT)
    return folder_of(folder, rain__xmi=content), {"12", "13", "14"}


SOURCES: dict[str, Callable[[Path], tuple[Path, set[str]]]] = {
    "brat": brat, "label-studio": label_studio, "uima": uima,
}  # fmt: skip
MAPPING = """
annotations:
- type: custom.Says
  record: statement
  fields: {kind: kind}
  links: {next: source}
"""


def records(folder: Path) -> dict[str, dict[str, Any]]:
    """Return the articles and statements of a dataset by their ids."""
    collection = Collection.open(folder)
    return {entry.id: entry.row.to_dict() for kind in ("article", "statement") for entry in collection.of(kind)
            if entry.row}  # fmt: skip


def ids(found: dict[str, dict[str, Any]]) -> set[str]:
    """Return the ids of the origin that records have."""
    children = [row for one in found.values() for name in ("mentions", "evidence") for row in one.get(name, ())]
    return {row["external_id"] for row in [*found.values(), *children] if "external_id" in row}


@pytest.mark.parametrize("to", ["brat", "label-studio", "uima"])
@pytest.mark.parametrize("form", SOURCES)
def test_from_a_tool_to_a_tool_and_back(form: str, to: Literal["brat", "label-studio", "uima"], tmp_path: Path) -> None:
    """Nothing is listed but the people, who are no part of such a format; ids are those that the first tool gave."""
    (tmp_path / "source").mkdir()
    source, given = SOURCES[form](tmp_path / "source")
    first, out, second = tmp_path / "first", tmp_path / "out", tmp_path / "second"
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text(MAPPING, "utf-8")
    done = Dataset(first).import_from(form, source, mapping=mapping if form == "uima" else None)
    assert done.quarantined == ()
    before = records(first)
    assert given <= ids(before)

    dataset = Dataset.open(first)
    assert [one for one in dataset.lacking(to, text=first / "texts") if not one.startswith("people ")] == []
    dataset.export(to, out, text=first / "texts")
    again = Dataset(second).import_from(to, out, mapping=out / "import-mapping.yaml")

    assert (again.quarantined, again.leftovers) == ((), ())
    assert records(second) == before
    (text,) = (second / "texts").iterdir()
    assert text.read_bytes() == TEXT.encode()


def test_ids_of_brat_are_those_of_its_lines(tmp_path: Path) -> None:
    """T1 stays T1, and E1 stays E1, with the fragments in their order."""
    (tmp_path / "source").mkdir()
    source, given = brat(tmp_path / "source")
    Dataset(tmp_path / "first").import_from("brat", source)
    Dataset.open(tmp_path / "first").export("brat", tmp_path / "out", text=tmp_path / "first" / "texts")
    lines = (tmp_path / "out" / "rain.ann").read_text("utf-8").splitlines()
    kept = {line.partition("\t")[0]: line.split("\t") for line in lines}

    assert given <= kept.keys()
    (first, second) = at("and 🌉 shines"), at("It holds")
    assert kept["T6"][1:] == [f"content {first[0]} {first[1]};{second[0]} {second[1]}", "and 🌉 shines It holds"]
    assert kept["E1"][1].startswith("Statement:T")
    assert {"source_1:T1", "source_2:T2", "content:T4"} <= set(kept["E1"][1].split())
