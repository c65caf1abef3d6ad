"""Unquoted texts that YAML may read as something else: quotes are advised only where they would help."""

from __future__ import annotations

from pathlib import Path

import pytest

from news_dataset.validation import validated

QUOTES = "is text, but without quotes it may be read as"
NO_MONTH = "'1970-13-01' is not a date in EDTF: there is no month 13"


@pytest.mark.parametrize(
    ("field", "codes", "said"),
    [
        ("birth_date: 1970-12-01", {"unquoted_scalar"}, f"{QUOTES} a date (write '1970-12-01')"),
        ("birth_date: 1970-13-01", {"bad_form"}, NO_MONTH),
        ("birth_date: '1970-13-01'", {"bad_form"}, NO_MONTH),
        ("birth_date: 1970-01-32", {"bad_form"}, "no month has a day 32"),
        ("birth_date: 1970-12-01/1971-13", {"bad_form"}, "there is no month 13"),
        ("birth_date: 1970-13", {"bad_form"}, "there is no month 13 (such as"),
        ("birth_date: 19700113", {"unquoted_scalar"}, f"{QUOTES} a number (write '1970-01-13')"),
        ("birth_date: 1970-02-30", {"impossible_date"}, "that month has no day 30"),
        ("note: 1970-02-30", {"unquoted_scalar"}, "(write '1970-02-30')"),
        ("birth_date: 12", {"bad_form"}, "'12' is not a date in EDTF (such as"),
        ("kind: NO", {"unknown_code"}, "kind 'NO' is not among its codes"),
        ("note: ~", {"unquoted_scalar"}, f"{QUOTES} null (write '~', or leave the key out if null is meant)"),
        ("country: NO", {"unquoted_scalar"}, f"{QUOTES} false (write NOR)"),
    ],
)
def test_quotes_are_advised_only_where_they_help(field: str, codes: set[str], said: str, tmp_path: Path) -> None:
    """Else it is said what is wrong with the text, which would be wrong in quotes, too."""
    table, record = ("places", "place") if "kind" in field else ("people", "person")
    path = tmp_path / table / "ann.yaml"
    path.parent.mkdir()
    path.write_text(f"id: {record}/ann\nname: Ann Other\n{field}\n", "utf-8")
    found = [issue for issue in validated(tmp_path) if issue.line == 3]

    assert {issue.code for issue in found} == codes
    assert any(said in str(issue) for issue in found), found
