"""The samples of real corpora: what they hold is counted here anew, and nothing of it is lost."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import news_dataset as nd
from news_dataset.collection import Collection
from news_dataset.importers.imported import Imported
from news_dataset.records import Article, Event, Record, Statement
from tests.conftest import SHARED

SAMPLES = (SHARED or Path("nowhere")) / "samples"
MAPPINGS = Path(__file__).parent / "mappings"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside this checkout")

CORPORA = {
    "spkatt": ("tokens", "spkatt2023", None),
    "meantime": ("tokens", "meantime", MAPPINGS / "meantime.yaml"),
    "plover": ("plover", "plover_gsr", None),
}


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], tuple[Path, Imported]]:
    """Return what imports a sample, once, and gives its folder and what was said of it."""

    @cache
    def imported(name: str) -> tuple[Path, Imported]:
        form, place, mapping = CORPORA[name]
        folder = tmp_path_factory.mktemp(name) / "new"
        return folder, nd.Dataset(folder).import_from(form, SAMPLES / place, mapping=mapping)

    return imported


def rows(folder: Path, kind: str) -> list[Any]:
    """Return the records of a type that were written."""
    return [entry.row for entry in Collection.open(folder).of(kind)]


def lines(path: Path) -> list[dict[str, Any]]:
    """Return the objects of a file of JSON Lines."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def test_speeches_have_every_statement_role_mention_and_fragment(take: Callable[[str], tuple[Path, Imported]]) -> None:
    """A role that is not empty is one mention; tokens that do not follow each other in a sentence are fragments."""
    statements, mentions, fragments, speakers = 0, Counter[str](), Counter[str](), 0
    for path in (SAMPLES / "spkatt2023").glob("*.json"):
        for one in json.loads(path.read_text("utf-8"))["Annotations"]:
            statements += 1
            speakers += bool(one["Source"])
            for role, tokens in one.items():
                places = [tuple(map(int, token.split(":"))) for token in tokens]
                mentions[role] += bool(places)
                fragments[role] += sum(
                    at == 0 or place != (places[at - 1][0], places[at - 1][1] + 1) for at, place in enumerate(places)
                )
    folder, done = take("spkatt")
    found: list[Statement] = rows(folder, "statement")
    assert len(found) == statements == 232
    names = {"Cue": "cue", "Source": "source", "Message": "content", "Topic": "topic", "Addr": "addressee",
             "Medium": "medium", "PTC": "ptc", "Evidence": "evidence"}  # fmt: skip
    seen = Counter(row.role for one in found for row in one.evidence)
    assert seen == Counter({names[role]: number for role, number in fragments.items() if number})
    whole = Counter(role for one in found for role, _ in {(row.role, row.mention) for row in one.evidence})
    assert whole == Counter({names[role]: number for role, number in mentions.items() if number})
    people = Counter(row.role for one in found for row in one.statement_participants)
    assert people == {"speaker": speakers, "addressee": mentions["Addr"]}
    assert (done.quarantined, done.leftovers) == ((), ())


def test_wikinews_has_every_mention_chain_and_instance(take: Callable[[str], tuple[Path, Imported]]) -> None:
    """An instance is one record however many articles in four languages mention it."""
    listed = [one for path in (SAMPLES / "meantime").glob("mentions_*.json") for one in json.loads(path.read_text())]
    parts = sum(
        sum(at == 0 or token != one["tokens_number"][at - 1] + 1 for at, token in enumerate(one["tokens_number"]))
        for one in listed
    )
    with open(SAMPLES / "meantime" / "list_instances.csv", encoding="utf-8", newline="") as file:
        table = [row for row in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE) if len(row) == 13][1:]
    folder, done = take("meantime")
    articles: list[Article] = rows(folder, "article")
    assert len(articles) == 32
    assert sum(len({row.mention for row in one.mentions}) for one in articles) == len(listed) == 699
    assert sum(len(one.mentions) for one in articles) == parts == 717
    kinds = Counter(row[2] if row[1] == "ENTITY" else "EVENT" for row in table)
    events: list[Event] = rows(folder, "event")
    assert len(events) == kinds["EVENT"] == 1185
    found = {kind: len(rows(folder, kind)) for kind in ("person", "organization", "place")}
    assert found == {
        "person": kinds["PER"], "organization": kinds["ORG"] + kinds["ORGANISATION"], "place": kinds["LOC"]
    }  # fmt: skip
    dated = {row[0]: row[7] for row in table if row[1] == "EVENT" and row[7]}
    partial = {key: value for key, value in dated.items() if re.fullmatch("[0-9]{4}(-([0-9]{2}|XX)){0,2}", value)}
    assert {one.external_id: one.date for one in events if one.date} == partial
    undated = [one for one in done.quarantined if one.message.startswith("event.date")]
    assert Counter(one.content for one in undated) == Counter(dated[key] for key in dated.keys() - partial.keys())
    linked = sum(len([part for part in row[12].split() if part]) for row in table)
    assert sum(len(one.event_participants) for one in events) == linked - 1  # one names what is not in the list
    chains = {one["coref_chain"].rpartition("_")[2] for one in listed}
    known = {one.external_id for kind in ("person", "organization", "place", "event") for one in rows(folder, kind)}
    referred = {row.referent for one in articles for row in one.mentions if row.referent}
    of_records = {key for key in chains if key in known}
    assert len(referred) == len(of_records)
    assert {one.reason for one in done.quarantined} == {"bad_line", "dangling_id", "bad_value"}


def test_events_have_every_participant_and_trigger(take: Callable[[str], tuple[Path, Imported]]) -> None:
    """A role twice, a role without anybody, and names that the text does not have."""
    text = (SAMPLES / "plover_gsr" / "PLOVER_GSR_CAMEO.txt").read_text("utf-8")
    records = [one for one in json.loads(text) if one["event"] != "DOCUMENT"]
    folder, done = take("plover")
    events: list[Event] = rows(folder, "event")
    assert len(events) == len(records) == 322
    wanted: Counter[str] = Counter()
    for one in records:
        for role, name in (("source", "actor"), ("target", "recipient")):
            some = one.get(role)
            wanted[name] += 0 if some is None else max(len(some), 1) if isinstance(some, list) else 1
    assert Counter(row.role for one in events for row in one.event_participants) == wanted
    empty = sum(one.get(role) == "" for one in records for role in ("source", "target"))
    assert sum(bool(row.implicit) for one in events for row in one.event_participants) == empty == 8
    assert Counter(one.type for one in events) == Counter(one["event"] for one in records)
    unread = {one.id for one in done.quarantined if one.reason == "other_words"}
    marks = sum(
        len(re.findall(r"\(EVT: ", one["textInfo"]["markup"]))
        for one in records
        if isinstance(one.get("textInfo"), dict) and one["id"] not in unread
    )
    articles: list[Article] = rows(folder, "article")
    triggers = sum(str(row.referent).startswith("event/") for one in articles for row in one.mentions)
    assert triggers == marks


@pytest.mark.parametrize("name", CORPORA)
def test_a_sample_is_valid_and_comes_back_from_its_release(
    name: str, take: Callable[[str], tuple[Path, Imported]]
) -> None:
    """With its texts; build, reload and compare is identity, and every span is found exactly."""
    folder, done = take(name)
    report = nd.validate(folder, text=folder / "texts")
    assert report.ok, report.errors[:3]
    assert len(lines(folder / "quarantine.jsonl")) == len(done.quarantined)
    assert len(lines(folder / "import-leftovers.jsonl")) == len(done.leftovers)
    nd.build(folder)
    opened = nd.Dataset.open(folder / "data" / "published")
    for kind in ("article", "statement", "event", "person", "organization", "place"):
        table = {"person": "people"}.get(kind, f"{kind}s")
        written: dict[str, Record] = {one.id: one for one in rows(folder, kind)}
        assert {one.id: one.to_dict() for one in opened.iter_records(table)} == {  # type: ignore[call-overload]
            key: one.to_dict() for key, one in written.items()
        }
    article = next(one for one in rows(folder, "article") if one.text_sha256)
    text = folder / "texts" / f"{article.id.partition('/')[2]}.txt"
    assert set(nd.Dataset.open(folder).restore(text, article=article.id)["state"]) <= {"exact"}


@pytest.mark.parametrize(("form", "place"), [("tokens", "meantime"), ("conll", "meantime"), ("plover", "plover_gsr")])
def test_a_suggested_mapping_gives_a_valid_dataset(form: str, place: str, tmp_path: Path) -> None:
    """Without a line being written by anybody."""
    done = nd.Dataset(tmp_path / "new").import_from(form, SAMPLES / place)
    assert done.counts["articles"] >= 32
    report = nd.validate(tmp_path / "new", text=tmp_path / "new" / "texts")
    assert report.ok, report.errors[:3]
