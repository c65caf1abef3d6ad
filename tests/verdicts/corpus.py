"""All datasets of the corpora, in all forms that they have, and what a run says of each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

from tests.verdicts.folders import CODES, PLANTED, documents, example_verdict, planted_verdict
from tests.verdicts.forms import Places, write_curated, write_lines, write_tables
from tests.verdicts.patches import HERE, Data, patched, patches
from tests.verdicts.rows import to_tables
from tests.verdicts.verdict import Verdict, run

SMALL = ("curated", "text")
"""Forms that take milliseconds: curated records, without and with the texts of their articles."""

LARGE = ("lines", "tables")
SHUFFLED = ("lines, shuffled", "tables, shuffled")
"""Rows in any order, in several files. The verdict is that of the form without, so that it is not stored again."""

OTHERS = ("planted", "should_pass", "should_fail")
"""Corpora that are large; the names of all other datasets are those of patches, or ``example`` and a code."""


def stored_form(form: str) -> str:
    """Return the form whose verdict was recorded."""
    return form.removesuffix(", shuffled")


def names() -> list[str]:
    """Return the names of all datasets."""
    return [*patches(), *(f"example {code}" for code in CODES), *OTHERS]


def verdicts(name: str, forms: tuple[str, ...], folder: Path) -> Iterator[tuple[str, Verdict]]:
    """Yield what is said of a dataset, in those of some forms that it has.

    Args:
        name: the name of the dataset.
        forms: the forms.
        folder: a folder to work in; nothing stays there.
    """
    if name.startswith("example "):
        yield from [("curated", example_verdict(name.partition(" ")[2]))] if "curated" in forms else []
        return
    for form in [form for form in forms if form != "text" or name not in OTHERS]:
        here = folder / form
        here.mkdir()
        if name != "planted":
            places = _write(_data(name, form), form, here, random.Random(f"{name} {form}"))
            found = None if places is None else run(here, places, HERE / "texts" if form == "text" else None)
        else:
            found = planted_verdict(form, here) if form in LARGE else None
        rmtree(here)
        if found:
            yield form, found


def _data(name: str, form: str) -> Data:
    return documents(name, in_tables="tables" in form) if name in OTHERS else patched(patches()[name])


def _write(data: Data, form: str, folder: Path, rng: random.Random) -> Places | None:
    """Write a dataset; None where it has not this form, or is in it no other than the base."""
    is_base = not data.touched and not data.table_ops
    if form in SMALL:
        return None if data.table_ops else write_curated(data, folder)
    order = rng if form in SHUFFLED else None
    if stored_form(form) == "lines":
        has_lines = (data.has_records_changed or is_base) and not data.table_ops
        return write_lines(data, folder, order) if has_lines else None
    tables = None if data.touched == {"dataset"} else to_tables(data)
    return None if tables is None else write_tables(tables, folder, order)


__all__ = ["LARGE", "PLANTED", "SHUFFLED", "SMALL", "names", "stored_form", "verdicts"]
