"""Whatever annotations and mappings say: the dataset that an import writes is valid, and nothing is lost."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping as Map
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from news_dataset.annotations import Annotation, Document
from news_dataset.collection import Collection
from news_dataset.errors import UsageError
from news_dataset.importers import corpus, mappings
from news_dataset.importers.soundness import sound
from news_dataset.records.mapping import Mapping, MappingRule
from news_dataset.validation import validated
from tests.annotated import VALUES, fragments_of
from tests.conftest import IS_FULL

TEXTS = [
    "Mira Example said “It rains,” and Zoë Sample 🙂 met the mayor\r\nin Port Example. The harbour opens on Monday.",
    "Zoë said so. “No,” said Mira.",
    "",
]
"""Invented texts."""

TYPES, LINKS, NAMES = ["A", "B", "C", "D", "E"], ["r", "s", "t", "u1", "u2"], ["a", "b", "c"]
SAID = [*VALUES, "c1", "c2", "Mira Example", TEXTS[0][14:90], "2009-01-XX", "OTHER", "other", "CONSULT", "visit",
        "certain", "direct", "event/a 1"]  # fmt: skip
ROLES = ["source", "addressee", "content", "cue", "quote", "event", "occasion", "parent", "trigger", "date", "place",
         "actor", "target", "relayed_by", "theme"]  # fmt: skip
RECORDS = ["statement", "event", "person", "organization", "place", "mention", "part", "link", "same", "none"]
KINDS = ["direct", "mixed", "indirect", "narrated", "unknown"]
TAKEN = st.sampled_from([*NAMES, "words", "id", "type"])


@st.composite
def documents(draw: st.DrawFn, name: str) -> Document:
    """A sound document, whose annotations are told apart by their lines."""
    text = draw(st.sampled_from(TEXTS))
    ids = [f"T{number}" for number in range(draw(st.integers(1, 8)))]
    spans = st.just(()) | fragments_of(text) | st.sampled_from([((0, 4),), ((0, 12),)]) if text else st.just(())
    links = st.lists(st.tuples(st.sampled_from(LINKS), st.sampled_from(["", *ids])), max_size=3).map(tuple)
    values = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(SAID), max_size=3)
    found = [Annotation(one, draw(st.sampled_from(TYPES)), draw(spans), draw(values), draw(links), line)
             for line, one in enumerate(ids, 1)]  # fmt: skip
    about = draw(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(SAID), max_size=3))
    return sound(Document(f"{name}.ann", draw(st.sampled_from(["a", "A", "c/d"])), text, tuple(found), about))


@st.composite
def rules(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    """A rule that a mapping file may have."""
    record = draw(st.sampled_from(RECORDS))
    links = draw(st.dictionaries(st.sampled_from([*LINKS, "u"]), st.sampled_from(ROLES), max_size=5))
    rule: dict[str, Any] = {"type": kind, "record": record, "links": links}
    fields = sorted(mappings._fields(MappingRule.model_validate({"type": kind, "record": record})))
    if fields:
        rule["fields"] = draw(st.dictionaries(st.sampled_from(fields), TAKEN, max_size=4))
    if record == "statement":
        rule["role"] = draw(st.sampled_from(["content", "cue", "quote", "none", "own"]))
        rule["values"] = {"kind": draw(st.sampled_from(KINDS))}
    if record == "link":
        rule["holder"] = draw(st.sampled_from(LINKS))
    if record in ("person", "organization", "place", "event") and draw(st.booleans()):
        rule["same"] = draw(TAKEN)
    return rule


@st.composite
def mapped(draw: st.DrawFn) -> Mapping:
    """A mapping that is no fault in itself."""
    about = draw(st.dictionaries(st.sampled_from(["url", "headline", "byline", "published"]), TAKEN, max_size=2))
    found = Mapping.model_validate({"annotations": [draw(rules(kind)) for kind in TYPES], "article_fields": about})
    assert not list(mappings._faults(found))
    return found


def taken(mapping: Mapping, *found: Document) -> corpus._Import:
    """Convert documents."""
    import_ = corpus._Import("brat", mapping, None)
    for document in found:
        import_.add(document)
    return import_


@settings(
    max_examples=400 if IS_FULL else 40,
    suppress_health_check=[*HealthCheck],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # shrinking takes minutes
@given(documents("a"), documents("b"), mapped())
def test_the_dataset_is_valid_and_every_annotation_is_somewhere(
    one: Document, other: Document, mapping: Mapping
) -> None:
    """With its words, and each attribute that no rule takes."""
    import_ = taken(mapping, one, other)
    folder = Path(tempfile.mkdtemp())
    try:
        import_.write(folder / "new", "annotations: []\n")
        texts = folder / "new" / "texts"
        report = validated(folder / "new", text=texts if texts.is_dir() else None)
    finally:
        shutil.rmtree(folder)
    assert report.ok, [*map(str, report.errors), *import_.quarantined]
    for document, done in zip((one, other), import_.layers[""], strict=True):
        rows = [
            *done.article.get("mentions", ()),
            *(row for said in done.statements for row in said.get("evidence", ())),
        ]
        shown = {(row["start"], row["end"]) for row in rows}
        assert not [*lost(document, mapping, import_, shown)]


def lost(document: Document, mapping: Mapping, import_: corpus._Import, shown: set[tuple[int, int]]) -> list[Any]:
    """Return what of a document is neither in a record, nor left over, nor in quarantine."""
    left = {(each.line, each.what, each.name) for each in import_.leftovers if each.path == document.path}
    refused = {each.line for each in import_.quarantined if each.path == document.path}
    missing: list[Any] = []
    for one in document.annotations:
        rule = next(rule for rule in mapping.annotations if rule.type == one.type)
        if (one.line, "annotation", "") in left or one.line in refused:
            continue
        if (one.line, "attribute", "fragments") not in left and rule.role != "none":
            missing += [(rule, one.line, place) for place in one.fragments if place not in shown]
        used = {*rule.fields.values(), rule.same}
        missing += [(rule, one.line, name) for name in one.attributes
                    if name not in used and (one.line, "attribute", name) not in left]  # fmt: skip
        if rule.record in ("person", "organization", "place", "mention", "part"):
            missing += [(rule, one.line, role) for role, _ in one.links if (one.line, "link", role) not in left]
    return missing


TEXT = TEXTS[0]


def mark(id_: str, kind: str, words: str, *links: tuple[str, str], **values: Any) -> Annotation:
    """Return an annotation of words of the first text."""
    at = TEXT.index(words) if words else 0
    return Annotation(id_, kind, ((at, at + len(words)),) if words else (), values, links, int(id_))


def result(rules_: Map[str, Map[str, Any]], *marks: Annotation) -> corpus._Import:
    """Convert marks by rules for their types."""
    mapping = Mapping.model_validate({"annotations": [{"type": kind, **rule} for kind, rule in rules_.items()]})
    return taken(mapping, Document("a.ann", "a", TEXT, marks))


PERSON, PLACE, EVENT, SAYS = ({"record": name} for name in ("person", "place", "event", "statement"))
MIRA, ZOE, PORT, HARBOUR = (
    mark("1", "P", "Mira"), mark("2", "P", "Zoë"), mark("3", "L", "Port"), mark("4", "L", "harbour"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rules_", "marks", "left"),
    [
        ({"P": PERSON}, [mark("1", "P", "Mira", ("knows", "2")), ZOE], ["link knows 2"]),
        ({"P": {"record": "mention"}}, [mark("1", "P", "", a="x")], ["annotation  {'attributes': {'a': 'x'}}"]),
        ({"P": PERSON, "R": {"record": "link", "holder": "of", "links": {"to": "source"}}},
         [MIRA, ZOE, mark("5", "R", "", ("of", "1"), ("to", "2"))],
         ["annotation  {'links': (('of', '1'), ('to', '2'))}"]),
        ({"L": PLACE, "E": EVENT | {"links": {"at": "place"}}},
         [PORT, HARBOUR, mark("5", "E", "met", ("at", "3"), ("at", "4"))], ["link place 4"]),
        ({"S": SAYS | {"links": {"in": "parent"}}},
         [mark("1", "S", "said", ("in", "2"), ("in", "3")), mark("2", "S", "met"), mark("3", "S", "opens")],
         ["link parent 3"]),
        ({"S": SAYS | {"links": {"on": "date"}}, "P": {"record": "part"}}, [mark("1", "S", "said", ("on", "2")), ZOE],
         ["link date 2", "annotation  {'fragments': ((34, 37),)}"]),
        ({"P": PERSON | {"same": "k", "fields": {"name": "n"}}},
         [mark("1", "P", "Mira", k="1", n="M. E."), mark("2", "P", "Zoë", k="1", n="Zoë E.")], ["attribute n Zoë E."]),
        ({"P": PERSON, "C": {"record": "same"}, "Q": {"record": "part"}},
         [MIRA, mark("2", "C", "", ("a", "1"), ("b", "3")), mark("3", "Q", "Zoë")],
         ["annotation  {'links': (('a', '1'), ('b', '3'))}", "annotation  {'fragments': ((34, 37),)}"]),
        ({"E": EVENT | {"links": {"by": "actor"}}, "Q": {"record": "part", "fields": {"label": "n"}}},
         [mark("1", "E", "met", ("by", "2")), mark("2", "Q", "", n="Zoë  S.")], ["attribute n Zoë  S."]),
        ({"P": PERSON}, [mark("1", "P", "Mira", a=0, b="", c=False)],
         ["attribute a 0", "attribute b ", "attribute c False"]),
        ({"P": PERSON | {"fields": {"country": "a"}}}, [mark("1", "P", "Mira", a="")], ["attribute a "]),
    ],
)  # fmt: skip
def test_what_no_record_can_hold_is_left_over(rules_: Any, marks: list[Annotation], left: list[str]) -> None:
    """Links of records without parts, a second place or parent, and another value of the same thing."""
    import_ = result(rules_, *marks)
    assert [f"{one.what} {one.name} {one.value}" for one in import_.leftovers] == left
    assert import_.quarantined == []


@pytest.mark.parametrize(
    ("rules_", "marks", "refused"),
    [
        ({"P": PERSON | {"fields": {"name": "n"}}}, [mark("7", "P", "Mira", n=" Mira")], "7 person.name"),
        ({"S": SAYS | {"links": {"in": "parent"}}},
         [mark("1", "S", "said", ("in", "2")), mark("2", "S", "met", ("in", "1"))], "1 statement.parent"),
        ({"S": SAYS | {"fields": {"gist": "words"}}}, [mark("1", "S", TEXT[31:90])], "1 statement.gist"),
        ({"S": SAYS | {"fields": {"quote": "q"}, "values": {"kind": "direct"}, "role": "quote"}},
         [mark("1", "S", "It rains,", q="It snows,")], "1 statement.quote"),
        ({"E": EVENT | {"fields": {"type": "k"}}}, [mark("3", "E", "met", k="Meet-up")], "3 event.type"),
        ({"P": PERSON | {"fields": {"country": "k"}}}, [mark("9", "P", "Mira", k="Utopia")], "9 person.country"),
    ],
)  # fmt: skip
def test_what_would_make_the_dataset_invalid_is_in_quarantine(
    tmp_path: Path, rules_: Any, marks: list[Annotation], refused: str
) -> None:
    """With id and line of the origin; the rest of the record is there."""
    import_ = result(rules_, *marks)
    import_.write(tmp_path / "new", "annotations: []\n")
    (one,) = import_.quarantined
    assert (f"{one.id} {one.message.partition(':')[0]}", one.line) == (refused, int(one.id))
    assert validated(tmp_path / "new", text=tmp_path / "new" / "texts").ok
    assert import_.counts["people"] + import_.counts["events"] + import_.counts["statements"] == len(marks)


def test_relations_and_words_together_say_what_is_the_same() -> None:
    """Equal words are one person, and so is who a relation joins to one of them."""
    marks = (mark("1", "P", "Mira Example"), mark("2", "P", "Mira Example"), mark("3", "P", "the mayor"),
             mark("4", "P", "Zoë Sample"), mark("5", "C", "", ("a", "2"), ("b", "3")))  # fmt: skip
    import_ = result({"P": PERSON | {"same": "words"}, "C": {"record": "same"}}, *marks)
    assert sorted(one["name"] for one in import_.corpus.entities.records.values()) == ["Mira Example", "Zoë Sample"]


def test_what_is_joined_to_one_that_is_known_everywhere_is_that_one() -> None:
    """Also if it comes first."""
    marks = (
        mark("1", "P", "the mayor"),
        mark("2", "P", "Mira Example", k="Q1"),
        mark("3", "C", "", ("a", "1"), ("b", "2")),
    )
    import_ = result({"P": PERSON | {"same": "k"}, "C": {"record": "same"}}, *marks)
    (record,) = import_.corpus.entities.records.values()
    assert record["external_id"] == "Q1"


def test_an_id_that_is_a_headline_is_kept_and_shortened_for_ours(tmp_path: Path) -> None:
    """As files of articles are often called."""
    text = "The harbour of Port Example opens on a Monday in June\nMira said so."
    import_ = taken(Mapping.model_validate({}), Document("a.ann", text.splitlines()[0], text))
    import_.write(tmp_path / "new", "annotations: []\n")
    article = import_.layers[""][0].article
    assert (article["id"], article["external_id"]) == (
        "article/the-harbour-of-port-example-opens-on", text.splitlines()[0]
    )  # fmt: skip
    assert validated(tmp_path / "new", text=tmp_path / "new" / "texts").ok


def test_codes_of_an_earlier_import_are_known_to_the_next(tmp_path: Path) -> None:
    """They stay as they are, and others have to be added first."""
    mapping = Mapping.model_validate({"annotations": [{"type": "E", **EVENT, "fields": {"type": "k"}}]})
    folder = tmp_path / "new"
    for name, code in (("a", "MEET"), ("b", "MEET"), ("c", "SAIL")):
        there = Collection.open(folder) if folder.is_dir() else None
        import_ = corpus._Import("brat", mapping, there)
        import_.add(Document(f"{name}.ann", name, f"{name} {TEXT}", (Annotation("1", "E", ((0, 1),), {"k": code}),)))
        if code == "SAIL":
            with pytest.raises(UsageError, match="event_type: SAIL"):
                import_.write(folder, "annotations: []\n")
        else:
            import_.write(folder, "annotations: []\n")
    assert [entry.data["type"] for entry in Collection.open(folder).of("event")] == ["MEET", "MEET"]
    assert validated(folder, text=folder / "texts").ok
