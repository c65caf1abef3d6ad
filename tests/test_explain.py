"""The examples of ``news-dataset explain``: one pair for each code, a wrong one that is wrong and a right one.

A snippet is a part of a record. Here it is put into a small record that is in order, and the validator looks at it.
"""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import indent

import pytest

from news_dataset import manual, validate
from news_dataset.annotations import REASONS
from news_dataset.checks import CODES
from news_dataset.checks.examples import EXAMPLES
from news_dataset.cli import main
from news_dataset.issues import Report
from news_dataset.reader import parse_yaml
from tests.conftest import IS_FULL
from tests.each import each

TEXT = Path(__file__).parent / "examples" / "codes" / "quote_words" / "texts" / "port-example.txt"
OF_FILES = {
    "no_records", "unreadable_file", "unsafe_file", "altered_release", "misplaced_file", "unportable_name",
    "bad_encoding", "over_limit", "lost_id", "broken_table", "only_in_layers",
}  # fmt: skip
OF_SYNTAX = {"bad_syntax", "unsafe_yaml", "duplicate_key"}
WITH_TEXT = {"wrong_text", "span_words", "quote_words", "literal_words", "unquoted_words", "article_prose"}
OF_VALUES = [code for code in EXAMPLES if code not in OF_FILES]
JUDGED = OF_VALUES if IS_FULL else OF_VALUES[::3]
"""Codes whose examples the validator looks at; `test_codes` has it look at one of each."""

STATEMENT = """\
id: statement/port-example/01
article: article/port-example
claim_type: evaluation
gist: The mayor is glad for the boats.
certainty: certain
polarity: positive
statement_participants:
- role: speaker
  implicit: true
"""
BASES = {
    "articles": """\
id: article/port-example
headline: Port Example Opens Its New Harbour
language: en
genre: news
rights: public_domain
status: draft
text_sha256: 'b29e8360acbd7473df4735c945e0ccc07eba54d7e706d17427826dd7e3b1bf64'
text_length: 307
annotator: Ann Example
""",
    "people": "id: person/mira-example\nname: Mira Example\n",
    "organizations": "id: organization/example-herald\nname: Example Herald\nkind: media\n",
    "places": "id: place/port-example\nname: Port Example\nkind: city\n",
    "events": "id: event/harbour-opening\ntitle: Opening of the new harbour\ntype: OTHER\n",
    "statements": f"{STATEMENT}kind: reported\nevidence:\n- role: cue\n- role: content\n- role: source\n  of: 1\n",
    "quotations": f"{STATEMENT}kind: direct\nquote: It’s a good day for every boat\nquote_fidelity: original\n"
    "evidence:\n- role: content\n- role: quote\n- role: source\n  of: 1\n",
    "assessments": """\
id: assessment/port-example/01
target: statement/port-example/01
aspect: veracity
verdict: not_checkable
finding: Nobody has counted the boats.
assessed_by: Ann Example
assessed_on: '2031-05-06'
""",
    "redirects": "old_id: article/harbour-opens\nreason: renamed\nrelease: 2031.05.0\n",
    "dataset": """\
name: port-example
title: Invented news of Port Example
description: One invented article.
license: CC0-1.0
license_url: https://creativecommons.org/publicdomain/zero/1.0/
schema_version: '1.2'
data_version: 2031.05.0
contributors:
- name: Ann Example
  role: author
""",
}
"""A record of each type that is in order; ``quotations`` are statements with a quotation."""

_NUMBERS = {"mention": "1", "fragment": "1"}
ITEMS = {
    "evidence": _NUMBERS
    | {"start": "108", "end": "138", "length": "23"}
    | {"digest": "'8152d2c79736a9c8'", "prefix": "'8c8ec503'", "suffix": "'b4ee3da2'"},
    "mentions": _NUMBERS
    | {"start": "42", "end": "54", "length": "11"}
    | {"digest": "'9aaf784abac8fa90'", "prefix": "'cc9e5aa8'", "suffix": "'3975db6f'"},
    "citations": {"says": "The archive keeps a plan of the harbour."},
}
"""What the items of a list have where a snippet leaves it out."""

EMBED = {
    "articles": {
        "bad_syntax", "unsafe_yaml", "duplicate_key", "unquoted_scalar", "unknown_key", "wrong_type", "unknown_code",
        "bad_form", "out_of_order", "impossible_date", "wrong_text", "span_outside", "span_words", "span_numbers",
        "literal_words", "wrong_words",
    },
    "people": {"not_a_record"},
    "places": {"missing_key", "out_of_range", "broken_rule", "wrong_field"},
    "events": {"wrong_mode"},
    "statements": {
        "unanchored", "unusual_code", "duplicate_id", "foreign_number", "wrong_of", "statement_without_evidence",
        "wrong_speakers", "speaker_without_source", "duplicate_participant", "several_dates", "article_prose",
    },
    "quotations": {"quote_without_span", "quote_words", "unquoted_words"},
    "assessments": {"duplicate_assessment", "uncited_verdict"},
}  # fmt: skip
"""Into which record a snippet belongs that does not say so itself."""


def parts(code: str, snippet: str) -> list[tuple[str, str, str]]:
    """The parts of a snippet: the base they belong to, the file they stand in, and their lines."""
    first, *rest = re.split(r"^# in (\S+\.yaml)\n", snippet, flags=re.MULTILINE)
    if not rest:
        base = next((base for base, codes in EMBED.items() if code in codes), "")
        assert base, f"begin the example of {code} with a line such as # in articles/port-example.yaml"
        return [(base, f"{base.replace('quotations', 'statements')}/port-example.yaml", first)]
    return [(re.split("[/.]", name)[0], name, part) for name, part in zip(rest[::2], rest[1::2], strict=True)]


def embedded(base: str, snippet: str) -> str:
    """The base record with the fields of the snippet in place of its own; a list of records if it is one."""
    if snippet.startswith("- ") and ":" in snippet:
        items = [re.sub("^  ", "", item, flags=re.MULTILINE) for item in re.split("^- ", snippet, flags=re.MULTILINE)]
        return "".join(f"- {indent(embedded(base, item), '  ')[2:]}" for item in items[1:])
    given = set(re.findall(r"^(\w+):", snippet, re.MULTILINE))
    if not given and not snippet.startswith("#"):
        return snippet  # no record at all
    own = [block for block in blocks(BASES[base]) if block.partition(":")[0] not in given]
    return "".join(completed(block) for block in [*own, *blocks(f"{snippet.rstrip()}\n")])


def blocks(record: str) -> list[str]:
    """The fields of a record, each with the lines that belong to it."""
    return [block for block in re.split(r"^(?=\w)", record, flags=re.MULTILINE) if block]


def completed(block: str) -> str:
    """A field whose items have what a snippet may leave out; an item that is not anchored yet stays as it is."""
    name = block.partition(":")[0]
    head, *items = re.split(r"^(?=- )", block, flags=re.MULTILINE)
    lacking = [
        "".join(
            f"  {key}: {value}\n"
            for key, value in ITEMS.get(name, {}).items()
            if not re.search(rf"\b({key}|find|span):", item)
        )
        for item in items
    ]
    return head + "".join(item + more for item, more in zip(items, lacking, strict=True))


def checked(code: str, snippet: str, folder: Path) -> Report:
    """What the validator says of a snippet: as a file, or as a whole dataset where it takes more than one file."""
    found = {name: embedded(base, part) for base, name, part in parts(code, snippet)}
    is_whole = "# in " in snippet or code in WITH_TEXT
    if is_whole and not any(name.startswith("articles/") for name in found):
        found["articles/port-example.yaml"] = BASES["articles"]
    for name, record in found.items():
        path = folder / ("curated" if "/" in name else "") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(record, "utf-8")
    return validate(folder if is_whole else path, text=TEXT if code in WITH_TEXT else None)


def test_every_code_has_an_example() -> None:
    """And there is none for anything else."""
    assert list(EXAMPLES) == list(CODES)


@each(EXAMPLES)
def test_a_snippet_is_short(code: str) -> None:
    """One to eight lines of at most 100 characters; wrong and right differ, and neither ends in a blank."""
    wrong, right = EXAMPLES[code]

    assert wrong != right
    for snippet in (wrong, right):
        assert snippet.strip() == snippet
        assert 1 <= len(snippet.splitlines()) <= 8
        assert max(map(len, snippet.splitlines())) <= 100


@each(OF_VALUES)
def test_a_snippet_is_yaml(code: str) -> None:
    """A curator may copy it; only what is about syntax is wrong in its syntax."""
    for snippet in EXAMPLES[code][code in OF_SYNTAX :]:
        assert [parse_yaml(part, code).problems for _, _, part in parts(code, snippet)] in ([()], [(), ()])


@each(JUDGED)
def test_the_wrong_one_is_wrong(code: str, tmp_path: Path) -> None:
    """Put into a record that is in order, it gives the code that it explains."""
    assert code in {issue.code for issue in checked(code, EXAMPLES[code][0], tmp_path)}


@each(JUDGED)
def test_the_right_one_is_right(code: str, tmp_path: Path) -> None:
    """In the same record it gives no issue at all, and the check of that code looked at it."""
    report = checked(code, EXAMPLES[code][1], tmp_path)
    is_alone = code in ("circular_parent", "duplicate_external_id")  # its events or people are all that there is
    beside = {"unused_record"} if is_alone else set()

    assert {issue.code for issue in report} == beside
    assert sum(tally.checked for tally in report.tallies if tally.code == code) > 0


@each([("no_records", "articles"), ("misplaced_file", "people")])
def test_a_file_is_found_where_the_right_one_says(code: str, base: str, tmp_path: Path) -> None:
    """A record at the place of the wrong example gives the code, at that of the right one it does not."""
    for at, place in enumerate(EXAMPLES[code]):
        home = tmp_path / str(at)
        (home / place).parent.mkdir(parents=True)
        (home / place).write_text(BASES[base], "utf-8")
        if code == "misplaced_file":
            (home / "data/curated/articles").mkdir()
            (home / "data/curated/articles/port-example.yaml").write_text(BASES["articles"], "utf-8")
        found = {issue.code for issue in validate(home / "harbour" if code == "no_records" else home)}
        assert (code in found) == (at == 0)


@each(REASONS)
def test_reasons_of_quarantine_have_pages(reason: str, capsys: pytest.CaptureFixture[str]) -> None:
    """And lines in the list, as the importers say them."""
    assert main(["explain", reason]) == 0
    assert f"in quarantine.jsonl)\n\n{REASONS[reason]}\n" in capsys.readouterr().out
    lines = [line.split(maxsplit=2) for line in manual.contents().splitlines()]
    assert [reason, "import", REASONS[reason]] in lines


@each([*EXAMPLES, *manual.FILE_EXAMPLES])
def test_the_command_shows_both(code: str, capsys: pytest.CaptureFixture[str]) -> None:
    """After the manual page, the wrong one and the right one, indented by four spaces."""
    wrong, right = (indent(snippet, "    ") for snippet in (EXAMPLES | manual.FILE_EXAMPLES)[code])

    assert main(["explain", code]) == 0
    assert capsys.readouterr().out.endswith(
        f"{(CODES | manual.FILE_CODES)[code].manual}\n\nwrong:\n{wrong}\n\nright:\n{right}\n"
    )
