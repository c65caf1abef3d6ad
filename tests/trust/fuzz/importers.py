"""Importers and archives: what is sound is read, the rest is in quarantine, and what is written is valid."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import news_dataset as nd
from news_dataset.annotations import REASONS, Document
from news_dataset.errors import NewsDatasetError, UnsafeInputError
from news_dataset.importers import archive, import_from, reading
from news_dataset.validation import validated
from tests.cas import type_system
from tests.conftest import ROOT
from tests.test_import_archive import PLAIN, UNSAFE
from tests.test_import_brat_conf import CONF
from tests.test_import_conll import CONLL_U
from tests.test_import_label_studio import WHOLE
from tests.test_import_mentions import CONLL, mention
from tests.test_import_popolo import CONGRESS, POPOLO
from tests.test_import_spans import TEXT, span, tokens
from tests.test_import_uima_refused import WHOLE_JSON, WHOLE_XMI
from tests.trust.fuzz.target import Target, one_in, require, room

BETWEEN = b"\n=====\n"
"""Stands between the files of a source in one input."""

Seeds = Callable[[], Iterator[bytes]]


def source(form: str, names: tuple[str, ...], data: bytes) -> None:
    """Read a source of one format; a part of them are imported and validated.

    Args:
        form: the format.
        names: the names of its files, in the order in which the input has them.
        data: the files.
    """
    folder = _folder(form, names)
    parts = data.split(BETWEEN, len(names) - 1)
    for name, part in zip(names, parts, strict=False):
        (folder / name).write_bytes(part)
    for name in names[len(parts) :]:
        (folder / name).unlink(missing_ok=True)
    try:
        for document in reading.documents(form, folder):
            _is_sound(document)
        if one_in(200, data):
            _import(form, folder)
    except (NewsDatasetError, FileNotFoundError) as error:
        require(getattr(error, "errno", None) is None, "a file that is there is not found")


@cache
def _folder(form: str, names: tuple[str, ...]) -> Path:
    folder = room() / f"{form}-{names[0]}"
    folder.mkdir()
    if form == "uima":
        (folder / "TypeSystem.xml").write_text(type_system(), "utf-8")
    return folder


def _is_sound(document: Document) -> None:
    length, ids = len(document.text or ""), [one.id for one in document.annotations if one.id]
    require(len(ids) == len(set(ids)), "two annotations have one id")
    for one in document.annotations:
        require(all(0 <= start < end <= length for start, end in one.fragments), "an offset lies outside the text")
        require(all(not target or target in ids for _, target in one.links), "a link leads nowhere")
    for moved in document.quarantined:
        require(moved.reason in REASONS and moved.message and moved.line >= 0, "a quarantine without reason")


def _import(form: str, folder: Path) -> None:
    to = room() / "imported"
    shutil.rmtree(to, ignore_errors=True)
    done = import_from(to, form, folder, text=None, mapping=None, strict=False, suggest=False)
    require(all(str(one).isprintable() for one in done.report), "an issue is not one printable line")
    found = validated(to)
    require(found.ok, f"what is imported is not valid: {found.errors[0].code if found.errors else ''}")


def packed(data: bytes) -> None:
    """List an archive and read its members, as the standard library does."""
    opener = partial(io.BytesIO, data)
    try:
        found = archive.members(opener, "a.zip")
    except UnsafeInputError:
        return
    for one in found:
        steps = one.name.split("/")
        require(not {"", ".", ".."} & {*steps} and not set(one.name) & set("\\\0\n\r"), "a name leads elsewhere")
        require(not (len(steps[0]) == 2 and steps[0][1] == ":"), "a name has a drive")
        try:
            content = one.read(opener, one.name, 2**20)
        except UnsafeInputError:
            continue
        with zipfile.ZipFile(io.BytesIO(data)) as whole:
            require(
                content in [whole.read(info) for info in whole.infolist() if info.file_size == one.size],
                "the standard library reads something else",
            )


def exported(form: str) -> Iterator[bytes]:
    """Yield what an export of the second article is, file by file, as one input."""
    folder = ROOT / "examples" / "second-article"
    to = Path(mkdtemp(dir=room())) / form  # seeds are asked for more than once
    nd.Dataset.open(folder).export(form, to, text=folder / "text.txt")  # type: ignore[arg-type]
    files = sorted(one for one in to.rglob("*") if one.suffix in (".ann", ".txt", ".conf", ".json", ".jsonl", ".xmi"))
    found = {one.suffix: one.read_bytes() for one in files}
    order = (".txt", ".ann", ".conf", ".jsonl", ".json", ".xmi")
    yield BETWEEN.join(found[one] for one in order if one in found)


def brat_seeds() -> Iterator[bytes]:
    """Yield documents of brat with every kind of line."""
    text = b"Mira Example did not say that it rains in Port Example. She said: it snows."
    lines = (
        "T1\tPerson 0 12\tMira Example", "T2\tSays 21 24;13 16\tsay did", "T3\tPlace 42 54\tPort Example",
        "E1\tSays:T2 Who:T1 Theme:T3 Theme2:T3", "R1\tNear Arg1:T1 Arg2:T3\t", "*\tEquiv T1 T3", "A1\tNegation E1",
        "A2\tMode E1 indirect", "M1\tSpeculation R1", "N1\tReference T3 Wikidata:Q:1\tPort Example",
        "#1\tAnnotatorNotes E1\tsure?  not\tsure", "#\tOther R1\tx",
    )  # fmt: skip
    ann = "".join(f"{line}\n" for line in lines).encode()
    yield BETWEEN.join([text, ann])
    yield BETWEEN.join([text, ann, CONF.encode()])


def seeds_of(*found: Any) -> Seeds:
    """Return seeds: texts, bytes, or data that become JSON."""

    def seeds() -> Iterator[bytes]:
        for one in found:
            if isinstance(one, bytes):
                yield one
            else:
                yield (one if isinstance(one, str) else json.dumps(one, ensure_ascii=False)).encode()

    return seeds


def lines_of(*found: Any) -> bytes:
    """Return data as JSON Lines."""
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in found)


DOCCANO = lines_of(
    {"id": 1, "text": TEXT, "label": [[5, 9, "Says"], [0, 4, "Person"]], "Comments": ["x"]},
    {"id": "b", "text": TEXT, "entities": [{"id": 7, "label": "Person", "start_offset": 0, "end_offset": 4},
     {"id": 8, "label": "Says", "start_offset": 5, "end_offset": 9}], "cats": ["news"], "username": "ann",
     "relations": [{"id": 7, "from_id": 8, "to_id": 7, "type": "who"}]},
)  # fmt: skip
SPANS = lines_of({
    "text": TEXT, "tokens": tokens(), "spans": [span(0, 4, "Who"), span(7, 11, "Says")], "answer": "accept",
    "_session_id": "s-1", "_input_hash": -5, "meta": {"source": "Example"}, "accept": ["news"],
    "relations": [{"head": 2, "child": 0, "label": "who", "head_span": span(7, 11), "child_span": span(0, 4)}],
})  # fmt: skip
TOKENS: list[Any] = [
    {"Sentences": [{"SentenceId": 0, "Tokens": ["Mira", "said", "it", "rains"]}],
     "Annotations": [{"Cue": ["0:1"], "Source": ["0:0"], "Message": ["0:2", "0:3"]}]},
    {"doc_key": "d", "sentences": [["Mira", "waits"], ["She", "left"]], "ner": [[[0, 0, "PER"]], []],
     "relations": [[[0, 0, 1, 1, "at"]], []], "clusters": [[[0, 0], [2, 2]]], "events": [[[[1, "x"]]], []]},
    [{"tokens": ["Mira", "waits"], "entities": [{"type": "PER", "start": 0, "end": 1}], "relations": [],
      "orig_id": 7}],
]  # fmt: skip
PLOVER = [{"id": "X-1", "event": "AGREE", "mode": "", "date": "2020-01-02", "text": "League met.",
           "source": [{"actorText": "League", "actorRoot": ["x"]}], "target": [], "eventLoc": [],
           "textInfo": {"markup": "(SRC: League) met."}}]  # fmt: skip
FORMS: dict[str, tuple[str, tuple[str, ...], tuple[Seeds, ...]]] = {
    "brat": ("brat", ("a.txt", "a.ann", "annotation.conf"), (brat_seeds, partial(exported, "brat"))),
    "xmi": ("uima", ("a.xmi",), (seeds_of(WHOLE_XMI),)),
    "json-cas": ("uima", ("a.json",), (seeds_of(WHOLE_JSON),)),
    "label-studio": ("label-studio", ("a.json",), (seeds_of(WHOLE), partial(exported, "label-studio"))),
    "doccano": ("doccano", ("a.jsonl",), (seeds_of(DOCCANO), partial(exported, "doccano"))),
    "spans": ("spans", ("a.jsonl",), (seeds_of(SPANS),)),
    "conll": ("conll", ("a.conll",), (seeds_of(CONLL_U, CONLL),)),
    "tokens": ("tokens", ("a.json", "a.conll"), (
        seeds_of(*TOKENS, BETWEEN.join([json.dumps([mention()]).encode(), CONLL.encode()])),)),
    "plover": ("plover", ("a.json",), (seeds_of(PLOVER),)),
    "popolo": ("popolo", ("a.json",), (seeds_of(POPOLO),)),
    "congress": ("popolo", ("a.yaml",), (seeds_of(CONGRESS),)),
}  # fmt: skip
WORDS = (BETWEEN.decode(), "null", "-1", "999", "1e999", "NaN", "\\ud800", "🙂", "\r\n", "\t", "\0", "[]", "{}")


def _seeds(form: str) -> Iterator[bytes]:
    for seeds in FORMS[form][2]:
        yield from seeds()


TARGETS = {
    name: Target(partial(source, form, names), partial(_seeds, name), 10_000, WORDS)
    for name, (form, names, _) in FORMS.items()
} | {
    "zip": Target(
        packed, lambda: iter([PLAIN, *(make() for make, _ in UNSAFE.values())]), 200_000,
        ("PK\1\2", "PK\3\4", "PK\5\6", "PK\6\6", "../", "/", "\\", "C:", "a.txt"),
    ),
}  # fmt: skip
