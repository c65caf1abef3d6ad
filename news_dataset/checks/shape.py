"""Shape: files can be read, and records fit their models."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache
from inspect import cleandoc
from typing import Any

from news_dataset import edtf
from news_dataset.checks import forms, wording
from news_dataset.checks.iso import unlisted
from news_dataset.checks.missing_spans import missing_spans
from news_dataset.checks.names import unportable_name
from news_dataset.checks.own import wrong_profile
from news_dataset.checks.words import wrong_words
from news_dataset.collection import Collection, rows
from news_dataset.docstrings import docstring
from news_dataset.entries import Entry
from news_dataset.issues import Code, Issue, Outcome, Report, Skipped, Tally
from news_dataset.reader.document import MAX_PROBLEMS, Document
from news_dataset.records import Row
from news_dataset.records.columns import Column, columns
from news_dataset.records.fields import Codebook
from news_dataset.rules import Admits, Less, NotAfter, PatternIf
from news_dataset.spans import FIND

# What a code leads to, where it is not 1 (the data is invalid): 2 usage, 3 refused as unsafe, 5 environment.
_EXIT_CODES = {
    "no_records": 2, "unreadable_file": 5, "unsafe_file": 3, "bad_encoding": 3, "over_limit": 3, "unsafe_yaml": 3,
    "altered_release": 4,
}  # fmt: skip

_NEAR = 0.7  # how alike a word and a usual code are if the one may be a misspelling of the other; difflib's ratio


def unquoted_scalar(collection: Collection) -> Iterator[Outcome]:
    """An unquoted text could be read as something other than text.

    YAML versions read NO as false, 12:30 as 750, 0123 as 83, 1.10 as 1.1 and 2025-08-23 as a date, and everything from
    a # after a blank as a comment. Put such a text in quotes: '2025-08-23'; and a comment on a line of its own.
    """
    for entry in collection.entries:
        yield [*wording.unquoted_issues(entry).values()]


def unanchored(collection: Collection) -> Iterator[Outcome]:
    """A span has the words to find, but no offsets and digests yet.

    ``news-dataset anchor --text FILE PATH`` replaces them, so that no prose of the article is committed.
    """
    for entry in collection.entries:
        unknown = wording.unknown_keys(entry.errors) if entry.error else {}
        yield [] if not unknown else [
            entry.issue(wording.pointer(error["loc"]), "the span has the words to find, but no offsets yet",
                        "next: news-dataset anchor --text FILE PATH", on_key=True)
            for error in entry.errors
            if error["loc"][-1:] == (FIND,) and wording.is_unanchored_span(error, unknown)
        ]  # fmt: skip


def unusual_code(collection: Collection) -> Iterator[Outcome]:
    """A word in a field that admits any word is almost one of the usual codes; a warning, often a misspelling."""
    for entry, pointer, row in _rows(collection):
        for column in columns(type(row)):
            value = getattr(row, column.name)
            if column.codebook and column.codebook.is_open and value is not None:
                near = nearest(value, column.codebook)
                message, hint = f"{column.name} {value} is not a usual code", f"did you mean {near}?"
                yield [entry.issue(f"{pointer}/{column.name}", message, hint, severity="warning")] if near else []


@lru_cache(maxsize=1 << 14)
def nearest(word: str, book: Codebook) -> str:
    """Return the usual code that is nearest to a word; empty if the word is a usual code, or none is near."""
    if word in book.definitions:
        return ""
    return next(iter(get_close_matches(word, list(book.definitions), 1, cutoff=_NEAR)), "")


@cache
def _listed_columns(model: type[Row]) -> tuple[Column, ...]:
    """Return the columns whose codes a standard lists."""
    return tuple(column for column in columns(model) if column.listed)


def unlisted_code(collection: Collection) -> Iterator[Outcome]:
    """The code of a country, language, script or region has the right form, but no standard lists it; a warning.

    Countries are those of ISO 3166-1 (alpha-3), former ones included, and XKX for Kosovo; languages, scripts and
    regions those of BCP 47, which has eng only as en. A code that is newer than this version of the package is
    reported, too.
    """
    for entry, pointer, row in _rows(collection):
        for column in _listed_columns(type(row)):
            value = getattr(row, column.name)
            if value is not None:
                found = unlisted(column.listed, value)
                yield [
                    entry.issue(
                        f"{pointer}/{column.name}", f"{column.name} {value}: {message}", hint, severity="warning"
                    )
                    for message, hint in ([found] if found else [])
                ]


def out_of_order(collection: Collection) -> Iterator[Outcome]:
    """Something ends before it begins: offsets of a span, days in office, publication and access.

    Two EDTF dates are in the wrong order only if the first is certainly after the second. A page may be read one day
    before its day of publication, since time zones differ.
    """
    for entry, pointer, row in _rows(collection):
        orders = [rule for rule in row.rules if isinstance(rule, Less | NotAfter)]
        if orders:
            found = [(rule, *breach) for rule in orders for breach in rule.breaches(row.__dict__)]
            yield [entry.issue(f"{pointer}/{name}", why, wording.order_hint(rule)) for rule, name, why in found]


def impossible_date(collection: Collection) -> Iterator[Outcome]:
    """A date is well formed, but not in the calendar: 2025-02-30, or an interval that ends before it begins."""
    for entry, pointer, row in _rows(collection):
        for name in _date_fields(row):
            try:
                edtf.bounds(getattr(row, name))
                yield []
            except ValueError as error:
                is_day = any(one.name == name and one.kind == "day" for one in columns(type(row)))
                hint = forms.possible_date(getattr(row, name), is_day=is_day)
                yield [entry.issue(f"{pointer}/{name}", str(error), hint)]


def wrong_mode(collection: Collection) -> Iterator[Outcome]:
    """The mode of an event is not one of its type's modes: COERCE/curfew exists, CONSULT/curfew does not."""
    for entry, pointer, row in _rows(collection):
        for rule in row.rules:
            if isinstance(rule, Admits) and getattr(row, rule.field) is not None:
                owner = getattr(row, rule.when)
                modes = rule.admitted.get(owner, ())
                hint = f"{rule.field}s of {owner}: {', '.join(modes)}" if modes else f"leave the {rule.field} out"
                yield [entry.issue(f"{pointer}/{name}", why, hint) for name, why in rule.breaches(row.__dict__)]


Find = Callable[[Collection], Iterator[Outcome]]
"""Yields for every unit its issues (none: it passed), or why it was skipped."""


@dataclass(frozen=True)
class Check:
    """A check of single files or records.

    Args:
        code: the code of its issues.
        find: finds them; None if the reader or the models do.
    """

    code: Code
    find: Find | None


def run(collection: Collection) -> list[Report]:
    """Run the checks of single files and records; return one report per check."""
    known = _outcomes_by_code(collection)
    return [
        counted(check.code, check.find(collection)) if check.find else counted(check.code, *known[check.code.name])
        for check in CHECKS
    ]


def counted(code: Code, outcomes: Iterable[Outcome], passed: int = 0) -> Report:
    """Return the report of one check.

    Args:
        code: the code of its issues.
        outcomes: the outcome for each of its units.
        passed: how many more units have passed.
    """
    issues, tally = [], Tally(code.name, code.layer, passed)
    for outcome in outcomes:
        tally.count(outcome)
        if not isinstance(outcome, Skipped):
            issues += [replace(issue, code=code.name, exit_code=code.exit_code) for issue in outcome]
    return Report(tuple(issues), (tally,))


def _outcomes_by_code(collection: Collection) -> dict[str, tuple[list[Outcome], int]]:
    """Return by code what is wrong with each file, by the reader, or record, by its model; and how many have passed."""
    files, records = len(collection.documents), len(collection.entries)
    wrong: dict[str, list[Outcome]] = {}
    for by_code in (
        *map(_problem_issues, collection.documents),
        *(_error_issues(entry) for entry in collection.entries if entry.error),
    ):
        for code, issues in by_code.items():
            wrong.setdefault(code, []).append(issues)
    units = dict.fromkeys(OF_FILES, files) | dict.fromkeys(_OF_RECORDS, records)
    return {code: (found := wrong.get(code, []), number - len(found)) for code, number in units.items()}


def _problem_issues(document: Document) -> dict[str, list[Issue]]:
    """Return the issues that the reader has found in a file, by code."""
    found: dict[str, list[Issue]] = {}
    for problem in document.problems:
        issue = Issue(document.path, problem.message, hint=problem.hint, line=problem.line, column=problem.column)
        found.setdefault(problem.code, []).append(issue)
    return found


def _error_issues(entry: Entry) -> dict[str, list[Issue]]:
    """Return the issues that the model has found in a record, by code; the last may say how many more there are."""
    unknown, quoted = wording.unknown_keys(entry.errors), wording.unquoted_issues(entry)
    found: dict[str, list[Any]] = {}
    rest: list[Any] = []
    for error in entry.errors:
        is_reported_otherwise = (
            (error["type"] == "too_short" and error["input"])  # its items failed, and say so themselves
            or (quoted and wording.pointer(error["loc"]) in quoted)
            or wording.is_unanchored_span(error, unknown)
            or wording.is_part_of_span(error, unknown)
            or wording.is_misspelt(error, unknown)
        )
        if not is_reported_otherwise:
            rest.append(error)
    rest, spans = missing_spans(entry, rest)
    for error in rest:
        found.setdefault(wording.issue_code(error), []).append(error)
    issues = {code: _first_issues(entry, errors, code) for code, errors in found.items()}
    return issues | ({"missing_key": [*issues.get("missing_key", []), *spans[:MAX_PROBLEMS]]} if spans else {})


def _first_issues(entry: Entry, errors: list[Any], code: str) -> list[Issue]:
    """Return the first issues of a code, and an issue that counts the others, if any."""
    issues = [wording.model_issue(entry, error) for error in errors[:MAX_PROBLEMS]]
    more = max(len(errors) - MAX_PROBLEMS, 0) + (entry.more_keys if code == "unknown_key" else 0)
    if more:
        issues.append(replace(issues[-1], message=f"and {more:,} more such problems follow", hint=""))
    return issues


def _rows(collection: Collection) -> Iterator[tuple[Entry, str, Row]]:
    """Yield every row of the valid records with its record and its pointer."""
    for entry in collection.entries:
        for pointer, row in rows(entry):
            yield entry, pointer, row


def _date_fields(row: Row) -> Iterator[str]:
    """Yield the fields of a row that hold a date."""
    for column in columns(type(row)):
        if column.kind in ("edtf", "day") and getattr(row, column.name) is not None:
            yield column.name
    for rule in row.rules:  # such a field holds a date in some rows only
        if isinstance(rule, PatternIf) and rule.pattern == edtf.PATTERN and getattr(row, rule.when) in rule.among:
            yield from [rule.field] if getattr(row, rule.field) is not None else []


OF_FILES: dict[str, str | Find] = {
    "no_records": """
    The folder holds no records.

    Records are in data/curated/<type>/*.yaml below the folder; a release is a folder with a manifest.json.
    """,
    "unreadable_file": "The file cannot be read: its permissions forbid it, or the disk fails.",
    "unsafe_file": """
    The file is a link, or not a regular file.

    Links are not followed, so that nothing outside the folder is read; put a copy of the file in its place.
    """,
    "altered_release": """
    A file of a release is missing, is not in the manifest, or differs from it.

    Every file is hashed before it is decoded; nothing is read from one that differs.
    """,
    "misplaced_file": """
    The file is where no records are read, so nothing in it is checked.

    Folders have the plural of a record type as name (people, statements, …), files end in .yaml or .json, and a record
    is in the folder of its type.
    """,
    "unportable_name": unportable_name,
    "bad_encoding": """
    The file is not plain UTF-8.

    Files are UTF-8 without byte order mark, without control characters and without U+0085, U+2028 or U+2029, which
    some readers take for line breaks.
    """,
    "over_limit": "The file is larger than 1 MiB, or nests deeper than 32 levels.",
    "bad_syntax": """
    The file is not YAML or JSON.

    JSON is I-JSON (RFC 7493): no NaN, no integers beyond 2^53 - 1. JSON Lines hold one record per line.
    """,
    "unsafe_yaml": """
    The file uses a part of YAML that records do not need.

    Anchors, aliases, tags, merge keys, directives, several documents in one file, and keys that are not words are
    refused. Write the values out.
    """,
    "duplicate_key": "A key occurs twice in one mapping, and readers differ on which one counts.",
    "not_a_record": """
    The file holds something other than one record or a non-empty list of records.

    After a thousand broken records of a file, the others are not checked; one issue says how many there are.
    """,
}
"""Checks of files, by code: a manual page if the reader does the check, else the function that does."""

_OF_RECORDS: dict[str, str | Find] = {
    "unquoted_scalar": unquoted_scalar,
    "unknown_key": "A key is not among the fields of its record type; often a spelling mistake.",
    "missing_key": "A field is missing that every record of the type must have.",
    "wrong_type": """
    A value has the wrong type: text where a number is expected, a list where one value is expected, and so on.

    Integers are written as integers (1277, not 1277.0 or '1277'). A key without a value is refused: where there is
    nothing to say, leave the key out.
    """,
    "unknown_code": "A value is not among the codes of its field; the table codes lists and defines them.",
    "bad_form": """
    A text does not have the form of its field, or is too long, or a list is empty.

    Ids are type/slug, dates EDTF, languages BCP 47, countries ISO 3166-1 alpha-3. A text begins and ends with
    something visible and holds no line breaks, control characters or changes of writing direction.
    """,
    "out_of_range": "A number is too small or too large for its field.",
    "unanchored": unanchored,
    "wrong_words": wrong_words,
    "broken_rule": "Two fields of one record do not go together; the message says which and why.",
    "unusual_code": unusual_code,
    "unlisted_code": unlisted_code,
    "out_of_order": out_of_order,
    "impossible_date": impossible_date,
    "wrong_mode": wrong_mode,
    "wrong_profile": wrong_profile,
}
"""Checks of records, by code: a manual page if the models do the check, else the function that does."""


def _check(name: str, page: str | Find) -> Check:
    """Return a check by its name and its manual page, or the function that has the page as docstring."""
    find, manual = (None, page) if isinstance(page, str) else (page, docstring(page))
    return Check(Code(name, "shape", cleandoc(manual), _EXIT_CODES.get(name, 1)), find)


CHECKS = tuple(_check(name, page) for name, page in (OF_FILES | _OF_RECORDS).items())
CODES = tuple(check.code for check in CHECKS)
