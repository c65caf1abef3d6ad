"""Dates, copies of texts, reports, and what a profile puts into SQL."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import chain, pairwise
from typing import Any

from pydantic import TypeAdapter, ValidationError

from news_dataset import edtf, reader, reporters
from news_dataset.engine import rows
from news_dataset.engine.computed import computed_columns
from news_dataset.exporters import sqlite
from news_dataset.files import ReadError
from news_dataset.issues import Issue, Report
from news_dataset.markup import code_span, html
from news_dataset.profile import BASE, profile_of
from news_dataset.records.fields import Date
from news_dataset.reporters import github
from news_dataset.restoration import restore
from news_dataset.rules import quoted, text_literal
from news_dataset.spans import Span, Text, skeleton
from news_dataset.tabular import tables
from tests.conftest import ROOT
from tests.copies import AROUND, FOLDS, STORY, by_rule
from tests.trust.fuzz.target import Target, require, text_of

_DIRECTIONS = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
_DATE = TypeAdapter(Date)


def date(data: bytes) -> None:
    """Read a date: pattern and model say the same, and the last day is not before the first."""
    text = text_of(data)
    is_read = re.fullmatch(edtf.PATTERN, text) is not None
    try:
        _DATE.validate_python(text)
    except ValidationError:
        require(not is_read, "the model refuses a date that the pattern reads")
    else:
        require(is_read, "the model takes a date that the pattern does not read")
    require(not (is_read and edtf.unread(text)), "a date is both read and not read")
    if not is_read:
        return
    try:
        first, last = edtf.bounds(text)
    except ValueError:
        return
    require(not (first and last) or first <= last, "the last day lies before the first")
    require(first is None or not edtf.after(text, text), "a date lies after itself")
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        require(str(first) == str(last) == text, "a day is another day")


def restoration(data: bytes) -> None:
    """Look for the spans of a text in a copy: each is at its places by the rule, or an orphan."""
    first, zero, second = text_of(data[:4_000]).partition("\0")
    text, copy = (Text(first), Text(second)) if zero else (Text(STORY), Text(first))
    spans = [one for one in _spans(text) if one.length]
    found = restore(spans, copy, text.sha256)
    if copy.words == text.words:
        require(all(one.state == "exact" for one in found), "the text itself is not exact")
        return
    for span, one in zip(spans, found, strict=True):
        wanted = skeleton(text.words[span.start : span.end])
        places = [skeleton(copy.words[start:end]) for start, end in one.places]
        require(places == [wanted] * len(places), "a place has other words")
        require((one.state == "orphan") == (one.words is None) == (not places), "an orphan has a place")
        require(one.state != "exact", "another text is called exact")
    by_rules = by_rule(spans, copy.words)
    require([(one.state, one.places) for one in found] == by_rules, "the places are not those of the rule")


def _spans(text: Text) -> Iterator[Span]:
    words = [match.span() for match in re.finditer(r"\S+", text.words)][:60]
    for (start, _), (_, end) in chain(zip(words, words, strict=True), pairwise(words)):
        yield text.span(start, end)


def report(data: bytes) -> None:
    """Write a report of untrusted words in every form: what is printed is lines, and no command of a workflow."""
    parts = (text_of(data) + "\0" * 4).split("\0")
    issue = Issue(parts[0], parts[1], parts[2], parts[3], parts[4], record=parts[0], line=len(data) % 3, column=1)
    whole = Report.of([issue, Issue(parts[1], parts[0], severity="warning", row=len(data) % 2 - 1)])
    _is_safe(reporters.text(whole))
    _is_safe(reporters.as_json(whole))
    _is_safe(str(whole))
    _is_safe(github.summary(whole))
    log = github.log(whole).split("\n")
    commands = sum(line.startswith(("::error ", "::warning ")) for line in log)
    require(commands == 2, "a log has another number of commands")
    _is_safe("\n".join(line.partition(" ")[2].replace("::", "", 1) for line in log[:2]))
    _is_safe("\n".join(log[2:]))
    span = code_span(parts[0])
    require(span.count("`") in (0, 2) and not set("|<$") & set(span), "a code span has an end within")
    require(not set("<>\"'") & set(html(parts[0])), "words are markup")


def _is_safe(printed: str) -> None:
    lines = printed.split("\n")
    require(not any(map(_acts, printed.replace("\n", ""))), "a line has a character that acts on a terminal, or hides")
    require(not any(line.lstrip().startswith("::") for line in lines), "a line is a command of a workflow")
    require("##[" not in printed, "a line has a command of a workflow")


def _acts(character: str) -> bool:
    """Return whether a character is a control, a separator, half a pair, a mark of direction, or a tag."""
    if character.isascii():
        return not character.isprintable()
    is_control = unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp")
    return is_control or unicodedata.bidirectional(character) in _DIRECTIONS or 0xE0000 <= ord(character) < 0xE0080


def sql(data: bytes) -> None:
    """Make SQL of a profile and of any word: it is what was said, and nothing else happens."""
    try:
        said = reader.parse_yaml(text_of(data), "dataset.yaml").data
    except ReadError:
        said = None
    _is_literal(text_of(data).partition("\n")[0].replace("\0", ""))
    books = said.get("books") if isinstance(said, dict) else None
    profile = profile_of(said, books if isinstance(books, dict) else {})
    if profile is BASE:
        return
    for model in profile.records:
        types = ", ".join(f"NULL::{kind} AS {quoted(name)}" for name, kind in rows.source_types(model).items())
        evaluated = "".join(f", NULL::{one.type} AS {quoted(one.name)}" for one in computed_columns(model))
        found = _duckdb().execute(f"SELECT {rows.predicate(model)} FROM (SELECT {types}{evaluated})").fetchall()
        require(found in ([(False,)], [(True,)]), "a predicate of one row has another answer")
    with sqlite3.connect(":memory:") as base:
        for table in tables(profile).values():
            base.execute(sqlite._create_table(table))
        names = {name for (name,) in base.execute("SELECT name FROM sqlite_schema WHERE type <> 'index'")}
    base.close()
    require(names == {*tables(profile)}, "a profile makes other tables")


def _is_literal(word: str) -> None:
    query = f"SELECT {text_literal(word)} AS {quoted(f'x{word}')}"
    found = _duckdb().execute(query)
    require(found.description[0][0] == f"x{word}" and found.fetchall() == [(word,)], "DuckDB reads another word")
    found = _sqlite().execute(query)
    require(found.description[0][0] == f"x{word}" and found.fetchall() == [(word,)], "SQLite reads another word")


@cache
def _duckdb() -> Any:
    import duckdb

    return duckdb.connect(":memory:")


@cache
def _sqlite() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


DATES = ("2025", "2025-08", "2025-08-23", "2025?", "202X", "20XX", "2025-XX", "2025-08-XX", "2025-XX-XX", "XXXX-06",
         "XXXX-06-12", "2025-06/2025-08~", "../2025", "2025/", "/2025%", "2024-02-29", "1957-21", "[1957,1959..]",
         "{2001,..2003}", "Y12345", "1950S2", "-0044", "2025?-08", "2025-08-23T10:00:00Z", "0000")  # fmt: skip


def date_seeds() -> Iterator[bytes]:
    """Yield dates that are read, and others."""
    return (one.encode() for one in DATES)


def copy_seeds() -> Iterator[bytes]:
    """Yield an invented text, and copies of it as they are found."""
    for edit in (*FOLDS.values(), *AROUND.values()):
        yield edit(STORY).encode()
        yield f"{STORY[:300]}\0{edit(STORY[:300])}".encode()


def report_seeds() -> Iterator[bytes]:
    """Yield words that try to be a command, a line, or markup."""
    words = ("a.yaml", "::error::x", "##[group]x", "x\n::warning file=a::b", "\x1b[2J", "\u202eabc", "`|<b>$x$",
             "a" * 3_000, "a\U000e0041", "\u200b::add-mask::x", " ::x::", "%0A::x", "\ud7ff\u2028::", "<script>",
             "\x85::x", "#\u034f#[x", ":\ufe0f:x")  # fmt: skip
    for one, other in pairwise(words):
        yield f"{one}\0{other}\0/x\0code\0{one}".encode()


def profile_seeds() -> Iterator[bytes]:
    """Yield the profile of an example, and one with codebooks."""
    folder = ROOT / "examples" / "match-report" / "data"
    yield (folder / "dataset.yaml").read_bytes()
    fields = (
        '- {record_type: person, name: x_a, type: string, description: "It\'s -- x",\n'
        "   codes: [{code: b, definition: c}]}\n"
        "- {record_type: event, name: x_select, type: integer, description: '/* ; DROP TABLE people'}\n"
    )
    books = (
        '  topic:\n  - {code: football, definition: "O\'Hara"}\n  mode: [{code: m, definition: M, event_type: AID}]\n'
    )
    yield f"name: x\ncodebooks: [topic, mode]\nextension_fields:\n{fields}books:\n{books}".encode()


TARGETS = {
    "edtf": Target(date, date_seeds, 220_000, ("XX", "..", "/", "?", "~", "%", "T", "Y", "S2", "-21", "٢٠")),
    "restoration": Target(restoration, copy_seeds, 60_000, ("\0", "½", "ß", "\u0345", "\u0301", "İ", "ﬁ", "🙂")),
    "reports": Target(report, report_seeds, 150_000, (
        "::", "##[", "\n", "\r", "\x1b[", "\u202e", "\0", "`", "|", "\x85", "%0A")),
    "sql": Target(sql, profile_seeds, 20_000, (
        "'", '"', ";", "--", "/*", "DROP TABLE ", "\\", "x_", "code: ", "type: ", "${", "?")),
}  # fmt: skip
