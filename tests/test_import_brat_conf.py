"""``annotation.conf`` of brat: what it declares is suggested, and what it does not is reported."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news_dataset.annotations import REASONS, Scheme
from news_dataset.cli import main
from news_dataset.importers.brat import conf, read
from news_dataset.importers.files import SourceFile
from news_dataset.importers.suggestion import suggestion

CONF = """# a comment
<ACTOR>=Person|Organization
<WHO>=<ACTOR>|Place

[entities]
!Actor
 Person
    Mayor
 Organization|ORG:1|body
---------------
Place
Weather

[relations]
<OVERLAP>\tArg1:<ANY>, Arg2:<ANY>, <OVL-TYPE>:contain
Part-of   Arg1:Place, Arg2:Place
Coref\tArg1:<ENTITY>, Arg2:<ENTITY>, <REL-TYPE>:symmetric-transitive
ENTITY-NESTING\tArg1:Person, Arg2:Place

[events]
!Speech
 Statement\tSource*:<WHO>, Cue{2-3}:Word, Addressee?:<ACTOR>
Meet\tAgent+:<ACTOR>, Cause?:<EVENT>

[attributes]
Negation\tArg:<EVENT>
Certainty\tArg:Statement, Value:certain|probable
[options]
anything = here
"""
TEXT = "Mira Example said that it rains."
SAYS = "T1\tPerson 0 12\tMira Example\nT2\tStatement 18 31\tthat it rains\nE1\tStatement:T2 Source:T1\n"


def corpus(folder: Path, files: dict[str, str]) -> Path:
    """Write files into a folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def declared(text: str) -> conf.Conf:
    """Return what a file says."""
    return conf.read(SourceFile("annotation.conf", "annotation.conf", text.encode))


def test_types_roles_values_and_what_is_above() -> None:
    """Macros, disjunctions, repetitions; types that only have others below them are not for annotations."""
    scheme = declared(CONF).scheme
    found = {(one.type, bool(one.fragments)): one.links for one in scheme.examples}

    assert found == {
        **{(name, True): () for name in ("Person", "Mayor", "Organization", "Place", "Weather")},
        ("Statement", True): (("Source", "Person"), ("Source", "Organization"), ("Source", "Place"), ("Cue", "Word"),
                              ("Addressee", "Person"), ("Addressee", "Organization")),
        ("Meet", True): (("Agent", "Person"), ("Agent", "Organization"), ("Cause", "")),
        ("Part-of", False): (("Arg1", "Place"), ("Arg2", "Place")),
        ("Coref", False): (("Arg1", ""), ("Arg2", "")),
    }  # fmt: skip
    assert [(one.type, one.attributes) for one in scheme.examples if one.attributes] == [
        ("Statement", {"Negation": True, "Certainty": "certain"}), ("Statement", {"Certainty": "probable"}),
        ("Meet", {"Negation": True}),
    ]  # fmt: skip
    assert scheme.above == {"Person": "Actor", "Mayor": "Person", "Organization": "Actor"}


def test_what_no_document_uses_is_suggested_too(tmp_path: Path) -> None:
    """With its roles and codes; a type whose name says nothing is what the type above it is."""
    text = CONF.replace("    Mayor", "    Alderman")
    folder = corpus(tmp_path, {"a.txt": TEXT, "a.ann": SAYS})
    before = {rule.type: rule for rule in suggestion(read(folder)).annotations}
    corpus(folder, {"annotation.conf": text})
    after = {rule.type: rule for rule in suggestion(read(folder)).annotations}

    assert [*before] == ["Person", "Statement"]
    assert before["Statement"].links == {"Source": "source"}
    statement = after["Statement"]
    assert statement.links == {"Source": "source", "Cue": "cue", "Addressee": "addressee"}
    assert statement.fields == {"certainty": "Certainty"}
    assert {name: rule.record for name, rule in after.items() if name != "Statement"} == {
        "Person": "person", "Alderman": "person", "Organization": "organization", "Place": "place", "Weather": "none",
        "Meet": "event", "Coref": "same", "Part-of": "none",
    }  # fmt: skip
    assert after["Meet"].links == {"Agent": "actor", "Cause": "cause"}


def test_which_types_meet_is_said_by_the_documents(tmp_path: Path) -> None:
    """A relation that may join anything joins what it joins there."""
    lines = "T1\tCue 13 17\tsaid\nT2\tHolder 0 12\tMira Example\nR1\tOf Arg1:T1 Arg2:T2\n"
    text = "[entities]\nCue\nHolder\nOther\n[relations]\nOf Arg1:Other|Cue, Arg2:Other|Cue\n"
    folder = corpus(tmp_path, {"a.txt": TEXT, "a.ann": lines})
    before = list(suggestion(read(folder)).annotations)
    corpus(folder, {"annotation.conf": text})

    assert [rule for rule in suggestion(read(folder)).annotations if rule.type != "Other"] == before
    assert [rule.record for rule in before] == ["statement", "part", "link"]


def test_a_type_that_is_not_declared_is_reported_once_and_taken_over(tmp_path: Path) -> None:
    """Of spans, relations and attributes, over all documents; not those of notes and normalizations."""
    other = ("T1\tWeather 0 4\tMira\nT2\tFog 0 4\tMira\nT3\tFog 0 4\tMira\nR1\tOf Arg1:T1 Arg2:T2\nA1\tNegation T1\n"
             "A2\tSure T1 x\nN1\tReference T1 Wikidata:Q1\tx\n#1\tAnnotatorNotes T1\tx\n*\tCoref T1 T2\nE1\tSpeech:T3\n"
             "T4\tSpeech 0 4\tMira\n")  # fmt: skip
    files = {"annotation.conf": CONF, "a.txt": TEXT, "a.ann": other, "b.txt": TEXT, "b.ann": "T1\tFog 0 4\tMira\n"}
    one, two = read(corpus(tmp_path, files))

    assert [(found.line, found.id, found.reason) for found in one.quarantined] == [
        (2, "T2", "undeclared"), (4, "R1", "undeclared"), (6, "A2", "undeclared"),
    ]  # fmt: skip
    assert one.quarantined[0].message == (
        f"{tmp_path}/annotation.conf does not declare Fog; it is read all the same, and not listed again"
    )
    assert (len(one.annotations), len(two.annotations), two.quarantined) == (7, 1, ())
    assert "undeclared" in REASONS


def test_the_file_of_the_nearest_folder_holds(tmp_path: Path) -> None:
    """As in brat; in archives too, and beside a single file. Its first document brings what it declares."""
    conf_of = {name: f"[entities]\n{name}\n" for name in ("A", "B")}
    files = {"annotation.conf": conf_of["A"], "x.txt": "Rain", "x.ann": "T1\tA 0 4\tRain\n",
             "in/deep/y.txt": "Rain", "in/deep/y.ann": "T1\tA 0 4\tRain\n", "in/annotation.conf": conf_of["B"],
             "in/z.txt": "Rain", "in/z.ann": "T1\tB 0 4\tRain\n"}  # fmt: skip
    folder = corpus(tmp_path / "c", files)
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as made:
        for name, text in files.items():
            made.writestr(name, text)

    for source in (folder, tmp_path / "c.zip"):
        found = {one.id: one for one in read(source)}
        assert {id_: [one.type for one in document.scheme.examples] if document.scheme else None
                for id_, document in found.items()} == {"in/deep/y": ["B"], "in/z": None, "x": ["A"]}  # fmt: skip
        assert {id_: len(one.quarantined) for id_, one in found.items()} == {"in/deep/y": 1, "in/z": 0, "x": 0}
    (alone,) = read(folder / "x.ann")
    assert isinstance(alone.scheme, Scheme)


BROKEN = {
    "no section": ("Person\n", 1, "expected a section first"),
    "no role": ("[events]\n\nSays Source\n", 3, "expected Says Role:Type"),
    "no type": ("[events]\nSays Source:\n", 2, "expected Says Role:Type"),
    "one argument": ("[relations]\nOf Arg1:A\n", 2, "expected Of Arg1:Type, Arg2:Type"),
    "no such name": ("[events]\nSays Source:<WHO>\n", 2, "<WHO> is defined nowhere above"),
    "no name": ("[entities]\n!\n", 2, "expected the name of a type"),
    "no UTF-8": ("[entities]\n\udcff\n", 2, "UTF-8"),
    "endless": ("<A>=x|x\n" + "<A>=<A>|<A>\n" * 30, 16, "<A> makes it longer than 100,000 characters"),
}


@pytest.mark.parametrize(("text", "line", "why"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_line_and_not_used(
    text: str, line: int, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The documents are imported all the same."""
    monkeypatch.chdir(corpus(tmp_path, {"c/a.txt": TEXT, "c/a.ann": SAYS}))
    Path("c/annotation.conf").write_bytes(text.encode(errors="surrogateescape"))

    assert main(["import", "--from", "brat", "c", "d"]) == 0
    captured = capsys.readouterr()
    first, *rest = captured.err.splitlines()
    assert first.startswith(f"c/annotation.conf:{line}:1: unreadable warning: it is not used: ")
    assert why in first
    assert rest[0] == "quarantine.jsonl: 1; import-leftovers.jsonl: 0"
    assert "1 statement" in captured.out


LINES = st.lists(
    st.sampled_from([*CONF.splitlines(), "<A>=<A>|b", "Of Arg1:<A>, Arg2:b", "\tx", " ", "[", "a:b", "!!x"])
)


@settings(max_examples=200)
@given(LINES)
def test_any_lines_are_declarations_or_one_report(lines: list[str]) -> None:
    """No type lies below itself, and whatever is declared can be suggested."""
    found = declared("\n".join(lines))

    assert len(found.quarantined) <= 1
    for name in found.above:
        seen = [name]
        while seen[-1] in found.above:
            seen.append(found.above[seen[-1]])
            assert len(seen) <= len(found.above) + 1
    assert all(one.type for one in found.scheme.examples)
