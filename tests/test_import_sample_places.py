"""The samples of real corpora: where everything stands, and what of them is in records, in quarantine or left over.

Expected is what ``tests.samples`` finds in the files, which does not know how an importer works.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

import news_dataset as nd
from news_dataset.collection import Collection
from news_dataset.records import Article
from news_dataset.records.codebooks import MODES_OF
from tests.samples import SAMPLES, Spans, actors, documents, events, instances, listed, marks_of, short, speeches

MAPPINGS = Path(__file__).parent / "mappings"
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not beside this checkout")

CORPORA = {
    "spkatt": ("tokens", "spkatt2023", None),
    "meantime": ("tokens", "meantime", MAPPINGS / "meantime.yaml"),
    "chains": ("conll", "meantime", MAPPINGS / "meantime-conll.yaml"),
    "plover": ("plover", "plover_gsr", None),
}
Take = Callable[[str], Path]


@pytest.fixture(scope="module")
def take(tmp_path_factory: pytest.TempPathFactory) -> Take:
    """Return what imports a sample, once, and gives the folder of the dataset."""

    @cache
    def imported(name: str) -> Path:
        form, place, mapping = CORPORA[name]
        folder = tmp_path_factory.mktemp(name) / "new"
        nd.Dataset(folder).import_from(form, SAMPLES / place, mapping=mapping)
        return folder

    return imported


def rows(folder: Path, kind: str) -> list[Any]:
    """Return the records of a type that were written."""
    return [entry.row for entry in Collection.open(folder).of(kind)]


def lines(folder: Path, name: str) -> list[dict[str, Any]]:
    """Return the objects of quarantine or leftovers."""
    path = folder / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def text_of(folder: Path, article: Article) -> str:
    """Return the text of an article, byte for byte."""
    return (folder / "texts" / f"{article.id.partition('/')[2]}.txt").read_bytes().decode()


def spans_of(some: Iterable[Any]) -> Spans:
    """Return the spans of the rows of a mention, each once."""
    return tuple(dict.fromkeys((row.start, row.end) for row in some))


def taken_speeches(folder: Path) -> dict[str, tuple[str, list[dict[str, Spans]]]]:
    """Return the same of the records."""
    statements = {key: [*some] for key, some in groupby(rows(folder, "statement"), lambda one: str(one.article))}
    found = {}
    for article in rows(folder, "article"):
        frames = []
        for one in statements[article.id]:
            evidence = sorted(one.evidence, key=lambda row: str(row.role))
            frames.append({role: spans_of(some) for role, some in groupby(evidence, lambda row: str(row.role))})
        found[article.external_id] = text_of(folder, article), frames
    return found


def test_every_role_of_a_speech_stands_where_its_tokens_are(take: Take) -> None:
    """In texts that are built of the tokens; fragments in the order of the corpus, not always that of the text."""
    wanted = speeches(SAMPLES / "spkatt2023")
    assert taken_speeches(take("spkatt")) == wanted
    assert sum(len(frames) for _, frames in wanted.values()) == 232
    orders = [spans for _, frames in wanted.values() for frame in frames for spans in frame.values()]
    assert sum(list(spans) != sorted(spans) for spans in orders) == 7


def test_one_annotation_less_is_noticed(tmp_path: Path) -> None:
    """What is compared is all there is: without one role of one speech it is something else."""
    source = tmp_path / "speeches"
    shutil.copytree(SAMPLES / "spkatt2023", source)
    path = min(source.glob("*.json"))
    data = json.loads(path.read_text("utf-8"))
    next(one for one in data["Annotations"] if one["Source"])["Source"] = []
    path.chmod(0o644)
    path.write_text(json.dumps(data), "utf-8")
    nd.Dataset(tmp_path / "new").import_from("tokens", source)
    assert taken_speeches(tmp_path / "new") == speeches(source) != speeches(SAMPLES / "spkatt2023")


def test_every_mention_of_a_chain_stands_in_its_column(take: Take) -> None:
    """And a chain is one record, in however many articles and languages it is."""
    folder = take("chains")
    chain = {one.id: one.external_id for one in rows(folder, "organization")}
    found = {
        one.external_id: sorted((chain[some[0].referent], spans_of(some)) for some in by_mention(one))
        for one in rows(folder, "article")
    }
    assert found == {name: sorted(chains) for name, (_, chains) in documents().items()}
    of_chain = {one: {name for name, (_, chains) in documents().items() for key, _ in chains if key == one}
                for one in chain.values()}  # fmt: skip
    assert sorted(chain.values()) == sorted({key for _, chains in documents().values() for key, _ in chains})
    assert max(map(len, of_chain.values())) > 4
    assert {text_of(folder, one) for one in rows(folder, "article")} == {one.text for one, _ in documents().values()}
    left = Counter((one["what"], one["type"], one["name"]) for one in lines(folder, "import-leftovers"))
    assert left == {("attribute", "document", "name"): 32, ("attribute", "document", "part"): 32}
    assert lines(folder, "quarantine") == []


def by_mention(article: Article) -> list[list[Any]]:
    """Return the rows of each mention."""
    return [[*some] for _, some in groupby(article.mentions, lambda row: row.mention)]


def test_every_mention_of_an_instance_stands_at_its_tokens(take: Take) -> None:
    """With the instance that it refers to; products and financial objects have no record."""
    folder = take("meantime")
    known = {
        one.id: one.external_id for kind in ("person", "organization", "place", "event") for one in rows(folder, kind)
    }
    found = Counter(
        (one.external_id, spans_of(some), known[some[0].referent] if some[0].referent else None)
        for one in rows(folder, "article") for some in by_mention(one)
    )  # fmt: skip
    assert found == Counter(
        (one["document"], documents()[one["document"]][0].spans([(one["sent_id"], at) for at in one["tokens_number"]]),
         None if one["mention_type"] in ("PRO", "FIN") else one["coref_chain"].rpartition("_")[2])
        for one in listed()
    )  # fmt: skip


def test_every_instance_is_somewhere(take: Take) -> None:
    """In a record, as a participant of an event, left over, or in quarantine; its columns likewise."""
    folder = take("meantime")
    header, table = instances()
    whole = {row[0]: row for row in table if len(row) == len(header)}
    parts = {row[0]: [tuple(one.partition("_")[::2]) for one in row[12].split()] for row in whole.values()}
    records = {
        one.external_id: one for kind in ("person", "organization", "place", "event") for one in rows(folder, kind)
    }
    label = {row[0]: row[3] for row in whole.values()}
    kept = {key for key, row in whole.items() if row[1] == "EVENT" or row[2] in ("PER", "ORG", "ORGANISATION", "LOC")}
    assert records.keys() == kept
    ids = {key: one.id for key, one in records.items()}
    for key, row in whole.items():
        if row[1] == "EVENT":
            said = [row.entity or row.label for row in records[key].event_participants]
            assert said == [ids.get(one, short(label[one])) for one, _ in parts[key] if one in whole], key
    left = lines(folder, "import-leftovers")
    named = {one for some in parts.values() for one, _ in some}
    unnamed = {one["id"] for one in left if one["what"] == "annotation"}
    assert unnamed == whole.keys() - kept - named
    cells = Counter((row[0], name) for row in whole.values() if row[0] not in unnamed
                    for name, cell in zip(header[3:12], row[3:12], strict=True) if cell)  # fmt: skip
    for key, row in whole.items():
        is_cut = key not in kept and short(row[3]) != row[3]
        cells[key, "INSTANCE_NAME"] *= is_cut
        cells[key, "TIME"] *= row[1] != "EVENT"
    of_list = [one for one in left if one["what"] == "attribute" and one["file"].endswith("list_instances.csv")]
    assert Counter((one["id"], one["name"]) for one in of_list) == +cells
    refused = Counter((one["reason"], one.get("content", "").split("\t")[0]) for one in lines(folder, "quarantine"))
    dates = [row[7] for row in whole.values() if row[1] == "EVENT" and row[7]]
    assert refused == Counter(
        [("bad_line", row[0]) for row in table if len(row) != len(header)]  # a column is missing
        + [("dangling_id", f"{one}_{role}") for some in parts.values() for one, role in some if one not in whole]
        + [("bad_value", label[key]) for key in kept if label[key] != label[key].strip()]
        + [("bad_value", one) for one in dates if not re.fullmatch(r"\d{4}(-(\d\d|XX)){0,2}", one)]  # XXXX-XX-XX
    )


def test_every_event_is_somewhere(take: Take) -> None:
    """Participants by name, marks, modes and other fields: in a record, left over, or in quarantine."""
    folder = take("plover")
    found = {one.external_id: one for one in rows(folder, "event")}
    seen = Counter(one["id"] for one in events())
    for one in events():
        record = found[one["id"]]
        named = [(role, actor["actorText"]) for role, key in (("actor", "source"), ("recipient", "target"))
                 for actor in actors(one.get(key))]  # fmt: skip
        if seen[one["id"]] == 1:
            said = [(row.role, row.label) for row in record.event_participants]
            assert said == [(role, name and short(name)) for role, name in named], one["id"]
            assert (record.type, record.date) == (one["event"], one["date"])
    places = {one.id: one.name for one in rows(folder, "place")}
    assert Counter(places[one.place] for one in found.values() if one.place) <= Counter(
        one["eventLoc"]["name"] for one in events() if one.get("eventLoc")
    )
    left = Counter((one["what"], one["name"]) for one in lines(folder, "import-leftovers") if one.get("name"))
    people = [each for one in events() for name in ("source", "target") for each in actors(one.get(name))]
    for name in ("code", "sector"):
        assert left["attribute", name] == sum(bool(each.get(name)) for each in people)
    for name in ("eventText", "context", "coder", "version", "comment", "size", "dead", "injured", "publication"):
        assert left["attribute", name] == sum(name in one for one in events()), name
    refused = Counter((one["reason"], one["id"]) for one in lines(folder, "quarantine"))
    modes = [one["id"] for one in events() if one.get("mode") and one["mode"] not in MODES_OF.get(one["event"], ())]
    assert refused == Counter(
        [("bad_line", one["id"]) for one in events() if not isinstance(one["textInfo"], dict)]
        + [("other_words", one["id"]) for one in events() if marks_of(one) is None]
        + [("duplicate_id", key) for key, number in seen.items() if number > 1]
        + [("bad_value", one) for one in modes]
    )


@pytest.mark.parametrize("name", CORPORA)
def test_every_span_is_found_in_the_texts_as_it_was(name: str, take: Take) -> None:
    """In each article, and they are all that the records have."""
    folder = take(name)
    dataset = nd.Dataset.open(folder)
    found, wanted = 0, len(dataset.load("evidence"))
    for article in rows(folder, "article"):
        text = folder / "texts" / f"{article.id.partition('/')[2]}.txt"
        restored = dataset.restore(text, article=article.id)
        assert set(restored["state"]) <= {"exact"}, article.id
        found += len(restored)
        wanted += len(article.mentions)
    assert found == wanted > 0
    assert nd.validate(folder, text=folder / "texts").ok
