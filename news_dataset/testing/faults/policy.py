"""Faults of completeness, one or several for each check of the house rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from news_dataset.testing.faults.part import Chance, Edit, Family, Kind, Part

_OWN = "setting"


def kinds() -> Iterator[Kind]:
    """Yield every fault of completeness that shows without the text."""
    yield Kind("statements", "evidence: no content", _no_content)
    yield Kind("statements", "evidence: neither source nor cue", _no_sign)
    yield Kind("statements", "statement_participants: no speaker", _no_speaker)
    yield Kind("statements", "statements.kind: narrated with a speaker", _narrated)
    yield Kind("statements", "statement_events: two dates", _two_dates)
    yield Kind("statements", "statements.claim_type: a fact without an assessment", _unassessed)
    yield Kind("events", "events.date: not assessed", _unassessed_date)
    yield Kind("events", "events.date: assessed otherwise", _other_date)
    yield Kind("assessments", "assessments.verdict: without a source", _uncited)
    yield Kind("assessments", "assessments.verdict: not what the sources show", _unsupported)
    yield Kind("assessments", "assessments.independence: not by number", _miscounted)


def _evidence(family: Family) -> dict[str, int]:
    roles = [place.values["role"] for place in family.rows("evidence")]
    return {role: roles.count(role) for role in roles}


def _no_content(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    rows = [place for place in family.rows("evidence") if place.values["role"] == "content"]
    if not rows or family.own.values["kind"] == "reported":
        return None
    return [Edit(family.own, {}, "statement_without_evidence"), *(Edit(place, {"role": _OWN}) for place in rows)]


def _no_sign(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    rows = [place for place in family.rows("evidence") if place.values["role"] == "cue"]
    if family.own.values["kind"] != "reported" or "source" in _evidence(family):
        return None
    return [Edit(family.own, {}, "statement_without_evidence"), *(Edit(place, {"role": _OWN}) for place in rows)]


def _no_speaker(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    rows = [place for place in family.rows("statement_participants") if place.values["role"] == "speaker"]
    if not rows or "source" in _evidence(family):
        return None
    return [Edit(family.own, {}, "wrong_speakers"), *(Edit(place, {"role": "witness"}) for place in rows)]


def _narrated(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    rows = [place for place in family.rows("statement_participants") if place.values["role"] == "speaker"]
    if family.own.values["kind"] not in ("indirect", "free_indirect") or not rows:
        return None
    return [Edit(rows[0], {}, "wrong_speakers", "role"), Edit(family.own, {"kind": "narrated"})]


def _two_dates(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    rows = family.rows("statement_events")
    dated = [place for place in rows if place.values["date"] or place.values["date_text"]]
    if len(rows) < 2 or len(dated) != 1:
        return None
    more = next(place for place in rows if place not in dated)
    second = max(more, dated[0], key=lambda place: place.row)
    edits = [Edit(more, {"date": "2024-05-06"})] if second is not more else []
    change = {} if edits else {"date": "2024-05-06"}
    return [Edit(second, change, "several_dates"), *edits]


def _unassessed(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    article = part.find(family.own.values["article"])
    if family.own.values["claim_type"] == "fact" or article is None:
        return None
    if any(target == family.id for target in part.targets(article.id)):
        return None
    return [Edit(family.own, {"claim_type": "fact"}, "unassessed_fact", "claim_type"), Edit(article.own, {})]


def _unassessed_date(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    return None if family.own.values["date"] else [Edit(family.own, {"date": "2024-05-06"}, "unbacked_date", "date")]


def _other_date(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    date = family.own.values["date"]
    other = ("2024-05-06", "2023", "2025-08-23~")[chance(3)]
    return None if date in (None, other) else [Edit(family.own, {"date": other}, "unbacked_date", "date")]


def _uncited(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    if family.rows("citations"):
        return None
    return [Edit(family.own, {"verdict": "supported"}, "uncited_verdict", "verdict")]


def _unsupported(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    stances = {place.values["stance"] for place in family.rows("citations")}
    missing = [verdict for verdict, stance in (("contradicted", "contradicts"), ("partly_supported", "supports"))
               if stance not in stances]  # fmt: skip
    if not stances or not missing:
        return None
    return [Edit(family.own, {"verdict": missing[0]}, "uncited_verdict", "verdict")]


def _miscounted(part: Part, family: Family, chance: Chance) -> Sequence[Edit] | None:
    many = len(family.rows("citations"))
    if not many:
        return None
    other = "single" if many > 1 else ("independent", "shared_origin")[chance(2)]
    return [Edit(family.own, {"independence": other}, "uncited_verdict", "independence")]
