"""Two readers of the same texts: records made by hand, and whole layers drawn at random."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from news_dataset.collection import Collection
from news_dataset.entries import Entry
from news_dataset.reader import Document
from news_dataset.records import Article, Assessment, Event, Record, Statement

NOWHERE = Document("layer.yaml", None, {}, {}, ())
DIGESTS: dict[str, Any] = {"digest": "0" * 16, "prefix": "1" * 8, "suffix": "2" * 8}
PERSON, UNNAMED = {"role": "speaker", "entity": "person/a"}, {"role": "speaker", "implicit": True}


def article(slug: str = "a", text: str = "0", **fields: Any) -> Article:
    """An article whose text has a hash of one digit."""
    data: dict[str, Any] = {
        "id": f"article/{slug}",
        "headline": "H",
        "language": "en",
        "genre": "news",
        "rights": "licensed",
    }
    data |= {"status": "draft", "text_sha256": text * 64, "text_length": 999, "annotator": "N"}
    return Article.model_validate(data | fields)


def statement(number: int, *evidence: tuple[Any, ...], slug: str = "a", **fields: Any) -> Statement:
    """A statement with evidence as (role, start, end) or (role, start, end, of)."""
    data: dict[str, Any] = {"id": f"statement/{slug}/{number:02d}", "article": f"article/{slug}", "gist": "G"}
    data |= {"kind": "indirect", "claim_type": "fact", "certainty": "certain", "polarity": "positive"} | fields
    rows: list[dict[str, Any]] = [
        {"role": role, "mention": mention, "fragment": 1, "start": start, "end": end, "length": 1, **DIGESTS}
        | ({"of": of[0]} if of else {})
        for mention, (role, start, end, *of) in enumerate(evidence, 1)
    ]
    return Statement.model_validate(data | ({"evidence": rows} if rows else {}))


def event(slug: str = "e", kind: str = "CONSULT") -> Event:
    """An event."""
    return Event.model_validate({"id": f"event/{slug}", "title": "E", "type": kind})


def assessment(number: int, target: str, aspect: str, verdict: str = "supported") -> Assessment:
    """An assessment without citations."""
    data = {"id": f"assessment/a/{number:02d}", "target": target, "aspect": aspect, "verdict": verdict, "finding": "F",
            "independence": "single", "assessed_by": "N", "assessed_on": "2026-01-01"}  # fmt: skip
    return Assessment.model_validate(data)


def report(slug: str = "e", realis: str = "occurred", **fields: str) -> dict[str, str]:
    """The data of a reported event."""
    return {"event": f"event/{slug}", "realis": realis, **fields}


def layer(*records: Record, path: str = "layer") -> Collection:
    """Records as if they were read from a folder; with an article, if they hold none."""
    whole = records if any(isinstance(one, Article) for one in records) else (article(), *records)
    return Collection(
        Path(path), (), tuple(Entry(NOWHERE, "", one.record_type, one.to_dict(), one, type(one)) for one in whole)
    )


@st.composite
def layers(draw: st.DrawFn) -> Collection:
    """Some statements and events on two texts, often overlapping, often alike."""
    found: list[Record] = [article("a", "0"), article("b", "1")]
    events = [event(slug, draw(st.sampled_from(["CONSULT", "AID", "OTHER"]))) for slug in ("e", "f", "g")]
    for number in range(draw(st.integers(0, 5))):
        evidence: list[tuple[Any, ...]] = []
        for role in draw(st.lists(st.sampled_from(["content", "content", "cue", "source", "trigger"]), max_size=4)):
            start = draw(st.integers(0, 25))
            of = [1] if role in ("source", "trigger") else []
            evidence.append((role, start, start + draw(st.integers(1, 9)), *of))
        fields: dict[str, Any] = {"kind": draw(st.sampled_from(["indirect", "free_indirect", "reported"]))}
        fields["polarity"] = draw(st.sampled_from(["positive", "negative"]))
        fields["statement_participants"] = draw(st.sampled_from([[PERSON], [PERSON, UNNAMED], [UNNAMED]]))
        some = draw(st.lists(st.sampled_from("efg"), min_size=1, max_size=2))
        date = draw(st.sampled_from([{}, {"date": "XXXX-06-12"}, {"date_text": "June"}]))
        fields["statement_events"] = [report(slug, **date) for slug in some]
        found.append(statement(number, *evidence, slug=draw(st.sampled_from("ab")), **fields))
    return layer(*found, *events)
