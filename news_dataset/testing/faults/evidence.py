"""Faults of spans and of the evidence of statements, one or several for each check of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from news_dataset.testing.faults.part import Chance, Edit, Family, Kind, Part, Place
from news_dataset.testing.faults.rules import alone
from news_dataset.testing.faults.shape import turned

_SPANS = (("articles", "mentions"), ("statements", "evidence"), ("statements", "quantities"))
_OWN = "setting"
"""A role of evidence that no check looks for."""


def kinds() -> Iterator[Kind]:
    """Yield every fault of evidence that shows without the text."""
    for owner, table in _SPANS:
        yield _outside(owner, table)
    for owner, table in _SPANS[:2]:
        for column in ("mention", "fragment"):
            yield _skipped(owner, table, column)
        yield _two_spans(owner, table)
        yield _backwards(owner, table)
    yield Kind("statements", "evidence.of: too large", _of_nothing)
    yield Kind("statements", "evidence.of: no speaker", _of_another)
    yield Kind("statements", "statements.quote: without evidence", _unshown)
    yield Kind("statements", "evidence.role: quote without a quotation", _unquoted)
    yield Kind("statements", "statements.quote: other words", _reworded)
    yield Kind("statements", "evidence.digest: of other words", _redigested)
    yield Kind("statements", "statement_events.date_text: without evidence", _undated)


def _of_role(family: Family, *roles: str) -> list[Place]:
    return [place for place in family.rows("evidence") if place.values["role"] in roles]


def _outside(owner: str, table: str) -> Kind:
    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        article = family if owner == "articles" else part.find(family.own.values["article"])
        rows = [place for place in turned(family.rows(table), chance) if alone(place, family.rows(table))]
        # What comes later in the text begins behind it, so only the last fragment of a mention can reach further.
        rows = [place for place in rows if place.values.get("role") != "quote" and place.values.get("fragment", 1) == 1
                and not _has_second(place, family.rows(table))]  # fmt: skip
        if article is None or not rows:
            return None
        end = article.own.values["text_length"] + 1 + chance(50)
        beside = [Edit(article.own, {})] if article is not family else []
        return [Edit(rows[0], {"end": end}, "span_outside", "end"), *beside]

    return Kind(owner, f"{table}.end: behind the text", plan)


def _has_second(place: Place, rows: Sequence[Place]) -> bool:
    mention = place.values.get("mention")
    return any(other.values["fragment"] == 2 and other.values["mention"] == mention for other in rows if mention)


def _skipped(owner: str, table: str, column: str) -> Kind:
    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        rows = [place for place in family.rows(table) if place.values.get("role") != "quote"]
        for place in turned(rows, chance):
            mentions = [one.values["mention"] for one in rows if one.values.get("role") == place.values.get("role")]
            if place.values["mention"] == max(mentions) and mentions.count(max(mentions)) == 1:
                return [Edit(place, {column: place.values[column] + 1 + chance(3)}, "span_numbers", column)]
        return None

    return Kind(owner, f"{table}.{column}: a gap", plan)


def _two_spans(owner: str, table: str) -> Kind:
    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        rows = family.rows(table)
        for first, second in pairwise(rows):
            if not alone(second, [first, second]) and first.values["start"] > 0:
                return [Edit(second, {"start": first.values["start"] - 1}, "span_numbers", "start")]
        return None

    return Kind(owner, f"{table}: two spans of one fragment", plan)


def _backwards(owner: str, table: str) -> Kind:
    def plan(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
        rows = family.rows(table)
        for first, second in pairwise(rows):
            if second.values["fragment"] == 2:
                start = first.values["end"] - 1
                return [Edit(second, {"start": start}, "span_numbers", "start")]
        return None

    return Kind(owner, f"{table}: fragments in the wrong order", plan)


def _of_nothing(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    rows = _of_role(family, "source", "addressee", "trigger", "place")  # a literal date would lose its evidence
    return [Edit(turned(rows, chance)[0], {"of": 99}, "wrong_of", "of")] if rows else None


def _of_another(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    participants = family.rows("statement_participants")
    others = [place.values["ordinal"] for place in participants if place.values["role"] != "speaker"]
    rows = _of_role(family, "source")
    return [Edit(rows[0], {"of": others[0]}, "wrong_of", "of")] if rows and others else None


def _unshown(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    rows = _of_role(family, "quote")
    if not rows:
        return None
    others = [Edit(place, {"role": _OWN}) for place in rows]
    return [Edit(family.own, {}, "quote_without_span", "quote"), *others]


def _unquoted(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    rows = _of_role(family, "cue")
    if not rows or family.own.values["quote"] is not None or family.own.values["kind"] == "reported":
        return None
    return [Edit(rows[0], {"role": "quote"}, "quote_without_span", "role")]


def _reworded(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    quote = family.own.values["quote"]
    if quote is None:
        return None
    forms = (f"{quote}s", f"Yes, {quote}", f"{quote} … {quote}")
    return [Edit(family.own, {"quote": forms[chance(len(forms))]}, "quote_words", "quote")]


def _redigested(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    rows = _of_role(family, "quote")
    if not rows:
        return None
    digest = rows[0].values["digest"]
    changed = (
        {"digest": digest[::-1]} if chance(2) and digest != digest[::-1] else {"length": rows[0].values["length"] + 1}
    )
    return [Edit(rows[0], changed), Edit(family.own, {}, "quote_words", "quote")]


def _undated(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    rows = family.rows("statement_events")
    if not rows or any(place.values["date"] or place.values["date_text"] for place in rows):
        return None
    return [Edit(rows[0], {"date_text": "last Sunday"}, "literal_words", "date_text")]
