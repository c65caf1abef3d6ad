"""Rules of mappings: which annotations become which records, and that nothing is lost where none does."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from news_dataset import reader
from news_dataset.annotations import Annotation, Document, Quarantined
from news_dataset.collection import Collection
from news_dataset.curate.mapping import text_of
from news_dataset.errors import InvalidDataError, UnsafeInputError
from news_dataset.importers import corpus, mappings
from news_dataset.importers.fitting import fit
from news_dataset.importers.imported import Imported
from news_dataset.importers.suggestion import suggestion
from news_dataset.profile import BASE
from news_dataset.records import Article, Event, Statement
from news_dataset.records.mapping import Mapping
from news_dataset.validation import validated

TEXT = "Mira Example said, and the mayor agreed, that the harbour opens. “It will,” she said."
"""An invented text."""


def span(words: str, nth: int = 0) -> tuple[tuple[int, int], ...]:
    """Return the fragments of words, which `` + `` joins."""
    found = []
    for part in words.split(" + "):
        start = -1
        for _ in range(nth + 1):
            start = TEXT.index(part, start + 1)
        found.append((start, start + len(part)))
    return tuple(found)


def mark(id_: str, kind: str, words: str = "", to: tuple[tuple[str, str], ...] = (), **values: Any) -> Annotation:
    """Return an annotation of words."""
    return Annotation(id_, kind, span(words) if words else (), values, to)


def take(mapping: dict[str, Any], *marks: Annotation, **about: Any) -> tuple[corpus._Import, Article, list[Statement]]:
    """Convert one document."""
    given = {"path": "a.ann", "id": "a", "text": TEXT, "annotations": marks} | about
    import_ = corpus._Import("brat", Mapping.model_validate(mapping), None)
    import_.add(Document(**given))
    (done,) = import_.layers[given.get("annotator", "")]
    return import_, Article.model_validate(done.article), [Statement.model_validate(one) for one in done.statements]


ATTRIBUTION = {"annotations": [
    {"type": "Said", "record": "statement", "role": "cue", "links": {"Source": "source", "What": "content",
                                                                     "To": "addressee", "Frame": "frame"},
     "fields": {"certainty": "Sure"}, "codes": {"certainty": {"yes": "certain"}}},
    {"type": "Person", "record": "person", "same": "words"},
    {"type": "Words", "record": "part"},
]}  # fmt: skip


@pytest.mark.parametrize("listed", ["Ada", '{"label": "Ada"}'])
def test_listed_participants_of_a_narrated_statement_that_are_no_rows(listed: str) -> None:
    """They go into quarantine, as those of any other kind: narrated ones ended in a traceback."""
    rule = {"type": "Said", "record": "statement", "role": "cue", "values": {"kind": "narrated"},
            "fields": {"statement_participants": "who"}}  # fmt: skip
    import_, _, (one,) = take({"annotations": [rule]}, mark("E1", "Said", "said", who=listed))

    assert one.statement_participants == ()
    assert [(found.id, found.reason) for found in import_.quarantined] == [("E1", "bad_value")]


def test_roles_are_lists_of_mentions_of_fragments() -> None:
    """Joint sources are two participants; one in pieces is one, in the order of the origin."""
    import_, article, (one,) = take(
        ATTRIBUTION, mark("T1", "Person", "Mira Example"), mark("T2", "Words", "the mayor"),
        mark("T3", "Words", "the harbour opens + that"), mark("T4", "Words", "agreed"),
        mark("E1", "Said", "said", (("Source", "T1"), ("Source2", "T2"), ("What", "T3"), ("Frame", "T4")), Sure="yes"),
    )  # fmt: skip
    assert [row.to_dict() for row in one.statement_participants] == [
        {"role": "speaker", "entity": "person/mira-example"}, {"role": "speaker", "label": "the mayor"}
    ]  # fmt: skip
    assert [(row.role, row.of, row.mention, row.fragment, TEXT[row.start : row.end], row.external_id)
            for row in one.evidence] == [
        ("cue", None, 1, 1, "said", "E1"), ("source", 1, 1, 1, "Mira Example", "T1"),
        ("source", 2, 2, 1, "the mayor", "T2"), ("content", None, 1, 1, "the harbour opens", "T3"),
        ("content", None, 1, 2, "that", "T3"), ("frame", None, 1, 1, "agreed", "T4"),
    ]  # fmt: skip
    assert (one.certainty, one.kind, one.gist, one.external_id) == ("certain", "unknown", None, "E1")
    assert [(row.referent, row.as_written, row.external_id) for row in article.mentions] == [
        ("person/mira-example", "Mira Example", "T1")
    ]
    assert not import_.quarantined
    assert not import_.leftovers


def test_the_words_of_a_statement_keep_the_id_that_they_have_of_their_own() -> None:
    """That of brat's trigger; two statements of one trigger have it both."""
    mapping = {"annotations": [{"type": "Said", "record": "statement"}]}
    said = replace(mark("E1", "Said", "said"), trigger="T4")
    import_, _, found = take(mapping, said, replace(said, id="E2"), mark("E3", "Said", "agreed"))
    assert [(one.external_id, [row.external_id for row in one.evidence]) for one in found] == [
        ("E1", ["T4"]), ("E2", ["T4"]), ("E3", ["E3"]),
    ]  # fmt: skip
    import_, _, _ = take({"annotations": [{"type": "Person", "record": "person"}]}, said)
    assert [left.value["trigger"] for left in import_.leftovers] == ["T4"]


def test_a_source_that_nobody_names_is_not_one_that_nobody_annotated() -> None:
    """An empty id is a role without a name; a missing link says nothing."""
    _, _, (named, unknown) = take(
        ATTRIBUTION, mark("E1", "Said", "said", (("Source", ""),)), mark("E2", "Said", "agreed"),
    )  # fmt: skip
    assert [row.to_dict() for row in named.statement_participants] == [{"role": "speaker", "implicit": True}]
    assert unknown.statement_participants == ()


def test_a_relation_adds_to_the_record_of_its_holder() -> None:
    """As in corpora that mark cues and sources, and join them by relations."""
    mapping = {"annotations": [
        {"type": "Cue", "record": "statement", "role": "cue"}, {"type": "Source", "record": "part"},
        {"type": "Of", "record": "link", "holder": "Arg1", "links": {"Arg2": "source"}},
    ]}  # fmt: skip
    marks = (mark("T1", "Cue", "said"), mark("T2", "Source", "Mira Example"))
    import_, _, (one,) = take(mapping, *marks, mark("R1", "Of", "", (("Arg1", "T1"), ("Arg2", "T2"))))
    assert [(row.role, row.of) for row in one.evidence] == [("cue", None), ("source", 1)]
    assert import_.leftovers == []
    import_, _, (one,) = take(mapping, *marks)
    assert [(left.what, left.id) for left in import_.leftovers] == [("annotation", "T2")]


def test_events_have_triggers_participants_twice_in_a_role_and_roles_without_anybody() -> None:
    """A participant is a record, words, or a name that the text does not have."""
    mapping = {"annotations": [
        {"type": "Opening", "record": "event", "values": {"type": "OTHER"},
         "links": {"Agent": "actor", "Of": "theme", "Where": "place", "Also": "trigger"}},
        {"type": "Person", "record": "person"}, {"type": "Port", "record": "place"},
        {"type": "Words", "record": "part", "fields": {"label": "name"}},
    ]}  # fmt: skip
    import_, article, _ = take(
        mapping, mark("T1", "Person", "Mira Example"), mark("T2", "Words", "the mayor"), mark("T3", "Words", "harbour"),
        mark("X", "Words", name="The Port Authority"), mark("T4", "Port", "harbour"),
        mark("E1", "Opening", "opens", (("Agent", "T1"), ("Agent", "T2"), ("Of", "X"), ("Of", ""), ("Where", "T4"),
                                        ("Also", "T3"))),
    )  # fmt: skip
    (event,) = (Event.model_construct(**one) for key, one in import_.corpus.entities.records.items() if "event" in key)
    assert [*event.event_participants] == [
        {"role": "actor", "entity": "person/mira-example"}, {"role": "actor", "label": "the mayor"},
        {"role": "theme", "label": "The Port Authority"}, {"role": "theme", "implicit": True},
    ]  # fmt: skip
    assert event.place == "place/harbour"
    assert [(row.referent, row.event, row.of) for row in article.mentions] == [
        ("person/mira-example", event.id, 1), (None, event.id, 2), (event.id, None, None),
        ("place/harbour", None, None), (event.id, None, None),
    ]  # fmt: skip
    assert import_.corpus.codes == {"event_role": {"theme"}}


def test_what_is_the_same_has_one_record_across_documents() -> None:
    """By an attribute everywhere; by its words, or a relation, within one document."""
    mapping = {"annotations": [
        {"type": "A", "record": "person", "same": "chain"}, {"type": "B", "record": "person", "same": "words"},
        {"type": "C", "record": "person"}, {"type": "Coref", "record": "same"},
    ]}  # fmt: skip
    import_ = corpus._Import("brat", Mapping.model_validate(mapping), None)
    for name in ("a", "b"):
        import_.add(Document(name, name, TEXT, (
            mark("1", "A", "Mira Example", chain="c1"), mark("2", "A", "the mayor", chain="c2"),
            mark("3", "B", "Mira"), mark("4", "B", "Mira"), mark("5", "C", "she"), mark("6", "C", "Example"),
            mark("7", "C", "It"), mark("8", "Coref", "", (("Arg", "5"), ("Arg", "6"))),
        )))  # fmt: skip
    names = sorted(one["name"] for one in import_.corpus.entities.records.values())
    assert names == ["It", "It", "Mira", "Mira", "Mira Example", "she", "she", "the mayor"]


def test_a_quotation_stands_in_the_record_where_the_text_has_its_marks() -> None:
    """The content has the marks, the quotation does not; without marks in the text there is no literal."""
    mapping = {"annotations": [{"type": "Q", "record": "statement", "role": "quote", "values": {"kind": "direct"}}]}
    _, _, (quoted, bare) = take(mapping, mark("1", "Q", "“It will,”"), mark("2", "Q", "the harbour opens"))
    assert (quoted.quote, quoted.quote_fidelity) == ("It will,", "unknown")
    assert [(row.role, TEXT[row.start : row.end], row.external_id) for row in quoted.evidence] == [
        ("content", "“It will,”", "1"), ("quote", "It will,", None)
    ]  # fmt: skip
    assert bare.quote is None
    assert [row.role for row in bare.evidence] == ["content"]


def test_what_has_no_rule_is_left_over_whole_and_what_does_not_fit_is_in_quarantine() -> None:
    """Attributes, links and annotations; a value that is no code gives way to unknown."""
    import_, article, (one,) = take(
        ATTRIBUTION, mark("T1", "Person", "Mira Example"), mark("T2", "Odd", "the mayor", colour="red"),
        mark("E1", "Said", "said", (("Source", "T1"), ("Odd", "T2")), Sure="perhaps", more=2),
        attributes={"title": "No line of the text", "volume": 3},
    )  # fmt: skip
    left = [(one.what, one.type, one.name, one.value) for one in import_.leftovers]
    assert left == [
        ("link", "Said", "Odd", "T2"),
        ("attribute", "document", "title", "No line of the text"),
        ("attribute", "document", "volume", 3),
        ("annotation", "Odd", "", {"fragments": span("the mayor"), "attributes": {"colour": "red"}}),
        ("attribute", "Said", "more", 2),
    ]
    assert [(one.reason, one.id, one.content) for one in import_.quarantined] == [("bad_value", "E1", "perhaps")]
    assert one.certainty == "unknown"
    assert article.headline is None


def test_a_truth_value_is_spelt_as_in_yaml() -> None:
    """Where it is mapped to a code, and where a rule is for it alone."""
    mapping = {"annotations": [
        {"type": "S", "record": "statement", "when": {"Sure": "true"}, "fields": {"polarity": "Negation"},
         "codes": {"polarity": {"true": "negative"}}},
    ]}  # fmt: skip
    import_, _, (one,) = take(mapping, mark("1", "S", "said", Sure=True, Negation=True), mark("2", "S", "said"))
    assert one.polarity == "negative"
    assert [left.id for left in import_.leftovers] == ["2"]


def test_a_headline_is_one_that_stands_in_the_text() -> None:
    """Any other is a leftover: what stands nowhere cannot be checked."""
    about: dict[str, Any] = {"article_fields": {"headline": "title"}}
    assert take(about, attributes={"title": "Mira Example said"})[1].headline == "Mira Example said"
    import_, article, _ = take(about, attributes={"title": "Elsewhere"})
    assert (article.headline, [one.value for one in import_.leftovers]) == (None, ["Elsewhere"])
    assert take({"article": {"headline": "first_line"}})[1].headline == TEXT


def test_labels_are_no_prose_of_the_article() -> None:
    """Seven words at most; eight in a row would be a sentence of it."""
    long = TEXT[: TEXT.index(". “")]
    _, _, (one,) = take(ATTRIBUTION, mark("1", "Words", long), mark("2", "Said", "said", (("Source", "1"),)))
    assert one.statement_participants[0].label == "Mira Example said, and the mayor agreed…"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("annotations:\n- {type: A, record: preson}\n", "m.yaml:2:21: unknown_code"),
        ("annotations:\n- {type: A, record: person, field: {}}\n", "m.yaml:2:29: unknown_key"),
        ("annotations:\n- {record: person}\n", "m.yaml:2:3: missing_key"),
        ("annotations:\n- {type: A, record: person, fields: {nam: x}}\n", "a person has no field nam"),
        (
            "annotations:\n- {type: A, record: link, links: {B: source}}\n",
            "a rule of link names the role of its holder",
        ),
        ("annotations:\n- {type: A, record: event, links: {B: Big Role}}\n", "Big Role is not a role"),
        ("article: {headlin: x}\n", "an article has no field headlin"),
        ("annotations:\n- {type: A, record: person, when: {B: no}}\n", "unquoted_scalar"),
        ("annotations: &a []\n", "unsafe_yaml"),
        ("- 1\n", "m.yaml:1:1"),
        ("", "bad_syntax"),
    ],
)
def test_a_mapping_that_is_none_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    """Line and column, the kind of fault, and what was wanted."""
    path = tmp_path / "m.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(UnsafeInputError if said == "unsafe_yaml" else InvalidDataError) as error:
        mappings.read(reader.read(path))
    assert said in str(error.value)


TO_DO = "give its code in the mapping"
CODES = {
    "mode": ("event", {"type": "CONSULT", "mode": "virtual"}, "mode 'virtual' is not among its codes (CONSULT has "
             f"visit, third-party, multilateral, phone); {TO_DO}, or add it to data/codebooks/mode.yaml"),
    "of another type": ("event", {"type": "AGREE", "mode": "curfew"}, "curfew is not a mode of AGREE (AGREE has none); "
                        f"{TO_DO}, or add it to data/codebooks/mode.yaml"),
    "closed": ("place", {"kind": "citi"}, f"kind 'citi' is not among its codes (did you mean city?); {TO_DO}"),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "values", "message"), CODES.values(), ids=CODES)
def test_of_a_code_is_said_which_there_are_and_how_to_add_one(kind: str, values: dict[str, str], message: str) -> None:
    """In the line of the quarantine."""
    name = {"title": "X"} if kind == "event" else {"name": "X"}
    (found,) = fit(kind, [{"id": f"{kind}/x", **name, **values}], [Quarantined("a", "bad_value", "")], BASE)

    assert found.message == f"{kind}.{[*values][-1]}: {message}"


def test_a_suggestion_is_read_as_it_was_written(tmp_path: Path) -> None:
    """Types whose names YAML would read as something else are in quotes."""
    marks = (mark("1", "no", "said"), mark("2", "12: x", "said"), mark("3", "PER", "Mira", yes="1"))
    found = suggestion([Document("a", "a", TEXT, marks)])
    path = tmp_path / "m.yaml"
    path.write_text(text_of(found, "a remark"), "utf-8")
    assert mappings.read(reader.read(path)) == found


def test_texts_stay_exactly_as_they_are_and_the_dataset_is_valid(tmp_path: Path) -> None:
    """Carriage returns, a byte order mark, controls and characters in pieces; spans of these too."""
    text = "\ufeffA\r\nb\rc\u00a0\x07 e\u0301 🙂! “Yes.”"
    marks = tuple(Annotation(f"T{at}", "Person", ((at, at + 1),)) for at in range(len(text)))
    import_ = corpus._Import("brat", Mapping.model_validate({"annotations": [{"type": "Person", "record": "mention"}]}),
                             None)  # fmt: skip
    import_.add(Document("a.txt", "a b", text, marks))
    folder = tmp_path / "new"
    import_.write(folder, "# no rules\nannotations: []\n")
    assert (folder / "texts" / "a-b.txt").read_bytes().decode() == text
    assert import_.counts["mentions"] == len(text)
    report = validated(folder, text=folder / "texts")
    assert report.ok, report.errors
    (entry,) = Collection.open(folder).of("article")
    assert entry.data["text_length"] == len(text)


def test_half_a_surrogate_pair_is_no_text(tmp_path: Path) -> None:
    """No file can hold it: the article is there without a text, and says why."""
    import_ = corpus._Import("doccano", Mapping.model_validate({}), None)
    import_.add(Document("a.jsonl", "1", "a\ud800b", (Annotation("1", "X", ((0, 1),)),)))
    assert [one.reason for one in import_.quarantined] == ["unreadable", "offset_outside"]
    import_.write(tmp_path / "new", "")
    assert json.loads((tmp_path / "new" / "quarantine.jsonl").read_text("utf-8").splitlines()[0])["file"] == "a.jsonl"


def test_what_is_strict_is_an_error() -> None:
    """Otherwise anything in quarantine is a warning."""
    import_ = corpus._Import("brat", Mapping.model_validate(ATTRIBUTION), None)
    import_.add(Document("a.ann", "a", TEXT, (mark("1", "Said", "said", Sure="x"),)))
    found = tuple(import_.quarantined)
    assert Imported(quarantined=found).report.exit_code == 0
    assert Imported(quarantined=found, is_strict=True).report.exit_code == 1
