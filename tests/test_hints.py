"""Hints that are followed to the letter lead to the end: the lines, commands and options that messages name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from news_dataset.checks.forms import possible_date
from news_dataset.cli import main

WORDS = "Port Example\nThe mayor said that the fair is on Monday.\n"
STATEMENT = """id: statement/first-article/01
kind: indirect
claim_type: fact
gist: The fair is on Monday.
speakers: [the mayor]
evidence:
  cue: {find: said that}
  content: {find: the fair is on Monday}
"""

NUMBERS = "a number is only for role source, addressee, trigger, date or place"


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return the folder of a dataset from ``init``, in the current folder, with one statement."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", "mine"]) == 0
    Path("mine/texts/first-article.txt").write_text(WORDS, "utf-8")
    path = Path("mine/data/curated/statements/first-article/01.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(STATEMENT, "utf-8")
    capsys.readouterr()
    return path


def ran(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Return what a command prints."""
    main([*arguments])
    out = capsys.readouterr()
    return out.out + out.err


def test_the_line_that_names_a_speaker_can_be_written_as_the_hint_says(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both ways that the hint of ``speaker_without_source`` offers end the warning."""
    anchor, check = ("anchor", "--text", "mine/texts", "mine"), ("validate", "--text", "mine/texts", "mine")
    ran(capsys, *anchor)
    hint = (
        "(add under evidence: source 1: {find: the words that name the speaker}, or write implicit in speakers where "
        "the text names nobody)"
    )
    assert hint in ran(capsys, *check)

    anchored = mine.read_text("utf-8")
    mine.write_text(f"{anchored}  source 1: {{find: The mayor}}\n", "utf-8")
    ran(capsys, *anchor)
    assert "speaker" not in (found := ran(capsys, *check)), found

    mine.write_text(anchored.replace("[the mayor]", "[implicit]"), "utf-8")
    assert "speaker" not in (found := ran(capsys, *check)), found


def test_a_field_that_the_key_of_evidence_says_is_refused_in_its_line(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The key of a role says of whom it is."""
    mine.write_text(f"{STATEMENT}  source: {{find: The mayor, of: 1}}\n", "utf-8")
    said = ran(capsys, "anchor", "--text", "mine/texts", "mine")

    assert '01.yaml:9:33: unanchored of is not written here (write the key as "source 1:")' in said, said
    assert "safely" not in said


@pytest.mark.parametrize(
    "line", ["speakers: []", "addressees: []", "targets: []", "relayed_by: []", "topics: []", "evidence: {}"]
)
def test_an_empty_list_is_reported_where_it_is_written(
    line: str, mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It had the name of the table, and the place of the record."""
    head = STATEMENT.partition("speakers")[0]
    mine.write_text(f"{head}{line}\n", "utf-8")
    found = [shown for shown in ran(capsys, "validate", str(mine)).splitlines() if ": bad_form " in shown]

    name = line.partition(": ")[0]
    said = f"{name} is an empty list (leave the line out, or write an item)"
    assert [shown.partition("01.yaml:")[2] for shown in found] == [f"5:{len(name) + 3}: bad_form {said}"], found


def test_a_command_in_a_hint_names_the_folder_that_was_named(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Outside the folder, the command without it finds no dataset."""
    check = ("validate", "--text", "mine/texts", "mine")
    command = "news-dataset anchor --text mine/texts/first-article.txt mine)"
    assert command in (found := ran(capsys, *check)), found
    assert "next: news-dataset validate --text mine/texts mine\n" in ran(
        capsys, "anchor", "--text", "mine/texts", "mine"
    )

    Path("mine/texts/first-article.txt").write_text(f"{WORDS}It rained.\n", "utf-8")
    for said in (ran(capsys, *check), ran(capsys, "anchor", "--text", "mine/texts/first-article.txt", "mine")):
        assert "carry article/first-article --text mine/texts/first-article.txt -C mine)" in said, said


def test_a_record_that_is_missing_can_be_written_as_the_hint_says(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No other person is proposed; the command of the hint ends the fault."""
    people = Path("mine/data/curated/people")
    people.mkdir(exist_ok=True)
    (people / "elena-invented.yaml").write_text("id: person/elena-invented\nname: Elena Invented\n", "utf-8")
    mine.write_text(STATEMENT.replace("the mayor]", "person/petra-olm]"), "utf-8")
    ran(capsys, "anchor", "--text", "mine/texts", "mine")
    hint = "(correct the id, or write the record: news-dataset new person petra-olm -C mine)"
    assert f"there is no person/petra-olm {hint}\n" in ran(capsys, "validate", "mine")

    ran(capsys, *hint.removesuffix(")").partition("news-dataset ")[2].split())
    assert "dangling_reference" not in ran(capsys, "validate", "mine")

    (people / "petra-olm.yaml").write_text("id: person/petra-holm\nname: Petra Invented\n", "utf-8")
    said = ran(capsys, "validate", "mine")
    hint = f"(correct the id in {people / 'petra-olm.yaml'}, which is person/petra-holm)"
    assert f"there is no person/petra-olm {hint}\n" in said, said
    assert "(name the file petra-holm.yaml, or correct the id)" in said


def test_a_number_of_another_statement_is_not_proposed(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Following it would move an assessment to another claim."""
    mine.write_text(STATEMENT + "parent: statement/first-article/04\n", "utf-8")
    ran(capsys, "anchor", "--text", "mine/texts", "mine")
    said = ran(capsys, "validate", "mine")
    assert "there is no statement/first-article/04 (add the record, or correct the id)\n" in said, said


def test_two_records_with_one_slug_get_no_advice_about_numbers(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers have a next one, slugs have none."""
    people = Path("mine/data/curated/people")
    people.mkdir(exist_ok=True)
    for name in ("petra-olm", "olm"):
        (people / f"{name}.yaml").write_text("id: person/petra-olm\nname: Petra Invented\n", "utf-8")
    ran(capsys, "anchor", "--text", "mine/texts", "mine")
    mine.with_name("02.yaml").write_text(mine.read_text("utf-8"), "utf-8")
    codes = (": duplicate_id ", ": misnamed_file ")
    found = [line for line in ran(capsys, "validate", "mine").splitlines() if any(code in line for code in codes)]

    copy = "(delete this file if it is a copy; else give its record an id of its own)"
    assert sorted(line[line.rindex("(") :] for line in found) == [
        "(delete one of the two, or give one of them an id of its own)", copy, copy,
        "(ids are never reused: take the next free one)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("speaker 1: {find: The mayor}", f"{NUMBERS} (did you mean source 1?)"),
        ("soruce 1: {find: The mayor}", f"{NUMBERS} (did you mean source 1?)"),
        ("target 2: {find: The mayor}", f"{NUMBERS} (target is a role of participants, which no evidence has: leave "),
        ("quote 1: {find: The mayor}", f"{NUMBERS} (write quote without a number)"),
        ("source: {find: The mayor}", "broken_rule source has no number (write source 2: the number of the speaker)"),
        ("date: {find: on Monday}", "broken_rule date has no number (write date 1: the number of the event)"),
        ("source one: {find: The mayor}", "(write source and the number of what it shows, such as source 1)"),
        ("date 1: {find: on Monday}", "there is no reported event 1; the statement lists 0 (the number counts them"),
    ],
)
def test_a_role_of_evidence_is_spoken_of_as_it_is_written(
    line: str, said: str, mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No field ``of`` is in the file; its number counts all participants."""
    participants = "statement_participants: [{role: target, label: the fair}, {role: speaker, label: the mayor}]"
    mine.write_text(f"{STATEMENT}  {line}\n".replace("speakers: [the mayor]", participants), "utf-8")
    ran(capsys, "anchor", "--text", "mine/texts", "mine")
    found = ran(capsys, "validate", "mine")
    assert said in found, found


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("id: statement/first-article/01", "id: statement/first-article/1", "(write statement/first-article/01)"),
        ("id: statement", "ID: statement", "ID is not a field of a statement (did you mean id?)"),
        ("the mayor]", "people/karim-haddad]", "(write person/karim-haddad)"),
        ("the mayor]", "Organizations/Example-Herald]", "(write organization/example-herald)"),
        ("claim_type: fact", "claim_type: fact\nparent: first-article", "type statement (such as statement/some-slug/"),
        (STATEMENT.partition("evidence:")[2], " cont\n", "'cont' is not a mapping of roles (write a line for each "),
    ],
)
def test_a_value_of_another_form_is_written_as_the_hint_says(
    old: str, new: str, said: str, mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The number, type or case that was meant; and nothing twice."""
    mine.write_text(STATEMENT.replace(old, new), "utf-8")
    assert said in (found := ran(capsys, "validate", "mine")), found


def test_a_licence_is_written_as_the_list_has_it(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without blanks."""
    path = Path("mine/data/dataset.yaml")
    path.write_text(re.sub("(?m)^license: .*", "license: CC BY 4.0", path.read_text("utf-8")), "utf-8")
    assert "has no blanks (write CC-BY-4.0)" in (found := ran(capsys, "validate", "mine")), found


def test_a_date_in_the_words_of_the_article_is_shown_as_the_hint_says(
    mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the number of its event, in the spelling of the tutorial."""
    event = Path("mine/data/curated/events/fair.yaml")
    event.parent.mkdir(exist_ok=True)
    event.write_text("id: event/fair\ntype: OTHER\nlabel: The invented fair\n", "utf-8")
    listed = "statement_events: [{event: event/fair, realis: planned, date_text: Monday}]\nevidence:"
    mine.write_text(STATEMENT.replace("evidence:", listed), "utf-8")
    ran(capsys, "anchor", "--text", "mine/texts", "mine")
    said = "'Monday' has no evidence (add under evidence: date 1: {find: …}, then anchor)"
    assert said in (found := ran(capsys, "validate", "mine")), found

    mine.write_text(mine.read_text("utf-8") + "  date 1: {find: Monday}\n", "utf-8")
    ran(capsys, "anchor", "--text", "mine/texts", "mine")
    assert "literal_words" not in (found := ran(capsys, "validate", "mine")), found


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (
            "uncited_verdict",
            "cites no source (add to citations: {source: source/…, stance: …}, or write verdict: not_c",
        ),
        (
            "uncited_verdict",
            "contradicts it (correct the verdict, or add to citations: {source: source/…, stance: contra",
        ),
        ("uncited_verdict", "with 1 decisive source (write independence: single)"),
        ("impossible_date", "ends before it begins (swap the two dates, or correct one)"),
        ("impossible_date", "has no day 31 (correct the date)"),
        ("duplicate_key", "is already in line 4 (remove one, or merge the two)"),
        ("unassessed_fact", "has no assessment (write one: news-dataset new assessment --article article/port-example"),
        ("statement_without_evidence", "role content (add under evidence: content: {find: …}, then anchor)"),
    ],
)
def test_a_fault_says_what_to_write(code: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each of these had no hint, or one that leaves the words to the reader."""
    assert said in (found := ran(capsys, "validate", str(Path(__file__).parent / "examples" / "codes" / code))), found


@pytest.mark.parametrize(
    ("date", "hint"),
    [
        ("2026-02-30", "correct the day, or write '2026-02' if it is not known"),
        ("2026-02-30/2026-04-01", "correct the day, or write '2026-02/2026-04-01' if it is not known"),
        ("2026-03-02/2026-02-11", "swap the two dates, or correct one"),
        ("0000-02-11", "correct the date"),
    ],
)
def test_a_date_that_no_calendar_has_may_leave_the_day_out(date: str, hint: str) -> None:
    """Where the field takes a month: not where it takes a day."""
    assert possible_date(date, is_day=False) == hint
    assert possible_date("2026-02-30", is_day=True) == "correct the date"


@pytest.mark.parametrize(
    ("quote", "find", "hint"),
    [
        ("“the fair is late”", "the fair is late", "(write it without quotation marks)"),
        (
            "the fair is late",
            "“the fair is late”",
            "(the evidence has quotation marks at an end: find the words between",
        ),
        (
            "the fair … late",
            "the fair is late",
            "(… joins fragments, of which its mention has 1: find: [one part, the ",
        ),
        ("the fair is Late", "the fair is late", "('Late' where the text has 'late')"),
    ],
)
def test_a_quotation_is_compared_with_its_mention(
    quote: str, find: str, hint: str, mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The text is invented, and says it once."""
    Path("mine/texts/first-article.txt").write_text("Port Example\n“the fair is late”, the mayor said.\n", "utf-8")
    record = STATEMENT.partition("evidence")[0].replace("indirect", "direct")
    evidence = f"evidence:\n  content: {{find: the fair is late}}\n  quote: {{find: {find}}}\n"
    mine.write_text(f"{record}quote: {quote}\nquote_fidelity: original\n{evidence}", "utf-8")
    ran(capsys, "anchor", "--text", "mine/texts", "mine")
    assert hint in (found := ran(capsys, "validate", "--text", "mine/texts", "mine")), found


def test_words_that_stand_elsewhere_are_not_said_to_differ(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The offsets are wrong, not the name."""
    path = Path("mine/data/curated/articles/first-article.yaml")
    person = Path("mine/data/curated/people/ann.yaml")
    person.parent.mkdir(exist_ok=True)
    person.write_text("id: person/ann\nname: Ann Invented\n", "utf-8")
    mention = "mentions:\n- {referent: person/ann, as_written: The mayor, find: The mayor}\n"
    path.write_text(path.read_text("utf-8") + mention, "utf-8")
    ran(capsys, "anchor", "--text", "mine/texts", "mine")
    path.write_text(path.read_text("utf-8").replace("13-22", "14-23"), "utf-8")
    said = "'The mayor' is in the text, but not within 14 to 23 (it stands from 13 to 22, in line 2: correct the span)"
    assert said in (found := ran(capsys, "validate", "--text", "mine/texts", "mine")), found


def test_a_merger_names_the_lists_that_have_somebody_twice(mine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only the curator knows which of the two is to go, since evidence counts the participants."""
    Path("mine/data/curated/people").mkdir(exist_ok=True)
    for slug in ("ann", "anne"):
        Path(f"mine/data/curated/people/{slug}.yaml").write_text(f"id: person/{slug}\nname: Ann Invented\n", "utf-8")
    mine.write_text(STATEMENT.replace("[the mayor]", "[person/ann, person/anne]\ntargets: [person/ann]"), "utf-8")
    said = ran(capsys, "rename", "-C", "mine", "person/anne", "person/ann")

    line = "person/ann is now twice among the speakers of statement/first-article/01: remove one"
    assert [shown for shown in said.splitlines() if "twice" in shown] == [line], said


@pytest.mark.parametrize(("key", "hint"), [("fnd", "did you mean find?"), ("nht", ", find, nth, after, in)")])
def test_the_keys_that_find_words_are_among_those_of_a_span(
    key: str, hint: str, mine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that is misspelt gets its nearest, or all that may be written there."""
    mine.write_text(STATEMENT.replace("find: said", f"{key}: said"), "utf-8")
    said = ran(capsys, "validate", "mine")
    (line,) = [line for line in said.splitlines() if "unknown_key" in line]

    assert f"{key} is not a field of a row of evidence" in line
    assert hint in line
