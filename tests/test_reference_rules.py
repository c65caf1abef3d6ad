"""References: ids that are shared, misplaced, unused, circular, assessed or redirected twice, and what is no fault."""

from __future__ import annotations

from pathlib import Path

from news_dataset.checks.query import PART
from news_dataset.validation import validated
from tests.test_policy import article, broken, counts, written

ASSESSMENT = (
    "verdict: not_checkable\nfinding: A matter of taste.\nassessed_by: Ann Example\nassessed_on: '2031-05-06'\n"
)


def put(folder: Path, name: str, record: str) -> Path:
    """Write a record, and return its file."""
    path = folder / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(f"{record}\n", "utf-8")
    return path


def said(folder: Path, code: str) -> list[tuple[str, str, str]]:
    """Return file, severity and message of the issues of a code, without the folder."""
    return [
        (name, severity, message.replace(f"{folder}/", ""))
        for name, _, severity, message in broken(validated(folder), code)
    ]


def test_of_records_with_one_id_the_one_named_after_it_is_right(tmp_path: Path) -> None:
    """Else the first; records of statements have no such name."""
    folder = written(tmp_path, "indirect", "indirect")
    for name in ("aaa", "ann", "zoe"):
        put(folder, f"curated/people/{name}", "id: person/ann\nname: Ann")
    for name in ("ben1", "ben2"):
        put(folder, f"curated/people/{name}", "id: person/ben\nname: Ben")
    second = folder / "curated/statements/02.yaml"
    second.write_text(second.read_text("utf-8").replace("port/02", "port/01"), "utf-8")

    assert said(folder, "duplicate_id") == [
        ("aaa", "error", "person/ann is already used at curated/people/ann.yaml:1"),
        ("ben2", "error", "person/ben is already used at curated/people/ben1.yaml:1"),
        ("zoe", "error", "person/ann is already used at curated/people/ann.yaml:1"),
        ("02", "error", "statement/port/01 is already used at curated/statements/01.yaml:1"),
    ]
    hints = {issue.hint for issue in validated(folder) if issue.code == "duplicate_id"}
    assert hints == {
        "delete one of the two, or give one of them an id of its own", "ids are never reused: take the next free one",
    }  # fmt: skip
    copies = {Path(one.path).stem: one.hint for one in validated(folder) if one.code == "misnamed_file"}
    assert {name: hint.split()[0] for name, hint in copies.items() if name[0] in "abz"} == dict.fromkeys(
        ("aaa", "ben1", "ben2", "zoe"), "delete"
    )
    put(folder, "curated/people/dora", "id: person/dan\nname: Dan")
    hints = {issue.hint for issue in validated(folder) if issue.path.endswith("dora.yaml")}
    assert "name the file dan.yaml, or correct the id" in hints
    assert counts(validated(folder / "curated" / "people"), "misnamed_file") == (0, 0, {PART: 6})


def test_what_is_assessed_twice(tmp_path: Path) -> None:
    """One aspect of one target; another aspect, or another target, is no duplicate, and neither is a repeated id."""
    folder = written(tmp_path, "indirect", "indirect")
    for name, number, target, aspect in (
        ("a", 1, 1, "veracity"), ("b", 2, 1, "quantity"), ("c", 3, 2, "veracity"), ("d", 4, 1, "veracity"),
        ("e", 1, 1, "veracity"),
    ):  # fmt: skip
        head = f"id: assessment/port/{number:02}\ntarget: statement/port/{target:02}\naspect: {aspect}\n"
        put(folder, f"curated/assessments/{name}", head + ASSESSMENT)

    assert said(folder, "duplicate_assessment") == [
        ("d", "error", "veracity of statement/port/01 is assessed by assessment/port/01 already")
    ]
    assert counts(validated(folder), "duplicate_assessment") == (5, 1, {})


def test_in_whose_numbers_an_id_is(tmp_path: Path) -> None:
    """A statement is numbered in its article, its assessment too; that of an event in any article."""
    folder = written(tmp_path, "indirect", "indirect; article: article/draft")
    for number, (slug, target) in enumerate(
        (("port", "statement/port/01"), ("draft", "statement/port/01"), ("draft", "event/fair"), ("prt", "event/fair")),
        1,
    ):
        aspect = "date" if target.startswith("event") else "veracity"
        head = f"id: assessment/{slug}/{number:02}\ntarget: {target}\naspect: {aspect}\n"
        put(folder, f"curated/assessments/{number}", head + ASSESSMENT)

    assert said(folder, "foreign_number") == [
        ("2", "error", "assessment/draft/02 belongs to statement/port/01"),
        ("4", "error", "there is no article/prt"),
        ("02", "error", "statement/port/02 belongs to article/draft"),
    ]
    assert counts(validated(folder), "foreign_number") == (6, 3, {})


def test_where_redirects_lead(tmp_path: Path) -> None:
    """From an id that nobody has, once, to a record of its type, or nowhere if it is withdrawn."""
    folder = written(tmp_path)
    rows = {
        "article/old": "article/port", "article/port": "article/draft", "article/lost": "article/prt",
        "article/other": "event/fair", "article/gone": "",
    }  # fmt: skip
    lines = [*rows.items(), ("article/old", "article/draft"), ("article/nobody", "")]
    put(folder, "redirects", "\n".join(
        f"- {{old_id: {old}, reason: {'withdrawn' if old.endswith('gone') else 'renamed'}, "
        f"{f'new_id: {new}, ' if new else ''}release: 2031.05.0}}"
        for old, new in lines
    ))  # fmt: skip

    assert said(folder, "bad_redirect") == [
        ("redirects", "error", "article/port is still in use"), ("redirects", "error", "there is no article/prt"),
        ("redirects", "error", "event/fair is of another type than article/other"),
        ("redirects", "error", "article/old is redirected already"),
        ("redirects", "error", "article/nobody was renamed, but the id to use instead is missing"),
    ]  # fmt: skip
    assert counts(validated(folder), "bad_redirect") == (13, 5, {})


def test_circles_and_what_nothing_refers_to(tmp_path: Path) -> None:
    """A chain that ends is no circle; what leads into one is none either. An empty reference leads nowhere."""
    folder = written(tmp_path)
    for name, parent in (("a", "b"), ("b", "a"), ("into", "a"), ("chain", "fair"), ("self", "self")):
        put(folder, f"curated/events/{name}", f"id: event/{name}\ntitle: T\ntype: OTHER\nparent: event/{parent}")
    put(folder, "curated/articles/draft", article("draft") + "publisher: ''")

    assert said(folder, "circular_parent") == [
        (name, "error", f"event/{name} lies within itself") for name in ("a", "b", "self")
    ]
    assert counts(validated(folder), "circular_parent") == (5, 3, {})
    (folder / "curated/articles/draft.yaml").unlink()
    assert said(folder, "unused_record") == [
        (name, "warning", f"nothing refers to event/{name}") for name in ("chain", "into", "opening", "storm")
    ]


def test_values_whose_sources_are_given(tmp_path: Path) -> None:
    """Fields of the record itself, which differ by type."""
    folder = written(tmp_path)
    put(folder, "curated/sources/web", "id: source/web\ntitle: T\nurl: https://example.org/\nkind: other")
    for table, record in (("people", "id: person/ann\nname: Ann"), ("places", "id: place/bay\nname: Bay\nkind: other")):
        rows = ", ".join(f"{{field: {name}, source: source/web}}" for name in ("latitude", "birth_date"))
        put(folder, f"curated/{table}/{record.split()[1].split('/')[1]}", f"{record}\nvalue_sources: [{rows}]")

    assert said(folder, "wrong_field") == [
        ("ann", "error", "latitude is not a field of a person"),
        ("bay", "error", "birth_date is not a field of a place"),
    ]
    assert counts(validated(folder), "wrong_field")[:2] == (4, 2)
