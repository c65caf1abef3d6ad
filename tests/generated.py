"""Generated datasets for round trips through annotation tools: articles and statements of every kind, and texts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from news_dataset.annotations import SPACE_JOINED, Fragments
from news_dataset.checks.words import RUN
from news_dataset.records import Article, Statement
from news_dataset.records.articles import QUOTED
from news_dataset.records.codebooks import (
    CERTAINTY,
    CLAIM_TYPE,
    GENRE,
    POLARITY,
    QUANTITY_UNIT,
    REALIS,
    RIGHTS,
    STATEMENT_KIND,
    STATUS,
    TOPIC,
)
from news_dataset.records.fields import TEXT_PATTERN
from news_dataset.spans import SPAN_FIELDS, Text, quoted_ranges
from tests.annotated import fragments_of, texts

Data = dict[str, Any]
pick = st.sampled_from

SLUGS = ["rain", "rain-2", "con", "2031-05-06", "m1", "document"]
NUMBERS = ["01", "02", "03", "10", "99", "123", "9999"]
IDS = [
    "T1", "T2", "T01", "E1", "E2", "R1", "A1", "#1", "*", "a b", "x:y", "日本", "-1", "1", "🙂", "nd:",
    "nd:m1", "nd:01", "nd:01.cue1", "region-1", "fragment-2", "record-3", "a/b.c", ".", '{"id": 1}', "true",
    "Statement", "&#10;", "e\u0301",
]  # fmt: skip
"""Ids of the origin: some are those that a format gives itself, or that exports give to what has none."""

ENTITIES = ["person/mira-example", "organization/port-example", "place/port-example"]
EVENTS = ["event/rain", "event/footbridge-opening"]
LABELS = [
    "two aides",
    "implicit",
    "AP/Reuters",
    "{",
    '{"role": "speaker"}',
    "1",
    "person/x y",
    "[]",
    "ünï 🙂",
    "a" * 120,
]
WORDS = [
    "Rain.", "1", "true", "null", "2031-05-06", "# no: comment", "- [x]", "&amp; <b>", "]]>", "a\\nb", '"a" \\', "{",
    "é e\u0301", "日本 🙂", "x\u00a0y", "a\u2060b", "שלום \u200f!", "%s", "it's", "12:30", "\ue000", "\U000e0041",
    "a  b", "\\", "~", "=a", "@", "a:",
]  # fmt: skip
"""Texts of fields, each of one line and without blanks at its ends."""

PEOPLE = ["speaker", "speaker", "addressee", "relayed_by", "target", "medium"]
ROLES = [
    "content", "content", "cue", "source", "source", "addressee", "quote", "trigger", "date", "place",
    "target", "speaker", "parent", "occasion", "event", "quantity", "statement", "person", "mention",
    "frame_of_reference",
]  # fmt: skip
"""Roles of evidence: usual ones, and words that mean something else to importers."""


CORRECTIONS = [{"corrected_on": "2031-05-07", "says": "It did not rain."}]
EARLIER = [{"text_sha256": "0" * 64, "text_length": 7, "carried_on": "2031-05-07"}]


@dataclass(frozen=True)
class Generated:
    """Articles and statements, and the texts that are at hand, by the ids of articles."""

    articles: list[Article]
    statements: list[Statement]
    texts: dict[str, Text]

    @property
    def records(self) -> list[Article | Statement]:
        """All records."""
        return [*self.articles, *self.statements]


def _said(**fields: Any) -> Data:
    """Return the fields that have a value."""
    return {name: value for name, value in fields.items() if value not in (None, [])}


def _texts(most: int) -> st.SearchStrategy[Any]:
    """Return a strategy for texts of at most so many characters, or nothing."""
    return pick([None, *WORDS, "ä" * most, "🙂" * most]) | st.text(pick("a🙂é\u0301'"), min_size=1, max_size=3)


EXTERNAL = pick([None, None, None, *IDS, "x" * 200])


def literal(words: str, most: int = 80) -> str | None:
    """Return words if they can stand in a record as they are, and are no prose; else None."""
    is_fit = re.fullmatch(TEXT_PATTERN, words) and len(words) <= most and len(re.findall(r"\w+", words)) < RUN
    return words if is_fit else None


@st.composite
def datasets(draw: st.DrawFn) -> Generated:
    """A dataset of at most three articles, which may lack their texts."""
    found = Generated([], [], {})
    slugs = draw(st.lists(pick(SLUGS), min_size=1, max_size=3, unique=True))
    for slug in sorted(slugs, key="{}.yaml".format):  # as their files are read
        words = draw(pick(["", "\ufeff"])) + draw(texts().filter(bool))
        words += draw(st.just("") | texts().map("“{}”".format))
        text = Text(words) if draw(st.integers(0, 9)) else None
        article = draw(_articles(slug, text))
        found.articles.append(article)
        if text is not None and draw(st.integers(0, 9)):
            found.texts[article.id] = text
        numbers = draw(st.lists(pick(NUMBERS), max_size=3, unique=True))
        found.statements.extend(draw(_statements(slug, numbers[: at + 1], text)) for at in range(len(numbers)))
    return found


@st.composite
def _articles(draw: st.DrawFn, slug: str, text: Text | None) -> Article:
    data = _said(
        id=f"article/{slug}", byline=draw(_texts(120)), publisher=draw(pick([None, "organization/port-example"])),
        url=draw(pick([None, "https://example.org/a?b=%20#c"])), language=draw(pick(["en", "zh-Hant"])),
        derived_from=draw(pick([None, "source/a"])), published=draw(pick([None, "2031-05~", "2031-05-06"])),
        genre=draw(pick([*GENRE.definitions])), rights=draw(pick([*RIGHTS.definitions])),
        status=draw(pick([*STATUS.definitions])), annotator=draw(_texts(120)) or "Ann Example",
        text_rule=draw(pick([None, SPACE_JOINED])), external_id=draw(EXTERNAL), note=draw(_texts(2000)),
    )  # fmt: skip
    if text is not None:
        lines = [one for one in text.words.split() if literal(one, 240)]
        data |= {"text_sha256": text.sha256, "text_length": len(text.words)}
        data |= _said(headline=draw(pick([None, *lines])), mentions=draw(_mentions(text)))
    if not draw(st.integers(0, 4)):
        data |= {"corrections": CORRECTIONS, "earlier_texts": EARLIER}
    return Article.model_validate(data)


@st.composite
def _mentions(draw: st.DrawFn, text: Text) -> list[Data]:
    event = st.tuples(pick(EVENTS), st.integers(1, 3)).map(lambda one: {"event": one[0], "of": one[1]})
    referent = pick([*ENTITIES, *EVENTS]).map(lambda one: {"referent": one})
    meaning = referent | referent | event | st.tuples(referent, event).map(lambda pair: pair[0] | pair[1])
    rows: list[Data] = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        spans = _spans(text, draw(fragments_of(text.words)))
        whole = literal(_words(text, spans[0])) if len(spans) == 1 and draw(st.booleans()) else None
        about = _said(as_written=whole, external_id=draw(EXTERNAL),
                      certainty=draw(pick([None, "certain", "possible"])))  # fmt: skip
        meant = draw(st.lists(meaning, max_size=3, unique_by=lambda one: str(sorted(one.items()))))
        rows += [{"mention": number, **about, **one, **span} for one in meant or [{}] for span in spans]
    return rows


def _words(text: Text, row: Data) -> str:
    return text.words[row["start"] : row["end"]]


def _spans(text: Text, fragments: Any) -> list[Data]:
    found = []
    for number, (start, end) in enumerate(fragments, 1):
        span = text.span(start, end)
        found.append({"fragment": number, **{name: getattr(span, name) for name in SPAN_FIELDS}})
    return found


@st.composite
def _statements(draw: st.DrawFn, slug: str, numbers: list[str], text: Text | None) -> Statement:
    """A statement with the last of the numbers; it may lie within those of the others."""
    kind = draw(pick([*STATEMENT_KIND.definitions]))
    person = st.one_of(
        pick(ENTITIES).map(lambda one: {"entity": one}), st.just({"implicit": True}),
        pick(LABELS).map(lambda one: {"label": one}),
    )  # fmt: skip
    roles = [role for role in PEOPLE if kind != "narrated" or role != "speaker"]  # the article's own words
    people = [{"role": draw(pick(roles)), **draw(person)} for _ in range(draw(st.integers(0, 3)))]
    events = [_said(event=draw(pick(EVENTS)), realis=draw(pick([*REALIS.definitions])),
                    date=draw(pick([None, "2031-05-06", "XXXX-06-12?"])),
                    place=draw(pick([None, "place/port-example"])))
              for _ in range(draw(st.integers(0, 2)))]  # fmt: skip
    data = _said(
        id=f"statement/{slug}/{numbers[-1]}", article=f"article/{slug}", kind=kind,
        claim_type=draw(pick([*CLAIM_TYPE.definitions])), cue=draw(pick([None, "say", "call for"])),
        gist=draw(_texts(240)), certainty=draw(pick([*CERTAINTY.definitions])),
        polarity=draw(pick([*POLARITY.definitions])), occasion=draw(pick([None, *EVENTS])),
        parent=draw(pick([None, *(f"statement/{slug}/{one}" for one in numbers[:-1])])),
        external_id=draw(EXTERNAL), note=draw(_texts(2000)), statement_participants=people,
        statement_events=events,
        topics=[{"topic": one} for one in draw(st.lists(pick([*TOPIC.definitions]), max_size=2, unique=True))],
    )  # fmt: skip
    if text is not None:
        rows = draw(_evidence(kind, people, len(events), text))
        data |= _said(evidence=rows, quantities=draw(_quantities(text)))
        data |= _said(quote=draw(pick([None, _quotation(text, rows)])))
        for row in rows:
            if row["role"] == "date" and draw(st.booleans()):
                events[row["of"] - 1] |= _said(date_text=literal(_words(text, row)))
    if kind in QUOTED:
        data |= _said(quote_fidelity=draw(pick([None, "original", "unknown"])))
    if not draw(st.integers(0, 4)):
        data["corrections"] = CORRECTIONS
    return Statement.model_validate(data)


def _quotation(text: Text, rows: list[Data]) -> str | None:
    """Return what the evidence of role quote quotes; None where that is not one text of one line."""
    quotes: dict[int, list[str]] = {row["mention"]: [] for row in rows if row["role"] == "quote"}
    for row in rows:
        if row["role"] == "quote":
            quotes[row["mention"]].append(_words(text, row))
    found = {" … ".join(words) for words in quotes.values()}
    return literal(min(found), 2000) if len(found) == 1 else None


@st.composite
def _evidence(draw: st.DrawFn, kind: str, people: list[Data], events: int, text: Text) -> list[Data]:
    of: dict[str, list[int]] = {role: list(range(1, events + 1)) for role in ("trigger", "date", "place")}
    for role, name in (("source", "speaker"), ("addressee", "addressee")):
        of[role] = [at for at, one in enumerate(people, 1) if one["role"] == name]
    has_quotes = kind in QUOTED and any(end - start > 2 for start, end in quoted_ranges(text.words))
    roles = [one for one in ROLES if of.get(one, [0]) and (one != "quote" or has_quotes)]
    rows: list[Data] = []
    mentions: Counter[str] = Counter()
    for _ in range(draw(st.integers(0, 5))):
        role = draw(pick(roles))
        mentions[role] += 1
        about = {"role": role, "mention": mentions[role], **_said(external_id=draw(EXTERNAL))}
        # A span that is there already, at times under the same id, since annotations are shared.
        used = [row for row in rows if row["fragment"] == 1]
        again = draw(pick([None, *used]))
        spans = _spans(text, draw(_within(text) if role == "quote" else fragments_of(text.words)))
        if again and role != "quote":
            same = [row for row in rows if (row["role"], row["mention"]) == (again["role"], again["mention"])]
            spans = [
                {name: row[name] for name in ("fragment", *SPAN_FIELDS)}
                for row in same
                if row.get("of") == again.get("of")
            ]
            about |= _said(external_id=again.get("external_id"))
        joint = draw(st.permutations(of[role])) if role in of else [None]
        joint = joint[: draw(st.integers(1, len(joint)))]
        rows += [{**about, **_said(of=one), **span} for one in joint for span in spans]
    return rows


@st.composite
def _within(draw: st.DrawFn, text: Text) -> Fragments:
    """Fragments of a quotation."""
    start, end = draw(pick([one for one in quoted_ranges(text.words) if one[1] - one[0] > 2]))
    return tuple((at + start + 1, to + start + 1) for at, to in draw(fragments_of(text.words[start + 1 : end - 1])))


@st.composite
def _quantities(draw: st.DrawFn, text: Text) -> list[Data]:
    number = pick([0, 3, 3.5, -1e15, 1e-7])
    rows = []
    for _ in range(draw(st.integers(0, 2))):
        (span, *_) = _spans(text, draw(fragments_of(text.words, 1)))
        what: Data = draw(pick([{"value": draw(number)}, {"min": 24}, {"min": 24, "max": 25.5}]))
        span.pop("fragment")
        rows.append({
            **what, "unit": draw(pick([*QUANTITY_UNIT.definitions, "metre"])), "counted": "rainy days", **span,
            **_said(approximate=draw(pick([None, True])), as_written=draw(pick([None, literal(_words(text, span))]))),
        })  # fmt: skip
    return rows
