"""What an import says: of slips in a mapping, of what is left over, put aside, repeated, or of another format."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.importers.reading import FORMATS
from tests.each import each

TEXT = "Mayor Mira Example said that the harbour of Port Example opens in June."
"""An invented text."""

ANN = f"T1\tPerson 6 18\tMira Example\nT2\tCue 19 23\tsaid\nA1\tSure T2 high\nT3\tStatement 29 70\t{TEXT[29:70]}\n"
FRAME = "E1\tStatement:T3 Source:T1 Cue:T2\nA2\tTone E1 flat\n"


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def annotated(text: str = TEXT, marks: str = ANN + FRAME, name: str = "corpus/doc") -> str:
    """Write a document of brat, and return its folder."""
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(f"{name}.txt").write_text(text, "utf-8")
    Path(f"{name}.ann").write_text(marks, "utf-8")
    return str(Path(name).parent)


def written(name: str, *rows: Any) -> str:
    """Write lines of JSON, and return the name of the file."""
    Path(name).write_text("".join(f"{json.dumps(one)}\n" for one in rows), "utf-8")
    return name


def lines(folder: str, name: str) -> list[dict[str, Any]]:
    """Return the lines of a file of JSON Lines."""
    return [json.loads(one) for one in Path(folder, f"{name}.jsonl").read_text("utf-8").splitlines()]


RULES: dict[str, dict[str, Any]] = {
    "Person": {"type": "Person", "record": "person", "same": "words"},
    "Cue": {"type": "Cue", "record": "part"},
    "Statement": {"type": "Statement", "record": "statement", "links": {"Source": "source", "Cue": "cue"},
                  "fields": {"note": "Tone"}},
}  # fmt: skip


@each([
    ({}, []),
    ({"Cue": {"type": "Queue"}}, ["no annotation has the type Queue"]),
    ({"Cue": {"type": "cue"}}, ["no annotation has the type cue (did you mean Cue?)"]),
    ({"Statement": {"links": {"Sorce": "source", "Cue": "cue"}}},
     ["no Statement has the role Sorce (did you mean Source?)"]),
    ({"Statement": {"links": {"Source": "source", "Cue": "cuee"}}},
     ["cuee is not in the codebook evidence_role (did you mean cue?)"]),
    ({"Statement": {"role": "contents"}},
     ["contents is not in the codebook evidence_role (did you mean content?)"]),
    ({"Statement": {"fields": {"note": "Tune"}}}, ["no Statement has the attribute Tune (did you mean Tone?)"]),
    ({"Statement": {"fields": {"kind": "Tone"}, "codes": {"kind": {"flt": "direct", "flat": "direct"}}}},
     ["no Statement has Tone: flt (did you mean flat?)"]),
    ({"Statement": {"codes": {"kind": {"flat": "direct"}}}},
     ["fields does not say which attribute kind is taken from"]),
    ({"Cue": {"when": {"Sure": "hihg"}}}, ["no Cue has Sure: hihg (did you mean high?)"]),
    ({"Cue": {"when": {"Shure": "high"}}}, ["no Cue has the attribute Shure (did you mean Sure?)"]),
    ({"Cue": {"type": "Person"}}, ["it fits no Person, or an earlier rule takes all that it fits"]),
    ({"Person": {"same": "wikidata"}}, ["no Person has the attribute wikidata"]),
    ({"Cue": {"record": "link", "holder": "Arg1"}}, ["no Cue has the role Arg1"]),
])  # fmt: skip
def test_what_of_a_mapping_fits_nothing_is_one_line(
    changes: dict[str, Any], said: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With its place in the file; it is a warning, even if the import is strict. What fits is not named."""
    rules = [rule | changes.get(name, {}) for name, rule in RULES.items()]
    Path("map.yaml").write_text(json.dumps({"annotations": rules}, indent=1), "utf-8")
    shutil.rmtree("new", ignore_errors=True)
    assert main(["import", "--from", "brat", annotated(), "new", "--mapping", "map.yaml", "--strict"]) == 0
    found = [one for one in capsys.readouterr().err.splitlines() if "unused_mapping" in one]
    assert [one.partition("unused_mapping warning: ")[2] for one in found] == said
    rows = Path("map.yaml").read_text("utf-8").splitlines()
    for one in found:
        _, line, column, _ = one.split(":", 3)
        assert rows[int(line) - 1][int(column) - 1] in '"{'


def test_a_suggested_role_without_a_code_is_reported_with_the_suggestion_given_or_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In the same words, at its place in the mapping that is kept or given."""
    source = annotated(marks=ANN + "T4\tPlace 44 56\tPort Example\nE1\tStatement:T3 Source:T1 About:T4\n")
    assert main(["import", "--from", "brat", source, "--suggest-mapping"]) == 0
    Path("map.yaml").write_text(capsys.readouterr().out, "utf-8")
    said = []
    for folder, mapping in (("new", []), ("other", ["--mapping", "map.yaml"])):
        assert main(["import", "--from", "brat", source, folder, *mapping]) == 0
        (found,) = [one for one in capsys.readouterr().err.splitlines() if "unused_mapping" in one]
        path, line, _, message = found.split(":", 3)
        said.append(f"{path}:{message}")
        assert Path(path).read_text("utf-8").splitlines()[int(line) - 1].strip() == "About: about"
    message = "unused_mapping warning: about is not in the codebook evidence_role"
    assert said == [f"new/import-mapping.yaml: {message}", f"map.yaml: {message}"]
    assert main(["import", "--from", "brat", annotated(name="plain/doc"), "plain-data"]) == 0
    assert "unused_mapping" not in capsys.readouterr().err


def test_attributes_of_documents_are_looked_at_and_mappings_of_exports_are_not() -> None:
    """The latter name all that a dataset may have; with the id of the article among it, they are known."""
    file = written("d.jsonl", {"id": 1, "text": TEXT, "label": [[6, 18, "Person"]], "link": "https://example.org/a"})
    mapping = {"annotations": [RULES["Person"]], "article_fields": {"url": "lnk"}}
    Path("map.json").write_text(json.dumps(mapping), "utf-8")
    (one,) = nd.import_from("new", "doccano", file, mapping="map.json").unused
    assert one.sentence == "no document has the attribute lnk (did you mean link?)"
    Path("map.json").write_text(json.dumps(mapping | {"article_fields": {"url": "lnk", "id": "record"}}), "utf-8")
    assert nd.import_from("again", "doccano", file, mapping="map.json").unused == ()


def test_leftovers_say_why_and_have_only_what_somebody_wrote() -> None:
    """A headline that is not in the text is no attribute without a rule; from_name is none of the annotator's."""
    regions = [{"id": "a", "from_name": "who", "to_name": "text", "type": "labels",
                "value": {"start": 6, "end": 18, "text": "Mira Example", "labels": ["Odd"]}},
               {"id": "b", "from_name": "what", "to_name": "text", "type": "labels",
                "value": {"start": 29, "end": 70, "text": TEXT[29:70], "labels": ["Other"]}},
               {"type": "relation", "from_id": "b", "to_id": "a", "labels": ["near"]}]  # fmt: skip
    task = {"id": 1, "data": {"text": TEXT, "title": "Elsewhere"}, "annotations": [{"result": regions}]}
    Path("s.json").write_text(json.dumps([task]), "utf-8")
    nd.import_from("new", "label-studio", "s.json")
    assert [(one["type"], one.get("name"), one["why"], one["value"]) for one in lines("new", "import-leftovers")] == [
        ("document", "headline", "the text does not have it", "Elsewhere"),
        ("Odd", None, "its rule says none", {"fragments": [[6, 18]]}),
        ("Other", None, "its rule says none", {"fragments": [[29, 70]]}),
        ("near", None, "its rule says none", {"links": [["from", "b"], ["to", "a"]]}),
    ]


def test_a_value_that_is_no_code_comes_with_the_codes_that_are() -> None:
    """As validate says it."""
    rules = RULES | {"Statement": RULES["Statement"] | {"fields": {"certainty": "Tone"}}}
    Path("map.yaml").write_text(json.dumps({"annotations": [*rules.values()]}), "utf-8")
    nd.import_from("new", "brat", annotated(), mapping="map.yaml")
    (one,) = lines("new", "quarantine")
    assert one["reason"] == "bad_value"
    assert all(code in one["message"] for code in ("certain", "probable", "possible", "unknown"))


def test_codes_that_a_dataset_lacks_can_be_added_as_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """To the file that is named; then the same import succeeds."""
    event = {"id": "X-1", "event": "STRIKE", "date": "2000", "language": "en", "target": "", "text": "They struck.",
             "source": [{"actorText": "They"}], "textInfo": {"markup": "(SRC: They) (EVT: struck)."}}  # fmt: skip
    file = written("events.json", [event])
    assert main(["import", "--from", "brat", annotated(), "new"]) == 0
    capsys.readouterr()
    assert main(["import", "--from", "plover", file, "new"]) == 2
    said = capsys.readouterr().err
    assert "new/data/codebooks/<name>.yaml" in said
    assert "{code: STRIKE, definition: …}" in said
    assert "event_type in the list codebooks of new/data/dataset.yaml" in said
    Path("new/data/codebooks").mkdir()
    Path("new/data/codebooks/event_type.yaml").write_text("- {code: STRIKE, definition: A strike.}\n", "utf-8")
    with Path("new/data/dataset.yaml").open("a", encoding="utf-8") as about:
        about.write("codebooks: [event_type]\n")
    assert main(["import", "--from", "plover", file, "new"]) == 0
    capsys.readouterr()
    main(["validate", "new"])
    assert "unknown_code" not in capsys.readouterr().out


def test_a_mapping_is_never_replaced() -> None:
    """Another one gets another name; the same one is there already."""
    nd.import_from("new", "brat", annotated())
    first = Path("new/import-mapping.yaml").read_bytes()
    nd.import_from("new", "brat", annotated(TEXT + " More.", name="more/other"))
    assert not Path("new/import-mapping-2.yaml").exists()
    nd.import_from("new", "doccano", written("d.jsonl", {"id": 7, "text": "Rain.", "label": [[0, 4, "Odd"]]}))
    assert Path("new/import-mapping.yaml").read_bytes() == first
    assert "type: Odd" in Path("new/import-mapping-2.yaml").read_text("utf-8")


def test_what_no_annotator_stands_by_is_left_over_and_becomes_no_record() -> None:
    """Counted like others; a source of nothing else is refused."""
    mark = {"start": 6, "end": 18, "label": "Person"}
    rows = [{"text": TEXT, "spans": [mark], "answer": one, "id": one} for one in ("accept", "reject", "ignore")]
    done = nd.import_from("new", "spans", written("s.jsonl", *rows))
    assert (done.counts["documents"], done.counts["articles"], done.counts["people"]) == (1, 1, 1)
    left = [one for one in lines("new", "import-leftovers") if one["what"] == "annotations"]
    assert [(one["type"], one["line"], one["value"]) for one in left] == [
        ("answer: reject", 2, rows[1]), ("answer: ignore", 3, rows[2])
    ]  # fmt: skip
    with pytest.raises(ValueError, match="nothing to import: answer: reject: its annotator rejected it"):
        nd.import_from("other", "spans", written("r.jsonl", rows[1]))


def test_no_licence_is_claimed(capsys: pytest.CaptureFixture[str]) -> None:
    """In what is written of the dataset; the summary says where to state one, and once it is, it is everywhere."""
    assert main(["import", "--from", "brat", annotated(), "new"]) == 0
    assert "fill in title, license, license_url and contributors in new/data/dataset.yaml" in capsys.readouterr().err
    about = Path("new/data/dataset.yaml")
    assert "license: NOASSERTION\n" in about.read_text("utf-8")

    def built(folder: str) -> dict[str, Any]:
        assert main(["validate", "new"]) == 0
        assert main(["build", "new", "-o", folder]) == 0
        dataset = nd.Dataset.open(folder)
        of = {
            name: json.loads(Path(folder, f"{name}.json").read_text("utf-8")) for name in ("datapackage", "croissant")
        }
        of["card"] = Path(folder, "README.md").read_text("utf-8")
        return of | {style: dataset.citation(style) for style in ("cff", "text", "bibtex")} | dataset.license()

    found = built("release")
    assert "licenses" not in found["datapackage"]
    assert "license" not in found["croissant"]
    assert "license:" not in found["cff"]
    said = {"card": "license: unknown\n", "text": "No licence stated", "bibtex": "Licence: not stated",
            "covers": "No licence is stated"}  # fmt: skip
    assert [name for name, words in said.items() if words not in found[name]] == []
    text = about.read_text("utf-8").replace("NOASSERTION", "CC0-1.0")
    about.write_text(text, "utf-8")
    found = built("licensed")
    assert found["datapackage"]["licenses"][0]["name"] == "CC0-1.0"
    assert "license" in found["croissant"]
    said = {"cff": "license: CC0-1.0", "card": "license: cc0-1.0\n", "text": "CC0-1.0", "bibtex": "CC0-1.0",
            "covers": "under CC0-1.0"}  # fmt: skip
    assert [name for name, words in said.items() if words not in found[name]] == []


def test_a_document_whose_id_is_there_already_is_announced() -> None:
    """Neither it nor its annotations are lost; the work of another annotator on the same text is a layer."""
    person, place = [[6, 18, "Person"]], [[44, 56, "Place"]]
    done = nd.import_from("new", "doccano", written(
        "d.jsonl", {"id": 2, "text": TEXT, "label": person, "user": "ann"},
        {"id": 2, "text": TEXT + " More.", "label": person, "user": "ann"},
        {"id": 2, "text": TEXT, "label": place, "user": "ann"}, {"id": 2, "text": TEXT, "label": place, "user": "bob"},
    ))  # fmt: skip
    assert [(one.reason, one.id, one.message) for one in done.quarantined] == [
        ("duplicate_id", "2", f"another document has the id 2; this one becomes article/2-{number}")
        for number in (2, 3)
    ]  # fmt: skip
    assert done.counts["mentions"] == 4
    layers = {
        path.name: sorted(one.name for one in path.glob("articles/*")) for path in Path("new/data/layers").iterdir()
    }
    assert layers == {"ann": ["2-2.yaml", "2-3.yaml", "2.yaml"], "bob": ["2.yaml"]}
    assert main(["validate", "--text", "new/texts", "new"]) == 0


def test_articles_of_an_export_are_told_apart_by_their_own_ids() -> None:
    """Two whose documents had one id elsewhere are no repetition; they come back as they were."""
    rows = [{"id": 2, "text": text, "label": [[0, 4, "Odd"]]} for text in ("Rain.", "Hail.")]
    done = nd.import_from("new", "doccano", written("d.jsonl", *rows))
    assert [one.reason for one in done.quarantined] == ["duplicate_id"]
    nd.Dataset.open("new").export("label-studio", "back", text="new/texts")
    done = nd.import_from("again", "label-studio", "back", mapping="back/import-mapping.yaml")
    assert done.quarantined == ()
    assert sorted(path.stem for path in done.files) == ["2", "2-2"]


def test_a_text_that_cannot_be_read_makes_no_article() -> None:
    """It is in quarantine; once it is mended, the same import adds it."""
    folder = annotated(name="corpus/good")
    annotated(name="corpus/bad", text="Rain.", marks="T1\tPerson 0 4\tRain\n")
    Path("corpus/bad.txt").write_bytes(b"Rai\xff.")
    done = nd.import_from("new", "brat", folder)
    assert ("corpus/bad.txt", "unreadable", "is not UTF-8: byte 0xff") in [
        (one.path, one.reason, one.message) for one in done.quarantined
    ]
    assert [path.name for path in Path("new/data/curated/articles").glob("*.yaml")] == ["good.yaml"]


def corpora() -> dict[str, list[str]]:
    """Write a corpus of each format, and return it, and a file of it."""
    cas = {"%TYPES": {"custom.Odd": {"%NAME": "custom.Odd", "%SUPER_TYPE": "uima.tcas.Annotation"}},
           "%FEATURE_STRUCTURES": [
               {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView", "mimeType": "text/plain",
                "sofaString": TEXT}, {"%ID": 2, "%TYPE": "custom.Odd", "@sofa": 1, "begin": 6, "end": 18}],
           "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [2]}}}  # fmt: skip
    region = {"id": "a", "from_name": "who", "to_name": "text", "type": "labels",
              "value": {"start": 6, "end": 18, "text": "Mira Example", "labels": ["Odd"]}}  # fmt: skip
    event = {"id": "X-1", "event": "AGREE", "date": "2000", "language": "en", "target": "", "text": "They met.",
             "source": [{"actorText": "They"}], "textInfo": {"markup": "(SRC: They) (EVT: met)."}}  # fmt: skip
    made: dict[str, tuple[str, list[Any]]] = {
        "uima": ("json", [cas]),
        "label-studio": ("json", [[{"id": 1, "data": {"text": TEXT}, "annotations": [{"result": [region]}]}]]),
        "doccano": ("jsonl", [{"id": 1, "text": TEXT, "label": [[6, 18, "Person"]]}]),
        "spans": ("jsonl", [{"id": 1, "text": TEXT, "spans": [{"start": 6, "end": 18, "label": "Person"}]}]),
        "tokens": ("jsonl", [{"doc_key": "a", "sentences": [["Mira", "said"]], "ner": [[[0, 0, "PER"]]]}]),
        "plover": ("json", [[event]]),
        "popolo": ("json", [{"persons": [{"id": "p1", "name": "Mira Example"}]}]),
    }
    found = {"brat": [annotated(name="brat/a"), "brat/a.ann"], "conll": ["conll", "conll/a.conll"]}
    Path("conll").mkdir()
    Path("conll/a.conll").write_text("-DOCSTART- O\n\nMira B-PER\nExample I-PER\nspoke O\n. O\n", "utf-8")
    for form, (suffix, rows) in made.items():
        Path(form).mkdir()
        found[form] = [form, written(f"{form}/a.{suffix}", *rows)]
    return found


def test_a_corpus_of_another_format_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """For each two formats, as a folder and as a file: the right one is named, and nothing is written."""
    pytest.importorskip("cassis")
    for right, sources in corpora().items():
        for source in sources:
            for form in FORMATS:
                code = main(["import", "--from", form, source, f"new-{right}"])
                said = capsys.readouterr()
                if form == right:
                    assert code == 0, (right, source)
                    Path(f"new-{right}").rename(f"done-{form}-{len(source)}")
                else:
                    assert code == 2, (form, source)
                    assert said.err.count("\n") == 1
                    assert f"can be read with --from {right}" in said.err
                    assert not Path(f"new-{right}").exists()
                    assert main(["import", "--from", form, source, "--suggest-mapping"]) == 2
                    capsys.readouterr()


def test_of_what_no_format_reads_the_first_reason_is_given(capsys: pytest.CaptureFixture[str]) -> None:
    """Whole: with the place of a control character, which Python's message leaves to others."""
    Path("bad.json").write_text('[{"id": 1, "data": {"text": "a\x01"}}]', "utf-8")
    for form in ("label-studio", "doccano"):
        assert main(["import", "--from", form, "bad.json", "new"]) == 2
        said = capsys.readouterr().err
        assert "bad.json:1: " in said
        assert "is not JSON: Invalid control character in column 31" in said


@pytest.mark.parametrize(("count", "code"), [(100, 0), (8_000, 2)])
def test_more_mentions_than_a_file_holds(count: int, code: int, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says so, and nothing is written that nothing could read."""
    words = "Mira Example. "
    marks = "".join(f"T{at}\tPerson {14 * at} {14 * at + 12}\tMira Example\n" for at in range(count))
    assert main(["import", "--from", "brat", annotated(words * count, marks), "new"]) == code
    assert ("article/doc has more mentions than 1,048,576 bytes hold" in capsys.readouterr().err) == (code == 2)
    assert Path("new").exists() == (code == 0)
    assert code or main(["validate", "new"]) == 0
