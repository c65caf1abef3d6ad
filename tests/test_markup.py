"""Words of others where they are shown: what would act becomes escapes, and everything else stays."""

from __future__ import annotations

import pytest

from news_dataset.markup import card, code_span, counted, escape, grid, safe_json, shortened


@pytest.mark.parametrize("space", ["", "  ", "\ufe00"])
@pytest.mark.parametrize(("words", "shown"), [("::x", "\\x3a:x"), ("a ##[x", "a \\x23#[x"), ("a ::x", "a ::x")])
def test_of_a_command_one_character_is_escaped(space: str, words: str, shown: str) -> None:
    """The first; what stands before it stays, blanks too."""
    assert escape(space + words) == space + shown


def test_a_character_that_hides_is_an_escape_of_json() -> None:
    """In JSON, where an escape of Python would be none; line ends between values stay."""
    assert safe_json('{"a":\n"\x7f\u202e##["}') == '{"a":\n"\\u007f\\u202e\\u0023#["}'


@pytest.mark.parametrize("slash", ["/", "\\"])
def test_only_a_long_path_is_shortened_and_none_grows(slash: str) -> None:
    """Its beginning stays, and its name, which may have 255 characters; so do the words around it."""
    for length in range(300, 600):
        path = slash.join(["b" * 20, "d" * (length - 41), "n" * 19])
        shown = shortened(f"in {path} it")
        assert len(shown) <= len(f"in {path} it")
        assert shown.startswith("in bbb")
        assert shown.endswith("nnn it")
        assert "…" in shown or length < 500
        assert "…" not in shown or length > 381
    assert shortened("/" + "d" * 500 + "/" + "n" * 255).endswith("/" + "n" * 255)


def test_one_is_in_the_singular() -> None:
    """And nothing else."""
    assert [counted(count, "row") for count in (0, 1, 2)] == ["0 rows", "1 row", "2 rows"]


def test_a_code_span_holds_no_mark_that_would_end_it() -> None:
    """Nor the cell of a table; without words there is none."""
    assert code_span("a`b|c<d$e ##[f") == "`a\\u0060b\\u007cc\\u003cd\\u0024e \\x23#[f`"
    assert code_span("") == ""


def test_a_table_of_a_notebook_holds_what_it_is_given() -> None:
    """A mapping as a table within, rows folded and counted, other lists as words, and none as nothing."""
    page = card(
        "T", "", {"map": {"k": 1}, "rows": [{"a": 1}, {"b": 2}], "words": ("x", "y"), "mixed": [{}, 3], "no": []}
    )

    assert "<code>" not in page
    assert page.count("<table>") == 3
    assert ">k</th>" in page
    assert "<summary>2</summary>" in page
    assert [page.count(f'left">{words}</td>') for words in ("x, y", "{}, 3", "1", "2", "")] == [1, 1, 2, 1, 3]
    assert "<code>s</code>" in card("T", "s", {})


def test_a_table_is_cut_behind_its_hundredth_row() -> None:
    """And says how many are left out, if there are any."""
    pages = [grid([{"n": f"row {number}"} for number in range(count)]) for count in (100, 101)]

    assert ["row 99<" in page for page in pages] == [True, True]
    assert ["row 100<" in page for page in pages] == [False, False]
    assert ["… and 1 more" in page for page in pages] == [False, True]
    assert ["more</div>" in page for page in pages] == [False, True]
