"""The kinds of fault: every constraint and rule of the models, and every check across rows, is broken in every way."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cache, partial
from typing import Any

from news_dataset import rules
from news_dataset.records import BY_TABLE, BY_TYPE, DERIVED, RECORDS
from news_dataset.records.columns import Column, children, columns
from news_dataset.records.fields import NUMBERED
from news_dataset.tabular import tables
from news_dataset.testing.faults import NULL, PARENT_KEYS, Draw, Family, Fault, How, Row

OTHER_TYPES: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("string", "code", "edtf", "day"), (7, True, ["a text"], {})), "bool": ("true", 1, [True]),
    "int32": ("7", 7.5, 7.0, True, [7]), "double": ("7.5", True, [7.5]),
}  # fmt: skip
"""For each kind of column values of another JSON type."""
FILLING = {"string": "something else", "int32": 1, "double": 1.5, "bool": True, "edtf": "2024-05-06"}
EARLY = {"edtf": "1911-10", "day": dt.date(1911, 10, 10), "int32": 0, "double": -1.0}
IMPOSSIBLE = ("2025-02-30", "2023-02-29", "2024-06-31", "0000", "2025-08-24/2025-08-23", "2026/2025-12", "XXXX-02-30")
CHECKED = ("speaker", "addressee", "content", "quote", "source")
"""Roles that checks look for; that of evidence of the setting none does."""


@cache
def faults() -> tuple[Fault, ...]:
    """Return every kind of fault."""
    models = [(record.table, model) for record in RECORDS for model in (record, *children(record).values())]
    found = [fault for owner, model in models for fault in (*_of_fields(owner, model), *_of_rows(owner, model))]
    for derived in DERIVED:
        found += _of_fields(derived.table, derived)
    return (*found, *_across())


# One field


def _of_fields(owner: str, model: Any) -> Iterator[Fault]:
    schema, table = model.model_json_schema(), model.table
    for column in columns(model):
        for code, values, *form in _values(column, schema["properties"][column.name]):
            if table in ("entities", "records", "codes"):  # made of other tables, and compared with these
                is_key = column.name in tables()[table].key and table != "codes"
                code = "dangling_reference" if is_key else "broken_table"
            if values != [None] or column.name in schema["required"]:
                yield Fault(code, owner, table, column.name, partial(_one_of, column.name, values), *form)
    yield Fault("unknown_key", owner, table, "", lambda *_: {"remark": "more"}, "jsonl")
    for name, child in children(model).items() if owner == table else ():
        for code, value in (("bad_form", []), ("wrong_type", {})):
            yield Fault(code, owner, table, name, partial(_instead, name, child.table, value), "jsonl")


def _instead(name: str, child: str, value: Any, row: Row, family: Family, draw: Draw) -> Row | None:
    return {name: value} if family.rows(child) else None


def _one_of(column: str, values: Any, row: Row, family: Family, draw: Draw) -> Row | None:
    """Change a value into one of others, which may depend on it."""
    if row[column] is None:
        return None
    found = list(values(row[column], family)) if callable(values) else values
    return {column: found[draw(len(found))]} if found else None


def _values(column: Column, limits: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield for each constraint of a column the code, the values that break it, and the form if it is not in both."""
    yield "missing_key", [None]
    yield "wrong_type", [NULL], "jsonl"
    yield "wrong_type", OTHER_TYPES[column.kind], "jsonl"
    if column.kind == "day":
        return  # a day in a table is always one of the calendar
    if pattern := limits.get("pattern"):
        yield "bad_form", lambda value, _: [one for one in _forms(value) if not re.fullmatch(pattern, one)]
    if most := limits.get("maxLength"):
        yield "bad_form", lambda value, _: [value + value[-1] * (most + 1 - len(value))]
    if column.reference and set(column.reference.types) < set(BY_TYPE):
        yield "bad_form", partial(_of_other_type, column.reference.types)
    if column.codebook and not column.codebook.is_open:
        codes = column.codebook.definitions
        yield "unknown_code", lambda value, _: [one for one in _forms(value) if one not in codes]
    if column.kind == "bool":
        yield "wrong_type", [False]
    if column.kind in ("int32", "double"):
        least, most = limits["minimum"], limits["maximum"]
        number = float if column.kind == "double" else int
        yield from (
            ("out_of_range", [number(one)]) for one in (least - 1, most + 1) if abs(one) < 2**31 or number is float
        )
        yield from (("out_of_range", [float(one)], "parquet") for one in ("inf", "nan") if number is float)


def _forms(value: str) -> tuple[str, ...]:
    """Return texts that are almost a value."""
    return (f"{value}!", f"{value} ", f" {value}", f"{value}\n", f"{value[:1]}\u202e{value[1:]}", "", value.upper(),
            value[:-1], f"{value}é", value.replace("/", "//"), f"{value}\u200b")  # fmt: skip


def _of_other_type(types: Sequence[str], value: str, family: Family) -> list[str]:
    return [str(ids[0]) for kind, ids in family.part.world.ids.items() if kind not in types]


# Several fields of a row


def _of_rows(owner: str, model: Any) -> Iterator[Fault]:
    table, by_name = model.table, {one.name: one for one in columns(model)}
    for rule in model.rules:
        code = "broken_rule" if rule.schema() else "wrong_mode" if isinstance(rule, rules.Admits) else "out_of_order"
        for field, changes in _breaches(rule, by_name):
            yield Fault(code, owner, table, field, partial(_broken, rule, field, changes))
    for name, one in by_name.items():
        rule = next((rule for rule in model.rules if isinstance(rule, rules.PatternIf) and rule.field == name), None)
        if one.kind == "edtf" or rule:
            yield Fault("impossible_date", owner, table, name, partial(_impossible, name, rule))
        if one.codebook and one.codebook.is_open:
            yield Fault("unusual_code", owner, table, name, partial(_unusual, name, one.codebook.definitions))
        if one.reference:
            yield Fault("dangling_reference", owner, table, name, partial(_one_of, name, _nowhere))
    yield from _of_keys(owner, table) if table in PARENT_KEYS else ()


def _of_keys(owner: str, table: str) -> Iterator[Fault]:
    key = PARENT_KEYS[table]
    for place, step in ((-1, 1), (1, -1), (0, -1)):  # a gap, twice the same, from 0
        yield Fault("broken_table", owner, table, "ordinal", partial(_renumbered, table, place, step), "parquet")
    for values in (_nowhere, [None]):
        yield Fault("dangling_reference", owner, table, key, partial(_orphan, table, key, values), "parquet")


def _breaches(rule: Any, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Row]]:
    """Yield the ways to break a rule: the column at fault, and what to change."""
    filling: Row = {}
    for name, one in by_name.items():
        codes = list(one.codebook.definitions) if one.codebook else [FILLING.get(one.kind)]
        filling[name] = one.example if one.reference else codes[0]
    match rule:
        case rules.PresentIff(field=field):
            yield from ((field, {field: value}) for value in (None, filling[field]))
        case rules.ExactlyOneOf(fields=fields):
            yield "", dict.fromkeys(fields)
            yield from ((field, {field: filling[field]}) for field in fields[1:])
        case rules.Together(first=first, second=second):
            yield from ((field, {field: None}) for field in (first, second))
        case rules.Needs(other=other):
            yield other, {other: None}
        case rules.PatternIf(field=field):
            yield field, {field: "late in May"}
        case rules.Less(larger=field) | rules.NotAfter(later=field):
            yield field, {field: EARLY[by_name[field].kind]}
        case rules.Admits(field=field, admitted=modes):
            yield from (
                (field, {field: mode}) for mode in sorted({mode for some in modes.values() for mode in some})[:2]
            )
        case _:
            raise TypeError(f"nothing is known about breaking {rule!r}")


def _broken(rule: Any, field: str, changes: Row, row: Row, family: Family, draw: Draw) -> Row | None:
    """Break a rule in a column, as the rule itself says; a mode only where there is one."""
    plain = {name: str(value) if isinstance(value, dt.date) else value for name, value in (row | changes).items()}
    is_broken = field in [one for one, _ in rule.breaches(plain)] and (field != "mode" or row["mode"] is not None)
    is_alone = "mention" not in row or len(_alike(row, family, "role", "mention", "fragment")) == 1  # no joint speakers
    return changes if is_broken and is_alone else None


def _alike(row: Row, family: Family, *names: str) -> list[Row]:
    """Return the spans of a record that have the same numbers."""
    rows = family.rows("mentions" if family.table == "articles" else "evidence")
    return [one for one in rows if all(one.get(name) == row.get(name) for name in names)]


def _impossible(column: str, rule: Any, row: Row, family: Family, draw: Draw) -> Row | None:
    is_date = row[column] is not None and (rule is None or row[rule.when] in rule.among)
    return {column: IMPOSSIBLE[draw(len(IMPOSSIBLE))]} if is_date else None


def _unusual(column: str, codes: Mapping[str, str], row: Row, family: Family, draw: Draw) -> Row | None:
    form = row[column] + row[column][-1]
    is_free = row[column] not in CHECKED and row.get("of") is None and family.own.get("kind") != "reported"
    return {column: form} if is_free and get_close_matches(form, codes, 1, 0.7) else None


def _renumbered(table: str, place: int, step: int, row: Row, family: Family, draw: Draw) -> Row | None:
    rows = family.rows(table)
    has_of = family.table == "statements" and any(one["of"] for one in family.rows("evidence"))  # counts ordinals
    is_free = len(rows) > 1 and row is rows[place] and not (has_of and table.startswith("statement_"))
    return {"ordinal": row["ordinal"] + step} if is_free else None


def _orphan(table: str, key: str, values: Any, row: Row, family: Family, draw: Draw) -> Row | None:
    return (_one_of(key, values, row, family, draw) or {}) | {"ordinal": 1} if row is family.rows(table)[-1] else None


def _nowhere(record_id: str, family: Family) -> list[str]:
    """Return an id of the same form that no record has, of the same article where it is numbered."""
    kind, _, rest = record_id.partition("/")
    return [f"{kind}/{rest.partition('/')[0]}/9999" if kind in NUMBERED else f"{record_id}-gone"]


# Checks across rows


def _across() -> Iterator[Fault]:
    """Yield what checks across rows find."""
    for table in BY_TABLE:
        yield Fault("duplicate_id", table, table, "id", lambda row, *_: {"id": row["id"]})
    for table in ("people", "organizations", "places", "events", "sources"):
        yield Fault("unused_record", table, table, "id", _unused)
    for table in ("events", "statements"):
        yield Fault("circular_parent", table, table, "parent", lambda row, *_: {"parent": row["id"]})
        yield Fault("circular_parent", table, table, "parent", _mutual_parents)
    for owner, table in (("articles", "mentions"), ("statements", "evidence"), ("statements", "quantities")):
        yield Fault("span_outside", owner, table, "end", _outside)
    for owner, table in (("articles", "mentions"), ("statements", "evidence")):
        for column in ("mention", "fragment"):
            yield Fault("span_numbers", owner, table, column, partial(_gap, column))
        for is_backwards in (False, True):
            yield Fault("span_numbers", owner, table, "start", partial(_other_start, table, is_backwards))
    yield from (Fault(code, owner, table, column, how) for code, owner, table, column, how in ACROSS)


def _unused(row: Row, *_: Any) -> Row:
    return {"id": f"{row['id']}-x"} | ({"date": None} if "date" in row else {})  # which no assessment would back


def _mutual_parents(row: Row, family: Family, draw: Draw) -> Row | None:
    parent = family.other(row["parent"])
    if parent is None:
        return None
    parent.own["parent"] = row["id"]
    return {}


def _of_no_person(value: str, family: Family) -> list[str]:
    return _of_other_type(["person"], value, family)


def _old_id_in_use(row: Row, family: Family, draw: Draw) -> Row | None:
    after = family.part.tables["people"]["id"].slice(family.part.find("people", "id", row["old_id"])[0], 1)
    return {"old_id": str(after[0])} if len(after) else None


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
    is_free = row.get("role") != "quote" and ("mention" not in row or len(_alike(row, family, "role", "mention")) == 1)
    return {"end": article.own["text_length"] + 1 + draw(50)} if article and is_free else None


def _gap(column: str, row: Row, family: Family, draw: Draw) -> Row | None:
    mentions = [one["mention"] for one in _alike(row, family, "role")]
    is_last = row["mention"] == max(mentions) and mentions.count(row["mention"]) == 1
    return {column: row[column] + 1 + draw(3)} if is_last and row.get("role") != "quote" else None


def _other_start(table: str, is_backwards: bool, row: Row, family: Family, draw: Draw) -> Row | None:
    """Give a fragment a span before the one in front of it, or the words of a mention a second span."""
    before = next((one for one in family.rows(table) if one["ordinal"] == row["ordinal"] - 1), None)
    if is_backwards:
        return {"start": before["end"] - 1} if before and row["fragment"] == 2 else None
    is_fit = before and before["start"] and before in _alike(row, family, "role", "mention", "fragment")
    return {"start": before["start"] - 1} if before and is_fit else None


def _roles(family: Family, role: str, table: str = "evidence") -> list[Row]:
    return [row for row in family.rows(table) if row["role"] == role]


def _hide(rows: list[Row], other: str = "setting") -> Row | None:
    """Give rows a role that no check looks for."""
    for row in rows:
        row["role"] = other
    return {} if rows else None


def _of_another(row: Row, family: Family, draw: Draw) -> Row | None:
    others = [one["ordinal"] for one in family.rows("statement_participants") if one["role"] != "speaker"]
    return {"of": others[0]} if row["role"] == "source" and others else None


def _second_date(row: Row, family: Family, draw: Draw) -> Row | None:
    """Date another event, too; the second of the two is at fault."""
    rows = family.rows("statement_events")
    dated = [one for one in rows if one["date"] or one["date_text"]]
    other = next((one for one in rows if one not in dated), None)
    if len(dated) != 1 or other is None or row is not max(dated[0], other, key=lambda one: one["ordinal"]):
        return None
    other["date"] = "2024-05-06"
    return {}


def _unassessed(row: Row, family: Family, draw: Draw) -> Row | None:
    article = family.other(row["article"])
    slug, assessed = row["article"].partition("/")[2], family.part.tables["assessments"]
    start, stop = (family.part.find("assessments", "id", f"assessment/{slug}{end}")[0] for end in "/0")
    is_free = row["claim_type"] != "fact" and row["id"] not in assessed["target"].slice(start, stop - start).to_pylist()
    return {"claim_type": "fact"} if article and is_free else None


def _event_date(is_dated: bool, row: Row, family: Family, draw: Draw) -> Row | None:
    other = ("2024-05-06", "2023", "2025-08-23~")[draw(3)]
    return {"date": other} if (row["date"] is not None) == is_dated and row["date"] != other else None


def _unsupported(is_cited: bool, row: Row, family: Family, draw: Draw) -> Row | None:
    stances = {one["stance"] for one in family.rows("citations")}
    missing = [verdict for verdict, stance in (("supported", "supports"), ("contradicted", "contradicts"))
               if stance not in stances]  # fmt: skip
    return {"verdict": missing[0]} if bool(stances) == is_cited and missing else None


def _miscounted(row: Row, family: Family, draw: Draw) -> Row | None:
    many = len(family.rows("citations"))
    return {"independence": "single" if many > 1 else ("independent", "shared_origin")[draw(2)]} if many else None


ACROSS: tuple[tuple[str, str, str, str, How], ...] = (
    ("foreign_number", "statements", "statements", "id", _of_another_article),
    ("foreign_number", "assessments", "assessments", "id", _without_article),
    ("duplicate_assessment", "assessments", "assessments", "target", _assessed_twice),
    ("bad_redirect", "redirects", "redirects", "old_id", lambda row, *_: {"old_id": row["old_id"]}),
    ("bad_redirect", "redirects", "redirects", "old_id", _old_id_in_use),
    ("bad_redirect", "redirects", "redirects", "new_id", partial(_one_of, "new_id", _nowhere)),
    ("bad_redirect", "redirects", "redirects", "new_id", partial(_one_of, "new_id", _of_no_person)),
    # A literal date would lose its evidence.
    ("wrong_of", "statements", "evidence", "of",
     lambda row, *_: {"of": 99} if row["role"] in ("source", "addressee", "trigger", "place") else None),
    ("wrong_of", "statements", "evidence", "of", _of_another),
    ("quote_without_span", "statements", "statements", "quote", lambda row, family, _: _hide(_roles(family, "quote"))),
    ("quote_without_span", "statements", "evidence", "role",
     lambda row, family, _: {"role": "quote"} if row["role"] == "cue" and family.own["kind"] == "indirect" else None),
    ("quote_words", "statements", "statements", "quote",
     lambda row, *_: {"quote": f"Yes, {row['quote']}"} if row["quote"] else None),
    ("literal_words", "statements", "statement_events", "date_text",
     lambda row, family, _: None if any(one["date"] or one["date_text"] for one in family.rows("statement_events"))
     else {"date_text": "last Sunday"}),
    ("statement_without_evidence", "statements", "statements", "",
     lambda row, family, _: _hide(_roles(family, "content")) if row["kind"] != "reported" else None),
    ("statement_without_evidence", "statements", "statements", "",
     lambda row, family, _: _hide(_roles(family, "cue"))
     if row["kind"] == "reported" and not _roles(family, "source") else None),
    ("wrong_speakers", "statements", "statements", "", lambda row, family, _: None if _roles(family, "source")
     else _hide(_roles(family, "speaker", "statement_participants"), "witness")),
    ("wrong_speakers", "statements", "statement_participants", "role",
     lambda row, family, _: family.own.update(kind="narrated") or {}
     if (row["role"], row["ordinal"], family.own["kind"]) == ("speaker", 1, "indirect") else None),
    ("several_dates", "statements", "statement_events", "", _second_date),
    ("unassessed_fact", "statements", "statements", "claim_type", _unassessed),
    ("unbacked_date", "events", "events", "date", partial(_event_date, False)),
    ("unbacked_date", "events", "events", "date", partial(_event_date, True)),
    ("uncited_verdict", "assessments", "assessments", "verdict", partial(_unsupported, False)),
    ("uncited_verdict", "assessments", "assessments", "verdict", partial(_unsupported, True)),
    ("uncited_verdict", "assessments", "assessments", "independence", _miscounted),
)  # fmt: skip
"""What checks across rows find: code, table of the record, table and column at fault, what to change."""
