"""The kinds of fault that checks across rows find, each with the changes that bring it about."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from news_dataset.records import BY_TABLE, RECORDS
from news_dataset.records.codebooks import ATTRIBUTION
from news_dataset.records.columns import parent_column
from news_dataset.testing.breaches import alike, nowhere, of_other_type, one_of
from news_dataset.testing.faults import Draw, Family, Fault, How, Row


def across() -> Iterator[Fault]:
    """Yield what checks across rows find."""
    for table in BY_TABLE:
        yield Fault("duplicate_id", table, table, "id", lambda row, *_: {"id": row["id"]})
    for table in ("people", "organizations", "places", "events", "sources"):
        yield Fault("unused_record", table, table, "id", _copy)
        for column in [one for one in IDENTIFIERS if one in BY_TABLE[table].model_fields]:
            yield Fault("duplicate_external_id", table, table, column, partial(_as_before, column))
    for model in RECORDS:
        if up := parent_column(model):
            yield Fault("circular_parent", model.table, model.table, up, lambda row, *_, up=up: {up: row["id"]})
            yield Fault("circular_parent", model.table, model.table, up, partial(_mutual_parents, up))
    for owner, table in (("articles", "mentions"), ("statements", "evidence"), ("statements", "quantities")):
        yield Fault("span_outside", owner, table, "end", _outside)
    for owner, table in (("articles", "mentions"), ("statements", "evidence")):
        for column in ("mention", "fragment"):
            yield Fault("span_numbers", owner, table, column, partial(_gap, column))
        for is_backwards in (False, True):
            column = "fragment" if is_backwards else "mention"
            yield Fault("span_numbers", owner, table, column, partial(_other_start, table, is_backwards))
    yield from (Fault(code, owner, table, column, how) for code, owner, table, column, how in ACROSS)


def _copy(row: Row, family: Family, draw: Draw) -> Row:
    """Give a record another id; without the date of an event, which no assessment would back, nor what only one has."""
    return {"id": f"{row['id']}-x"} | dict.fromkeys({"date", *IDENTIFIERS} & {*row})


def _as_before(column: str, row: Row, family: Family, draw: Draw) -> Row | None:
    """Give a record a value of one before it."""

    def has_one(record_id: str | None) -> bool:
        own = family.part.family_of(record_id).own if record_id else {}  # type: ignore[union-attr]
        return own.get(column) is not None and own.get("status") != "withdrawn"

    near = (family.neighbor(-step) for step in range(1, 40))
    other = family.other(next(filter(has_one, near), None)) if has_one(row["id"]) else None
    return {column: other.own[column]} if other else None


def _participant_twice(row: Row, family: Family, draw: Draw) -> Row | None:
    table = "event_participants" if family.table == "events" else "statement_participants"
    others = [one for one in family.rows(table) if one["role"] == row["role"] and one["ordinal"] < row["ordinal"]]
    other = next((one["entity"] for one in others if one["entity"]), None)
    return {"entity": other} if other and row["entity"] else None


def _without_source(row: Row, family: Family, draw: Draw) -> Row | None:
    """Give the words that name the only speaker another role."""
    sources, kind = _roles(family, "source"), family.own["kind"]
    is_fit = (
        row["entity"] and [one["of"] for one in sources] == [row["ordinal"]] and kind not in ("reported", "narrated")
    )
    if is_fit:
        sources[0].update(role="setting", of=None)
    return {} if is_fit else None


def _mutual_parents(up: str, row: Row, family: Family, draw: Draw) -> Row | None:
    parent = family.other(row[up])
    if parent is None:
        return None
    parent.own[up] = row["id"]
    return {}


def _to_another_type(row: Row, family: Family, draw: Draw) -> Row | None:
    return {"new_id": of_other_type(["person"], "", family)[0]} if row["new_id"] else None


def _old_id_in_use(row: Row, family: Family, draw: Draw) -> Row | None:
    after = family.part.tables["people"]["id"].slice(family.part.find("people", "id", row["old_id"])[0], 1)
    other = family.other(str(after[0])) if len(after) else None
    return {"old_id": other.id} if other else None


def _of_another_article(row: Row, family: Family, draw: Draw) -> Row | None:
    here = family.other(row["article"])
    there = here and family.other(here.neighbor(1))
    # In a shorter article spans would lie outside.
    is_fit = here and there and there.own["text_length"] >= here.own["text_length"]
    return {"article": there.id} if there and is_fit else None


def _without_article(row: Row, family: Family, draw: Draw) -> Row | None:
    kind, slug, _ = row["id"].split("/")
    if f"/{slug}/" in (family.neighbor(1) or "") or not row["target"].startswith("event/"):
        return None
    return {"id": f"{kind}/{slug}0/01", "aspect": "veracity", "verdict": "not_checkable", "correct_value": None}


def _assessed_twice(row: Row, family: Family, draw: Draw) -> Row | None:
    other = family.other(family.neighbor(-1))
    aspects = {row["aspect"], other.own["aspect"]} if other and other.own["target"] == row["target"] else {"date"}
    return {"aspect": other.own["aspect"]} if other and "date" not in aspects else None


def _outside(row: Row, family: Family, draw: Draw) -> Row | None:
    article = family if family.table == "articles" else family.other(family.own["article"])
    # What comes later in the text begins behind it, so only a mention of one fragment can reach further.
    is_free = row.get("role") != "quote" and ("mention" not in row or len(alike(row, family, "role", "mention")) == 1)
    return {"end": article.own["text_length"] + 1 + draw(50)} if article and is_free else None


def _gap(column: str, row: Row, family: Family, draw: Draw) -> Row | None:
    mentions = [one["mention"] for one in alike(row, family, "role")]
    is_last = row["mention"] == max(mentions) and mentions.count(row["mention"]) == 1
    return {column: row[column] + 1 + draw(3)} if is_last and row.get("role") != "quote" else None


def _other_start(table: str, is_backwards: bool, row: Row, family: Family, draw: Draw) -> Row | None:
    """Give a fragment a span before the one in front of it, or the words of a mention a second span."""
    before = next((one for one in family.rows(table) if one["ordinal"] == row["ordinal"] - 1), None)
    if is_backwards:
        return {"start": before["end"] - 1} if before and row["fragment"] == 2 else None
    is_fit = before and before["start"] and before in alike(row, family, "role", "mention", "fragment")
    return {"start": before["start"] - 1} if before and is_fit else None


def _roles(family: Family, role: str, table: str = "evidence") -> list[Row]:
    return [row for row in family.rows(table) if row["role"] == role]


def _hide(rows: list[Row], other: str = "setting") -> Row | None:
    """Give rows a role that no check looks for."""
    for row in rows:
        row["role"] = other
    return {} if rows else None


def _dated(family: Family) -> list[Row]:
    return [row for row in family.rows("statement_events") if row["date"] or row["date_text"]]


def _narrated(row: Row, family: Family, draw: Draw) -> Row | None:
    is_first = (row["role"], row["ordinal"], family.own["kind"]) == ("speaker", 1, "indirect")
    family.own["kind"] = "narrated" if is_first else family.own["kind"]
    return {} if is_first else None


def _second_date(row: Row, family: Family, draw: Draw) -> Row | None:
    """Date another event, too; the second of the two is at fault."""
    dated = _dated(family)
    other = next((one for one in family.rows("statement_events") if one not in dated), None)
    if len(dated) != 1 or other is None or row is not max(dated[0], other, key=lambda one: one["ordinal"]):
        return None
    other["date"] = "2024-05-06"
    return {}


def _assessments(row: Row, family: Family) -> list[Row]:
    """Return the assessments of the article of a statement."""
    slug, assessed = row["article"].partition("/")[2], family.part.tables["assessments"]
    start, stop = (family.part.find("assessments", "id", f"assessment/{slug}{end}")[0] for end in "/0")
    found: list[Row] = assessed.slice(start, stop - start).to_pylist()
    return found


def _unassessed(row: Row, family: Family, draw: Draw) -> Row | None:
    article = family.other(row["article"])
    is_free = row["claim_type"] != "fact" and row["id"] not in {one["target"] for one in _assessments(row, family)}
    return {"claim_type": "fact"} if article and is_free else None


def _part_of_what_was_not_said(row: Row, family: Family, draw: Draw) -> Row | None:
    if row["kind"] == "narrated" or row["parent"]:
        return None
    said = [one for one in _assessments(row, family) if one["aspect"] in ATTRIBUTION]
    wrong = [one["target"] for one in said if one["verdict"] in ("contradicted", "unsupported")]
    earlier = [one for one in wrong if one < row["id"]]  # parents are, so that there is no circle
    return {"parent": earlier[0]} if earlier and row["id"] not in {one["target"] for one in said} else None


def _event_date(is_dated: bool, row: Row, family: Family, draw: Draw) -> Row | None:
    other = ("2024-05-06", "2023", "2025-08-23~")[draw(3)]
    return {"date": other} if (row["date"] is not None) == is_dated and row["date"] != other else None


def _unsupported(is_cited: bool, row: Row, family: Family, draw: Draw) -> Row | None:
    stances = {one["stance"] for one in family.rows("citations")}
    verdict = "contradicted" if "supports" in stances else "supported"
    return {"verdict": verdict} if bool(stances) == is_cited and {"supports", "contradicts"} - stances else None


IDENTIFIERS = ("geonames", "wikidata")
S, A = "statements", "assessments"
ACROSS: tuple[tuple[str, str, str, str, How], ...] = (
    ("foreign_number", S, S, "id", _of_another_article),
    ("foreign_number", A, A, "id", _without_article),
    ("duplicate_assessment", A, A, "target", _assessed_twice),
    ("bad_redirect", "redirects", "redirects", "old_id", lambda row, *_: {"old_id": row["old_id"]}),
    ("bad_redirect", "redirects", "redirects", "old_id", _old_id_in_use),
    ("bad_redirect", "redirects", "redirects", "new_id", partial(one_of, "new_id", nowhere)),
    ("bad_redirect", "redirects", "redirects", "new_id", _to_another_type),
    ("wrong_of", S, "evidence", "of", lambda row, *_: {"of": 99} if row["of"] and row["role"] != "date" else None),
    ("wrong_of", S, "evidence", "of", lambda row, family, _: {"of": row["of"] + 1} if row["role"] == "source"
     and any(one["role"] != "speaker" for one in family.rows("statement_participants")[row["of"]:][:1]) else None),
    ("wrong_of", "articles", "mentions", "of", lambda row, *_: {"of": 99} if row["event"] else None),
    ("quote_without_span", S, S, "quote", lambda row, family, _: _hide(_roles(family, "quote"))),
    ("quote_without_span", S, "evidence", "role",
     lambda row, family, _: {"role": "quote"} if row["role"] == "cue" and family.own["kind"] == "indirect" else None),
    ("quote_words", S, S, "quote", lambda row, *_: {"quote": f"Yes, {row['quote']}"} if row["quote"] else None),
    ("literal_words", S, "statement_events", "date_text",
     lambda row, family, _: None if _dated(family) else {"date_text": "last Sunday"}),
    ("statement_without_evidence", S, S, "",
     lambda row, family, _: _hide(_roles(family, "content")) if row["kind"] not in ("reported", "unknown") else None),
    ("statement_without_evidence", S, S, "", lambda row, family, _: _hide(_roles(family, "cue"))
     if row["kind"] == "reported" and not _roles(family, "source") else None),
    ("wrong_speakers", S, S, "", lambda row, family, _: None if _roles(family, "source") or row["kind"] == "unknown"
     else _hide(_roles(family, "speaker", "statement_participants"), "witness")),
    ("wrong_speakers", S, "statement_participants", "role", _narrated),
    ("speaker_without_source", S, "statement_participants", "entity", _without_source),
    ("duplicate_participant", S, "statement_participants", "entity", _participant_twice),
    ("duplicate_participant", "events", "event_participants", "entity", _participant_twice),
    ("duplicate_url", "articles", "articles", "url", partial(_as_before, "url")),
    ("several_dates", S, "statement_events", "", _second_date),
    ("unassessed_fact", S, S, "claim_type", _unassessed),
    ("unassessed_part", S, S, "parent", _part_of_what_was_not_said),
    ("unbacked_date", "events", "events", "date", partial(_event_date, False)),
    ("unbacked_date", "events", "events", "date", partial(_event_date, True)),
    ("uncited_verdict", A, A, "verdict", partial(_unsupported, False)),
    ("uncited_verdict", A, A, "verdict", partial(_unsupported, True)),
    ("uncited_verdict", A, A, "independence",
     lambda row, *_: {"independence": "independent" if row["independence"] == "single" else "single"}),
    ("uncited_verdict", A, A, "", lambda row, *_: {"independence": None} if row["independence"] else None),
    ("wrong_field", "people", "value_sources", "field", lambda *_: {"field": "geonames"}),
    ("wrong_field", "places", "value_sources", "field", lambda *_: {"field": "offices"}),
)  # fmt: skip
"""What checks across rows find: code, table of the record, table and column at fault, what to change."""
