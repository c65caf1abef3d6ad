"""What several people annotated becomes a layer for each: none is preferred, and agreement and adjudicate take them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.errors import UsageError
from news_dataset.importers.imported import Imported

TEXTS = {
    "harbour": "Mayor Mira Example said that the harbour opens in June. Zoë Sample 🙂 agreed.\r\n",
    "bridge": "The bridge is closed, Zoë Sample said.",
    "alone": "Nobody but Ann read this.",
}
"""Invented texts."""

Said = tuple[str, str, str]
"""The name of a text, who says something in it, and the words for what is said."""

ANN: list[Said] = [
    ("harbour", "Mira Example", "the harbour opens in June"),
    ("bridge", "Zoë Sample", "The bridge is closed"),
    ("alone", "Ann", "read this"),
]
BOB: list[Said] = [
    ("harbour", "Mira Example", "the harbour opens"),
    ("harbour", "Zoë Sample", "agreed"),
    ("bridge", "Zoë Sample", "The bridge is closed"),
]
RULES = [
    {"type": "Speaker", "record": "person", "same": "Who"},
    {"type": "Says", "record": "statement", "links": {"By": "source"}},
    {"type": "By", "record": "link", "holder": "from", "links": {"to": "source"}},
]
READERS = {"ann": ANN, "bob": BOB}


def brat(folder: Path, readers: Mapping[str, list[Said]]) -> Path:
    """Write a folder for each reader, with the texts that they read and their annotations."""
    for reader, found in readers.items():
        lines: dict[str, list[str]] = {name: [] for name, _, _ in found}
        for number, (name, who, words) in enumerate(found, 1):
            (first, start), (last, end) = ((TEXTS[name].index(one), one) for one in (who, words))
            lines[name] += [
                f"T{number}0\tSpeaker {first} {first + len(start)}\t{who}", f"A{number}\tWho T{number}0 {slug(who)}",
                f"T{number}1\tSays {last} {last + len(end)}\t{words}", f"E{number}\tSays:T{number}1 By:T{number}0",
            ]  # fmt: skip
        (folder / "brat" / reader).mkdir(parents=True)
        for name, some in lines.items():
            (folder / "brat" / reader / f"{name}.txt").write_bytes(TEXTS[name].encode())
            (folder / "brat" / reader / f"{name}.ann").write_text("".join(f"{line}\n" for line in some), "utf-8")
    (folder / "brat.yaml").write_text(yaml.safe_dump({"annotator": "folder", "annotations": RULES[:2]}), "utf-8")
    return folder / "brat"


def label_studio(folder: Path, readers: Mapping[str, list[Said]]) -> Path:
    """Write a task for each text, with an annotation by each reader who read it."""
    tasks: list[dict[str, Any]] = []
    for name, text in TEXTS.items():
        by_reader = {reader: [one for one in found if one[0] == name] for reader, found in readers.items()}
        annotations = [
            {"completed_by": {"email": f"{reader}@example.org"}, "result": [
                one for number, (_, who, words) in enumerate(found) for one in results(number, text, who, words)]}
            for reader, found in by_reader.items() if found
        ]  # fmt: skip
        tasks.append({"id": len(tasks) + 1, "data": {"text": text}, "annotations": annotations})
    (folder / "tasks.json").write_text(json.dumps(tasks), "utf-8")
    (folder / "tasks.yaml").write_text(yaml.safe_dump({"annotations": RULES}), "utf-8")
    return folder / "tasks.json"


def results(number: int, text: str, who: str, words: str) -> list[dict[str, Any]]:
    """Return the regions of one statement, and the relation between them."""
    found: list[dict[str, Any]] = []
    for id_, label, marked in ((f"s{number}", "Speaker", who), (f"c{number}", "Says", words)):
        start = text.index(marked)
        place = {"start": start, "end": start + len(marked)}
        value = place | {"text": marked, "labels": [label]}
        found.append({"id": id_, "from_name": "label", "to_name": "text", "type": "labels", "value": value})
    choice: dict[str, Any] = {"id": f"s{number}", "from_name": "Who", "to_name": "text", "type": "choices"}
    choice["value"] = {**found[0]["value"], "choices": [slug(who)]}
    ends = {"from_id": f"c{number}", "to_id": f"s{number}", "direction": "right"}
    return [*found, choice, {"type": "relation", "labels": ["By"], **ends}]


def slug(name: str) -> str:
    """Return an id for a person."""
    return name.split()[0].replace("ë", "e").upper()


Write = Callable[[Path, Mapping[str, list[Said]]], Path]
FORMS: list[tuple[str, Write, dict[str, str]]] = [
    ("brat", brat, {"ann": "ann", "bob": "bob"}),
    ("label-studio", label_studio, {"ann": "ann-example-org", "bob": "bob-example-org"}),
]
FORM = pytest.mark.parametrize(("form", "write", "names"), FORMS, ids=[form for form, _, _ in FORMS])


def imported(folder: Path, form: str, source: Path, name: str = "ds") -> Imported:
    """Import a source with the mapping beside it."""
    return nd.Dataset(folder / name).import_from(form, source, mapping=source.with_suffix(".yaml"))


def files(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in sorted(folder.rglob("*.yaml"))}


@FORM
def test_each_annotator_is_a_layer(tmp_path: Path, form: str, write: Write, names: dict[str, str]) -> None:
    """With all that they said, and nothing that another said; the dataset has the articles without any of it."""
    done = imported(tmp_path, form, write(tmp_path, READERS))
    folder = tmp_path / "ds"
    assert done.quarantined == ()
    assert (done.counts["documents"], done.counts["articles"], done.counts["statements"]) == (5, 3, 6)
    assert {path.name for path in (folder / "data/layers").iterdir()} == set(names.values())
    for reader, said in READERS.items():
        layer = nd.Dataset.open(folder / "data/layers" / names[reader])
        assert layer.validate(text=folder / "texts").ok
        people = {row["name"]: row["id"] for row in nd.Dataset.open(folder).load("people", as_="records")}
        found = [(row["entity"], words_of(layer, folder, row["statement"]))
                 for row in layer.load("statement_participants", as_="records")]  # fmt: skip
        assert sorted(found) == sorted((people[who], words) for _, who, words in said)
        assert set(layer.load("articles")["annotator"]) == {reader if form == "brat" else f"{reader}@example.org"}
    dataset = nd.Dataset.open(folder)
    assert len(dataset.load("articles")) == 3
    assert len(dataset.load("statements")) == len(dataset.load("mentions")) == 0
    assert set(dataset.load("articles")["annotator"]) == {f"imported from {form}"}


def words_of(layer: nd.Dataset, folder: Path, statement: str) -> str:
    """Return the words of the content of a statement in the text of its article."""
    rows = layer.load("evidence", as_="records")
    (row,) = (one for one in rows if one["statement"] == statement and one["role"] == "content")
    (article,) = (one["article"] for one in layer.load("statements", as_="records") if one["id"] == statement)
    text = (folder / "texts" / f"{article.partition('/')[2]}.txt").read_bytes().decode()
    return text[row["start"] : row["end"]]


@FORM
def test_the_dataset_is_valid_and_builds(tmp_path: Path, form: str, write: Write, names: dict[str, str]) -> None:
    """With the texts; what it publishes is no layer."""
    imported(tmp_path, form, write(tmp_path, READERS))
    folder = str(tmp_path / "ds")
    assert main(["validate", "--text", f"{folder}/texts", folder]) == main(["build", folder]) == 0
    release = nd.Dataset.open(tmp_path / "ds/data/published")
    assert (len(release.load("articles")), len(release.load("statements")), len(release.load("people"))) == (3, 0, 3)
    assert nd.diff(tmp_path / "ds/data/published", tmp_path / "ds/data/curated") == []


@FORM
def test_none_is_preferred(tmp_path: Path, form: str, write: Write, names: dict[str, str]) -> None:
    """Who comes first makes no difference: the records that both layers share are the same, and so is each layer."""
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    imported(one, form, write(one, READERS))
    imported(other, form, write(other, {"ann": BOB, "bob": ANN}))
    for reader, twin in (("ann", "bob"), ("bob", "ann")):
        there = files(one / "ds/data/layers" / names[reader])
        here = files(other / "ds/data/layers" / names[twin])
        assert {name: one.replace(line(reader), line(twin)) for name, one in there.items()} == here
    assert files(one / "ds/data/curated") == files(other / "ds/data/curated")


def line(reader: str) -> bytes:
    """Return how the line of an article begins that names its annotator."""
    return f"annotator: {reader}".encode()


@FORM
def test_agreement_and_adjudicate_take_the_layers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str, write: Write, names: dict[str, str]
) -> None:
    """By hand: two of two and three statements are both's, one with the same words; Bob has one more person."""
    imported(tmp_path, form, write(tmp_path, READERS))
    folder = tmp_path / "ds"
    a, b = (folder / "data/layers" / names[reader] for reader in ("ann", "bob"))
    found = nd.Dataset.open(a).agreement(b)
    assert len(found.texts) == 2
    assert (found.statements.score.in_a, found.statements.score.in_b, found.statements.score.both) == (2, 3, 2)
    (content,) = (one for one in found.spans if one.role == "content")
    assert (content.exact.in_a, content.exact.in_b, content.exact.both, content.overlapping.both) == (2, 3, 1, 2)
    assert main(["agreement", str(a), str(b)]) == 0
    assert "2 texts in common" in capsys.readouterr().out

    merged = nd.Dataset(folder).open(a).adjudicate(b)
    marks = [one for path in merged.path.rglob("*.yaml") for one in path.read_text("utf-8").splitlines()
             if "# decide:" in one]  # fmt: skip
    decisions = [(one.field, one.a is None, one.value_a == "absent") for one in merged.decisions]
    assert decisions == [("mentions", False, True), ("content", False, False), ("", True, False)]
    assert len(marks) == len(decisions)
    assert main(["validate", "--text", str(folder / "texts"), str(merged.path)]) == 0


def test_two_folders_with_the_same_texts_are_suggested_as_annotators(tmp_path: Path) -> None:
    """Without a mapping; other folders are none."""
    source = brat(tmp_path, READERS)
    done = nd.Dataset(tmp_path / "ds").import_from("brat", source)
    assert yaml.safe_load(done.mapping)["annotator"] == "folder"
    assert {path.name for path in (tmp_path / "ds/data/layers").iterdir()} == {"ann", "bob"}
    (source / "bob/harbour.txt").write_bytes(TEXTS["harbour"].replace("June", "July").encode())
    (source / "bob/bridge.txt").unlink()
    (source / "bob/bridge.ann").unlink()
    assert "annotator" not in nd.Dataset(tmp_path / "x").import_from("brat", source, suggest_mapping=True).mapping


def test_one_annotator_alone_is_no_layer_and_the_next_becomes_one(tmp_path: Path) -> None:
    """The first reading is the dataset's; whoever comes later is beside it, and once."""
    for reader, said in READERS.items():
        (tmp_path / reader).mkdir()
        source = brat(tmp_path / reader, {reader: said})
        done = imported(tmp_path, "brat", source)
        assert done.quarantined == ()
    dataset = nd.Dataset.open(tmp_path / "ds")
    assert set(dataset.load("articles")["annotator"]) == {"ann"}
    assert len(dataset.load("statements")) == len(ANN)
    assert [path.name for path in (tmp_path / "ds/data/layers").iterdir()] == ["bob"]
    assert dataset.agreement(tmp_path / "ds/data/layers/bob").statements.score.both == 2
    before = files(tmp_path / "ds")
    with pytest.raises(UsageError, match="is there already"):
        imported(tmp_path, "brat", source)
    assert files(tmp_path / "ds") == before
    with pytest.raises(UsageError, match="annotator: folder"):
        dataset.import_from("brat", source / "bob")


def test_what_is_wrong_in_one_layer_costs_the_other_nothing(tmp_path: Path) -> None:
    """Quarantine names the file of the annotator."""
    source = brat(tmp_path, READERS)
    path = source / "bob/harbour.ann"
    path.write_text(path.read_text("utf-8").replace("harbour opens\n", "harbour shuts\n"), "utf-8")
    done = imported(tmp_path, "brat", source)
    assert {(one.path, one.reason) for one in done.quarantined} == {
        (str(path), "other_words"), (str(path), "dangling_id")
    }  # fmt: skip
    layers = {name: nd.Dataset.open(tmp_path / "ds/data/layers" / name) for name in READERS}
    assert [len(layers[name].load("statements")) for name in READERS] == [len(ANN), len(BOB) - 1]
    assert all(layer.validate(text=tmp_path / "ds/texts").ok for layer in layers.values())


def test_annotators_whose_names_differ_in_what_no_folder_shows_are_two_layers(tmp_path: Path) -> None:
    """Names of folders are made of names."""
    done = imported(tmp_path, "label-studio", label_studio(tmp_path, {"a b": ANN, "A-b": BOB}))
    assert done.counts["statements"] == 6
    assert {path.name for path in (tmp_path / "ds/data/layers").iterdir()} == {"a-b-example-org", "a-b-example-org-2"}
