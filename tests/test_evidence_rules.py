"""Evidence: where spans may end, how mentions are numbered, and to whom their words may refer."""

from __future__ import annotations

from pathlib import Path

from news_dataset.issues import Report
from news_dataset.validation import validated
from tests.test_policy import article, broken, counts, written

HASH = f"text_sha256: '{'0' * 64}'\n"
OTHERS = "speakers: [the mayor]; addressees: [a crowd]"


def at(start: int, end: int) -> str:
    """Return a span in its compact form."""
    return f"{start}-{end} {end - start} 2a4b75b53aaf2556 8c8ec503 1db9a05b"


def messages(report: Report, code: str) -> list[tuple[str, str]]:
    """Return file and message of the issues of a code."""
    return [(name, message) for name, _, _, message in broken(report, code)]


def test_a_span_may_end_where_the_text_ends(tmp_path: Path) -> None:
    """Its last character is the text's last one; the next is behind it."""
    folder = written(tmp_path, *(f"indirect; evidence: {{content: '{at(0, end)}'}}" for end in (39, 40, 41)))
    (folder / "curated/articles/port.yaml").write_text(f"{article('port')}text_length: 40\n{HASH}", "utf-8")
    report = validated(folder)

    assert messages(report, "span_outside") == [("03", "end 41 is behind the end of the text, 40")]
    assert counts(report, "span_outside")[:2] == (3, 1)


def test_fragments_are_counted_in_evidence_and_in_mentions(tmp_path: Path) -> None:
    """The row of either table is the one that is named."""
    rows = "".join(
        f", {{role: content, mention: {mention}, fragment: {fragment}, span: '{at(start, start + 5)}'}}"
        for mention, fragment, start in ((1, 1, 0), (1, 3, 20), (2, 1, 30))
    )
    folder = written(tmp_path, f"indirect; evidence: [{rows[2:]}]", f"indirect; evidence: [{rows[2:]}]")
    mentions = (
        f"mentions:\n- {{referent: place/port, span: '{at(0, 4)}'}}\n"
        f"- {{referent: place/port, mention: 3, span: '{at(9, 13)}'}}\n"
    )
    (folder / "curated/articles/port.yaml").write_text(article("port") + mentions, "utf-8")

    assert messages(validated(folder), "span_numbers") == [
        ("port", "expected mention 2, found 3"), *[(name, "expected fragment 2, found 3") for name in ("01", "02")],
    ]  # fmt: skip


def test_to_whom_words_of_a_statement_refer(tmp_path: Path) -> None:
    """Sources to speakers, addressees to addressees, and what is about an event to one that is reported."""
    event = "statement_events: [{event: event/fair, realis: occurred}]"
    report = validated(written(
        tmp_path, f"indirect; {OTHERS}; evidence: {{source 1: '{at(0, 5)}', addressee 2: '{at(6, 9)}'}}",
        f"indirect; {OTHERS}; evidence: {{source 2: '{at(0, 5)}'}}",
        f"indirect; {OTHERS}; evidence: {{addressee 1: '{at(0, 5)}'}}",
        f"indirect; {OTHERS}; evidence: {{source 3: '{at(0, 5)}'}}",
        f"indirect; {OTHERS}; {event}; evidence: {{trigger 1: '{at(0, 5)}', date 1: '{at(0, 5)}'}}",
        f"indirect; {OTHERS}; {event}; evidence: {{place 2: '{at(0, 5)}'}}",
        f"indirect; {OTHERS}; evidence: {{trigger 1: '{at(0, 5)}'}}",
        f"indirect; {event}; evidence: {{source 1: '{at(0, 5)}'}}",
    ))  # fmt: skip

    assert messages(report, "wrong_of") == [
        ("02", "participant 2 is not a speaker"), ("03", "participant 1 is not an addressee"),
        ("04", "there is no participant 3; the statement lists 2"),
        ("06", "there is no reported event 2; the statement lists 1"),
        ("07", "there is no reported event 1; the statement lists 0"),
        ("08", "there is no participant 1; the statement lists 0"),
    ]  # fmt: skip
    assert counts(report, "wrong_of") == (10, 6, {})


def test_to_whom_a_mention_refers(tmp_path: Path) -> None:
    """To a participant of its event, which must be there to say so."""
    folder = written(tmp_path)
    fair = folder / "curated/events/fair.yaml"
    fair.write_text(fair.read_text("utf-8") + "event_participants: [{role: actor, label: a crowd}]\n", "utf-8")
    mentions = "".join(
        f"- {{referent: person/ann, event: event/{event}, of: {of}, span: '{at(start, start + 3)}'}}\n"
        for start, (event, of) in enumerate((("fair", 1), ("fair", 2), ("storm", 1), ("none", 1)))
    )
    (folder / "curated/articles/port.yaml").write_text(f"{article('port')}mentions:\n{mentions}", "utf-8")
    report = validated(folder)

    assert messages(report, "wrong_of") == [
        ("port", "there is no participant 2; event/fair lists 1"),
        ("port", "there is no participant 1; event/storm lists 0"),
    ]
    assert counts(report, "wrong_of")[0] == 3
    assert sum(counts(report, "wrong_of")[2].values()) == 1
