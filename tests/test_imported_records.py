"""Records as imported corpora have them: without headline, gist, hash or participants with records; codes unknown."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.restoration import restore
from news_dataset.spans import Text, read_text, read_texts
from tests.conftest import ROOT

EXAMPLE = ROOT / "examples" / "second-article"
BARE = "statement/port-example/04"
HERE = {
    "start": 115,
    "end": 127,
    "length": 11,
    "digest": "9aaf784abac8fa90",
    "prefix": "e10af097",
    "suffix": "bbfccdec",
}


@pytest.fixture
def ds(tmp_path: Path) -> Path:
    """The second article, with a statement and an event as a corpus may have them."""
    folder = tmp_path / "ds"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("published"))
    event = load(folder, "events/footbridge-opening")
    event["event_participants"] = [
        {"entity": "person/mira-example", "role": "actor"},
        {"label": "two welders", "role": "actor"},
        {"implicit": True, "role": "recipient"},
    ]
    save(folder, "events/footbridge-opening", event | {"external_id": "E7"})
    article = load(folder, "articles/port-example")
    del article["headline"]
    article["mentions"] += [{"mention": 3, "fragment": 1, "event": event["id"], "of": 1, "external_id": "T9", **HERE}]
    save(folder, "articles/port-example", article)
    save(folder, "statements/port-example/04", {
        "id": BARE, "kind": "unknown", "claim_type": "unknown", "certainty": "unknown", "polarity": "unknown",
        "external_id": "R4", "evidence": [{"role": "cue", "mention": 1, "fragment": 1, **HERE}],
    })  # fmt: skip
    return folder


def load(folder: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / "data/curated" / f"{name}.yaml").read_text("utf-8"))
    return found


def save(folder: Path, name: str, data: dict[str, Any]) -> None:
    (folder / "data/curated" / f"{name}.yaml").write_text(
        json.dumps(data, ensure_ascii=False), "utf-8"
    )  # which is YAML


def edit(folder: Path, name: str, **fields: Any) -> None:
    """Change fields of a record; None takes one out."""
    data = load(folder, name) | fields
    save(folder, name, {key: value for key, value in data.items() if value is not None})


def said(folder: Path, text: Path | None = None) -> list[str]:
    """Return severity, code and column of every issue."""
    return [f"{one.severity} {one.code} {one.pointer.rpartition('/')[2]}" for one in nd.validate(folder, text=text)]


def test_they_are_valid_with_and_without_the_text(ds: Path) -> None:
    """And every check of evidence looks at them."""
    assert said(ds) == said(ds, ds / "text.txt") == []


def test_they_are_built_shown_and_compared(ds: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A release has what is absent as null, and the id for a label; every command copes."""
    assert main(["fmt", str(ds)]) == main(["build", str(ds)]) == main(["verify", str(ds / "data/published")]) == 0
    release = nd.Dataset.open(ds / "data/published")
    labels = release.load("records").set_index("id")["label"]
    claim = release.claims().set_index("statement").loc[BARE]

    assert labels[BARE] == BARE
    assert labels["article/port-example"] == "article/port-example"
    assert claim[["headline", "gist", "quote", "speakers", "content_verdict"]].isna().all()
    assert (claim["certainty"], claim["polarity"], claim["claim_type"]) == ("unknown", "unknown", "unknown")
    assert list(release.load("event_participants")["label"].dropna()) == ["two welders"]
    assert release.get(BARE).label == BARE
    for to, name in (("sqlite", "a.sqlite"), ("csv", "csv"), ("jsonl", "jsonl")):
        assert main(["export", "--to", to, "-o", str(tmp_path / name), str(ds)]) == 0
    assert main(["claims", str(ds)]) == main(["explore", str(ds), "-o", str(tmp_path / "page.html")]) == 0
    assert main(["diff", str(EXAMPLE), str(ds)]) in (0, 1)
    assert BARE in capsys.readouterr().out
    assert release.plot.speakers().get_figure()
    assert "Not recorded" in [label.get_text() for label in release.plot.speakers("claim_type").get_yticklabels()]
    assert set(nd.Dataset.open(ds).restore(ds / "text.txt")["state"]) == {"exact"}
    assert BARE in release.get(BARE)._repr_html_()


def test_they_are_read_again_as_they_were(ds: Path) -> None:
    """Records, release, lines: the same rows."""
    assert main(["build", str(ds)]) == 0
    records = nd.Dataset.open(ds / "data/curated").load_all()
    release = nd.Dataset.open(ds / "data/published").load_all()

    for name, table in release.items():
        assert records[name].astype(object).fillna("").equals(table.astype(object).fillna("")), name


@pytest.mark.parametrize(
    ("name", "fields", "wanted"),
    [
        ("statements/port-example/04", {"evidence": None}, "warning statement_without_evidence "),
        ("statements/port-example/04", {"kind": "indirect", "evidence": None}, "error statement_without_evidence "),
        ("statements/port-example/04", {"kind": "indirect"}, "error wrong_speakers "),
        ("statements/port-example/02", {"quote": None, "quote_fidelity": None}, ""),
        ("statements/port-example/02", {"quote": None}, ""),
        ("statements/port-example/02", {"quote_fidelity": None}, ""),
        ("statements/port-example/02", {"kind": "indirect", "quote": None, "quote_fidelity": None},
         "error quote_without_span quote"),
        ("statements/port-example/04", {"quote": "Mira Example"}, "error broken_rule quote"),
        ("articles/port-example", {"text_sha256": None}, "error broken_rule text_sha256"),
        ("articles/port-example", {"text_sha256": None, "text_length": None, "text_rule": "space_joined"}, ""),
        ("articles/port-example", {"text_rule": "as_is"}, "error unknown_code text_rule"),
    ],
)  # fmt: skip
def test_what_may_be_absent_and_what_may_not(ds: Path, name: str, fields: dict[str, Any], wanted: str) -> None:
    """A statement of which nobody recorded whose it is, a quotation over several lines, an article without text."""
    edit(ds, name, **fields)
    codes = [one for one in said(ds) if "broken_rule" in wanted or "broken_rule" not in one]

    assert (wanted in codes or f"{wanted.rpartition(' ')[0]} role" in codes) if wanted else codes == []


@pytest.mark.parametrize(
    ("mention", "wanted"),
    [
        ({"of": 3}, []),
        ({"of": 4}, ["error wrong_of of"]),
        ({"of": 1, "event": "event/none"}, ["error dangling_reference event"]),
        ({"event": None}, ["error broken_rule event"]),
        ({"of": None}, ["error broken_rule of"]),
        ({"event": "person/mira-example"}, ["error bad_form event"]),
    ],
)
def test_words_show_who_takes_part(ds: Path, mention: dict[str, Any], wanted: list[str]) -> None:
    """Of is the ordinal of a participant of the event; where the event is not there, nothing is said of it."""
    article = load(ds, "articles/port-example")
    row = article["mentions"][-1] | mention
    article["mentions"][-1] = {key: value for key, value in row.items() if value is not None}
    save(ds, "articles/port-example", article)

    assert [one for one in said(ds) if "unused_record" not in one] == wanted


def test_several_things_may_share_words_that_show_a_participant(ds: Path) -> None:
    """In the source form a list of referents, of which each is a row."""
    article = load(ds, "articles/port-example")
    people = ["person/mira-example", "person/zoe-sample"]
    rows = [article["mentions"][-1] | {"referent": one} for one in people]
    article["mentions"] = [*article["mentions"][:-1], *rows]
    save(ds, "articles/port-example", article)
    assert main(["fmt", str(ds)]) == 0

    (last,) = load(ds, "articles/port-example")["mentions"][2:]
    assert last["referent"] == people
    assert (last["event"], last["of"]) == ("event/footbridge-opening", 1)
    assert said(ds) == []


def test_fragments_in_another_order_are_kept_with_a_warning(ds: Path) -> None:
    """A quotation, too, is joined in the order of its fragments."""
    text = read_text(ds / "text.txt")
    spans = [text.span(459, 473), text.span(446, 458)]
    rows = [{"role": "quote", "mention": 1, "fragment": at, **fields(span)} for at, span in enumerate(spans, 1)]
    whole = text.span(446, 473)
    edit(
        ds,
        "statements/port-example/03",
        quote=" … ".join(text.words[one.start : one.end] for one in spans),
        evidence=[
            {"role": "source", "of": 1, "mention": 1, "fragment": 1, **fields(text.span(412, 418))},
            {"role": "content", "mention": 1, "fragment": 1, **fields(whole)},
            *rows,
        ],
    )

    assert said(ds, ds / "text.txt") == said(ds) == ["warning span_numbers fragment"]


def fields(span: Any) -> dict[str, Any]:
    return {name: getattr(span, name) for name in ("start", "end", "length", "digest", "prefix", "suffix")}


def test_a_span_without_letters_is_exact_or_an_orphan(ds: Path) -> None:
    """It is checked by its sides; in another copy nothing says where it is, and it is not looked for."""
    text = read_text(ds / "text.txt")
    span = text.span(31, 32)
    assert (text.words[31:32], span.length, span.digest) == ("🌉", 0, "e3b0c44298fc1c14")
    other = Text(text.words.replace("forty", "40"))

    assert [one.state for one in restore([span], text, text.sha256)] == ["exact"]
    assert [(one.state, one.places) for one in restore([span], other, text.sha256)] == [("orphan", ())]
    assert [one.state for one in restore([span], other, None)] == ["orphan"]
    article = load(ds, "articles/port-example")
    article["mentions"].append({"mention": 4, "fragment": 1, **fields(span)})
    save(ds, "articles/port-example", article)
    assert said(ds, ds / "text.txt") == []
    article["mentions"][-1] |= {"start": 32, "end": 33, "suffix": "00000000"}
    save(ds, "articles/port-example", article)
    assert said(ds, ds / "text.txt") == ["error span_words suffix"]


def test_a_quotation_may_be_an_emoji(ds: Path) -> None:
    """Without the text any words without letters would do, as letters are what is compared; with it none."""
    text = read_text(ds / "text.txt")
    row = {"mention": 1, "fragment": 1, **fields(text.span(31, 32))}
    evidence = [{"role": role, **row} for role in ("content", "quote")]
    speaker = [{"role": "speaker", "implicit": True}]
    edit(ds, "statements/port-example/04", kind="direct", quote="🌉", evidence=evidence, statement_participants=speaker)

    assert said(ds) == []
    assert said(ds, ds / "text.txt") == ["error unquoted_words start"]
    edit(ds, "statements/port-example/04", quote="🌁")
    assert "error quote_words quote" in said(ds, ds / "text.txt")
    edit(ds, "statements/port-example/04", quote="1")
    assert said(ds) == ["error quote_words quote"]


def test_an_article_without_a_hash_is_tied_to_no_text(ds: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its spans are looked at only once ``anchor`` has written which text they are in."""
    edit(ds, "articles/port-example", text_sha256=None, text_length=None)
    found = nd.validate(ds, text=ds / "text.txt")
    assert [one.code for one in found] == ["wrong_text"]
    assert "text_sha256 is missing" in str(next(iter(found)))
    assert main(["carry", "article/port-example", "--text", str(ds / "text.txt"), "-C", str(ds)]) == 2
    assert "run news-dataset anchor" in capsys.readouterr().err
    with pytest.raises(ValueError, match="share no text"):
        nd.agreement(ds / "data/curated", ds / "data/curated")

    path = ds / "data/curated/articles/port-example.yaml"
    assert main(["anchor", "--text", str(ds / "text.txt"), str(path)]) == 0
    assert said(ds, ds / "text.txt") == []


def test_a_text_may_begin_with_a_byte_order_mark(ds: Path, tmp_path: Path) -> None:
    """The mark is its first code point, as the file decodes; a file of records may have none."""
    data = b"\xef\xbb\xbf" + (ds / "text.txt").read_bytes()
    path = tmp_path / "marked.txt"
    path.write_bytes(data)
    text = read_text(path)

    assert text.words.encode() == data
    assert text.words[0] == "\ufeff"
    assert text.span(116, 128).digest == HERE["digest"]
    assert read_texts(path, {"article/a": text.sha256}) == {"article/a": text}
    record = ds / "data/curated/people/zoe-sample.yaml"
    record.write_bytes(b"\xef\xbb\xbf" + record.read_bytes())
    assert "error bad_encoding " in said(ds)


def test_what_is_not_recorded_is_no_agreement(ds: Path, tmp_path: Path) -> None:
    """Codes that one of two annotations lacks are left out of its field; both recorded none: nothing to compare."""
    other = tmp_path / "other"
    shutil.copytree(ds, other)
    edit(other, "statements/port-example/01", certainty="unknown")
    found = nd.agreement(ds / "data/curated", other / "data/curated")
    of = {field.name: field for field in found.fields}

    assert (of["kind"].n, of["certainty"].n, of["polarity"].n) == (4, 2, 3)
    assert [(one.field, one.value_b) for one in found.differences] == [("certainty", "unknown")]
