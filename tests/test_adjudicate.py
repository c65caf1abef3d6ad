"""Two annotations merged: what both have is as it was, what differs is marked, and nothing is lost or invented."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import pytest
import yaml
from hypothesis import given

import news_dataset as nd
from news_dataset import filesystem, reader
from news_dataset.adjudication import MARK, Decision, Merge
from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.curate.canonical import canonical
from news_dataset.errors import SetupError
from news_dataset.records import BY_TYPE, Article
from news_dataset.reliability import compare
from news_dataset.source_form import expand
from tests.conftest import ROOT
from tests.readers import PERSON, UNNAMED, article, assessment, event, layer, layers, report, statement

LAYERS = ROOT / "data" / "layers"


def named(collection: Collection, name: str) -> Collection:
    """The annotation as that of somebody."""
    entries = [
        replace(one, row=one.row.model_copy(update={"annotator": name})) if isinstance(one.row, Article) else one
        for one in collection.entries
    ]
    return replace(collection, entries=tuple(entries))


def merged(a: Collection, b: Collection) -> Merge:
    """What becomes of two readers."""
    a, b = named(a, "Ann"), named(b, "Bo")
    return Merge(a, b, compare(a, b), {})


def written(one: Merge, identity: str) -> str:
    """A record as it is in its file."""
    return canonical(one.text(identity), BY_TYPE[identity.partition("/")[0]])


def marks(one: Merge, identity: str) -> list[tuple[str, str]]:
    """Each mark of a record, with the line below it."""
    lines = written(one, identity).splitlines()
    below = ((line, next(rest for rest in lines[at:] if "#" not in rest)) for at, line in enumerate(lines))
    return [(line.strip().removeprefix(f"{MARK} "), under.strip()) for line, under in below if MARK in line]


# Any two readers.


@given(layers())
def test_a_reader_merged_with_himself_is_as_before(one: Collection) -> None:
    """Without a mark, but for records that no words show, which agreement pairs with nothing."""
    found = merged(one, one)
    blank = {each.id for each in compare(one, one).unmatched}
    reported = {row["event"] for entry in one.of("statement") for row in entry.data["statement_events"]}
    mine = {entry.id: entry.data for entry in one.of() if entry.kind != "event" or entry.id in reported}

    assert {each.a or each.b for each in found.decisions} == blank
    assert {name: data | ({"annotator": "N", "status": "draft"} if name.startswith("article/") else {})
            for name, data in found.records.items() if name in mine} == mine  # fmt: skip
    assert len(found.records) == len(mine) + len(blank)


@given(layers(), layers())
def test_every_record_of_both_is_there_once(a: Collection, b: Collection) -> None:
    """Those that belong together as one, the others marked; what is in the files is what was merged."""
    found, pairs = merged(a, b), compare(a, b)
    matched = [*pairs.statements.pairs, *pairs.events.pairs]
    only = {(each.a, each.b) for each in found.decisions if not each.field}
    kept = [name for name in found.records if name.split("/")[0] in ("statement", "event")]

    assert only == {(one.id, None) if one.side == "a" else (None, one.id) for one in pairs.unmatched}
    assert len(kept) == len(matched) + len(pairs.unmatched)
    assert {found.ids[pair.b] for pair in matched} == {pair.a for pair in matched}
    assert len({*found.ids.values()}) == len(found.ids)
    texts = {name: written(found, name) for name in found.records}
    for name, text in texts.items():
        data = reader.typed(expand(reader.parse_yaml(text, "").data, BY_TYPE[name.split("/")[0]]).data, {}, "")[0]
        assert str(data["id"]) == name
        assert text == canonical(text, BY_TYPE[name.split("/")[0]])
    assert sum(text.count(MARK) for text in texts.values()) == len(found.decisions)


@given(layers(), layers())
def test_the_exchange_of_the_readers_asks_the_same(a: Collection, b: Collection) -> None:
    """But for the ids and numbers in what is said, which are those of the first one."""

    def asked(found: list[Decision], *, is_turned: bool) -> Counter[tuple[Any, ...]]:
        rows = [(each.a, each.b, each.value_a, each.value_b) for each in found]
        rows = [(b, a, other, one) for a, b, one, other in rows] if is_turned else rows
        names = [re.sub(" [0-9]+$", "", each.field) for each in found]
        return Counter(
            (a, b, name, *(re.sub("event/[a-z0-9-]+", "", value) for value in values))
            for (a, b, *values), name in zip(rows, names, strict=True)
        )

    assert asked(merged(a, b).decisions, is_turned=False) == asked(merged(b, a).decisions, is_turned=True)


# By hand.


def test_what_differs_is_marked_where_it_is() -> None:
    """Above its line, with both values as files have them; what A lacks above the list or the record."""
    where = ("content", 0, 40)
    a = layer(statement(1, where, ("source", 50, 60, 1), kind="indirect", statement_participants=[PERSON],
                        statement_events=[report("e"), report("f")]), event("e"), event("f"))  # fmt: skip
    b = layer(statement(7, ("content", 0, 30), ("source", 50, 60, 1), ("cue", 61, 65), kind="reported", cue="say",
                        certainty="possible", statement_participants=[UNNAMED],
                        statement_events=[report("f"), report("e", "planned", date_text="June")]),
              event("e"), event("f"))  # fmt: skip

    found = merged(a, b)

    digests = f"1 {'0' * 16} {'1' * 8} {'2' * 8}"
    assert marks(found, "statement/a/01") == [
        ("cue: absent (Ann), say (Bo)", "id: statement/a/01"),
        ("kind: indirect (Ann), reported (Bo)", "kind: indirect"),
        ("certainty: certain (Ann), possible (Bo)", "certainty: certain"),
        ("speakers: [person/a] (Ann), [implicit] (Bo)", "speakers: [person/a]"),
        ("date_text: absent (Ann), June (Bo)", "- event: event/e"),
        ("realis: occurred (Ann), planned (Bo)", "realis: occurred"),
        (f"cue: absent (Ann), '61-65 {digests}' (Bo)", "evidence:"),
        (f"content: '0-40 {digests}' (Ann), '0-30 {digests}' (Bo)", f"- {{role: content, span: '0-40 {digests}'}}"),
    ]
    assert "# Bo has this as statement/a/07: G" in written(found, "statement/a/01")
    assert set(found.records) == {"article/a", "statement/a/01", "event/e", "event/f"}
    assert found.records["article/a"]["annotator"] == "Ann; Bo"


def test_what_one_has_alone_gets_a_free_id() -> None:
    """A number behind those of A, or another name; what refers to it does so still."""
    a = layer(statement(1, ("content", 0, 9), ("trigger", 0, 9, 1), statement_events=[report("e")]), event("e"),
              assessment(1, "statement/a/01", "veracity"), assessment(2, "statement/a/01", "attribution"))  # fmt: skip
    b = layer(statement(1, ("content", 50, 59), ("trigger", 50, 59, 1), statement_events=[report("e", "planned")]),
              statement(2, ("content", 0, 9), ("trigger", 0, 9, 1), statement_events=[report("f")]),
              event("e", "AID"), event("f"), assessment(1, "statement/a/02", "veracity", "contradicted"),
              assessment(2, "statement/a/01", "veracity"))  # fmt: skip

    found = merged(a, b)

    assert found.ids == {
        "article/a": "article/a", "statement/a/02": "statement/a/01", "statement/a/01": "statement/a/02",
        "event/f": "event/e", "event/e": "event/e-2", "assessment/a/01": "assessment/a/01",
        "assessment/a/02": "assessment/a/03",
    }  # fmt: skip
    assert [row["event"] for row in found.records["statement/a/02"]["statement_events"]] == ["event/e-2"]
    assert found.records["assessment/a/03"]["target"] == "statement/a/02"
    assert [mark for name in found.records for mark, _ in marks(found, name)] == [
        "verdict: supported (Ann), contradicted (Bo)",
        "only Ann has this; Bo has not",
        "only Bo has this, as assessment/a/02; Ann has not",
        "only Bo has this, as event/e; Ann has not",
        "only Bo has this, as statement/a/01; Ann has not",
    ]


def test_what_a_reader_was_not_asked_for_is_taken_from_the_other() -> None:
    """Assessments, mentions, topics and parts of events, of which one has none anywhere; unmarked, either way."""
    where, topics = ("content", 0, 9), [{"topic": "economic"}]
    mention = {"mention": 1, "fragment": 1, "start": 0, "end": 4, "length": 1, "digest": "0" * 16, "prefix": "1" * 8,
               "suffix": "2" * 8, "referent": "person/a"}  # fmt: skip
    rich = layer(article(mentions=[mention]), statement(1, where, topics=topics),
                 assessment(1, "statement/a/01", "veracity"))  # fmt: skip
    poor = layer(article(), statement(1, where))

    for found in (merged(rich, poor), merged(poor, rich)):
        assert found.decisions == []
        assert set(found.records) == {"article/a", "assessment/a/01", "statement/a/01"}
        assert found.records["statement/a/01"]["topics"] == topics
        assert found.records["article/a"]["mentions"][0]["referent"] == "person/a"


# Folders.


@pytest.mark.parametrize(("a", "b"), [("layers/layer-a", "layers/layer-b"), (".", "layers/layer-c")])
def test_real_layers_make_a_valid_one(a: str, b: str, tmp_path: Path) -> None:
    """In canonical form, and the same every time; the dataset's own records stay where they are."""
    data = shutil.copytree(ROOT / "data", tmp_path / "data", ignore=shutil.ignore_patterns("published"))
    done = nd.adjudicate(data / a, data / b)
    again = nd.adjudicate(data / a, data / b, folder=tmp_path, output=data / "layers" / "again")
    files = [path.relative_to(done.path) for path in sorted(done.path.rglob("*.yaml"))]

    assert done.path == data / "layers" / "adjudicated"
    assert (len(files), done.decisions) == (done.records, again.decisions)
    assert all((done.path / one).read_bytes() == (again.path / one).read_bytes() for one in files)
    assert nd.validate(done.path).ok
    assert nd.fmt(done.path, check=True).ok
    text = "".join((done.path / one).read_text("utf-8") for one in files)
    assert text.count(MARK) == len(done.decisions) > 100
    assert not (done.path / "people" / "shigeru-ishiba.yaml").exists()


@pytest.fixture
def readers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset as the working folder, with a layer that has another code and one statement less."""
    shutil.copytree(ROOT / "examples/second-article", tmp_path / "set", ignore=shutil.ignore_patterns("published"))
    monkeypatch.chdir(tmp_path / "set")
    second = Path("data/layers/second")
    shutil.copytree("data/curated", second, ignore=shutil.ignore_patterns("people", "places", "events", "sources"))
    changes = {"statements/port-example/01": ("claim_type: intention", "claim_type: fact"),
               "articles/port-example": ("annotator: news_dataset contributors", "annotator: second")}  # fmt: skip
    for name, (old, new) in changes.items():
        path = second / f"{name}.yaml"
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    (second / "statements/port-example/03.yaml").unlink()
    return second


def test_the_command(readers: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what is to be decided and how it is found; words stay where rights permit; nothing is overwritten."""
    out = Path("data/layers/adjudicated")

    assert main(["adjudicate", "data", str(readers)]) == 0
    assert capsys.readouterr().out == (
        f"{out}: 5 records, 2 to decide: grep -rn '# decide:' {out}\nnext: news-dataset validate {out}\n"
    )
    assert nd.validate(out, text="text.txt").ok
    assert sorted(path.relative_to(out).as_posix() for path in out.rglob("*.yaml")) == [
        "articles/port-example.yaml", "assessments/port-example/01.yaml", *(
            f"statements/port-example/0{number}.yaml" for number in (1, 2, 3)),
    ]  # fmt: skip
    first = (out / "statements/port-example/01.yaml").read_text("utf-8").splitlines(keepends=True)
    own = Path("data/curated/statements/port-example/01.yaml").read_text("utf-8").splitlines(keepends=True)
    assert [line for line in first if not line.startswith("#")] == own[1:]
    assert "# decide: claim_type: intention (news_dataset contributors), fact (second)\nclaim_type: intention\n" in (
        "".join(first)
    )
    before = {path: path.read_bytes() for path in out.rglob("*.yaml")}
    assert main(["adjudicate", str(readers), "data"]) == 2
    assert f"{out} exists already: remove it, or name another folder with -o" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in out.rglob("*.yaml")} == before
    assert main(["adjudicate", "data", "data", "-o", "../elsewhere"]) == 0  # with all that it refers to
    assert nd.validate("../elsewhere").ok
    assert capsys.readouterr().out.startswith("../elsewhere: 10 records, 0 to decide\nnext: ")


def test_it_appears_whole_or_not_at_all(readers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the disk is full; and without a dataset, one sentence says what to name."""
    real, calls = filesystem.new_file, [0]

    def full(path: Path) -> BinaryIO:
        calls[0] += 1
        if calls[0] == 3:
            raise OSError(28, "No space left on device", str(path))
        return real(path)

    monkeypatch.setattr(filesystem, "new_file", full)
    with pytest.raises(SetupError, match="No space left on device"):
        nd.adjudicate("data", readers)
    assert [path.name for path in Path("data/layers").iterdir()] == ["second"]
    shutil.copytree(readers, "../loose")
    for kind in ("people", "places", "events", "sources"):
        shutil.copytree(f"data/curated/{kind}", f"../loose/{kind}")
    with pytest.raises(ValueError, match="neither annotation lies in a dataset: name one with -C FOLDER, or"):
        nd.adjudicate("../loose", "../loose")
    assert nd.adjudicate("../loose", "../loose", folder=".").path == Path("data/layers/adjudicated")


def test_marks_are_comments_that_a_parser_ignores(readers: Path) -> None:
    """What is below them is A's record."""
    done = nd.adjudicate(readers, "data")
    theirs = {entry.id: entry.data for entry in Collection.open(readers).of("statement")}
    merged = {entry.id: entry.data for entry in Collection.open(done.path).of("statement")}

    assert {name: merged[name] for name in theirs} == theirs
    assert set(merged) - set(theirs) == {"statement/port-example/03"}
    path = done.path / "statements/port-example/03.yaml"
    assert f"{MARK} only news_dataset contributors has this; second has not" in path.read_text("utf-8")
    assert yaml.safe_load(path.read_text("utf-8"))["id"] == "statement/port-example/03"


def test_an_event_of_the_dataset_is_decided_where_it_is_reported(readers: Path) -> None:
    """Of which ``agreement`` says that only one has it: its record is there in any case."""
    path = readers / "statements/port-example/01.yaml"
    rows = path.read_text("utf-8")
    path.write_text(
        re.sub("statement_events:\n(- .*\n|  .*\n)+", "", rows).replace("  date 1:", "  # date 1:"), "utf-8"
    )

    done = nd.adjudicate("data", readers)

    event = "event/footbridge-opening"
    assert [(one.side, one.id) for one in nd.agreement("data", readers).unmatched if "event/" in one.id] == [
        ("a", event)
    ]
    assert not (done.path / "events").exists()
    assert f"{MARK} statement_events: {{event: {event}, realis: planned" in (
        (done.path / "statements/port-example/01.yaml").read_text("utf-8")
    )
