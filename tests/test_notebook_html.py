"""What a notebook shows of records, rows, reports and datasets: all that is there, and no word of it acts."""

from __future__ import annotations

import unicodedata
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import news_dataset as nd
from news_dataset import markup
from news_dataset.issues import Issue, Report, Tally
from news_dataset.markup import html
from news_dataset.records import RECORDS, Name, Person, Statement
from tests.conftest import ROOT

PAYLOADS = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "</td></table><b>",
    "'onmouseover='alert(1)", "<!--", "]]>", "<a href='javascript:alert(1)'>x</a>", "&lt;script&gt;", "<style>*{}",
    "</details><iframe srcdoc='<script>1</script>'>", "$\\href{javascript:alert(1)}{x}$", "<sc\x00ript>",
    "\ufeff<plaintext>",
]  # fmt: skip
OURS = {"div": {"class"}, "b": set(), "code": set(), "table": set(), "tbody": set(), "thead": set(), "tr": set(),
        "th": {"style"}, "td": {"style"}, "details": set(), "summary": set()}  # fmt: skip
FIXED = {"text-align:left", "tex2jax_ignore mathjax_ignore"}


class Seen(HTMLParser):
    """What a browser takes for elements, and what for text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.foreign: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note elements and attributes that are not ours."""
        self.open.append(tag)
        own = {(name, value) for name, value in attrs if name in OURS.get(tag, set()) and value in FIXED}
        if tag not in OURS or own != set(attrs):
            self.foreign.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Elements close in order."""
        if not self.open or self.open.pop() != tag:
            self.foreign.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        """Text."""
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        """None of ours."""
        self.foreign.append("comment")

    def unknown_decl(self, data: str) -> None:
        """None of ours."""
        self.foreign.append("declaration")

    @property
    def is_ours(self) -> bool:
        """Whether nothing but our own elements is there, all of them closed."""
        return not self.foreign and not self.open


def shown(thing: Any) -> str:
    """Return what a notebook asks for."""
    return str(thing._repr_html_())


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.record_type)
def test_a_record_shows_all_that_it_has(model: Any) -> None:
    """Label, id, each field and each field of its children."""
    record = next(iter(nd.iter_records(model.table)))
    seen = Seen(shown(record))
    data = record.to_dict()
    flat = [str(value) for value in data.values() if not isinstance(value, list)]
    deep = [
        str(value)
        for rows in data.values()
        if isinstance(rows, list)
        for row in rows[: markup.MAX_ROWS]
        for value in row.values()
    ]

    assert seen.is_ours
    assert seen.words[0] == record.label
    assert set(flat + deep) <= set(seen.words)
    assert set(data) - {"id"} <= set(seen.words)
    assert seen.words.count(record.id) >= 1


def test_children_fold_and_are_counted() -> None:
    """Each list is closed until somebody clicks; a long one is cut, and says so."""
    statement = nd.get("statement/lee-ishiba-tokyo/04")
    page = shown(nd.get("article/lee-ishiba-tokyo"))
    lists = [value for value in statement.to_dict().values() if isinstance(value, list)]

    assert shown(statement).count("<details><summary>") == len(lists) > 2
    assert "<details><summary>138</summary>" in page
    assert f"… and {138 - markup.MAX_ROWS} more" in page


def test_a_child_is_shown() -> None:
    """A child by its type."""
    assert Seen(shown(Name(name="이재명", language="ko-Hang", kind="native"))).words == [
        "Name", "name", "이재명", "language", "ko-Hang", "kind", "native",
    ]  # fmt: skip


@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings:UserWarning")  # such records are not valid
@pytest.mark.parametrize("words", PAYLOADS)
def test_no_word_of_a_record_acts(words: str) -> None:
    """In any field of a record and its children, by whatever way they came there."""
    child = Name.model_construct(name=words, language=words, kind=words)
    person = Person.model_construct(id=words, name=words, note=words, names=(child,))
    every: dict[str, Any] = dict.fromkeys(Statement.model_fields, words) | {"topics": (words, words)}
    statement = Statement.model_construct(**every)
    for page in (shown(child), shown(person), shown(statement)):
        assert Seen(page).is_ours
        assert "mathjax_ignore" in page
    assert Seen(shown(person)).words[0] == words.replace("\x00", "\\x00").replace("\ufeff", "\\ufeff")


@pytest.mark.parametrize("words", PAYLOADS)
def test_no_word_of_a_report_or_a_description_acts(words: str, dataset: Path) -> None:
    """Names of files, messages, reasons, titles."""
    issue = Issue(words, words, code=words, hint=words, line=1, column=2)
    report = Report.of([issue], [Tally(words, words, 1, 1, skipped={words: 2})])
    strange = nd.Dataset.open(dataset)
    strange.info = lambda: {"title": words, "license": None, "rows": {words: 1}}  # type: ignore[method-assign]

    assert Seen(shown(report)).is_ours
    assert Seen(shown(strange)).is_ours
    assert "license" not in shown(strange)


@pytest.mark.parametrize("words", PAYLOADS)
def test_no_name_of_a_column_acts(words: str) -> None:
    """Nor a title, nor what stands beside it."""
    assert Seen(markup.card(words, words, {words: [{words: words}]})).is_ours
    assert Seen(markup.grid([{words: {words: (words,)}}])).is_ours


def test_what_is_not_escaped_is_noticed() -> None:
    """Negative control: the same payloads in a page that does not escape them."""
    acting = [
        words for words in PAYLOADS if not Seen(f"<table><tbody><tr><td>{words}</td></tr></tbody></table>").is_ours
    ]

    assert len(acting) >= 9


@given(st.text())
def test_no_word_hides_or_turns(words: str) -> None:
    """No control, no mark of direction, nothing invisible but what the spelling of words needs; nothing is lost."""
    (seen,) = Seen(f"<b>{html(words)}</b>").words or [""]

    assert not [
        one for one in seen if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp", "Cs") and one not in ALLOWED
    ]
    assert len(seen) >= len(words)


# Format characters that are drawn, or belong to the spelling of a script: Arabic number signs and the like
ALLOWED = {chr(one) for one in (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD)} | {
    chr(one) for one in range(0x13430, 0x13440)
}


@pytest.mark.parametrize(
    "words", ["\u202eabc", "a\u200bb", "\u3164", "\U000e0041", "a\u2066b", "\u115f", "\ud800", "\x7f"]
)
def test_invisible_words_are_seen(words: str) -> None:
    """As escapes."""
    assert html(words).isascii()
    assert "\\" in html(words)


def test_words_of_any_script_stay() -> None:
    """Also with variation selectors, which their spelling may need."""
    for words in ("이재명 “é”", "葛\U000e0100城", "❤\ufe0f", "ن", "a  b"):
        assert html(words) == words


def test_a_report_shows_sums_issues_and_denominators() -> None:
    """Ok or failed first; each issue at its place."""
    tally = Tally("references", "references", 3, 1, skipped={"no text": 2})
    seen = Seen(shown(Report.of([Issue("a.yaml", "m", code="c", hint="h", line=3, column=7)], [tally]))).words

    assert seen[0] == "failed"
    assert {"a.yaml:3:7", "error", "c", "m", "h", "2 no text", "references"} <= set(seen)
    assert Seen(shown(nd.validate(ROOT / "examples" / "second-article"))).words[0] == "ok"


def test_a_dataset_shows_what_it_is() -> None:
    """Title, versions, licence, and the rows of each table; without dataset.yaml the folder."""
    seen = Seen(shown(nd.Dataset())).words

    assert seen[0] == nd.info()["title"]
    assert {"CC-BY-4.0", "2026.12.0.dev", "statements", "56"} <= set(seen)


def test_a_dataset_without_a_description_is_shown_too(dataset: Path) -> None:
    """By its folder."""
    (dataset / "data" / "dataset.yaml").unlink()

    assert Seen(shown(nd.Dataset.open(dataset))).words[0] == str(dataset)
