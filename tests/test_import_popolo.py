"""Popolo and congress-legislators become registers; all people and bodies are invented."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from news_dataset.annotations import Document
from news_dataset.importers.popolo import read
from news_dataset.importers.soundness import sound

POPOLO: dict[str, Any] = {
    "meta": {"source": "invented"},
    "persons": [
        {
            "id": "p1", "name": "Mira Example", "given_name": "Mira", "family_name": "Example", "birth_date": "1970-01",
            "death_date": None, "identifiers": [{"scheme": "wikidata", "identifier": "Q42"},
                                                {"scheme": "viaf", "identifier": "7"}],
            "other_names": [{"name": "Mira Beispiel", "lang": "de"}, {"name": "M. Example"}],
            "links": [{"url": "http://example.org/1", "note": "home"}],
            "memberships": [{"organization_id": "o2", "role": "chair"}],
        },
    ],
    "organizations": [
        {"id": "o1", "name": "Council Example", "classification": "legislature"},
        {"id": "o2", "name": "Committee Example", "parent_id": "o1"},
    ],
    "memberships": [
        {"id": "m1", "person_id": "p1", "organization_id": "o1", "on_behalf_of_id": "o2", "post_id": "s1",
         "legislative_period_id": "t1", "area": {"id": "a1", "name": "Port Example"}, "start_date": "2020"},
    ],
    "posts": [{"id": "s1", "label": "Seat 1", "organization_id": "o1", "area_id": "a1"}],
    "events": [{"id": "t1", "name": "First term", "start_date": "2020"}],
}  # fmt: skip


def written(folder: Path, data: Any, name: str = "a.json") -> Path:
    """Return a file."""
    (folder / name).write_text(data if isinstance(data, str) else json.dumps(data, indent=1), "utf-8")
    return folder / name


def only(folder: Path, data: Any, name: str = "a.json") -> Document:
    """Return the register of a file."""
    (document,) = read(written(folder, data, name))
    return sound(document)


def test_popolo(tmp_path: Path) -> None:
    """Every object is an annotation, also those within others; references are links."""
    found = only(tmp_path, POPOLO)

    assert (found.id, found.text, found.is_article, found.quarantined) == ("a", None, False, ())
    assert found.attributes == {"meta.source": "invented"}
    assert [(one.id, one.type, one.links) for one in found.annotations] == [
        ("p1", "person", ()),
        ("", "membership", (("person", "p1"), ("organization", "o2"))),
        ("", "other_name", (("of", "p1"),)), ("", "other_name", (("of", "p1"),)),
        ("o1", "organization", ()),
        ("o2", "organization", (("parent", "o1"),)),
        ("a1", "area", ()),
        ("m1", "membership", (("person", "p1"), ("organization", "o1"), ("on_behalf_of", "o2"), ("post", "s1"),
                              ("area", "a1"), ("legislative_period", "t1"))),
        ("s1", "post", (("organization", "o1"), ("area", "a1"))),
        ("t1", "event", ()),
    ]  # fmt: skip
    assert found.annotations[0].attributes == {
        "name": "Mira Example", "given_name": "Mira", "family_name": "Example", "birth_date": "1970-01",
        "identifiers.scheme": ("wikidata", "viaf"), "identifiers.identifier": ("Q42", "7"), "wikidata": "Q42",
        "links.url": ("http://example.org/1",), "links.note": ("home",),
    }  # fmt: skip
    assert [one.attributes for one in found.annotations[1:4]] == [
        {"role": "chair"}, {"name": "Mira Beispiel", "lang": "de"}, {"name": "M. Example"},
    ]  # fmt: skip


def test_one_id_in_two_classes(tmp_path: Path) -> None:
    """Both are written with their class, so that links lead to one of them."""
    data = {
        "persons": [{"id": "1", "name": "Mira Example"}],
        "organizations": [{"id": 1, "name": "Council"}],
        "memberships": [{"person_id": 1, "organization_id": "1"}],
    }
    found = only(tmp_path, data)

    assert [one.id for one in found.annotations] == ["person:1", "organization:1", ""]
    assert found.annotations[2].links == (("person", "person:1"), ("organization", "organization:1"))
    assert found.quarantined == ()


def test_an_object_told_again_is_the_same(tmp_path: Path) -> None:
    """An organization within a membership may be that of the list; one that differs is reported."""
    organization = {"id": "o1", "name": "Council Example", "classification": "legislature"}
    data: dict[str, list[Any]] = {
        "organizations": [organization],
        "persons": [{"id": "p1", "name": "Mira Example"}],
        "memberships": [{"person_id": "p1", "organization": {"id": "o1", "name": "Council Example"}}],
    }
    assert [one.type for one in only(tmp_path, data).annotations] == ["person", "organization", "membership"]

    data["organizations"].append(organization | {"name": "Another"})
    found = only(tmp_path, data)
    assert [one.reason for one in found.quarantined] == ["duplicate_id", "dangling_id"]


BAD: dict[str, tuple[dict[str, Any], str, int]] = {
    "no object": ({"persons": ["x"]}, "bad_line", 0),
    "a list that is none": ({"persons": "x", "events": []}, "bad_line", 0),
    "an unknown list": ({"persons": [], "motions": [{"id": "1"}]}, "bad_line", 0),
    "no such parent": ({"organizations": [{"id": "1", "name": "A", "parent_id": "9"}]}, "dangling_id", 1),
    "a parent of another class": (
        {"organizations": [{"id": "1", "parent_id": "2"}], "persons": [{"id": "2"}]}, "dangling_id", 2,
    ),
    "no such person": ({"memberships": [{"id": "1", "person_id": "9"}]}, "dangling_id", 0),
    "an id twice": ({"persons": [{"id": "1", "name": "A"}, {"id": "1", "name": "B"}]}, "duplicate_id", 1),
    "no id of wikidata": (
        {"persons": [{"id": "1", "identifiers": [{"scheme": "wikidata", "identifier": "42"}]}]}, "bad_value", 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_objects(name: str, tmp_path: Path) -> None:
    """One report each; what is sound is read."""
    data, reason, count = BAD[name]
    found = only(tmp_path, data)

    assert [one.reason for one in found.quarantined] == [reason]
    assert len(found.annotations) == count


def test_a_key_twice(tmp_path: Path) -> None:
    """In an object, that one is in quarantine; at the top, nothing can be read."""
    found = only(tmp_path, '{"persons": [{"id": "1"},\n{"id": "2",\n "name": "A", "name": "B"}]}')
    assert [(one.reason, one.line, one.id) for one in found.quarantined] == [("bad_line", 3, "2")]
    assert [one.id for one in found.annotations] == ["1"]

    found = only(tmp_path, '{"persons": [],\n"persons": []}')
    assert [(one.reason, one.line) for one in found.quarantined] == [("unreadable", 2)]


UNREADABLE = {
    "a.json": ["[]", "{}", '{"persons": [NaN]}', '{"persons": ["\\udc00"]}', "{"],
    "a.yaml": [
        "- id: &a\n    bioguide: E1\n  name: {first: Mira}\n", "- id: {bioguide: E1}\n  name: *a\n",
        "- id: !!python/object/apply:os.system [x]\n", "a: &a [x, x]\nb: &b [*a, *a]\n", "persons: []\n", "- 1\n", "[",
        "- id: {bioguide: E1}\n  name: {<<: {first: Mira}}\n", "- id: {bioguide: E1}\n--- \n- x\n",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in UNREADABLE.items() for text in texts])
def test_unreadable_files(name: str, text: str, tmp_path: Path) -> None:
    """One report, with its line; anchors, aliases and tags are never followed."""
    found = only(tmp_path, text, name)

    assert [one.reason for one in found.quarantined] == ["unreadable"]
    assert found.quarantined[0].line > 0
    assert (found.annotations, found.is_article) == ((), False)


CONGRESS = """- id:
    bioguide: E000001
    thomas: '00136'
    wikidata: Q381880
    fec:
    - S0EX00001
    - H0EX00002
  name:
    first: Mira
    middle: N
    last: Example
    official_full: Mira N. Example
  bio:
    birthday: 1952-11-09
    gender: F
    religion: null
  terms:
  - type: rep
    start: '1993-01-05'
    end: '1995-01-03'
    state: NO
    district: 13
  - {type: sen, start: '1995-01-03', party: Example}
  leadership_roles:
  - {title: Speaker, chamber: house, start: '1994-01-01'}
- id: {govtrack: '7'}
  name: {first: Ada, last: Example}
"""


def test_congress_legislators(tmp_path: Path) -> None:
    """Scalars are texts as they stand; fields have the names of Popolo where it has one."""
    found = only(tmp_path, CONGRESS, "a.yaml")

    assert [(one.id, one.type, one.links, one.line) for one in found.annotations] == [
        ("E000001", "person", (), 1), ("", "membership", (("person", "E000001"),), 18),
        ("", "membership", (("person", "E000001"),), 23), ("", "leadership", (("person", "E000001"),), 25),
        ("7", "person", (), 26),
    ]  # fmt: skip
    assert found.annotations[0].attributes == {
        "name": "Mira N. Example", "given_name": "Mira", "family_name": "Example", "name.middle": "N",
        "birth_date": "1952-11-09", "gender": "F", "wikidata": "Q381880", "id.bioguide": "E000001",
        "id.thomas": "00136", "id.fec": ("S0EX00001", "H0EX00002"),
    }  # fmt: skip
    assert found.annotations[1].attributes == {
        "role": "rep", "start_date": "1993-01-05", "end_date": "1995-01-03", "state": "NO", "district": "13",
    }  # fmt: skip
    assert found.annotations[3].attributes == {"role": "Speaker", "chamber": "house", "start_date": "1994-01-01"}
    assert found.annotations[4].attributes["name"] == "Ada Example"
    assert (found.quarantined, found.is_article, found.text) == ((), False, None)


BAD_PEOPLE = {
    "- x": ("bad_line", 1),
    "- id: {thomas: '1'}\n  name: {first: A}": ("bad_line", 1),
    "- id: {bioguide: E000001}\n  name: {first: A}": ("duplicate_id", 1),
    "- id: {bioguide: E2}\n  name: {first: A,\n    first: B}": ("bad_line", 3),
    "- id: {bioguide: E2}\n  name: {first: A}\n  terms: [x]": ("bad_line", 3),
}


@pytest.mark.parametrize("text", BAD_PEOPLE)
def test_bad_people(text: str, tmp_path: Path) -> None:
    """One report with its line; the others are read."""
    reason, line = BAD_PEOPLE[text]
    found = only(tmp_path, "- id: {bioguide: E000001}\n  name: {first: Mira}\n" + text + "\n", "a.yml")

    assert [(one.reason, one.line) for one in found.quarantined] == [(reason, line + 2)]
    assert found.annotations[0].id == "E000001"


def test_limit_of_yaml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file beyond it is not read."""
    from news_dataset.importers.popolo import congress

    monkeypatch.setattr(congress, "MAX_CHARACTERS", 10)
    found = only(tmp_path, CONGRESS, "a.yaml")

    assert [one.message for one in found.quarantined] == ["is longer than 10 characters"]
