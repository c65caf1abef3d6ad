"""Suggested mappings: what the usual names of types, relations and values tell, and what they do not."""

from __future__ import annotations

from typing import Any

from news_dataset.annotations import Annotation, Document
from news_dataset.importers.names import role_of
from news_dataset.importers.suggestion import suggestion
from tests.each import each

TEXT = "Mayor Mira Example said that the harbour of Port Example opens in June."
"""An invented text."""

PERSON, VERB, CONTENT = ((6, 18),), ((19, 23),), ((29, 70),)


def rules(*marks: Annotation, is_article: bool = True) -> list[dict[str, Any]]:
    """Return the suggested rules for a document, without what is empty."""
    document = Document("a.ann", "a", TEXT if is_article else None, marks, is_article=is_article)
    found = suggestion([document]).to_dict()["annotations"]
    return [{name: value for name, value in rule.items() if value != {}} for rule in found]


def relation(kind: str, first: str, second: str, names: tuple[str, str] = ("Arg1", "Arg2")) -> Annotation:
    """Return a relation between two annotations."""
    return Annotation("", kind, (), {}, ((names[0], first), (names[1], second)))


@each([
    ("SpeechVerb", "Has_Cue", ("T2", "T3"), "Arg1", {"Arg2": "cue"}),
    ("SpeechVerb", "has_verb", ("T2", "T3"), "Arg1", {"Arg2": "cue"}),
    ("SpeechVerb", "Cue_Of", ("T3", "T2"), "Arg2", {"Arg1": "cue"}),
    ("Speech_Act", "Has_Cue", ("T2", "T3"), "Arg1", {"Arg2": "cue"}),
    ("Speech_Act", "CueFor", ("T3", "T2"), "Arg2", {"Arg1": "cue"}),
    ("QuoteCue", "signals", ("T3", "T2"), "Arg2", {"Arg1": "cue"}),
])  # fmt: skip
def test_what_a_relation_adds_to_a_statement_is_a_part(
    kind: str, name: str, ends: tuple[str, str], holder: str, links: dict[str, str]
) -> None:
    """Also where its name has the word of a statement, and whichever of the two stands first."""
    marks = [Annotation("T3", kind, VERB), Annotation("T2", "Statement", CONTENT)]
    for order in (marks, marks[::-1]):
        found = {rule["type"]: rule for rule in rules(*order, relation(name, *ends))}
        assert found[kind] == {"type": kind, "record": "part"}
        assert found["Statement"]["record"] == "statement"
        assert found[name] == {"type": name, "record": "link", "holder": holder, "links": links}


def test_types_of_statements_stay_such_where_nothing_says_otherwise() -> None:
    """Of several, of one within another, of one that is anchored at its verb, and of one that an odd relation joins."""
    found = rules(Annotation("T1", "DirectSpeech", VERB), Annotation("T2", "IndirectSpeech", CONTENT))
    assert [rule["record"] for rule in found] == ["statement"] * 2
    found = rules(
        Annotation("T1", "Quote", VERB), Annotation("T2", "Quote", CONTENT), relation("Has_Content", "T1", "T2")
    )
    assert found[0]["record"] == "statement"
    found = rules(Annotation("T1", "SpeechVerb", VERB, {}, (("Message", "T2"),)), Annotation("T2", "Span", CONTENT))
    assert [(rule["record"], rule.get("role")) for rule in found] == [("statement", "cue"), ("part", None)]
    found = rules(Annotation("T1", "Quote", VERB), Annotation("T2", "Claim", CONTENT), relation("near", "T1", "T2"))
    assert [rule["record"] for rule in found[:2]] == ["statement"] * 2


@each([
    ("Said_By", "source"), ("said by", "source"), ("saidBy", "source"), ("spoken_by", "source"), ("by", "source"),
    ("speaker_of", "source"), ("has_speaker", "source"), ("attributed_to", "source"), ("Attribution", "source"),
    ("according_to", "source"), ("has_source", "source"), ("Holder", "source"), ("SayerOf", "source"),
    ("said_to", "addressee"), ("addressed_to", "addressee"), ("hasAddressee", "addressee"), ("has_cue", "cue"),
    ("has_content", "content"), ("near", ""), ("refers_to", ""), ("bypass", ""), ("total", ""), ("date", ""),
])  # fmt: skip
def test_usual_names_of_relations(name: str, role: str) -> None:
    """Whole names count: what only looks like one of them is none."""
    assert role_of(name) == role


@each([(("Arg1", "Arg2"),), (("from", "to"),), (("head", "child"),), (("Governor", "Dependent"),)])
def test_a_relation_to_a_person_is_the_source(names: tuple[str, str]) -> None:
    """Whatever the tool calls its ends; also one whose name is that of a statement."""
    for name in ("Said_By", "attribution"):
        marks = Annotation("T1", "Person", PERSON), Annotation("T2", "Statement", CONTENT)
        found = {rule["type"]: rule for rule in rules(*marks, relation(name, "T2", "T1", names))}
        assert found[name] == {"type": name, "record": "link", "holder": names[0], "links": {names[1]: "source"}}


def named(id_: str, value: str, identifier: str = "", kind: str = "ner.type.NamedEntity") -> Annotation:
    """Return a named entity as INCEpTION has it."""
    about = {"value": value} | ({"identifier": identifier} if identifier else {})
    return Annotation(id_, kind, PERSON, about)


def test_values_say_what_a_named_entity_is() -> None:
    """A rule for each value that is known, and mentions of the rest; by the identifier, if all have one."""
    quote = Annotation("Q", "Quotation", CONTENT, {}, (("speaker", "1"),))
    found = rules(
        named("1", "PER", "Q1"), named("2", "ORG", "Q2"), named("3", "LOC", "Q3"), named("4", "OTH", "Q4"), quote
    )
    kind = "ner.type.NamedEntity"
    assert found[:4] == [
        *({"type": kind, "when": {"value": value}, "record": record, "same": "identifier"}
          for value, record in (("LOC", "place"), ("ORG", "organization"), ("PER", "person"))),
        {"type": kind, "record": "mention"},
    ]  # fmt: skip
    assert found[4]["links"] == {"speaker": "source"}
    assert {rule.get("same") for rule in rules(named("1", "PER", "Q1"), named("2", "PER"))} == {"words", None}
    assert rules(named("1", "odd")) == [{"type": kind, "record": "none"}]
    assert [rule["record"] for rule in rules(named("1", "PER", kind="Speaker"), quote)] == ["part", "statement"]


def test_fields_of_objects_below_are_not_those_of_a_record() -> None:
    """Those of contact_details or other_names are none of the person's; its own are."""
    below: dict[str, Any] = {
        "name": "Mira Example",
        "other_names.note": ("short",),
        "contact_details.note": ("office",),
    }
    (found,) = rules(Annotation("p1", "person", (), below), is_article=False)
    assert found["fields"] == {"name": "name"}
    (found,) = rules(Annotation("p1", "person", (), below | {"note": "A mayor."}), is_article=False)
    assert found["fields"] == {"name": "name", "note": "note"}
    about = {"author.url": "https://example.org/me", "meta.title": "Harbour"}
    found = suggestion([Document("a", "a", TEXT, attributes=about)]).to_dict()
    assert found["article_fields"] == {"headline": "meta.title"}


def test_periods_of_a_register_are_no_events() -> None:
    """Elections and what is of no class are; their names are titles."""
    term = Annotation("t1", "event", (), {"name": "First term", "classification": "legislative period"})
    vote = Annotation("v1", "event", (), {"name": "Vote", "classification": "general election"})
    none = {"type": "event", "when": {"classification": "legislative period"}, "record": "none"}
    assert rules(term, is_article=False) == [none]
    first, second = rules(term, vote, is_article=False)
    assert (first, second["record"], second["fields"]) == (none, "event", {"title": "name"})
    assert rules(Annotation("e1", "event", (), {"name": "Storm"}), is_article=False)[0]["record"] == "event"


def test_a_label_other_is_no_event() -> None:
    """Though it is a code of events, too; others of those are."""
    assert [rule["record"] for rule in rules(Annotation("1", "OTHER", VERB), Annotation("2", "PROTEST", VERB))] == [
        "none", "event"
    ]  # fmt: skip
