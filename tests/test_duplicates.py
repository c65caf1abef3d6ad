"""What was probably entered twice: identifiers, addresses and participants, and what only looks like it."""

from __future__ import annotations

from pathlib import Path

from news_dataset.validation import validated
from tests.test_policy import article, broken, counts, written


def test_two_records_of_one_type_with_one_identifier(tmp_path: Path) -> None:
    """The later one is told; of records that share an id, which is an error of its own, only the first counts."""
    folder = written(tmp_path)
    records = {
        "people/ann": "id: person/ann\nname: Ann\nwikidata: Q1",
        "people/ben": "id: person/ben\nname: Ben\nwikidata: Q1",
        "people/cem": "id: person/cem\nname: Cem\nwikidata: Q2",
        "people/dan": "id: person/cem\nname: Dan\nwikidata: Q2",
        "people/eve": "id: person/eve\nname: Eve",
        "organizations/port": "id: organization/port\nname: Port\nkind: country\nwikidata: Q1",
        "places/bay": "id: place/bay\nname: Bay\nkind: other\ngeonames: 7\nwikidata: Q3",
        "places/port": "id: place/port\nname: Port\nkind: city\ngeonames: 7\nwikidata: Q1",
    }
    for name, record in records.items():
        path = folder / f"curated/{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{record}\n", "utf-8")
    report = validated(folder)

    assert broken(report, "duplicate_external_id") == [
        ("ben", "Q1", "warning", "person/ann has wikidata Q1, too"),
        ("port", "7", "warning", "place/bay has geonames 7, too"),
    ]
    assert counts(report, "duplicate_external_id") == (8, 0, {})


def test_two_articles_with_one_address(tmp_path: Path) -> None:
    """One that is withdrawn may have the address of the one that replaces it."""
    folder = written(tmp_path)
    for name, status in (("a", "reviewed"), ("b", "withdrawn"), ("c", "draft"), ("d", "reviewed")):
        url = "https://example.org/harbour" if name != "d" else "https://example.org/fair"
        (folder / f"curated/articles/{name}.yaml").write_text(f"{article(name, status)}url: {url}\n", "utf-8")
    report = validated(folder)

    assert broken(report, "duplicate_url") == [
        ("c", "https://example.org/harbour", "warning", "article/a has the url https://example.org/harbour, too")
    ]
    assert counts(report, "duplicate_url") == (3, 0, {})


def test_one_entity_twice_in_a_role(tmp_path: Path) -> None:
    """In another role, in another statement, or as words that may be about several people, it is no duplicate."""
    ann, ben = "person/ann", "person/ben"
    folder = written(
        tmp_path, f"indirect; speakers: [{ann}, {ben}, {ann}]; addressees: [{ann}]",
        f"indirect; speakers: [{ann}]; addressees: [a guest, a guest]",
    )  # fmt: skip
    fair = folder / "curated/events/fair.yaml"
    rows = ", ".join(f"{{role: {role}, entity: {ben}}}" for role in ("actor", "recipient", "actor"))
    fair.write_text(f"{fair.read_text('utf-8')}event_participants: [{rows}]\n", "utf-8")
    report = validated(folder)

    assert [(name, severity, message) for name, _, severity, message in broken(report, "duplicate_participant")] == [
        ("fair", "warning", "person/ben is actor twice, first as participant 1"),
        ("01", "warning", "person/ann is speaker twice, first as participant 1"),
    ]
    assert counts(report, "duplicate_participant") == (8, 0, {})
