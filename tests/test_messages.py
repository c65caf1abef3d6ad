"""Messages: where something is wrong, what was expected and found, and how to mend it; one whole line each."""

from __future__ import annotations

from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.checks import shape
from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.curate.anchor import anchor
from news_dataset.spans import Text
from tests.conftest import IS_FULL
from tests.each import each

EXAMPLES = Path(__file__).parent / "examples" / "codes"
EVENT = """\
id: event/harbour-opening
title: Opening of the harbour
type: CONSULT
topics:
- topic: environment
"""
PERSON = """\
id: person/mira-example
name: Mira Example
country: KOR
wikidata: Q12
names:
- name: Mira
  language: en
  kind: preferred
offices:
- title: Mayor
  organization: organization/port
  start: '2020'
  end: '2024'
"""
CONFLICT = "keep one of the two versions, and remove the lines that begin with <<<<<<<, ======= and >>>>>>>"
GIT = "the mark of a conflict of git"
CODES = (
    "asylum, cbrn, corruption, crime, cyber, diplomatic, disasters, economic, election, environment, executive, "
    "gender, health, human_rights, human_security, illegal_drugs, inequality, intelligence, legal, legislative"
)
ORDER = "cannot be after end: swap the two dates, or correct one"
COUNTRY = "is not a country code of three letters (ISO 3166-1)"

LINES: tuple[tuple[str, str, str, str], ...] = (
    # Codes of ISO and others.
    (PERSON, "KOR", "South Korea", f"3:10: bad_form country 'South Korea' {COUNTRY} (write KOR)"),
    (PERSON, "KOR", "Korea", f"3:10: bad_form country 'Korea' {COUNTRY} (write KOR or PRK)"),
    (PERSON, "KOR", "kr", f"3:10: bad_form country 'kr' {COUNTRY} (write KOR)"),
    (PERSON, "KOR", "Atlantis", f"3:10: bad_form country 'Atlantis' {COUNTRY} (such as KOR)"),
    (PERSON, "KOR", "NO",
     "3:10: unquoted_scalar country NO is text, but without quotes it may be read as false (write NOR)"),
    (PERSON, "language: en", "language: no",
     "7:13: unquoted_scalar language no is text, but without quotes it may be read as false (write 'no')"),
    (PERSON, "language: en", "language: Norwegian",
     "7:13: bad_form language 'Norwegian' is not a language tag (BCP 47) (write 'no')"),
    (PERSON, "language: en", "language: en_us",
     "7:13: bad_form language 'en_us' is not a language tag (BCP 47) (write en-US)"),
    (PERSON, "Q12", "https://www.wikidata.org/wiki/Q12",
     "4:11: bad_form wikidata 'https://www.wikidata.org/wiki/Q12' is not a Wikidata item, Q and a number (write Q12)"),
    (PERSON, "'2020'", "4 May 2020", "12:10: bad_form start '4 May 2020' is not a date in EDTF (write '2020-05-04')"),
    (PERSON, "'2020'", "'5/4/2020'",
     "12:10: bad_form start '5/4/2020' is not a date in EDTF (write '2020-05-04' or '2020-04-05')"),
    (PERSON, "'2020'", "2020",
     "12:10: unquoted_scalar start 2020 is text, but without quotes it may be read as a number (write '2020')"),
    (PERSON, "id: person/mira-example", "id: person/Mira Example",
     "1:5: bad_form id 'person/Mira Example' is not an id of type person (write person/mira-example)"),
    (PERSON, "organization/port", "The Port",
     "11:17: bad_form organization 'The Port' is not an id of type organization (write organization/the-port)"),
    # Codes of codebooks.
    (PERSON, "preferred", "Preferred",
     "8:9: unknown_code kind 'Preferred' is not among its codes (did you mean preferred?)"),
    (EVENT, "CONSULT", "consult", "3:7: unknown_code type 'consult' is not among its codes (did you mean CONSULT?)"),
    (EVENT, "environment", "Human rights",
     "5:10: unknown_code topic 'Human rights' is not among its codes (did you mean human_rights?)"),
    (EVENT, "environment", "energy", "5:10: unknown_code topic 'energy' is not among its codes "
     "(perhaps natural_resource: Land, water, energy and minerals.)"),
    (EVENT, "environment", "sport", f"5:10: unknown_code topic 'sport' is not among its codes (codes: {CODES} …; "
     "all: news-dataset sql \"SELECT code, definition FROM codes WHERE codebook = 'topic'\")"),
    # Order.
    (PERSON, "'2024'", "'2019'", f"13:8: out_of_order end 2019 is before start 2020 (start {ORDER})"),
    # YAML.
    (PERSON, "name: Mira Example", "\tname: Mira Example",
     "2:1: bad_syntax is not YAML: a tab indents this line (indent with spaces)"),
    (PERSON, "name: Mira Example", " name: Mira Example",
     "2:2: bad_syntax is not YAML: this line begins in column 2 (begin it in column 1, as the lines above do)"),
    (PERSON, "  language", " language",
     "7:2: bad_syntax is not YAML: this line begins in column 2 (begin it in column 1 or 3, as the lines above do)"),
    (PERSON, "Mira Example", '"Mira Example',
     '2:7: bad_syntax is not YAML: the quote that opens here is never closed (end the value with ")'),
    (PERSON, "Mira Example", "'Mira Example",
     "2:7: bad_syntax is not YAML: the quote that opens here is closed only in line 12 "
     "(end the value with ' in its own line)"),
    (PERSON, "Mira Example", "'Mira's Example'",
     "2:13: bad_syntax is not YAML: something follows behind the closing quote "
     "(put the whole value in quotes; in single quotes an apostrophe is written twice: '')"),
    (PERSON, "Mira Example", r'"Mira \q"', "2:13: bad_syntax is not YAML: a backslash begins nothing that YAML knows "
     "(in double quotes a backslash is written twice; in single quotes once)"),
    (PERSON, "Mira Example", "Mira: Example",
     "2:11: bad_syntax is not YAML: a value holds a colon and a blank (write name: 'Mira: Example')"),
    (PERSON, "name: Mira Example", "name Mira Example", "2:1: bad_syntax is not YAML: a line without a colon "
     "(write key: value, or put a longer text in one line or in quotes)"),
    (PERSON, "Mira Example", "@mira",
     "2:7: bad_syntax is not YAML: a value cannot begin with @ (write name: '@mira')"),
    (PERSON, "Mira Example", "[Mira", "2:7: bad_syntax is not YAML: the [ that opens here is not closed "
     "(close it with ], or put a value that begins with [ in quotes)"),
    (PERSON, "Mira Example", "- Mira", "2:7: bad_syntax is not YAML: a list begins in the line of its field "
     "(begin the list in the next line, or put a text that begins with a dash in quotes)"),
    (PERSON, "- name: Mira", "-name: Mira",
     "6:1: bad_syntax is not YAML: a blank is missing after the dash (write - key: value)"),
    (PERSON, "country: KOR", "- id: person/two", "3:1: bad_syntax is not YAML: an item of a list follows after fields "
     "(a file holds one record, or a list in which each record begins with a dash)"),
    (PERSON, "country: KOR", "<<<<<<< HEAD\ncountry: KOR\n=======\ncountry: JPN\n>>>>>>> other",
     f"3:1: bad_syntax holds <<<<<<<, {GIT} ({CONFLICT})"),
    (PERSON, "country: KOR", "country: KOR\n=======", f"4:1: bad_syntax holds =======, {GIT} ({CONFLICT})"),
)  # fmt: skip
"""A record, what in it is replaced, by what, and the line that is printed, without the path."""


@each(LINES)
def test_a_line_says_where_what_and_how(record: str, old: str, new: str, line: str, tmp_path: Path) -> None:
    """Line and column of the fault, expected and found, and what to write instead."""
    path = tmp_path / ("person.yaml" if record is PERSON else "event.yaml")
    path.write_text(record.replace(old, new, 1), "utf-8")

    # All of these are of the shape of one record; the checks across records, which take longest, have nothing to add.
    issues = list(nd.validate(path)) if IS_FULL else [one for of in shape.run(Collection.open(path)) for one in of]
    assert [str(issue) for issue in issues if issue.code != "unused_record"] == [f"{path}:{line}"]


def test_a_conflict_in_json_is_named(tmp_path: Path) -> None:
    """As in YAML; what is not JSON otherwise has a hint."""
    path = tmp_path / "person.json"
    found = []
    for text in ('{\n<<<<<<< HEAD\n"id": 1\n}', '{"id": "person/a",}', '{"id": person}'):
        path.write_text(text, "utf-8")
        found += [str(issue).removeprefix(f"{path}:") for issue in nd.validate(path)]

    assert found == [
        f"2:1: bad_syntax holds <<<<<<<, {GIT} ({CONFLICT})",
        "1:19: bad_syntax is not JSON: a key in double quotes is missing here "
        "(keys are in double quotes, and no comma follows after the last field)",
        "1:8: bad_syntax is not JSON: a value is missing here "
        "(a text is in double quotes, and no comma follows after the last item)",
    ]


def test_another_text_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What would follow from it is skipped, and not passed."""
    monkeypatch.chdir(EXAMPLES / "quote_words")
    text = tmp_path / "port-example.txt"
    text.write_text("The weather in Port Example will stay fine all week.\n", "utf-8")
    report = nd.validate(Path(), text=text)

    reason = "the text given is not the one that was annotated"
    skipped = {tally.code for tally in report.tallies if reason in tally.skipped}
    looked = [tally.code for tally in report.tallies if tally.checked and tally.code in skipped]
    assert [str(issue).replace(str(text), "other.txt") for issue in report] == [
        "curated/articles/port-example.yaml:8:14: wrong_text other.txt is another text: expected 307 code points with "
        "SHA-256 b29e8360…, found 53 with 1a72ce63… (if the article has changed: news-dataset carry "
        "article/port-example --text other.txt)"
    ]
    assert skipped == {"span_words", "quote_words", "literal_words", "unquoted_words", "article_prose"}
    assert looked == []


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        ("North Koreans left.", "North Korea",
         "'North Korea' is not in the text (the text has them only inside longer words: copy these whole)"),
        ("North Koreans left North Korea.", "North Korea", ""),
        ("이재명은 말했다.", "이재명", ""),
    ],
)  # fmt: skip
def test_words_are_found_whole(text: str, words: str, said: str, tmp_path: Path) -> None:
    """Not inside of longer ones, except in scripts that need no blanks."""
    article = (
        (EXAMPLES / "wrong_text/curated/articles/port-example.yaml").read_text("utf-8").partition("text_sha256")[0]
    )
    path = tmp_path / "port-example.yaml"
    path.write_text(f"{article}mentions:\n- mention: 1\n  fragment: 1\n  find: {words}\n", "utf-8")
    done = anchor([path], Text(text))

    assert [one.issue.sentence for one in done.refusals] == [said] * bool(said)
    assert done.spans == (0 if said else 1)


def test_restore_numbers_quantities(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They have no mentions and fragments."""
    text = tmp_path / "other.txt"
    text.write_text("The weather will stay fine.\n", "utf-8")
    assert main(["restore", "--text", str(text), "-C", str(root)]) == 0
    lines = [line.split()[1:4] for line in capsys.readouterr().out.splitlines() if "quantities" in line]

    assert ["quantities", "1", "orphan"] in lines
    assert not [line for line in lines if "None" in line[1]]


def test_the_hint_says_where_the_words_are_once(tmp_path: Path) -> None:
    """In the content, if they are there once; else every way is named, and never one that leads nowhere."""
    path = tmp_path / "statements/port-example/01.yaml"
    path.parent.mkdir(parents=True)
    for content, hint in (("The mayor came", "add in: content"), ("The mayor", "add nth, after or in"),
                          ("harbour", "add nth, after or in")):  # fmt: skip
        evidence = f"evidence:\n  source 1: {{find: mayor}}\n  content: {{find: {content}}}\n"
        path.write_text(f"id: statement/port-example/01\n{evidence}", "utf-8")
        done = anchor([path], Text("The mayor came. The mayor spoke in the harbour."))
        said = f"01.yaml:3:20: unanchored 'mayor' occurs 2 times in the text ({hint})"
        assert str(done.refusals[0].issue).endswith(said)
