"""docs/codebook.md: up to date, every code with an example and a counter-example, every span where it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from news_dataset.checks.words import runs
from news_dataset.records import CHILDREN, ENTITY_TYPES, RECORDS, codebooks
from news_dataset.records.codebooks import CODEBOOKS, MODES_OF
from tests.conftest import ROOT

DOCS = ROOT / "docs"
PAGE = (DOCS / "codebook.md").read_text("utf-8")
TEXT = (DOCS / "codebook" / "text.txt").read_text("utf-8")
EXAMPLES: dict[str, Any] = yaml.safe_load((DOCS / "codebook" / "examples.yaml").read_text("utf-8"))
SPAN = re.compile(r"“([^|\n]*?)” \[(\d+):(\d+)\]")
CODES = [(book.name, code) for book in CODEBOOKS for code in book.definitions]


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A copy of what the page is made of, and of the page."""
    copy = tmp_path / "docs"
    shutil.copytree(DOCS, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def generate(docs: Path, *options: str) -> tuple[int, list[str]]:
    """Run the generator of that folder; return its exit code and its lines of error."""
    command = [sys.executable, "-B", "-X", "utf8", str(docs / "generate.py"), *options]
    done = subprocess.run(command, check=False, capture_output=True, encoding="utf-8")
    return done.returncode, done.stderr.splitlines()


def edit(path: Path, old: str, new: str) -> None:
    """Replace *old*, which must be there once, by *new*."""
    words = path.read_text("utf-8")
    assert words.count(old) == 1, old
    path.write_text(words.replace(old, new), "utf-8")


def section(name: str) -> dict[str, list[str]]:
    """Return the rows of a codebook's table: code and the other cells."""
    (words,) = re.findall(rf"^### {name}\n(.*?)(?=^##|\Z)", PAGE.split("\n## Codes\n")[1], re.DOTALL | re.MULTILINE)
    rows = [line.strip("|").split(" | ") for line in words.splitlines() if line.startswith("| `")]
    return {row[0].strip().strip("`"): [cell.strip() for cell in row[1:]] for row in rows}


def test_the_page_is_up_to_date() -> None:
    """What the generator would write is what is committed."""
    assert generate(DOCS, "--check") == (0, [])


def test_the_page_opens_with_the_rules() -> None:
    """Word for word."""
    assert (DOCS / "codebook" / "rules.md").read_text("utf-8").rstrip("\n") in PAGE


@pytest.mark.parametrize("book", CODEBOOKS, ids=lambda book: book.name)
def test_every_code_has_definition_example_and_counter_example(book: Any) -> None:
    """In the order of the codebook."""
    rows = section(book.name)

    assert list(rows) == list(book.definitions)
    for code, cells in rows.items():
        assert book.definitions[code] in cells
        assert len([cell for cell in cells if cell]) == 3 + {"mode": 1, "verdict": 2}.get(book.name, 0)


def test_every_mode_names_the_types_that_admit_it() -> None:
    """As MODES_OF has it."""
    for mode, cells in section("mode").items():
        assert re.findall("[A-Z]+", cells[0]) == [kind for kind, modes in MODES_OF.items() if mode in modes]


def test_every_field_of_every_record_is_there() -> None:
    """With its description."""
    rows = [line for line in PAGE.split("\n## Codes\n")[0].splitlines() if line.startswith("| `")]
    fields = [(name, info) for model in (*RECORDS, *CHILDREN) for name, info in model.model_fields.items()]

    assert len(rows) == len(fields)
    for name, info in fields:
        assert any(row.startswith(f"| `{name}` |") and row.endswith(f"| {info.description} |") for row in rows)


def test_spans_restore_to_the_words_shown() -> None:
    """Each span of the page, and as many as examples.yaml lists."""
    shown = SPAN.findall(PAGE)
    listed = [side for book in EXAMPLES.values() for code in book.values() for side in code.values() if "find" in side]

    assert len(shown) == len(listed) > len(CODES)
    for words, start, end in shown:
        assert TEXT[int(start) : int(end)] == words


def test_every_code_that_words_can_show_is_shown_by_words() -> None:
    """A counter-example is another place of the text than its example."""
    for book, code in CODES:
        sides = EXAMPLES[book][code]
        assert set(sides) == {"example", "counter"}
        example, counter = ({key: side.get(key) for key in ("find", "nth", "case")} for side in sides.values())
        assert example != counter, (book, code)


def test_the_text_says_that_it_is_invented() -> None:
    """Before anything else is told."""
    assert "invented" in "".join(TEXT.splitlines()[:3])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("  planned:\n", "  plan:\n", "realis: there is no code plan"),
        ("realis:\n", "realism:\n", "realism: there is no such codebook"),
        ('    example: {find: "Berth 9"}\n', "", "place_kind: other has no example"),
        (
            '{find: "Talks are set for Thursday"}',
            '{find: "Talks are set for Friday"}',
            "realis: planned: the text does",
        ),
        ('{find: "An envoy of Eastmere", ', '{find: "Eastmere", ', "'Eastmere' occurs 6 times, nth is missing"),
        ('{find: "Port Example", nth: 2}', '{find: "Port Example", nth: 9}', "'Port Example' occurs 3 times, not 9"),
    ],
)
def test_what_is_wrong_with_the_examples_is_refused(docs: Path, old: str, new: str, told: str) -> None:
    """In one line, and the page is left as it was."""
    edit(docs / "codebook" / "examples.yaml", old, new)
    code, (line,) = generate(docs)

    assert code == 1
    assert line.startswith("docs/codebook/examples.yaml: ")
    assert told in line
    assert (docs / "codebook.md").read_text("utf-8") == PAGE


def test_a_code_without_examples_is_refused(docs: Path) -> None:
    """The last code of the file is taken out."""
    path = docs / "codebook" / "examples.yaml"
    path.write_text(path.read_text("utf-8").split("  not_checkable:\n")[0], "utf-8")

    assert generate(docs) == (1, ["docs/codebook/examples.yaml: verdict: not_checkable has no example"])


def test_an_edited_page_is_noticed_and_put_right(docs: Path) -> None:
    """The line names the page and the command."""
    edit(docs / "codebook.md", "## Codes\n", "## Code\n")

    assert generate(docs, "--check") == (1, ["docs/codebook.md is not up to date: run python docs/generate.py"])
    assert generate(docs) == (0, [])
    assert (docs / "codebook.md").read_text("utf-8") == PAGE


def test_nothing_comes_from_the_annotated_article(article_text: Path) -> None:
    """No run of eight of its words, quotations and headline included."""
    article = article_text.read_text("utf-8")
    prose = set(runs(article))
    for path in [DOCS / "codebook.md", *(DOCS / "codebook").iterdir()]:
        assert not prose & set(runs(path.read_text("utf-8"))), path
    assert prose & set(runs(TEXT + " ".join(article.split()[40:50]))), "negative control: ten words slipped in"


def test_values_with_sources_are_those_of_people_organizations_and_places() -> None:
    """Every field of theirs that says something about the world, and no other."""
    models = [model for model in RECORDS if "value_sources" in model.model_fields]
    fields = {name for model in models for name in model.model_fields} - {"id", "external_id", "note", "value_sources"}

    assert [model.record_type for model in models] == list(ENTITY_TYPES)
    assert set(codebooks.VALUE_FIELD.definitions) == fields


def test_verdicts_are_listed_from_the_gravest_and_rated_from_the_worst() -> None:
    """The codebook is the order; what cannot be checked has no number."""
    ratings = [codebooks.CLAIM_REVIEW[verdict][0] for verdict in codebooks.VERDICT.definitions]
    numbers = [number for number in ratings if number is not None]

    assert numbers == sorted(set(numbers))
    assert (numbers[0], numbers[-1], ratings[-1]) == (1, 5, None)
    assert [cells[:2] for cells in section("verdict").values()] == [
        [str(number or "none"), name] for number, name in codebooks.CLAIM_REVIEW.values()
    ]
