"""The kinds of fault that checks across rows find, with the changes that cause them.

Every function that takes a row, its family and random draws is a ``Change``; it returns None if the row cannot have the
fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from news_dataset.records import BY_TABLE, RECORDS
from news_dataset.records.codebooks import ATTRIBUTION
from news_dataset.records.columns import parent_column
from news_dataset.testing.breaches import equal_spans, ids_of_other_types, replaced, unknown_id
from news_dataset.testing.faults import Change, Draw, Family, Fault, Row


def relation_faults() -> Iterator[Fault]:
    """Yield every kind of fault across rows."""
    for table in BY_TABLE:
        yield Fault("duplicate_id", table, table, "id", lambda row, *_: {"id": row["id"]})
    for table in ("people", "organizations", "places", "events", "sources"):
        yield Fault("unused_record", table, table, "id", _copied)
        for column in [one for one in IDENTIFIERS if one in BY_TABLE[table].model_fields]:
            yield Fault("duplicate_external_id", table, table, column, partial(_value_of_earlier, column))
    for model in RECORDS:
        if parent := parent_column(model):
            yield Fault("circular_parent", model.table, model.table, parent, partial(_own_parent, parent))
            yield Fault("circular_parent", model.table, model.table, parent, partial(_mutual_parents, parent))
    for owner, table in (("articles", "mentions"), ("statements", "evidence"), ("statements", "quantities")):
        yield Fault("span_outside", owner, table, "end", _outside)
    for owner, table in (("articles", "mentions"), ("statements", "evidence")):
        for column in ("mention", "fragment"):
            yield Fault("span_numbers", owner, table, column, partial(_skipped_number, column))
        for is_backwards in (False, True):
            column = "fragment" if is_backwards else "mention"
            yield Fault("span_numbers", owner, table, column, partial(_other_start, table, is_backwards))
    yield from (Fault(code, owner, table, column, change) for code, owner, table, column, change in RELATION_FAULTS)


def _copied(row: Row, family: Family, draw: Draw) -> Row:
    """Return a copy with another id, without identifiers and the date of an event."""
    return {"id": f"{row['id']}-x"} | dict.fromkeys({"date", *IDENTIFIERS} & {*row})


def _value_of_earlier(column: str, row: Row, family: Family, draw: Draw) -> Row | None:
    """Copy the value of *column* from an earlier record."""

    def has_value(record_id: str | None) -> bool:
        own = family.part.family_of(record_id).own if record_id else {}  # type: ignore[union-attr]
        return own.get(column) is not None and own.get("status") != "withdrawn"

    earlier_ids = (family.neighbor(-step) for step in range(1, 40))
    other = family.other(next(filter(has_value, earlier_ids), None)) if has_value(row["id"]) else None
    return {column: other.own[column]} if other else None


def _participant_twice(row: Row, family: Family, draw: Draw) -> Row | None:
    table = "event_participants" if family.table == "events" else "statement_participants"
    participants = [other for other in family.rows(table) if other["role"] == row["role"]]
    earlier = [other for other in participants if other["ordinal"] < row["ordinal"]]
    entity = next((other["entity"] for other in earlier if other["entity"]), None)
    return {"entity": entity} if entity and row["entity"] else None


def _described(row: Row, family: Family, draw: Draw) -> Row | None:
    """Describe a person or organization by the slug of its id, as words in capitals."""
    kind, _, slug = (row["entity"] or "").partition("/")
    return {"entity": None, "label": slug.replace("-", " ").upper()} if kind in ("person", "organization") else None


def _without_source(row: Row, family: Family, draw: Draw) -> Row | None:
    """Give the only source evidence of a speaker another role."""
    sources, kind = _of_role(family, "source"), family.own["kind"]
    is_only = [source["of"] for source in sources] == [row["ordinal"]]
    is_suitable = row["entity"] and is_only and kind not in ("reported", "narrated")
    if is_suitable:
        sources[0].update(role="setting", of=None)
    return {} if is_suitable else None


def _own_parent(column: str, row: Row, family: Family, draw: Draw) -> Row | None:
    return {column: row["id"]}


def _mutual_parents(column: str, row: Row, family: Family, draw: Draw) -> Row | None:
    parent = family.other(row[column])
    if parent is None:
        return None
    parent.own[column] = row["id"]
    return {}


def _new_id_of_other_type(row: Row, family: Family, draw: Draw) -> Row | None:
    return {"new_id": ids_of_other_types(["person"], "", family)[0]} if row["new_id"] else None


def _existing_old_id(row: Row, family: Family, draw: Draw) -> Row | None:
    later_ids = family.part.tables["people"]["id"].slice(family.part.find("people", "id", row["old_id"])[0], 1)
    other = family.other(str(later_ids[0])) if len(later_ids) else None
    return {"old_id": other.id} if other else None


def _number_of_other_article(row: Row, family: Family, draw: Draw) -> Row | None:
    article = family.other(row["article"])
    other = article and family.other(article.neighbor(1))
    # In a shorter article the spans could be outside the text.
    is_suitable = article and other and other.own["text_length"] >= article.own["text_length"]
    return {"article": other.id} if other and is_suitable else None


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
    # A later fragment must begin after this one, so only a mention of a single fragment can end later.
    is_single = "mention" not in row or len(equal_spans(row, family, "role", "mention")) == 1
    is_free = is_single and row.get("role") != "quote"
    return {"end": article.own["text_length"] + 1 + draw(50)} if article and is_free else None


def _skipped_number(column: str, row: Row, family: Family, draw: Draw) -> Row | None:
    mentions = [span["mention"] for span in equal_spans(row, family, "role")]
    is_last = row["mention"] == max(mentions) and mentions.count(row["mention"]) == 1
    return {column: row[column] + 1 + draw(3)} if is_last and row.get("role") != "quote" else None


def _other_start(table: str, is_backwards: bool, row: Row, family: Family, draw: Draw) -> Row | None:
    """Move a second fragment before the first, or one of two equal spans away from the other."""
    previous = next((span for span in family.rows(table) if span["ordinal"] == row["ordinal"] - 1), None)
    if is_backwards:
        return {"start": previous["end"] - 1} if previous and row["fragment"] == 2 else None
    is_suitable = previous and previous["start"] and previous in equal_spans(row, family, "role", "mention", "fragment")
    return {"start": previous["start"] - 1} if previous and is_suitable else None


def _of_role(family: Family, role: str, table: str = "evidence") -> list[Row]:
    """Return the family's rows with a role in ``evidence`` or another table of children."""
    return [row for row in family.rows(table) if row["role"] == role]


def _set_role(rows: list[Row], other: str = "setting") -> Row | None:
    """Give rows another role, by default one that no check looks for; None if there are no rows."""
    for row in rows:
        row["role"] = other
    return {} if rows else None


def _dated_events(family: Family) -> list[Row]:
    """Return the reported events that have a date or a date text."""
    return [row for row in family.rows("statement_events") if row["date"] or row["date_text"]]


def _narrated(row: Row, family: Family, draw: Draw) -> Row | None:
    is_first = (row["role"], row["ordinal"], family.own["kind"]) == ("speaker", 1, "indirect")
    family.own["kind"] = "narrated" if is_first else family.own["kind"]
    return {} if is_first else None


def _second_date(row: Row, family: Family, draw: Draw) -> Row | None:
    """Date a second event, in place; the later of the two dated events is the faulty one."""
    dated = _dated_events(family)
    other = next((event for event in family.rows("statement_events") if event not in dated), None)
    if len(dated) != 1 or other is None or row is not max(dated[0], other, key=lambda event: event["ordinal"]):
        return None
    other["date"] = "2024-05-06"
    return {}


def _assessments(row: Row, family: Family) -> list[Row]:
    """Return the assessments with the article of a statement in their id."""
    slug, assessed = row["article"].partition("/")[2], family.part.tables["assessments"]
    start, stop = (family.part.find("assessments", "id", f"assessment/{slug}{suffix}")[0] for suffix in "/0")
    rows: list[Row] = assessed.slice(start, stop - start).to_pylist()
    return rows


def _unassessed(row: Row, family: Family, draw: Draw) -> Row | None:
    article = family.other(row["article"])
    targets = {assessment["target"] for assessment in _assessments(row, family)}
    is_free = row["claim_type"] != "fact" and row["id"] not in targets
    return {"claim_type": "fact"} if article and is_free else None


def _child_of_refuted(row: Row, family: Family, draw: Draw) -> Row | None:
    """Make a statement part of one whose attribution is refuted."""
    if row["kind"] == "narrated" or row["parent"]:
        return None
    of_attribution = [other for other in _assessments(row, family) if other["aspect"] in ATTRIBUTION]
    refuted = [other["target"] for other in of_attribution if other["verdict"] in ("contradicted", "unsupported")]
    earlier = [target for target in refuted if target < row["id"]]  # parents have smaller ids, so there is no cycle
    is_free = row["id"] not in {other["target"] for other in of_attribution}
    return {"parent": earlier[0]} if earlier and is_free else None


def _event_date(is_dated: bool, row: Row, family: Family, draw: Draw) -> Row | None:
    other = ("2024-05-06", "2023", "2025-08-23~")[draw(3)]
    return {"date": other} if (row["date"] is not None) == is_dated and row["date"] != other else None


def _verdict_without_citation(is_cited: bool, row: Row, family: Family, draw: Draw) -> Row | None:
    stances = {citation["stance"] for citation in family.rows("citations")}
    verdict = "contradicted" if "supports" in stances else "supported"
    return {"verdict": verdict} if bool(stances) == is_cited and {"supports", "contradicts"} - stances else None


IDENTIFIERS = ("geonames", "wikidata")
S, A = "statements", "assessments"
RELATION_FAULTS: tuple[tuple[str, str, str, str, Change], ...] = (
    ("foreign_number", S, S, "id", _number_of_other_article),
    ("foreign_number", A, A, "id", _without_article),
    ("duplicate_assessment", A, A, "target", _assessed_twice),
    ("bad_redirect", "redirects", "redirects", "old_id", lambda row, *_: {"old_id": row["old_id"]}),
    ("bad_redirect", "redirects", "redirects", "old_id", _existing_old_id),
    ("bad_redirect", "redirects", "redirects", "new_id", partial(replaced, "new_id", unknown_id)),
    ("bad_redirect", "redirects", "redirects", "new_id", _new_id_of_other_type),
    ("wrong_of", S, "evidence", "of", lambda row, *_: {"of": 99} if row["of"] and row["role"] != "date" else None),
    ("wrong_of", S, "evidence", "of", lambda row, family, _: {"of": row["of"] + 1} if row["role"] == "source"
     and any(one["role"] != "speaker" for one in family.rows("statement_participants")[row["of"]:][:1]) else None),
    ("wrong_of", "articles", "mentions", "of", lambda row, *_: {"of": 99} if row["event"] else None),
    ("quote_without_span", S, S, "quote", lambda row, family, _: _set_role(_of_role(family, "quote"))),
    ("quote_without_span", S, "evidence", "role",
     lambda row, family, _: {"role": "quote"} if row["role"] == "cue" and family.own["kind"] == "indirect" else None),
    ("quote_words", S, S, "quote", lambda row, *_: {"quote": f"Yes, {row['quote']}"} if row["quote"] else None),
    ("literal_words", S, "statement_events", "date_text",
     lambda row, family, _: None if _dated_events(family) else {"date_text": "last Sunday"}),
    ("statement_without_evidence", S, S, "",
     lambda row, family, _: None if row["kind"] in ("reported", "unknown") else _set_role(_of_role(family, "content"))),
    ("statement_without_evidence", S, S, "", lambda row, family, _: _set_role(_of_role(family, "cue"))
     if row["kind"] == "reported" and not _of_role(family, "source") else None),
    ("wrong_speakers", S, S, "", lambda row, family, _: None if _of_role(family, "source") or row["kind"] == "unknown"
     else _set_role(_of_role(family, "speaker", "statement_participants"), "witness")),
    ("wrong_speakers", S, "statement_participants", "role", _narrated),
    ("speaker_without_source", S, "statement_participants", "entity", _without_source),
    ("duplicate_participant", S, "statement_participants", "entity", _participant_twice),
    ("duplicate_participant", "events", "event_participants", "entity", _participant_twice),
    ("unlinked_participant", S, "statement_participants", "label", _described),
    ("unlinked_participant", "events", "event_participants", "label", _described),
    ("duplicate_url", "articles", "articles", "url", partial(_value_of_earlier, "url")),
    ("several_dates", S, "statement_events", "", _second_date),
    ("unassessed_fact", S, S, "claim_type", _unassessed),
    ("unassessed_part", S, S, "parent", _child_of_refuted),
    ("unbacked_date", "events", "events", "date", partial(_event_date, False)),
    ("unbacked_date", "events", "events", "date", partial(_event_date, True)),
    ("uncited_verdict", A, A, "verdict", partial(_verdict_without_citation, False)),
    ("uncited_verdict", A, A, "verdict", partial(_verdict_without_citation, True)),
    ("uncited_verdict", A, A, "independence",
     lambda row, *_: {"independence": "independent" if row["independence"] == "single" else "single"}),
    ("uncited_verdict", A, A, "", lambda row, *_: {"independence": None} if row["independence"] else None),
    ("wrong_field", "people", "value_sources", "field", lambda *_: {"field": "geonames"}),
    ("wrong_field", "places", "value_sources", "field", lambda *_: {"field": "offices"}),
)  # fmt: skip
"""Further kinds of fault: code, table of the record, table and column of the faulty cell, change."""
