"""Layers become a dataset: what they alone have is said, events are compared, and each step names the next."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.cli import main
from tests.test_import_layers import ANN, BOB, brat, files, imported

TEXT = "Mira Example said that the harbour opens. Workers closed the bridge, then closed the road.\n"
"""An invented text."""

RULES = """\
annotator: folder
annotations:
- {type: Person, record: person, same: words}
- {type: Says, record: statement, links: {By: source}}
- {type: Closing, record: event, same: Known, links: {Who: actor}}
"""
SAYS = [("T1", "Person", "Mira Example", 0), ("T2", "Says", "the harbour opens", 0)]
FIRST, SECOND = ("T4", "Closing", "closed", 0), ("T5", "Closing", "closed", 1)
WORKERS = ("T3", "Person", "Workers", 0)

Marked = tuple[str, str, str, int]
"""Id, type and words of an annotation, and which of the places of these words is meant."""


def corpus(folder: Path, readers: dict[str, list[Marked]], known: str = "") -> Path:
    """Write a folder of brat for each reader: a statement and what they mark; *known* is an id of every closing."""
    for reader, found in readers.items():
        lines = []
        for name, kind, words, number in [*SAYS, *found]:
            start = [at for at in range(len(TEXT)) if TEXT.startswith(words, at)][number]
            lines.append(f"{name}\t{kind} {start} {start + len(words)}\t{words}")
            if kind == "Closing":
                lines.append(f"E{name[1:]}\tClosing:{name}{' Who:T3' if WORKERS in found else ''}")
                lines += [f"A{name[1:]}\tKnown E{name[1:]} {known}"] if known else []
        (folder / "brat" / reader).mkdir(parents=True)
        (folder / "brat" / reader / "bridge.txt").write_text(TEXT, "utf-8")
        (folder / "brat" / reader / "bridge.ann").write_text("\n".join([*lines, "E1\tSays:T2 By:T1", ""]), "utf-8")
    (folder / "brat.yaml").write_text(RULES, "utf-8")
    return folder / "brat"


def two(folder: Path, ann: list[Marked], bob: list[Marked], known: str = "") -> tuple[Path, Path]:
    """Import what two annotators marked, and return their layers."""
    assert imported(folder, "brat", corpus(folder, {"ann": ann, "bob": bob}, known)).quarantined == ()
    return folder / "ds/data/layers/ann", folder / "ds/data/layers/bob"


def events_of(folder: Path) -> list[str]:
    """Return the events in the files of a folder."""
    return sorted(path.stem for path in folder.glob("events/*.yaml"))


@pytest.mark.parametrize("known", ["", "K1"])
def test_events_are_those_of_their_annotators_and_compared_by_their_words(tmp_path: Path, known: str) -> None:
    """Also where both give them one id: none of them says what the other does. Ann sees a closing, Bob another too."""
    if known:  # which makes the two that Bob marks one
        a, b = two(tmp_path, [WORKERS, FIRST], [FIRST], known)
        expected = (1, 1, 1)
    else:
        a, b = two(tmp_path, [WORKERS, FIRST], [FIRST, SECOND])
        expected = (1, 2, 1)
    assert [len(events_of(one)) for one in (tmp_path / "ds/data/curated", a, b)] == [0, *expected[:2]]
    assert not {*events_of(a)} & {*events_of(b)}
    rows = [nd.Dataset.open(one).load("event_participants", as_="records") for one in (a, b)]
    assert [len(some) for some in rows] == [1, 0]

    found = nd.Dataset.open(a).agreement(b)
    assert (found.events.score.in_a, found.events.score.in_b, found.events.score.both) == expected
    assert found.a.other_events == found.b.other_events == 0


def test_closings_at_different_places_are_not_the_same(tmp_path: Path) -> None:
    """Negative control: their titles and types are."""
    a, b = two(tmp_path, [FIRST], [SECOND])
    assert nd.Dataset.open(a).agreement(b).events.score.both == 0


def test_events_are_not_compared_with_a_reader_who_marks_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who has no mentions at all was not asked for them, which is said."""
    a, b = two(tmp_path, [FIRST], [])
    path = b / "articles/bridge.yaml"
    path.write_text(path.read_text("utf-8").partition("mentions:")[0], "utf-8")
    found = nd.Dataset.open(a).agreement(b)
    assert (found.events.score.in_a, found.a.other_events) == (0, 1)
    assert main(["agreement", str(a), str(b)]) == 0
    assert "1 event that nothing here reports: the other has no mentions at all" in capsys.readouterr().out


def test_a_later_layer_has_ids_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An id that is taken in another layer does not mean a second event; an earlier layer is compared with it."""
    a, b = two(tmp_path, [FIRST], [SECOND])
    (tmp_path / "later").mkdir()
    source = corpus(tmp_path / "later", {"cat": [SECOND]})
    words = ("--from", "brat", str(source), str(tmp_path / "ds"), "--mapping", str(source.with_suffix(".yaml")))
    assert main(["import", *words]) == 0
    assert capsys.readouterr().out.endswith(f"; next: news-dataset agreement {a} {a.parent / 'cat'}\n")
    assert [events_of(one) for one in (a, b, a.parent / "cat")] == [["closed"], ["closed-2"], ["closed-3"]]


def test_from_two_layers_to_a_release(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every step names the next, and nothing is said any more once it is taken."""
    source, folder = corpus(tmp_path, {"ann": [WORKERS, FIRST], "bob": [FIRST, SECOND]}), tmp_path / "ds"
    a, b = folder / "data/layers/ann", folder / "data/layers/bob"
    following = f"news-dataset agreement {a} {b}"

    def out(code: int, *words: str | Path) -> str:
        assert main([*map(str, words)]) == code
        return "".join(capsys.readouterr())

    imported = out(0, "import", "--from", "brat", source, folder, "--mapping", tmp_path / "brat.yaml")
    assert f"; next: {following}\n" in imported
    for words in (("validate", folder), ("build", folder), ("claims", folder), ("export", folder, "--to", "csv", "-o",
                  tmp_path / "csv"), ("explore", folder, "-o", tmp_path / "page.html")):  # fmt: skip
        assert following in out(0, *words)
    assert "only_in_layers" not in out(0, "validate", a)
    assert "Mira Example" in out(0, "claims", a)
    merged = nd.Dataset.open(a).adjudicate(b).path
    assert f"copy what {merged} holds into {folder / 'data/curated'}" in out(0, "validate", folder)
    assert events_of(merged) == ["closed", "closed-3"]
    shutil.copytree(merged, folder / "data/curated", dirs_exist_ok=True)
    assert "warning:" not in out(0, "validate", "--text", folder / "texts", folder)
    assert "warning:" not in out(0, "build", folder)
    claims = out(0, "claims", folder)
    assert "layers" not in claims
    assert "Mira Example" in claims


def test_what_layers_refer_to_is_used(tmp_path: Path) -> None:
    """And nothing else: a person whom nobody names is warned of, and so are all once the layers are gone."""
    two(tmp_path, [WORKERS, FIRST], [FIRST])
    curated = tmp_path / "ds/data/curated"
    (curated / "people/zoe-sample.yaml").write_text("id: person/zoe-sample\nname: Zoë Sample\n", "utf-8")
    warned = [(one.code, one.record) for one in nd.Dataset(tmp_path / "ds").validate()]
    assert warned == [("only_in_layers", "article/bridge"), ("unused_record", "person/zoe-sample")]
    shutil.rmtree(tmp_path / "ds/data/layers")
    report = nd.Dataset(tmp_path / "ds").validate()
    assert {(one.code, one.record) for one in report} == {
        ("unused_record", f"person/{name}") for name in ("mira-example", "workers", "zoe-sample")
    }
    assert next(one.checked for one in report.tallies if one.code == "only_in_layers") == 0


def test_articles_that_the_dataset_says_something_of_are_not_warned_of(tmp_path: Path) -> None:
    """One warning counts the others; a layer beside a dataset that has its own reading is no fault."""
    imported(tmp_path, "brat", brat(tmp_path, {"ann": ANN, "bob": BOB}))
    (issue,) = nd.Dataset(tmp_path / "ds").validate()
    assert issue.message == "its statements and mentions are in layers alone, as are those of 3 articles"
    (tmp_path / "x").mkdir()
    for reader, said in (("ann", ANN), ("bob", BOB)):
        (tmp_path / reader).mkdir()
        imported(tmp_path / "x", "brat", brat(tmp_path / reader, {reader: said}))
    curated, marked = tmp_path / "x/ds/data/curated", dict[Path, str]()
    for path in curated.glob("articles/*.yaml"):
        marked[path] = path.read_text("utf-8")
        path.write_text(marked[path].partition("mentions:")[0], "utf-8")
    assert only_in_layers(curated) == (1, 0)  # there are statements
    shutil.rmtree(curated / "statements")
    assert only_in_layers(curated) == (1, 1)
    for path, words in marked.items():
        path.write_text(words, "utf-8")
    assert only_in_layers(curated) == (1, 0)  # there are mentions


def only_in_layers(folder: Path) -> tuple[int, int]:
    """Return how often the check looked, and how often it warned."""
    report = nd.Dataset(folder).validate()
    assert report.ok
    return next((one.checked, one.warned) for one in report.tallies if one.code == "only_in_layers")


def test_a_layer_alone_names_whom_it_shares_with_its_dataset(tmp_path: Path) -> None:
    """In views, exports and tables; of people whom it does not name it has none."""
    a, b = two(tmp_path, [WORKERS, FIRST], [FIRST])
    assert [nd.Dataset.open(one).load("people")["name"].tolist() for one in (a, b)] == [
        ["Mira Example", "Workers"], ["Mira Example"]
    ]  # fmt: skip
    assert nd.Dataset.open(b).who_said_what()["speaker_name"].tolist() == ["Mira Example"]
    before = files(b)
    nd.Dataset.open(b).export("csv", tmp_path / "csv")
    assert "Mira Example" in (tmp_path / "csv/people.csv").read_text("utf-8")
    assert files(b) == before


@pytest.mark.parametrize("command", ["agreement", "adjudicate"])
def test_three_layers_are_compared_two_at_a_time(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, which names the pairs."""
    assert main([command, "a", "b", "c"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == f"news-dataset: {command} takes two annotations, not 3; one pair at a time: a b, a c, b c\n"
