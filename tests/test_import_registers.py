"""Registers of people keep offices and names: each value is in a record, left over or in quarantine."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news_dataset.cli import main
from news_dataset.collection import Collection
from news_dataset.importers import import_from
from news_dataset.importers.imported import Imported
from tests.annotated import ROUND_TRIPS

PEOPLE = ["p1", "p2"]
ROLES = ["", "mayor", "clerk of the harbour"]
DATES = ["2001", "2002-03", "2003-04-05"]
MEMBERSHIPS = st.fixed_dictionaries(
    {"person_id": st.sampled_from(PEOPLE)},
    optional={
        "organization_id": st.just("o1"), "role": st.sampled_from(ROLES), "post_id": st.sampled_from(["s1", "s2"]),
        "start_date": st.sampled_from(DATES), "end_date": st.sampled_from(["2004", "2005-06-07", "soon"]),
        "on_behalf_of_id": st.just("o2"), "source": st.just("invented"),
    },
)  # fmt: skip
NAMES = st.fixed_dictionaries(
    {"name": st.sampled_from(["Mira Beispiel", "M. Example"])},
    optional={"lang": st.sampled_from(["de", "ko-Hang", "no language"]), "note": st.just("née")},
)
"""Popolo; ``soon`` and ``no language`` are none."""


def register(memberships: list[dict[str, Any]], names: list[dict[str, Any]]) -> dict[str, Any]:
    """Return a register of Popolo."""
    people: list[dict[str, Any]] = [{"id": id_, "name": f"{id_} Example", "family_name": "Example"} for id_ in PEOPLE]
    people[0] |= {"other_names": names} if names else {}
    posts = [{"id": "s1", "label": "Seat 1", "organization_id": "o2"}, {"id": "s2", "label": "Seat 2"}]
    return {"persons": people, "memberships": memberships, "posts": posts,
            "organizations": [{"id": "o1", "name": "Council"}, {"id": "o2", "name": "Committee"}]}  # fmt: skip


def imported(data: Any, name: str = "a.json") -> tuple[Imported, dict[str, dict[str, Any]]]:
    """Return what an import did, and the people by their ids of the origin."""
    with TemporaryDirectory() as place:
        source = Path(place, name)
        source.write_text(data if isinstance(data, str) else json.dumps(data), "utf-8")
        done = import_from(
            Path(place, "d"), "popolo", source, text=None, mapping=None, strict=False, suggest=False
        )  # fmt: skip
        assert main(["validate", str(Path(place, "d"))]) == 0
        people = [one.data for one in Collection.open(Path(place, "d")).of("person")]
    return done, {one["external_id"]: dict(one) for one in people}


def scalars(value: Any) -> Iterator[str]:
    """Yield the texts in a value, whatever it is within; those in JSON, too."""
    if isinstance(value, str) and value[:1] in ("{", "["):
        yield from scalars(json.loads(value))
    elif isinstance(value, dict):
        yield from (text for one in value.values() for text in scalars(one))
    elif isinstance(value, list | tuple):
        yield from (text for one in value for text in scalars(one))
    elif value not in ("", None):
        yield str(value)


@ROUND_TRIPS
@given(st.lists(MEMBERSHIPS, max_size=5), st.lists(NAMES, max_size=3))
def test_nothing_of_a_register_is_lost(memberships: list[dict[str, Any]], names: list[dict[str, Any]]) -> None:
    """Each membership is an office, with its title and dates; what has no place in the record is listed."""
    done, people = imported(register(memberships, names))
    offices = {id_: list(one.get("offices", ())) for id_, one in people.items()}
    beside = Counter(
        [*scalars([one.value for one in done.leftovers]), *scalars([one.content for one in done.quarantined])]
    )

    assert {id_: len(some) for id_, some in offices.items()} == {
        id_: sum(one["person_id"] == id_ for one in memberships) for id_ in PEOPLE
    }
    labels = {"s1": "Seat 1", "s2": "Seat 2"}
    titles = Counter(one.get("role") or labels.get(one.get("post_id", ""), "member") for one in memberships)
    assert Counter(one["title"] for some in offices.values() for one in some) == titles
    for field, name in (("start", "start_date"), ("end", "end_date")):
        kept = Counter(one[field] for some in offices.values() for one in some if field in one)
        given = Counter(one[name] for one in memberships if name in one)
        assert kept == Counter({date: count for date, count in given.items() if date != "soon"})
    bodies = Counter(
        one["organization"].rpartition("/")[2] for some in offices.values() for one in some if "organization" in one
    )
    assert bodies == Counter(
        "council" if "organization_id" in one else "committee"
        for one in memberships if "organization_id" in one or one.get("post_id") == "s1"
    )  # fmt: skip
    for word in ("soon", "invented", "née"):
        assert beside[word] == sum(word in one.values() for one in [*memberships, *names])
    behalf = [one for one in done.leftovers if one.name == "on_behalf_of"]
    assert len(behalf) == sum("on_behalf_of_id" in one for one in memberships)
    said = {(one["name"], one.get("lang", "und")) for one in names}
    found = {(one["name"], one["language"]) for one in people["p1"].get("names", ())}
    assert found == {one for one in said if one[1] != "no language"}
    assert beside["no language"] == sum(one.get("lang") == "no language" for one in names)
    assert all(one.get("start", "") >= after.get("start", "")
               for some in offices.values() for one, after in pairwise(some))  # fmt: skip


def test_legislators_keep_their_terms_and_names() -> None:
    """A name holds the parts that differ from today's; roles of leadership are offices, too."""
    done, people = imported(
        "- id: {bioguide: E000001}\n  name: {first: Mira, last: Example}\n"
        "  other_names:\n  - {last: Sample, end: '1990-01-01'}\n"
        "  terms:\n  - {type: rep, start: '1993-01-05', end: '1995-01-03', state: EX, district: 1}\n"
        "  - {type: sen, start: '1995-01-03'}\n"
        "  leadership_roles:\n  - {title: Speaker, start: '1994-01-01', chamber: house}\n",
        "a.yaml",
    )

    assert people["E000001"]["offices"] == [
        {"title": "senator", "start": "1995-01-03"}, {"title": "Speaker", "start": "1994-01-01"},
        {"title": "representative", "start": "1993-01-05", "end": "1995-01-03"},
    ]  # fmt: skip
    assert people["E000001"]["names"] == [{"name": "Mira Sample", "language": "und", "kind": "alias"}]
    assert done.quarantined == ()
    assert sorted((one.type, one.name, one.value) for one in done.leftovers) == [
        ("leadership", "chamber", "house"), ("membership", "district", "1"), ("membership", "state", "EX"),
        ("other_name", "end_date", "1990-01-01"), ("other_name", "last", "Sample"),
        ("person", "id.bioguide", "E000001"),
    ]  # fmt: skip


def test_one_bad_office_costs_no_other() -> None:
    """A title that is too long, an end before the start; a membership of nobody is left over."""
    memberships = [{"person_id": "p1", "role": "x" * 200, "start_date": "2001"}, {"person_id": "p1", "role": "mayor"},
                   {"person_id": "p1", "role": "clerk", "start_date": "2005", "end_date": "2004"},
                   {"organization_id": "o1", "role": "nobody"}]  # fmt: skip
    done, people = imported(register(memberships, []))

    assert "mayor" in [one["title"] for one in people["p1"]["offices"]]
    assert {"x" * 200, "2005", "2004"} <= {*scalars([one.content for one in done.quarantined]),
                                           *scalars(people["p1"]["offices"])}  # fmt: skip
    assert [
        one.value["attributes"] for one in done.leftovers if one.what == "annotation" and one.type == "membership"
    ] == [{"role": "nobody"}]


@pytest.mark.parametrize("record", ["office", "name"])
def test_a_rule_names_the_holder(record: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In one line, with its place."""
    (tmp_path / "a.json").write_text(json.dumps(register([], [])), "utf-8")
    (tmp_path / "m.yaml").write_text(f"annotations:\n- type: membership\n  record: {record}\n", "utf-8")
    arguments = [
        "--from",
        "popolo",
        str(tmp_path / "a.json"),
        str(tmp_path / "d"),
        "--mapping",
        str(tmp_path / "m.yaml"),
    ]

    assert main(["import", *arguments]) == 1
    assert f"a rule of {record} names the role of its holder" in capsys.readouterr().out
