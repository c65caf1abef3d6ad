"""docs/tables.md: every table and column as it is, every link leads somewhere, the picture has every reference."""

from __future__ import annotations

import re
from pathlib import Path

from docs.generate import stored
from news_dataset import frames
from news_dataset.tabular import Table, tables, to_arrow
from news_dataset.views import views
from tests.conftest import ROOT
from tests.each import each
from tests.test_codebook import docs, edit, generate

__all__ = ["docs"]  # the fixture: a copy of the folder

PAGE = (ROOT / "docs" / "tables.md").read_text("utf-8")
PICTURE = re.findall(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
LINE = re.compile(r"^    (\w+) (\|\||\|o)--o\{ (\w+) : (\w+)$", re.MULTILINE)
ARROW = {"string": "string", "string, dictionary-encoded": "dictionary<values=string, indices=int32, ordered=0>",
         "int32": "int32", "double": "double", "bool": "bool", "date32": "date32[day]"}  # fmt: skip


def section(name: str) -> str:
    (words,) = re.findall(rf"^## {name}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    return str(words)


def rows(name: str) -> list[list[str]]:
    """Return the cells of a table's section, row by row."""
    found = [line for line in section(name).splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in found]


@each([*tables().values(), *views().values()])
def test_every_column_is_there_as_it_is(table: Table) -> None:
    """In order, with key, nullability, reference, codebook and description."""
    key = ", ".join(f"`{column}`" for column in table.key)

    assert section(table.name).startswith(f"\n{table.description}{f' Key: {key}.' if key else ''}\n")
    assert [row[0].strip("` ") for row in rows(table.name)] == [field.name for field in table.fields]
    for field, row in zip(table.fields, rows(table.name), strict=True):
        assert row[3] == ("yes" if field.nullable else "")
        assert row[4] == ("yes" if field.name in table.key else "")
        assert row[5].startswith(f"[{field.references}](#{field.references})" if field.references else "")
        assert re.findall(r"[a-z]+", row[5].partition(": ")[2]) == list(field.types)
        book = field.codebook and field.codebook.name
        assert row[6] == (f"[{book}](codebook.md#{book})" if book else "")
        assert row[7] == field.description


@each([*tables().values(), *views().values()])
def test_the_types_are_those_of_the_files_and_frames(table: Table) -> None:
    """As Arrow and pandas name them."""
    arrow = to_arrow(table, [])
    frame = frames.to_pandas(arrow)

    for field, row in zip(table.fields, rows(table.name), strict=True):
        assert ARROW[row[1]] == str(arrow.schema.field(field.name).type)
        assert row[2] == str(frame.dtypes[field.name])
        assert tuple(row[1:3]) == stored(field)


def test_the_picture_has_every_reference() -> None:
    """And nothing else than tables and references."""
    wanted = {
        (field.references, "|o" if field.nullable else "||", table.name, field.name)
        for table in tables().values()
        for field in table.fields
        if field.references
    }
    (picture,) = PICTURE
    lines = picture.splitlines()

    assert lines[0] == "erDiagram"
    assert {line.strip() for line in lines[1:] if "--" not in line} == set(tables())
    assert set(LINE.findall(picture)) == wanted
    assert len(lines) == 1 + len(tables()) + len(wanted)


def test_every_link_leads_to_a_heading() -> None:
    """On this page or in the codebook."""
    for name, anchor in re.findall(r"\]\(([a-z.]*)#(\w+)\)", PAGE):
        page = (ROOT / "docs" / name).read_text("utf-8") if name else PAGE

        assert re.search(rf"^##+ {anchor}$", page, re.MULTILINE), anchor


def test_an_edited_page_is_noticed_and_put_right(docs: Path) -> None:
    """As is a lost one; the other page is left alone."""
    edit(docs / "tables.md", "\n## codes\n", "\n## kodes\n")
    told = (1, ["docs/tables.md is not up to date: run python docs/generate.py"])

    assert generate(docs, "--check") == told
    assert generate(docs) == (0, [])
    assert (docs / "tables.md").read_text("utf-8") == PAGE
    (docs / "tables.md").unlink()
    assert generate(docs, "--check") == told
