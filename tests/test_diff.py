"""Differences: every record in one of added, changed, removed, moved or none, and every value shown harmlessly."""

from __future__ import annotations

import json
import re
import shutil
from argparse import Namespace
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.changes import FORMATS, KINDS, FieldChange, RecordChange, as_json_lines, as_markdown, as_text, compare
from news_dataset.cli.commands import diff
from news_dataset.dataset import Dataset
from news_dataset.errors import InvalidDataError
from news_dataset.records import RECORDS, Person, Record, Redirect, Statement
from news_dataset.records.columns import children
from news_dataset.testing.strategies import datasets, records
from tests.building import build

SPAN = {"start": 10, "end": 20, "length": 9, "digest": "0" * 16, "prefix": "1" * 8, "suffix": "2" * 8}
MOVED = {"start": 12, "end": 22, "prefix": "3" * 8}
ORDER = [model.record_type for model in RECORDS]
CELL = re.compile(r"(`[^`|<\n]+`)?")


def person(slug: str = "a", **fields: Any) -> Person:
    """A person."""
    return Person.model_validate({"id": f"person/{slug}", "name": "A", **fields})


def statement(*evidence: dict[str, Any]) -> Statement:
    """A statement with its evidence."""
    data = {"id": "statement/a/01", "article": "article/a", "kind": "indirect", "claim_type": "fact", "gist": "G"}
    data |= {"certainty": "certain", "polarity": "positive"}
    return Statement.model_validate(data | ({"evidence": list(evidence)} if evidence else {}))


def evidence(role: str = "content", **fields: Any) -> dict[str, Any]:
    """The data of a piece of evidence."""
    return {"role": role, "mention": 1, "fragment": 1, **SPAN, **fields}


def redirect(old: str, new: str | None, reason: str = "renamed") -> Redirect:
    """A redirect from a person to another, or to what an id names."""
    ids = {"old_id": f"person/{old}"} | ({"new_id": new if "/" in new else f"person/{new}"} if new else {})
    return Redirect.model_validate({**ids, "reason": reason, "release": "2026.12.0"})


def names(*written: str) -> list[dict[str, str]]:
    """The data of names."""
    return [{"name": name, "language": "en", "kind": "alias"} for name in written]


def shown(old: Record, new: Record) -> list[tuple[str, Any, Any]]:
    """The changed fields of one record."""
    return [(field.pointer, field.old, field.new) for change in compare([old], [new]) for field in change.fields]


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[Record], list[Record]]:
    """Two datasets, of which the second is the first after some edits."""
    old = draw(datasets())
    new = [record for record in draw(datasets()) if record.id not in {one.id for one in old}]
    for record in old:
        if draw(st.booleans()):
            other = draw(records(type(record)))
            mixed = {
                name: tuple(draw(st.lists(st.sampled_from(pool), max_size=5)))
                for name in children(type(record))
                if (pool := getattr(record, name) + getattr(other, name))
            }
            new.append(other.model_copy(update={"id": record.id, **mixed}))
        elif draw(st.booleans()):
            new.append(record)
    return old, draw(st.permutations(new))


def applied(record: Record, changes: tuple[FieldChange, ...]) -> dict[str, Any]:
    """The data of *record* after *changes*, in the way that a reader of JSON Lines would apply them."""
    data = record.to_dict()
    paths = [(change.pointer.split("/")[1:], change) for change in changes]
    wholes = sorted(((int(path[1]), path[0], change) for path, change in paths if len(path) == 2), key=lambda x: x[0])
    for place, name, change in reversed(wholes):
        assert change.old is None or data[name].pop(place) == change.old
    for place, name, change in wholes:
        data.setdefault(name, []).insert(place, change.new) if change.old is None else None
    for (*parents, name), change in paths:
        if len(parents) != 1:
            row = data[parents[0]][int(parents[1])] if parents else data
            assert row.pop(name, None) == change.old
            row.update({} if change.new is None else {name: change.new})
    return {name: value for name, value in data.items() if value != []}


@given(datasets())
def test_nothing_differs_from_itself(dataset: list[Record]) -> None:
    """In any order; no change is no line of JSON."""
    assert compare(dataset, dataset[::-1]) == []
    assert as_json_lines([]) == ""


@given(edits())
def test_changes_lead_from_the_old_to_the_new_records(pair: tuple[list[Record], list[Record]]) -> None:
    """Every record is added, changed, removed or the same; applied to what was, the changes give exactly what is."""
    old, new = ({record.id: record for record in side} for side in pair)
    there, back = compare(pair[0], pair[1]), compare(pair[1], pair[0])
    kinds = {change.id: change.kind for change in there}
    reverse = {"added": "removed", "removed": "added", "changed": "changed"}

    assert kinds == {
        name: "removed" if name not in new else "added" if name not in old else "changed"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    }
    assert list(kinds) == sorted(kinds, key=lambda name: (ORDER.index(name.partition("/")[0]), name))
    assert [(change.id, reverse[change.kind]) for change in there] == [(change.id, change.kind) for change in back]
    for change in there:
        if change.kind == "changed":
            assert applied(old[change.id], change.fields) == new[change.id].to_dict()


@given(edits())
def test_values_cannot_act(pair: tuple[list[Record], list[Record]]) -> None:
    """One line a field without controls; in Markdown six cells, each a code span; in JSON Lines everything."""
    changes = compare(*pair)

    assert as_text(changes).count("\n") == len(as_text(changes).splitlines())
    for row in as_markdown(changes).splitlines()[4:]:
        _, kind, *cells, _ = row.split("|")
        assert kind.strip() in KINDS
        assert [bool(CELL.fullmatch(cell.strip())) for cell in cells] == [True] * 5
    assert as_json_lines(changes).isascii()
    whole = json.loads(json.dumps([asdict(change) for change in changes]))
    assert [json.loads(line) for line in as_json_lines(changes).splitlines()] == whole


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (person(country="KOR"), person(note="N"), [("/country", "KOR", None), ("/note", None, "N")]),
        (person(names=names("x", "y")), person(names=names("z", "x", "y")), [("/names/0", None, names("z")[0])]),
        (person(names=names("x", "y")), person(names=names("y")), [("/names/0", names("x")[0], None)]),
        (person(names=names("x", "y", "z")), person(names=names("x", "w", "z")), [("/names/1/name", "y", "w")]),
        (person(names=names("x", "y", "z")), person(names=names("y", "z", "x")),
         [("/names/0", names("x")[0], None), ("/names/2", None, names("x")[0])]),
        (person(offices=[{"title": "T"}, {"title": "U"}]),
         person(offices=[{"title": "V"}, {"title": "T", "end": "2025"}, {"title": "U", "start": "2025"}]),
         [("/offices/0", None, {"title": "V"}), ("/offices/1/end", None, "2025"), ("/offices/2/start", None, "2025")]),
        (person(names=names(*"x" * 200)), person(names=names(*"y" + "x" * 200)), [("/names/0", None, names("y")[0])]),
    ],
)  # fmt: skip
def test_fields_and_children(old: Record, new: Record, expected: list[tuple[str, Any, Any]]) -> None:
    """Each difference where it is: a child that came or went is not taken for a change of its neighbours."""
    assert shown(old, new) == expected


def test_spans_that_only_stand_elsewhere_keep_their_partners() -> None:
    """After words were inserted into the text, new evidence is added, and the rest moved."""
    first, second, new = (evidence(digest=digit * 16) for digit in "abc")
    found = shown(statement(first, second), statement(first | MOVED, new, second | MOVED | {"mention": 2}))

    pointers = "0/start 0/end 0/prefix 1 2/mention 2/start 2/end 2/prefix"
    assert [pointer.removeprefix("/evidence/") for pointer, _, _ in found] == pointers.split()


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (MOVED, "/evidence/0: span 10–20 → 12–22"),
        ({"start": 12, "end": 22, "digest": "4" * 16}, "/evidence/0: span 10–20 → 12–22 (other words)"),
        ({"end": 22, "suffix": "4" * 8}, "/evidence/0: span end 20 → 22"),
        ({"prefix": "4" * 8, "suffix": "4" * 8}, "/evidence/0: span → same place, other prefix, suffix"),
        ({"start": 12}, "/evidence/0/start: 10 → 12"),
    ],
)
def test_a_span_is_one_line(edit: dict[str, Any], line: str) -> None:
    """In text and Markdown; in JSON Lines each of its fields."""
    changes = compare([statement(evidence())], [statement(evidence(**edit))])

    assert as_text(changes).splitlines()[2:] == [f"  {line}"]
    assert len(as_markdown(changes).splitlines()) == 5
    assert len(json.loads(as_json_lines(changes))["fields"]) == len(edit)


def test_the_three_formats() -> None:
    """Numbers first, then records by type and id, absent things called so; start and end of an office are no span."""
    office = {"title": "T", "start": "2024", "end": "2025"}
    old = [person("b", offices=[office], note="absent"), person("c"), person("d")]
    new = [statement(evidence()), person("b", offices=[office | {"start": "2023", "end": "2026"}]), person("e")]
    changes = compare(old, new, [redirect("d", "e")])

    assert as_text(changes).splitlines() == [
        "1 added, 1 changed, 1 removed, 1 moved",
        'changed  person/b  "A"',
        '  /note: "absent" → absent',
        '  /offices/0/start: "2024" → "2023"',
        '  /offices/0/end: "2025" → "2026"',
        'removed  person/c  "A"',
        'moved    person/d → person/e  "A"',
        'added    statement/a/01  "G"',
    ]
    rows = as_markdown(changes).splitlines()
    assert rows[0] == as_text(changes).splitlines()[0]
    assert rows[4] == '| changed | `person/b` | `"A"` | `/note` | `"absent"` | `absent` |'
    assert rows[-1] == '| added | `statement/a/01` | `"G"` |  |  |  |'
    moved = {"kind": "moved", "id": "person/e", "type": "person", "label": "A", "fields": [], "old_id": "person/d"}
    assert json.loads(as_json_lines(changes).splitlines()[2]) == moved


def test_children_are_shown_in_short() -> None:
    """With their span as two offsets; what was removed and what was added keep their lines at equal pointers."""
    spans = compare([statement()], [statement(evidence("source", of=1))])
    lists = compare([person(names=names("v", "x", "y"))], [person(names=names("y", "z"))])

    assert [*as_text(spans).splitlines()[2:], *as_text(lists).splitlines()[3:]] == [
        '  /evidence/0: absent → role "source", of 1, mention 1, fragment 1, span 10–20',
        '  /names/1: name "x", language "en", kind "alias" → absent',
        '  /names/1: absent → name "z", language "en", kind "alias"',
    ]


@pytest.mark.parametrize(
    ("redirects", "moved"),
    [
        ([redirect("a", "b")], True),
        ([redirect("a", "x"), redirect("x", "b")], True),
        ([redirect("a", None, "withdrawn")], False),
        ([redirect("a", "x"), redirect("x", "a")], False),
        ([redirect("c", "b")], False),
        ([redirect("a", "statement/a/01")], False),
    ],
)
def test_redirects(redirects: list[Redirect], moved: bool) -> None:
    """A record whose id leads to one that exists is moved; one that leads nowhere, or that stayed, is not."""
    changes = compare([person("a"), person("c"), statement()], [person("b"), person("c"), statement()], redirects)
    apart = [("removed", "person/a", None), ("added", "person/b", None)]

    expected = [("moved", "person/b", "person/a")] if moved else apart
    assert [(change.kind, change.id, change.old_id) for change in changes] == expected


def test_merged_and_edited_records_are_moved_with_their_changes() -> None:
    """Each old record is compared with the one that took its place; what stayed the same is not shown."""
    old = [person("c"), person("b"), person("a", name="B")]
    changes = compare(old, [person("c")], [redirect("a", "c", "merged"), redirect("b", "c", "merged")])

    edited = RecordChange("moved", "person/c", "person", "A", (FieldChange("/name", "B", "A"),), "person/a")
    assert changes == [edited, RecordChange("moved", "person/c", "person", "A", (), "person/b")]


def test_an_id_that_stands_twice_is_refused() -> None:
    """No comparison by id could be true."""
    with pytest.raises(InvalidDataError, match="person/a is twice among the new"):
        compare([person()], [person(), person()])


@pytest.mark.parametrize(
    ("value", "text", "markdown"),
    [
        ("a|b", '"a|b"', '`"a\\u007cb"`'),
        ("<script>", '"<script>"', '`"\\u003cscript>"`'),
        ("[x](javascript:y)", '"[x](javascript:y)"', '`"[x](javascript:y)"`'),
        ("a`b`", '"a`b`"', '`"a\\u0060b\\u0060"`'),
        ("a\x1b[31m\nb", '"a\\u001b[31m\\nb"', '`"a\\u001b[31m\\nb"`'),
        ("a\u202eb\x9b", '"a\\u202eb\\x9b"', '`"a\\u202eb\\x9b"`'),
    ],
)
def test_untrusted_values_are_escaped(value: str, text: str, markdown: str) -> None:
    """As value and as label, also where a record was never validated."""
    changes = compare([person()], [person().model_copy(update={"name": value})])

    assert as_text(changes).splitlines()[1:] == [f"changed  person/a  {text}", f'  /name: "A" → {text}']
    row = f'| changed | `person/a` | {markdown} | `/name` | `"A"` | {markdown} |'
    assert as_markdown(changes).splitlines()[-1] == row
    assert json.loads(as_json_lines(changes))["fields"][0]["new"] == value


def test_an_escape_that_does_nothing_is_noticed() -> None:
    """Negative control: cells that are not code spans do not pass for such."""
    assert not any(CELL.fullmatch(cell) for cell in ("<b>", "`a|b`", "`a`b`", "[x](y)", "`<b>`"))


@pytest.fixture
def pair(root: Path, tmp_path: Path) -> tuple[Path, Path]:
    """Two folders with the same records, without a release."""
    for name in ("old", "new"):
        shutil.copytree(root / "data", tmp_path / name / "data", ignore=shutil.ignore_patterns("published", ".*"))
    return tmp_path / "old", tmp_path / "new"


def run(old: Path, new: Path, capsys: pytest.CaptureFixture[str], form: str = "text") -> str:
    """What the command prints; it succeeds whether or not anything differs."""
    assert diff(Namespace(old=old, new=new, format=form)) == 0
    return capsys.readouterr().out


def edit(folder: Path) -> None:
    """Change a given name and the id of a place that other records refer to, with its redirect."""
    (folder / "data/curated/places/tokyo.yaml").rename(folder / "data/curated/places/tokyo-city.yaml")
    for path in (folder / "data/curated").rglob("*.yaml"):
        text = path.read_text("utf-8").replace("given_name: Donald", "given_name: Don")
        path.write_text(re.sub(r"\bplace/tokyo\b", "place/tokyo-city", text), "utf-8")
    entry = "- old_id: place/tokyo\n  new_id: place/tokyo-city\n  reason: renamed\n  release: '2026.12.0'\n"
    (folder / "data/redirects.yaml").write_text(entry, "utf-8")


def test_folders_and_releases(pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """A dataset's folder, its records and its release differ alike, with the redirects of the new one."""
    old, new = pair
    edit(new)
    release = new.parent / "release"
    build(new, release)
    sides = ((old, new), (old / "data/curated", release), (old, new / "data/curated"))
    found, none = [Dataset(one).diff(other) for one, other in sides], Dataset(new).diff(release)
    for form, show in FORMATS.items():
        shown = run(old, release, capsys, form)

        assert ({show(one) for one in found}, show(none)) == ({shown}, show([]))
        assert shown.index("article/") < shown.index("donald-trump") < shown.index("event/")


def test_a_release_in_a_folder_is_what_is_compared(pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    """Its data/curated must be named for the records themselves; where nothing differs, what was compared is named."""
    old, new = pair
    build(new, new / "data/published")
    edit(new)

    shown = run(old, new / "data/curated", capsys)
    with pytest.warns(UserWarning, match="has changed since the release"):
        assert run(old, new, capsys) == f"The records in {old} and {new / 'data/published'} are the same.\n"
    assert '  /given_name: "Donald" → "Don"\n' in shown
    assert "moved    place/tokyo → place/tokyo-city" in shown


def test_what_cannot_be_compared_is_refused(pair: tuple[Path, Path]) -> None:
    """A missing folder is told; invalid records come with their report."""
    old, new = pair
    with pytest.raises(FileNotFoundError, match="there is no folder"):
        diff(Namespace(old=old, new=old / "nowhere", format="text"))
    (new / "data/curated/people/donald-trump.yaml").write_text("id: person/donald-trump\n", "utf-8")

    with pytest.raises(InvalidDataError, match="missing") as caught:
        diff(Namespace(old=old, new=new, format="text"))
    assert caught.value.report
