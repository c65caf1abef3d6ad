"""The report for a step of a GitHub workflow: the commands that are meant and no others, a summary of mere text."""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from news_dataset.issues import Issue, Report, Tally
from news_dataset.reporters import REPORTERS, code_span, escape, github

# What a runner takes for a command; its own code has the names and both forms.
COMMANDS = {
    "add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group", "notice", "remove-matcher",
    "save-state", "set-env", "set-output", "stop-commands", "warning",
}  # fmt: skip
FILLERS = "\u115f\u1160\u3164\uffa0"
BENT = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Command:
    """A command as the runner reads it."""

    name: str
    properties: dict[str, str]
    data: str


def unescaped(words: str, *pairs: tuple[str, str]) -> str:
    for escaped, character in (("%0D", "\r"), ("%0A", "\n"), *pairs, ("%25", "%")):
        words = words.replace(escaped, character)
    return words


def weightless(words: str) -> str:
    """Words without the characters that a comparison by the rules of a language skips."""
    return "".join(c for c in words if unicodedata.category(c) not in ("Cf", "Mn") and c not in FILLERS)


def parsed(line: str) -> Command | None:
    """Read a line as the runner does: ``::name properties::data``, else ``##[name properties]data`` anywhere.

    It may compare by the rules of a language, so characters without a weight are skipped.
    """
    kept = "".join(
        c for c in line if unicodedata.category(c) not in ("Cf", "Mn") and c not in "\u115f\u1160\u3164\uffa0"
    )
    if new := re.match(r"\s*::(.*?)::(.*)\Z", kept, re.DOTALL):
        head, data = new.groups()
        name, _, rest = head.partition(" ")
        if name.lower() in COMMANDS:
            pairs = [part.split("=", 1) for part in rest.strip().split(",") if part]
            properties = {pair[0]: unescaped(pair[1], ("%3A", ":"), ("%2C", ",")) for pair in pairs if len(pair) == 2}
            return Command(name, properties, unescaped(data))
    if old := re.search(r"##\[(.*?)\](.*)\Z", kept, re.DOTALL):
        name = old[1].partition(" ")[0]
        if name.lower() in COMMANDS:
            return Command(name, {}, old[2])
    return None


def commands(log: str) -> list[Command]:
    """Return the commands in a log; a runner reads line by line."""
    return [found for line in re.split("\r\n|\r|\n", log) if (found := parsed(line))]


EVIL = st.sampled_from([
    "::set-output name=a::b", "::add-mask::e", "::stop-commands::t", "##[add-mask]e", "##[stop-commands]t", "##[", "::",
    "\n::warning::x", "\r\n::error::x", "\r", "\n", "\u2028", "\x85", "%0A::error::x", "%", "%25", "%3A", "%2C",
    ",", ":", ",title=x", "=", " ", "\u200b::add-mask::e", "\ufe0f::add-mask::e", "#\u200b#\ufe0f[add-mask]e",
    "\u202e", "\u2066", "\x1b[31m", "\x00", "|", "`", "``", "<img src=x>", "</td>", "[a](https://example.org)",
    "![a](b)", "$x$", "@name", "#1", "https://example.org", "\\", "\\|", "&lt;", "\udcff", "\U000e0041", "이재명",
])  # fmt: skip
WORDS = st.lists(EVIL | st.text(max_size=6), max_size=6).map("".join)
CODES = st.sampled_from(["unknown_key", "dangling_reference"])
ISSUES = st.builds(
    Issue, WORDS, WORDS, pointer=WORDS, code=CODES, hint=WORDS, record=WORDS, line=st.integers(0, 9),
    column=st.integers(1, 9), severity=st.sampled_from(["error", "warning"]), exit_code=st.sampled_from([1, 3, 5]),
)  # fmt: skip
TALLIES = st.builds(Tally, CODES, WORDS, checked=st.integers(0, 9), skipped=st.dictionaries(WORDS, st.integers(1, 9)))
REPORTS = st.builds(Report.of, st.lists(ISSUES, max_size=14), st.lists(TALLIES, max_size=3))


def wanted(report: Report) -> list[Command]:
    """The commands that a report should give: the ten worst, causes before consequences."""
    layers = list(dict.fromkeys(tally.layer for tally in report.tallies))
    layer = {tally.code: layers.index(tally.layer) for tally in report.tallies}
    ordered = sorted(report.issues, key=lambda one: (one.severity == "warning", -one.exit_code, layer.get(one.code, 0)))
    found = []
    for issue in ordered[:10]:
        place = {"line": str(issue.line), "col": str(issue.column)} if issue.line else {}
        shown = {"file": escape(issue.path), **place, "title": issue.code}
        found.append(Command(issue.severity, shown, str(issue)))
    return found


@given(REPORTS, st.booleans())
@example(Report.of([Issue("::add-mask::a/b.yaml", "m", code="unknown_key")]), True)
@example(Report.of([Issue("a\n::add-mask::b.yaml", "##[add-mask]m", code="unknown_key", line=1, column=1)]), True)
def test_a_log_holds_the_commands_that_are_meant(report: Report, has_summary: bool) -> None:
    """Each of the ten worst issues is one command, with its words to the letter; no other line is one."""
    log = github.log(report, has_summary)
    expected = [
        Command(one.name, {k: weightless(v) for k, v in one.properties.items()}, weightless(one.data))
        for one in wanted(report)
    ]

    assert commands(log) == expected
    assert len(log.splitlines()) == log.count("\n")
    assert not BENT.search(log)
    assert not any(unicodedata.category(character) in ("Cc", "Cs") for character in log if character != "\n")
    assert (f"… and {len(report.issues) - 10} more" in log) == (len(report.issues) > 10)


@given(REPORTS)
def test_no_other_format_gives_a_command(report: Report) -> None:
    """Text and JSON are printed in workflows as well."""
    assert commands(REPORTERS["text"](report)) == []
    assert commands(REPORTERS["json"](report)) == []


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("::add-mask::x", "add-mask"),
        (" \t::stop-commands::x", "stop-commands"),
        ("words ##[add-mask]x", "add-mask"),
        ("\ufe0f::set-output name=a::b", "set-output"),
        ("#\u200b#[error]x", "error"),
        ("::Error file=a::x", "Error"),
    ],
)
def test_the_model_of_the_runner_finds_commands(line: str, name: str) -> None:
    """Negative control: what an escape forgot would be found; and the escape does not forget it."""
    found = parsed(line)

    assert found is not None
    assert found.name == name
    assert parsed(escape(line)) is None


def test_the_model_reads_properties_and_data() -> None:
    """As the runner's code does; without escapes the parts fall apart."""
    right = parsed("::error file=a%2Cb%3Ac%25%0A,line=3,title=t::x%25y,:")

    assert right == Command("error", {"file": "a,b:c%\n", "line": "3", "title": "t"}, "x%y,:")
    assert parsed("::error file=a,line=3::b,title=t::x") == Command("error", {"file": "a", "line": "3"}, "b,title=t::x")
    assert parsed("::unheard-of::x") is None


def test_annotations_are_the_ten_worst() -> None:
    """Errors before warnings, the highest exit code first, then by place; the rest is a number."""
    issues = [Issue("a", f"{n}", code="c", line=n, column=1, severity="warning") for n in range(1, 4)]
    issues += [Issue("b", f"{n}", code="c", line=n, column=1) for n in range(1, 10)]
    issues += [Issue("z", "refused", code="c", exit_code=3)]
    log = github.log(Report.of(issues)).splitlines()

    assert [line.partition("::b:")[0] for line in log[:3]] == [
        "::error file=z,title=c::z: c refused",
        "::error file=b,line=1,col=1,title=c",
        "::error file=b,line=2,col=1,title=c",
    ]
    assert len([line for line in log if line.startswith("::error")]) == 10
    assert log[10] == "… and 3 more: news-dataset validate lists them"
    assert (
        github.log(Report.of(issues), has_summary=True).splitlines()[10] == "… and 3 more: see the summary of this step"
    )
    assert log[11].startswith("failed: 10 errors, 3 warnings; checked 0")


def test_a_warning_is_a_warning() -> None:
    """And does not make the verdict fail."""
    log = github.log(Report.of([Issue("a", "m", code="c", hint="h", severity="warning")]))

    assert log.splitlines() == [
        "::warning file=a,title=c::a: c warning: m (h)",
        "ok: 0 errors, 1 warning; checked 0, skipped 0, failed 0",
    ]


# The summary.

CELL = re.compile(r"`[^`|<$\n]+`|\d+|error|warning|")
HEADS = {"| level | place | code | what |", "|---|---|---|---|", "|---|--:|--:|--:|---|"}
HEADS |= {"| layer | checked | skipped | failed | why skipped |"}


def cells(page: str) -> list[list[str]]:
    """The cells of every row of a page's tables."""
    rows = [line for line in page.split("\n") if line.startswith("|") and line not in HEADS]
    return [[cell.strip(" ") for cell in row[1:-1].split("|")] for row in rows]


@given(REPORTS)
def test_a_summary_is_only_text(report: Report) -> None:
    """Every value is a code span in one cell of one row; outside of tables there are only our own words."""
    page = github.summary(report)
    found = cells(page)
    outside = [line for line in page.split("\n") if not line.startswith("|")]

    assert len(page.splitlines()) == page.count("\n")
    assert not BENT.search(page)
    assert all(CELL.fullmatch(cell) for row in found for cell in row)
    assert [len(row) for row in found[: len(report.issues)]] == [4] * len(report.issues)
    assert [len(row) for row in found[len(report.issues) :]] == [5] * len({one.layer for one in report.tallies})
    assert all(re.fullmatch(r"|## news-dataset validate|(ok|failed): [\w ,;]+", line) for line in outside)


@pytest.mark.parametrize("words", ["a`b", "a|b", "<b>", "$a$", "a\nb", "\u202ea"])
def test_a_value_as_it_is_would_be_noticed(words: str) -> None:
    """Negative control of what a cell may hold."""
    assert not CELL.fullmatch(f"`{words}`") or BENT.search(words)
    assert CELL.fullmatch(code_span(words))
    assert not BENT.search(code_span(words))


@given(REPORTS, st.integers(-100, 3000))
def test_a_summary_keeps_its_limit(report: Report, room: int) -> None:
    """In bytes; what is left out is said, and nothing is said of it where all is there."""
    page = github.summary(report, room)
    rows = cells(page)[: len(report.issues)]
    listed = len([row for row in rows if len(row) == 4])
    left_out = re.search(r"^Left out, .*: (\d+) of (\d+) issues\.$", page, re.MULTILINE)

    assert len(page.encode()) <= max(0, room)
    assert not page or listed + int(left_out[1] if left_out else 0) == len(report.issues)
    assert (left_out is not None) == (bool(page) and listed < len(report.issues))


def test_a_long_report_fits_and_says_what_is_missing() -> None:
    """At GitHub's limit, worst first; one very long value is cut, and does not push out the others."""
    issues = [Issue("a.yaml", "m" * 100, code="c", line=n, column=1, severity="warning") for n in range(9000)]
    issues += [Issue("b.yaml", "m" * github.MAX_SUMMARY_BYTES, code="c"), Issue("c.yaml", "short", code="c")]
    page = github.summary(Report.of(issues, [Tally("c", "shape", 1)]))

    assert github.MAX_SUMMARY_BYTES - 400 < len(page.encode()) <= github.MAX_SUMMARY_BYTES
    assert "| error | `c.yaml` | `c` | `short` |" in page
    assert int(re.findall(r": (\d+) of 9002 issues\.", page)[0]) == 9002 - page.count("| warning |") - 2
    assert f"| `{'m' * 2000}…` |" in page
    assert "| `shape` | 1 | 0 | 0 |  |" in page


# Paths.


def test_paths_are_those_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From its root, wherever the command runs; with slashes; what lies elsewhere stays as it was named."""
    inner = tmp_path / "repo" / "sets" / "one"
    inner.mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "repo")
    monkeypatch.chdir(inner)
    names = ["data/a.yaml", "../two/./b.yaml", str(inner / "c.yaml"), "../../../elsewhere.yaml", "a\nb.yaml"]
    report = Report.of([Issue(name, "m") for name in names], [Tally("c", "shape", 1)])
    expected = {"sets/one/data/a.yaml", "sets/two/b.yaml", "sets/one/c.yaml", names[3], "sets/one/a\nb.yaml"}

    for root in (tmp_path / "repo", tmp_path / "link", Path(os.path.relpath(tmp_path / "repo"))):
        placed = github.placed(report, root)
        assert {issue.path for issue in placed} == expected
        assert placed.tallies == report.tallies
