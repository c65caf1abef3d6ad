"""The kinds of fault: each constraint and rule of the models, and each check across rows, is broken in every way.

Faults of fields and rules are derived from the models; those of checks across rows stand in one table, ``ACROSS``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from itertools import pairwise
from typing import Any

from news_dataset import edtf
from news_dataset.records import BY_TABLE, BY_TYPE, DERIVED, RECORDS, Row as Model
from news_dataset.records.columns import Column, children, columns
from news_dataset.records.fields import NUMBERED
from news_dataset.records.plover import MODES_OF
from news_dataset.rules import Admits, ExactlyOneOf, Less, Needs, NotAfter, PatternIf, PresentIff, Rule, Together
from news_dataset.tabular import tables
from news_dataset.testing.faults import NULL, PARENT_KEYS, Draw, Family, Fault, Row

OTHER_TYPES: dict[str, tuple[Any, ...]] = {
    "string": (7, True, ["a text"], {}), "code": (7, False, ["news"]), "edtf": (2025, 20250823, ["2025"]),
    "day": (20250823, {"year": 2025}), "int32": ("7", 7.5, 7.0, True, [7]), "double": ("7.5", True, [7.5]),
    "bool": ("true", 1, "yes"),
}  # fmt: skip
"""For each kind of column values of another JSON type."""

FILLING: dict[str, Any] = {"string": "something else", "int32": 1, "double": 1.5, "bool": True, "edtf": "2024-05-06"}
EARLY = {"edtf": "1911-10", "day": dt.date(1911, 10, 10), "int32": 0, "double": -1.0}
IMPOSSIBLE = ("2025-02-30", "2023-02-29", "2024-06-31", "0000", "2025-08-24/2025-08-23", "2026/2025-12", "XXXX-02-30")
CHECKED = ("speaker", "addressee", "content", "quote", "source")
"""Roles that checks look for."""
UNCHECKED = "setting"
"""A role of evidence that none does."""

Change = Callable[[Any, Family, Draw], Any]
"""Returns what a value becomes; the value itself where it cannot have the fault."""


@cache
def faults() -> tuple[Fault, ...]:
    """Return every kind of fault."""
    found: list[Fault] = []
    for owner, model in _models():
        found += [*_of_fields(owner, model), *_of_rules(owner, model), *_of_numbers(owner, model)]
    return (*found, *ACROSS)


def _models() -> Iterator[tuple[str, type[Model]]]:
    """Yield the model of every row, with the table of the records that such rows belong to."""
    for record in RECORDS:
        yield from ((record.table, model) for model in (record, *children(record).values()))
    yield from ((derived.table, derived) for derived in DERIVED)


# Faults of one field


def _of_fields(owner: str, model: Any) -> Iterator[Fault]:
    schema, table = model.model_json_schema(), model.table
    for column in columns(model):
        for code, change, *form in _changes(column, schema["properties"][column.name]):
            if code != "missing_key" or column.name in schema["required"]:
                yield _fault(code, owner, table, column.name, change, *form)
    yield Fault("unknown_key", owner, table, "", _one_key_more, form="jsonl")
    for name in children(model) if issubclass(model, tuple(RECORDS)) else ():
        for code, value in (("bad_form", []), ("wrong_type", {})):
            yield Fault(code, owner, table, name, _no_list, value, "jsonl")


def _fault(code: str, owner: str, table: str, column: str, change: Change, form: Any = "") -> Fault:
    if table in ("entities", "records", "codes"):  # made of other tables, and compared with these
        code = "dangling_reference" if column in tables()[table].key and table != "codes" else "broken_table"
    return Fault(code, owner, table, column, _changed, change, form)


def _changes(column: Column, limits: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Yield the faults that a column can have: code, change, and where it can be planted, if not in both forms."""
    yield "missing_key", _always(None)
    yield "wrong_type", _always(NULL), "jsonl"
    yield "wrong_type", lambda value, family, draw: OTHER_TYPES[column.kind][draw(len(OTHER_TYPES[column.kind]))], "jsonl"
    if column.kind == "day":
        return  # a day in a table is always one of the calendar
    pattern, most = limits.get("pattern", ""), limits.get("maxLength", 2000)
    if pattern:
        yield "bad_form", _misformed(pattern, most)
    if "maxLength" in limits:
        yield "bad_form", lambda value, family, draw: _longer(value, pattern, most)
    if column.reference and set(column.reference.types) < set(BY_TYPE):
        yield "bad_form", _of_other_type(column.reference.types)
    if column.codebook and not column.codebook.is_open:
        yield "unknown_code", _misspelt(column.codebook.definitions)
    if column.kind == "bool":
        yield "wrong_type", _always(False)
    if column.kind in ("int32", "double"):
        number = float if column.kind == "double" else int
        yield "out_of_range", _always(number(limits["minimum"] - 1))
        if number is float or limits["maximum"] < 2**31 - 1:
            yield "out_of_range", _always(number(limits["maximum"] + 1))
        if number is float:
            yield from (("out_of_range", _always(float(one)), "parquet") for one in ("inf", "nan"))


def _always(value: Any) -> Change:
    return lambda _, family, draw: value


def _misformed(pattern: str, most: int) -> Change:
    def change(value: str, family: Family, draw: Draw) -> str:
        forms = [
            f"{value}!", f"{value} ", f" {value}", f"{value}\n", f"{value[:1]}\u202e{value[1:]}", "", value.upper(),
            value[:-1], f"{value}é", value.replace("/", "//"), f"{value}\u200b",
        ]  # fmt: skip
        fit = [form for form in forms if len(form) <= most and not re.fullmatch(pattern, form)]
        return fit[draw(len(fit))]

    return change


def _longer(value: str, pattern: str, most: int) -> str:
    """Return a value that is too long by one character and has the right form."""
    forms = (value[:at] + value[at] * (most + 1 - len(value)) + value[at:] for at in range(len(value) - 1, -1, -1))
    return next((form for form in forms if re.fullmatch(pattern or ".*", form)), value)


def _of_other_type(types: tuple[str, ...]) -> Change:
    def change(value: str, family: Family, draw: Draw) -> str:
        others = [kind for kind in family.part.world.ids if kind not in types]
        return str(family.part.world.ids[others[draw(len(others))]][0]) if others else value

    return change


def _misspelt(codes: Mapping[str, str]) -> Change:
    def change(value: str, family: Family, draw: Draw) -> str:
        fit = [form for form in (f"{value}s", value.upper(), f"{value} ", "", value[:-1], "none") if form not in codes]
        return fit[draw(len(fit))]

    return change


def _changed(family: Family, fault: Fault, draw: Draw) -> int | None:
    """Change one value; of a key that of a copy, since what refers to the record would dangle."""
    for place, row in _spare(family, fault, draw):
        value = row[fault.column]
        if value is None:
            continue
        changed = fault.change(value, family, draw)
        if changed is value:
            continue
        if fault.column in tables()[fault.table].key:
            return _copy(family, fault.table, place, {fault.column: changed})
        row[fault.column] = changed
        return place
    return None


def _copy(family: Family, table: str, place: int, changes: Row) -> int:
    """Put a changed copy of a row behind it; return its place."""
    rows = family.rows(table)
    rows.insert(place + 1, rows[place] | changes)
    return place + 1


def _turned(family: Family, table: str, draw: Draw) -> list[tuple[int, Row]]:
    """Return the rows of a record with their places, beginning with any of them."""
    rows = list(enumerate(family.rows(table)))
    first = draw(len(rows)) if rows else 0
    return [*rows[first:], *rows[:first]]


def _spare(family: Family, fault: Fault, draw: Draw) -> list[tuple[int, Row]]:
    """Return the rows that may change without harm to other records.

    Left out are the only mention of a thing, the only citation of a source, and the assessments that back the date of
    an event; the target of an assessment changes only where it is no fact.
    """
    rows = _turned(family, fault.table, draw)
    if (fault.table, fault.column) == ("mentions", "referent"):
        return [(place, row) for place, row in rows if row["mention"] > family.part.world.sure]
    if (fault.table, fault.column) == ("citations", "source"):
        return [(place, row) for place, row in rows if place > 0]
    if fault.table == "assessments":
        target = family.part.family_of(family.own["target"])  # an event is in another part
        is_needed = target is None or (fault.column == "target" and target.own["claim_type"] == "fact")
        return [] if is_needed else rows
    return rows


def _one_key_more(family: Family, fault: Fault, draw: Draw) -> int | None:
    for place, row in _spare(family, fault, draw):
        row[("remark", "Id", "_id", "start_date", "")[draw(5)]] = "more"
        return place
    return None


def _no_list(family: Family, fault: Fault, draw: Draw) -> int | None:
    child = children(BY_TYPE[family.id.partition("/")[0]])[fault.column]
    if not family.rows(child.table) or not _spare(family, fault, draw):  # type: ignore[attr-defined]
        return None
    family.own[fault.column] = fault.change
    return 0


# Rules, and rows that fit their model and are wrong


def _of_rules(owner: str, model: Any) -> Iterator[Fault]:
    table, by_name = model.table, {column.name: column for column in columns(model)}
    for rule in model.rules:
        if isinstance(rule, Admits):
            yield Fault("wrong_mode", owner, table, rule.field, _wrong_mode)
        code = "out_of_order" if rule.schema() is None else "broken_rule"
        for field, changes in _breaches(rule, by_name):
            yield Fault(code, owner, table, field, _broken, (rule, changes))
        if isinstance(rule, PatternIf) and rule.pattern == edtf.PATTERN:
            yield Fault("impossible_date", owner, table, rule.field, _impossible, rule)
    for column in by_name.values():
        if column.kind == "edtf":
            yield Fault("impossible_date", owner, table, column.name, _impossible)
        if column.codebook and column.codebook.is_open:
            yield Fault("unusual_code", owner, table, column.name, _unusual, column.codebook.definitions)


def _breaches(rule: Rule, by_name: Mapping[str, Column]) -> Iterator[tuple[str, Row]]:
    """Yield the ways to break a rule: the column at fault, and what to change."""
    match rule:
        case PresentIff(field=field):
            yield from ((field, {field: value}) for value in (None, _filling(by_name[field])))
        case ExactlyOneOf(fields=fields):
            yield "", dict.fromkeys(fields)
            yield from ((field, {field: _filling(by_name[field])}) for field in fields[1:])
        case Together(first=first, second=second):
            yield from ((field, {field: None}) for field in (first, second))
        case Needs(other=other):
            yield other, {other: None}
        case PatternIf(field=field):
            yield field, {field: "late in May"}
        case Less(larger=field) | NotAfter(later=field):
            yield field, {field: EARLY[by_name[field].kind]}
        case Admits():
            return
        case _:
            raise TypeError(f"nothing is known about breaking {rule!r}")


def _filling(column: Column) -> Any:
    if column.reference:
        return column.example
    return next(iter(column.codebook.definitions)) if column.codebook else FILLING[column.kind]


def _broken(family: Family, fault: Fault, draw: Draw) -> int | None:
    """Change a row so that it breaks a rule at the column of the fault, as the rule itself says."""
    rule, changes = fault.change
    for place, row in _spare(family, fault, draw):
        changed = {name: str(value) if isinstance(value, dt.date) else value for name, value in (row | changes).items()}
        if fault.column in [field for field, _ in rule.breaches(changed)] and _is_alone(row, family.rows(fault.table)):
            row.update(changes)
            return place
    return None


def _is_alone(row: Row, rows: list[Row]) -> bool:
    """Return whether no other row has the same span, as those of joint speakers have."""
    same = [one for one in rows if all(one.get(name) == row.get(name) for name in ("role", "mention", "fragment"))]
    return "mention" not in row or len(same) == 1


def _impossible(family: Family, fault: Fault, draw: Draw) -> int | None:
    for place, row in _spare(family, fault, draw):
        if row[fault.column] is not None and (fault.change is None or row[fault.change.when] in fault.change.among):
            row[fault.column] = IMPOSSIBLE[draw(len(IMPOSSIBLE))]
            return place
    return None


def _unusual(family: Family, fault: Fault, draw: Draw) -> int | None:
    if family.own.get("kind") == "reported":  # which needs its cue
        return None
    for place, row in _spare(family, fault, draw):
        form = row[fault.column] + row[fault.column][-1]
        if row[fault.column] not in CHECKED and row.get("of") is None and get_close_matches(form, fault.change, 1, 0.7):
            row[fault.column] = form
            return place
    return None


def _wrong_mode(family: Family, fault: Fault, draw: Draw) -> int | None:
    if family.own["mode"] is None:
        return None
    others = sorted({mode for modes in MODES_OF.values() for mode in modes} - set(MODES_OF[family.own["type"]]))
    family.own["mode"] = others[draw(len(others))]
    return 0


# Numbers and parents of children, which only tables have


def _of_numbers(owner: str, model: Any) -> Iterator[Fault]:
    key = PARENT_KEYS.get(model.table)
    if key is not None:
        for place, step in ((-1, 1), (1, -1), (0, -1)):  # a gap, twice the same, from 0
            yield Fault("broken_table", owner, model.table, "ordinal", _renumbered, (place, step), "parquet")
        for change in (_nowhere, lambda _: None):
            yield Fault("dangling_reference", owner, model.table, key, _orphan, change, "parquet")


def _renumbered(family: Family, fault: Fault, draw: Draw) -> int | None:
    rows, (place, step) = family.rows(fault.table), fault.change
    has_of = fault.table in ("statement_participants", "statement_events") and any(
        row["of"] is not None for row in family.rows("evidence")
    )
    if len(rows) < 2 or has_of:  # evidence gives their ordinals
        return None
    rows[place]["ordinal"] += step
    return place % len(rows)


def _orphan(family: Family, fault: Fault, draw: Draw) -> int | None:
    rows, key = family.rows(fault.table), fault.change(family.id)
    return _copy(family, fault.table, len(rows) - 1, {fault.column: key, "ordinal": 1}) if rows else None


def _nowhere(record_id: str) -> str:
    """Return an id of the same form that no record has, of the same article where it is numbered."""
    kind, _, rest = record_id.partition("/")
    return f"{kind}/{rest.partition('/')[0]}/9999" if kind in NUMBERED else f"{record_id}-gone"


# Checks across rows


def _with(table: str, rows: list[Row], **wanted: Any) -> list[int]:
    """Return the places of rows that have one of the wanted values in each column."""
    return [place for place, row in enumerate(rows) if all(row[name] in among for name, among in wanted.items())]


def _dangling(family: Family, fault: Fault, draw: Draw) -> int | None:
    for place, row in _spare(family, fault, draw):
        if row[fault.column] is not None:
            row[fault.column] = _nowhere(row[fault.column])
            return place
    return None


def _copied(family: Family, fault: Fault, draw: Draw) -> int | None:
    """Put a copy behind the record, with another id where the fault says so, and then without a date to be backed."""
    changes = {"id": f"{family.id}{fault.change}"} if fault.change else {}
    return _copy(family, fault.table, 0, changes | ({"date": None} if changes and "date" in family.own else {}))


def _own_parent(family: Family, fault: Fault, draw: Draw) -> int | None:
    family.own["parent"] = family.id
    return 0


def _mutual_parents(family: Family, fault: Fault, draw: Draw) -> int | None:
    parent = family.other(family.own["parent"])
    if parent is None:
        return None
    parent.own["parent"] = family.id
    parent.marks.append((fault, 0))
    return 0


def _of_another_article(family: Family, fault: Fault, draw: Draw) -> int | None:
    here = family.other(family.own["article"])
    there = here and here.neighbor(1)
    if not here or not there or there.own["text_length"] < here.own["text_length"]:  # else spans lie outside
        return None
    family.helpers.append(there)
    family.own["article"] = there.id
    return 0


def _target_in_another_article(family: Family, fault: Fault, draw: Draw) -> int | None:
    target = family.part.family_of(family.own["target"])
    here = target and family.part.family_of(target.own["article"])
    there = here and here.neighbor(1)
    if not target or not there or target.own["claim_type"] == "fact" or family.own["aspect"] != "coding":
        return None
    start, stop = family.part.find("statements", "article", there.id)
    other = family.other(Family(family.part, "statements", start).id) if start < stop else None
    if other is None:
        return None
    family.own["target"] = other.id
    return 0


def _without_article(family: Family, fault: Fault, draw: Draw) -> int | None:
    after = family.neighbor(1)
    kind, slug, _ = family.id.split("/")
    if (after and after.id.split("/")[1] == slug) or not family.own["target"].startswith("event/"):
        return None
    family.helpers.clear()
    changes = {"aspect": "veracity", "verdict": "not_checkable", "correct_value": None}
    return _copy(family, "assessments", 0, {"id": f"{kind}/{slug}0/01", **changes})


def _assessed_twice(family: Family, fault: Fault, draw: Draw) -> int | None:
    other = family.neighbor(-1)
    if other is None or family.own["target"] != other.own["target"] or "date" in (family.own["aspect"], other.own["aspect"]):
        return None
    family.own["aspect"] = other.own["aspect"]
    return 0


def _redirect(family: Family, fault: Fault, draw: Draw) -> int | None:
    if fault.column == "old_id":
        ids = family.part.world.ids["person"]
        return _copy(family, "redirects", 0, {"old_id": str(ids[draw(len(ids))])} if fault.change else {})
    if family.own["new_id"] is None:
        return None
    family.own["new_id"] = str(family.part.world.ids["place"][0]) if fault.change else _nowhere(family.own["new_id"])
    return 0


def _outside(family: Family, fault: Fault, draw: Draw) -> int | None:
    article = family if family.table == "articles" else family.other(family.own["article"])
    rows = family.rows(fault.table)
    for place, row in _turned(family, fault.table, draw):
        mention = [one for one in rows if all(one.get(name) == row.get(name) for name in ("role", "mention"))]
        # What comes later in the text begins behind it, so only the last fragment of a mention can reach further.
        is_free = "mention" not in row or len(mention) == 1
        if article and row.get("role") != "quote" and is_free:
            row["end"] = article.own["text_length"] + 1 + draw(50)
            return place
    return None


def _gap(family: Family, fault: Fault, draw: Draw) -> int | None:
    rows = [row for row in family.rows(fault.table) if row.get("role") != "quote"]
    for place, row in _turned(family, fault.table, draw):
        mentions = [one["mention"] for one in rows if one.get("role") == row.get("role")]
        if mentions.count(max(mentions, default=0)) == 1 and row["mention"] == max(mentions):
            row[fault.column] += 1 + draw(3)
            return place
    return None


def _two_spans(family: Family, fault: Fault, draw: Draw) -> int | None:
    for place, (first, second) in enumerate(pairwise(family.rows(fault.table)), 1):
        if not _is_alone(second, [first, second]) and first["start"] > 0:
            second["start"] = first["start"] - 1
            return place
    return None


def _backwards(family: Family, fault: Fault, draw: Draw) -> int | None:
    for place, (first, second) in enumerate(pairwise(family.rows(fault.table)), 1):
        if second["fragment"] == 2:
            second["start"] = first["end"] - 1
            return place
    return None


def _of_nothing(family: Family, fault: Fault, draw: Draw) -> int | None:
    for place, row in _turned(family, "evidence", draw):
        if row["role"] in ("source", "addressee", "trigger", "place"):  # a literal date would lose its evidence
            row["of"] = 99
            return place
    return None


def _of_another(family: Family, fault: Fault, draw: Draw) -> int | None:
    others = [row["ordinal"] for row in family.rows("statement_participants") if row["role"] != "speaker"]
    for place, row in enumerate(family.rows("evidence")):
        if row["role"] == "source" and others:
            row["of"] = others[0]
            return place
    return None


def _hide(family: Family, role: str) -> bool:
    """Turn evidence of a role into evidence that no check looks for; return whether there was any."""
    rows = [row for row in family.rows("evidence") if row["role"] == role]
    for row in rows:
        row["role"] = UNCHECKED
    return bool(rows)


def _unshown(family: Family, fault: Fault, draw: Draw) -> int | None:
    return 0 if _hide(family, "quote") else None


def _unquoted(family: Family, fault: Fault, draw: Draw) -> int | None:
    for place, row in enumerate(family.rows("evidence")):
        if row["role"] == "cue" and family.own["quote"] is None and family.own["kind"] != "reported":
            row["role"] = "quote"
            return place
    return None


def _other_words(family: Family, fault: Fault, draw: Draw) -> int | None:
    quote = family.own["quote"]
    if quote is None:
        return None
    family.own["quote"] = (f"{quote}s", f"Yes, {quote}", f"{quote} … {quote}")[draw(3)]
    return 0


def _other_digest(family: Family, fault: Fault, draw: Draw) -> int | None:
    row = next((row for row in family.rows("evidence") if row["role"] == "quote"), None)
    if row is None:
        return None
    row.update({"digest": row["digest"][::-1]} if draw(2) else {"length": row["length"] + 1})
    return 0


def _date_text(family: Family, fault: Fault, draw: Draw) -> int | None:
    rows = family.rows("statement_events")
    if not rows or any(row["date"] or row["date_text"] for row in rows):
        return None
    rows[0]["date_text"] = "last Sunday"
    return 0


def _no_content(family: Family, fault: Fault, draw: Draw) -> int | None:
    return 0 if family.own["kind"] != "reported" and _hide(family, "content") else None


def _no_sign(family: Family, fault: Fault, draw: Draw) -> int | None:
    has_source = any(row["role"] == "source" for row in family.rows("evidence"))
    return 0 if family.own["kind"] == "reported" and not has_source and _hide(family, "cue") else None


def _no_speaker(family: Family, fault: Fault, draw: Draw) -> int | None:
    rows = [row for row in family.rows("statement_participants") if row["role"] == "speaker"]
    if not rows or any(row["role"] == "source" for row in family.rows("evidence")):
        return None
    for row in rows:
        row["role"] = "witness"
    return 0


def _narrated(family: Family, fault: Fault, draw: Draw) -> int | None:
    if family.own["kind"] not in ("indirect", "free_indirect") or not family.rows("statement_participants"):
        return None
    family.own["kind"] = "narrated"
    return 0


def _two_dates(family: Family, fault: Fault, draw: Draw) -> int | None:
    rows = family.rows("statement_events")
    dated = [bool(row["date"] or row["date_text"]) for row in rows]
    if len(rows) < 2 or sum(dated) != 1:
        return None
    other = dated.index(False)
    rows[other]["date"] = "2024-05-06"
    return max(other, dated.index(True))


def _fact(family: Family, fault: Fault, draw: Draw) -> int | None:
    article = family.other(family.own["article"])
    if family.own["claim_type"] == "fact" or article is None:
        return None
    slug = article.id.partition("/")[2]
    start, stop = (family.part.find("assessments", "id", f"assessment/{slug}{end}")[0] for end in "/0")
    if family.id in family.part.tables["assessments"]["target"].slice(start, stop - start).to_pylist():
        return None
    family.own["claim_type"] = "fact"
    return 0


def _event_date(family: Family, fault: Fault, draw: Draw) -> int | None:
    other = ("2024-05-06", "2023", "2025-08-23~")[draw(3)]
    if (family.own["date"] is None) == fault.change or family.own["date"] == other:
        return None
    family.own["date"] = other
    return 0


def _uncited(family: Family, fault: Fault, draw: Draw) -> int | None:
    stances = {row["stance"] for row in family.rows("citations")}
    verdicts = (("supported", "supports"), ("contradicted", "contradicts"), ("partly_supported", "supports"))
    missing = [verdict for verdict, stance in verdicts if stance not in stances]
    if bool(stances) != fault.change or not missing:
        return None
    family.own["verdict"] = missing[0]
    return 0


def _miscounted(family: Family, fault: Fault, draw: Draw) -> int | None:
    many = len(family.rows("citations"))
    family.own["independence"] = "single" if many > 1 else ("independent", "shared_origin")[draw(2)]
    return 0 if many else None


ACROSS = (
    *(
        Fault("dangling_reference", owner, model.table, column.name, _dangling)  # type: ignore[attr-defined]
        for owner, model in _models() if owner in BY_TABLE
        for column in columns(model) if column.reference
    ),
    *(Fault("duplicate_id", record.table, record.table, "id", _copied) for record in RECORDS),
    *(
        Fault("unused_record", table, table, "id", _copied, "-x")
        for table in ("people", "organizations", "places", "events", "sources")
    ),
    *(
        Fault("circular_parent", table, table, "parent", plan)
        for table in ("events", "statements") for plan in (_own_parent, _mutual_parents)
    ),
    Fault("foreign_number", "statements", "statements", "id", _of_another_article),
    Fault("foreign_number", "assessments", "assessments", "id", _target_in_another_article),
    Fault("foreign_number", "assessments", "assessments", "id", _without_article),
    Fault("duplicate_assessment", "assessments", "assessments", "target", _assessed_twice),
    *(
        Fault("bad_redirect", "redirects", "redirects", column, _redirect, change)
        for column in ("old_id", "new_id") for change in (False, True)
    ),
    *(
        Fault("span_outside", owner, table, "end", _outside)
        for owner, table in (("articles", "mentions"), ("statements", "evidence"), ("statements", "quantities"))
    ),
    *(
        Fault("span_numbers", owner, table, column, plan)
        for owner, table in (("articles", "mentions"), ("statements", "evidence"))
        for column, plan in (("mention", _gap), ("fragment", _gap), ("start", _two_spans), ("start", _backwards))
    ),
    Fault("wrong_of", "statements", "evidence", "of", _of_nothing),
    Fault("wrong_of", "statements", "evidence", "of", _of_another),
    Fault("quote_without_span", "statements", "statements", "quote", _unshown),
    Fault("quote_without_span", "statements", "evidence", "role", _unquoted),
    Fault("quote_words", "statements", "statements", "quote", _other_words),
    Fault("quote_words", "statements", "statements", "quote", _other_digest),
    Fault("literal_words", "statements", "statement_events", "date_text", _date_text),
    Fault("statement_without_evidence", "statements", "statements", "", _no_content),
    Fault("statement_without_evidence", "statements", "statements", "", _no_sign),
    Fault("wrong_speakers", "statements", "statements", "", _no_speaker),
    Fault("wrong_speakers", "statements", "statement_participants", "role", _narrated),
    Fault("several_dates", "statements", "statement_events", "", _two_dates),
    Fault("unassessed_fact", "statements", "statements", "claim_type", _fact),
    Fault("unbacked_date", "events", "events", "date", _event_date, True),
    Fault("unbacked_date", "events", "events", "date", _event_date, False),
    Fault("uncited_verdict", "assessments", "assessments", "verdict", _uncited, True),
    Fault("uncited_verdict", "assessments", "assessments", "verdict", _uncited, False),
    Fault("uncited_verdict", "assessments", "assessments", "independence", _miscounted),
)  # fmt: skip
