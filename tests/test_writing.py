"""Records from Python and from spreadsheets: the same as those that people write, or nothing and why."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

import news_dataset as nd
from news_dataset.cli import main
from news_dataset.errors import InvalidDataError, SetupError, UsageError
from news_dataset.records import BY_TABLE, BY_TYPE, Person
from news_dataset.sheets import SHEETS, sheet_columns
from news_dataset.stores import Records
from tests.conftest import ROOT
from tests.each import each

EXAMPLE = ROOT / "examples" / "second-article"
TEXT = EXAMPLE / "text.txt"

# Statements 4 to 12 of the article: each way to write evidence, participants, events and numbers, at least once.
MORE = """
- kind: indirect
  claim_type: intention
  gist: The café would like to have the ferry's bell.
  speakers: [the café beside the landing]
  evidence: {content: {find: keep the ferry’s bell}, source 1: {find: The café}, cue: {find: wants}}
- kind: narrated
  claim_type: evaluation
  gist: Nobody is against it so far.
  polarity: negative
  certainty: probable
  evidence: {content: {find: nobody has yet objected}}
- kind: narrated
  claim_type: evaluation
  gist: The detour on foot lasts some forty minutes.
  topics: [economic, disasters]
  evidence: {content: {find: forty minutes}}
  quantities: [{value: 40, unit: minute, counted: the detour, approximate: true, find: forty minutes}]
- kind: narrated
  claim_type: intention
  gist: There is something to eat for some.
  evidence: {content: {find: [free cake, cross it]}}
  quantities:
  - {min: 0, max: 300.5, unit: person, counted: guests who get cake, find: three hundred}
  - {value: 1, unit: item, counted: bands, find: a brass band}
- kind: narrated
  claim_type: intention
  gist: The ferry ends its service on the day of the opening.
  evidence: {content: {find: The old ferry makes its last trip}, trigger 1: {find: last trip}, trigger 2: {find: open}}
  statement_events:
  - {event: event/footbridge-opening, realis: planned}
  - {event: event/footbridge-opening, realis: planned, place: place/port-example}
- kind: reported
  claim_type: evaluation
  cue: thank
  gist: The harbour master is grateful to the workers.
  speakers: [person/zoe-sample]
  addressees: [welders, implicit]
  evidence:
    content: {find: thanked the welders}
    source 1: {find: Sample, nth: 2}
    addressee 2: {find: the welders}
    cue: {find: thanked, in: content}
- kind: narrated
  claim_type: evaluation
  gist: The work took more than one cold season.
  evidence: {content: [{find: two winters}, {find: nine long years}]}
- kind: narrated
  claim_type: evaluation
  gist: The bridge spans water.
  note: Once in the first sentence, and once in the last.
  evidence: {content: {find: harbour, after: a walk around the}}
- {kind: free_indirect, claim_type: evaluation, gist: The bridge is shut in bad weather., speakers: [implicit],
   evidence: {content: {find: In storms the bridge will be closed}}}
"""

# A spreadsheet has one order of evidence for all.
ROLES = ("source 1,2", "source 1", "content", "addressee 2", "cue", "trigger 1", "trigger 2", "date 1", "quote")


def records() -> dict[str, list[dict[str, Any]]]:
    """The twelve statements with all else, as the example and the list above have them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted((EXAMPLE / "data/curated").rglob("*.yaml")):
        rows = yaml.safe_load(path.read_text("utf-8"))
        found.setdefault(path.parts[len(EXAMPLE.parts) + 2], []).extend(rows if isinstance(rows, list) else [rows])
    more = [{"id": f"statement/port-example/{number:02d}", **row} for number, row in enumerate(yaml.safe_load(MORE), 4)]
    citations = found["assessments"][0]["citations"]
    citations.append(citations[0] | {"stance": "context"})
    for row in (statements := found["statements"] + more):
        row["evidence"] = {role: row["evidence"][role] for role in ROLES if role in row["evidence"]}
    return found | {"statements": statements}


def started(folder: Path, *without: str) -> nd.Dataset:
    """A dataset with its description, and the records of the example but for those of some tables."""
    kept = shutil.ignore_patterns("published", *(without or ["curated"]))
    shutil.copytree(EXAMPLE / "data", folder / "data", ignore=kept)
    return nd.Dataset.open(folder)


def as_cells(row: dict[str, Any]) -> list[dict[str, str]]:
    """The lines of a spreadsheet for a record: its own first, with the first of each of its children."""
    lines: list[dict[str, str]] = [{}]

    def put(at: int, name: str, value: Any) -> None:
        lines.extend({} for _ in range(at + 1 - len(lines)))
        lines[at][name] = str(value)

    for name, value in row.items():
        if name == "evidence":
            for role, words in value.items():
                put(0, column_of(role), cell(words))
        elif name in ("statement_events", "quantities", "citations"):
            for at, (column, one) in ((at, part) for at, child in enumerate(value) for part in child.items()):
                put(at, "quantity words" if column == "find" else column, str(one).upper() if one is True else one)
        elif name != "id" or row["id"].startswith("source/"):
            put(0, name, "; ".join(value) if isinstance(value, list) else value)
    if row["id"].startswith("statement/"):
        put(0, "article", "article/port-example")
    return lines


def column_of(role: str) -> str:
    """The column of a role's words."""
    short = {"content": "words", "addressee 2": "addressee words", "source 1": "source words"}
    return short.get(role, f"{role} words")


def cell(words: Any) -> str:
    """A cell of words."""
    if isinstance(words, list):
        return " | ".join(map(cell, words))
    if isinstance(words, str) or "span" in words:
        return words if isinstance(words, str) else words["span"]
    where = f" [{words['nth']}]" if "nth" in words else ""
    where += "".join(f" [{name}: {words[name]}]" for name in ("after", "in") if name in words)
    return (" + ".join(words["find"]) if isinstance(words["find"], list) else words["find"]) + where


def sheet(path: Path, rows: list[dict[str, Any]], delimiter: str = ",", encoding: str = "utf-8") -> Path:
    """A spreadsheet of records."""
    lines = [line for row in rows for line in as_cells(row)]
    path.parent.mkdir(exist_ok=True)
    with open(path, "w", encoding=encoding, newline="") as file:
        ranks = {name: number for number, name in enumerate(map(column_of, ROLES))}
        names = sorted({name for line in lines for name in line}, key=lambda name: ranks.get(name, -1))
        writer = csv.DictWriter(file, names, delimiter=delimiter)
        writer.writeheader()
        writer.writerows(lines)
    return path


def hashes(ds: nd.Dataset) -> dict[str, str]:
    """The content hash of every table of the release that a dataset is built into."""
    assert ds.build().ok
    manifest = json.loads((Path(repr(ds).split("'")[1]) / "data/published/manifest.json").read_text("utf-8"))
    return {name: table["content_hash"] for name, table in manifest["tables"].items()}


def test_three_ways_to_one_dataset(tmp_path: Path) -> None:
    """Files that people write, spreadsheets and Python give tables of equal content; and another value another."""
    by_hand = started(tmp_path / "yaml", "statements", "assessments")
    for name in ("statements", "assessments"):
        written = yaml.safe_dump(records()[name], allow_unicode=True, sort_keys=False)
        (folder := tmp_path / "yaml/data/curated" / name).mkdir()
        (folder / "port-example.yaml").write_text(written, "utf-8")
    assert by_hand.anchor(TEXT).spans == 20
    in_sheets = started(tmp_path / "csv", *SHEETS)
    for name in SHEETS:
        excel = {"delimiter": ";", "encoding": "utf-8-sig"} if name == "statements" else {}
        sheet(tmp_path / "sheets" / f"{name}.csv", records()[name], **excel)
    imported = in_sheets.import_from("csv", tmp_path / "sheets", text=TEXT)
    assert str(imported.report).splitlines()[:-1] == []
    assert len(imported.files) == 14
    in_python = started(tmp_path / "python")
    for table in records().values():
        for row in table:
            in_python.add(row, text=TEXT)
    assert len(in_python.save()) == 19

    expected = hashes(by_hand)
    assert len(in_python.load("statements")) == 12
    assert hashes(in_sheets) == hashes(in_python) == expected
    assert all(ds.fmt(check=True).ok for ds in (in_sheets, in_python))
    assert all(ds.validate(text=TEXT).ok for ds in (by_hand, in_sheets, in_python))
    other = started(tmp_path / "other", *SHEETS)
    records_ = records()
    sheet(
        tmp_path / "sheets/statements.csv", [*records_["statements"][:-1], records_["statements"][-1] | {"note": "x"}]
    )
    other.import_from("csv", tmp_path / "sheets", text=TEXT)
    assert [name for name, one in hashes(other).items() if one != expected[name]] == ["statements"]


def test_words_stay_where_rights_permit(tmp_path: Path) -> None:
    """Beside their spans, as anchor leaves them; in no file of an article whose words may not be passed on."""
    for rights, is_there in (("licensed", True), ("all_rights_reserved", False)):
        ds = started(tmp_path / rights, *SHEETS)
        article = tmp_path / rights / "data/curated/articles/port-example.yaml"
        article.write_text(article.read_text("utf-8").replace("licensed", rights), "utf-8")
        done = ds.import_from(
            "csv", sheet(tmp_path / rights / "statements.csv", records()["statements"][3:4]), text=TEXT
        )
        assert ("keep the ferry" in done.files[0].read_text("utf-8")) is is_there


HEADER = "article,speakers,kind,claim_type,words,source words,cue,gist"
ROW = "article/port-example,person/mira-example,indirect,intention,the new footbridge,Mira Example,agree,A bridge."


@each([
    (f"{HEADER}\n{ROW.replace('indirect', 'indirekt')}\n", ["2:3: unknown_code kind 'indirekt' is not among its codes "
                                                            "(did you mean indirect?)"]),
    (f"{HEADER.replace('speakers', 'speaker')}\n{ROW}\n", ["1:2: unknown_key speaker is no column of statements.csv "
                                                           "(did you mean speakers?)"]),
    (f"{HEADER},foo\n{ROW},\n", ["1:9: unknown_key foo is no column"]),
    (f"{HEADER.replace(',kind', '')}\n{ROW}\n", ["1:1: missing_key there is no column kind (How the claim"]),
    (f"{HEADER},gist\n{ROW},x\n", ["1:9: duplicate_key there are two columns gist"]),
    (f"{HEADER}\n{ROW},x\n", ["2:9: unknown_key 'x' is below no header"]),
    (f"{HEADER}\n{ROW.replace('mira', 'mari')}\n", ["2:2: dangling_reference"]),
    (f"{HEADER}\n{ROW.replace('the new footbridge', 'the old footbridge')}\n",
     ["2:5: unanchored 'the old footbridge' is not in the text"]),
    (f"{HEADER}\n{ROW.replace('Mira Example', 'Example')}\n",
     ["2:6: unanchored 'Example' occurs 4 times in the text (write its number behind the words: [1]; "]),
    (f"{HEADER}\n{ROW.replace('Mira Example', 'Example [7]')}\n", ["2:6: unanchored nth is 7; places of the words: 4"]),
    (f"{HEADER},value,unit,counted,quantity words\n{ROW},many,item,bridges,the new footbridge\n",
     ["2:9: wrong_type value 'many' is not a number"]),
    (f'{HEADER}\n{ROW}"\n"x', ["3:1: bad_syntax is not CSV"]),
    (f"{HEADER}\n{ROW}\n{ROW.replace('A bridge', 'Ä')}".encode("latin-1"), ["3:99: bad_encoding is not UTF-8"]),
    ("", ["1:1: missing_key there is no column claim_type"]),
])  # fmt: skip
def test_what_is_questionable_is_one_line_with_its_place(
    content: str | bytes, expected: list[str], tmp_path: Path
) -> None:
    """By line and column of the spreadsheet; nothing is written."""
    ds = started(tmp_path / "ds", "statements", "assessments")
    (tmp_path / "statements.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    done = ds.import_from("csv", tmp_path / "statements.csv", text=TEXT)
    lines = [str(issue).removeprefix(f"{tmp_path}/statements.csv:") for issue in done.report.errors]

    assert [one for one, line in zip(expected, lines, strict=False) if not line.startswith(one)] == [], lines
    assert lines
    assert not done.files
    assert not list((tmp_path / "ds").rglob("statements/*"))


def test_the_command_says_what_it_did(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """How to write a place, why nothing was written, what comes next; the same lines twice are refused."""
    started(tmp_path, "statements", "assessments", "sources")
    shutil.copy(TEXT, tmp_path)
    monkeypatch.chdir(tmp_path)
    Path("statements.csv").write_text(f"{HEADER}\n{ROW.replace('Mira Example', 'Example')}\n", "utf-8")
    command = ["import", "--from", "csv", "statements.csv", "--text", "text.txt"]

    assert main(command) == 1
    shown = capsys.readouterr()
    assert shown.out.splitlines()[1].startswith("    nth: 1, line 1, column 6: …Port [Example]")
    assert shown.err == "nothing was written\n"
    Path("statements.csv").write_text(f"{HEADER}\n{ROW}\n", "utf-8")
    assert main(command[:4]) == 1
    assert "2:1: unanchored article/port-example has no text here (give --text FILE or" in capsys.readouterr().out
    assert main(command) == 0
    assert capsys.readouterr().out == "imported 1 record; next: news-dataset validate --text text.txt\n"
    assert main(command) == 1
    assert "2:1: duplicate_id is there already: statement/port-example/01" in capsys.readouterr().out
    Path("text.txt").write_text("\ufeff" + Path("text.txt").read_text("utf-8"), "utf-8")
    assert main(command) == 1
    assert "not yet, the text of article/port-example (the annotated text has no byte order" in capsys.readouterr().out
    assert main(["import", "--from", "csv", "no"]) == 2
    assert "news-dataset export --to csv-template" in capsys.readouterr().err


def test_templates_are_what_import_reads(tmp_path: Path) -> None:
    """Each has every column once, with what it holds; and is read as a spreadsheet without records."""
    ds = started(tmp_path / "ds", "nothing")
    assert ds.export("csv-template", tmp_path / "sheets") == dict.fromkeys(SHEETS, 0)
    with open(tmp_path / "sheets/columns.csv", encoding="utf-8-sig", newline="") as file:
        about = list(csv.DictReader(file))

    assert [(one["sheet"], one["column"]) for one in about] == [
        (name, column) for name in SHEETS for column in sheet_columns(BY_TABLE[name])
    ]
    assert all(one["description"] for one in about)
    assert ds.import_from("csv", tmp_path / "sheets").files == ()


def test_add_refuses_at_once(tmp_path: Path) -> None:
    """What breaks a rule by itself, has no id, comes twice, or holds words that are not in the text."""
    ds = started(tmp_path)
    good = {"id": "person/ann-other", "name": "Ann Other"}
    assert ds.add(good) == Person.model_validate(good)
    for row, text, error, words in (
        (good, None, UsageError, "person/ann-other was added before; save() writes it"),
        ({"name": "Ann"}, None, UsageError, "an id that begins with a record type"),
        ({**good, "id": "person/b", "nam": "x"}, None, InvalidDataError, "people/b.yaml: unknown_key nam is not"),
        (records()["statements"][3], None, InvalidDataError, "unanchored"),
        ({**records()["statements"][3], "evidence": {"content": {"find": "Example"}}}, TEXT, UsageError,
         "statement/port-example/04/evidence/content: 'Example' occurs 4 times in the text (add nth, after or in)\n"
         "    nth: 1, line 1, column 6"),
    ):  # fmt: skip
        with pytest.raises(error) as refused:
            ds.add(row, text=text)
        assert words in str(refused.value)
    with pytest.raises(UsageError, match="'Example' occurs 4 times"):
        nd.span(TEXT, "Example")
    assert nd.span(TEXT, "Example", after="nine long years") == nd.span(TEXT, "Example", 4)


def test_save_is_whole_or_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record that is there already, or a disk that fails, leaves the folder as it was."""
    ds = started(tmp_path, "nothing")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    ds.add({"id": "person/ann-other", "name": "Ann Other"})
    ds.add({"id": "place/b", "name": "B", "kind": "city"})
    replace = Path.replace

    def fails(path: Path, target: Path) -> Path:
        if target.name == "b.yaml":
            raise OSError(28, "No space left on device", str(target))
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(SetupError, match="No space left"):
        ds.save()
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    monkeypatch.undo()
    assert [path.name for path in ds.save()] == ["ann-other.yaml", "b.yaml"]
    assert ds.save() == ()
    ds.add({"id": "person/ann-other", "name": "Ann Other"})
    with pytest.raises(UsageError, match=r"person/ann-other is there already: .*ann-other\.yaml"):
        ds.save()
    with pytest.raises(UsageError, match="a dataset of your own"):
        nd.Dataset().add({"id": "person/ann-other", "name": "Ann Other"})


def test_every_type_can_be_added() -> None:
    """Each model's records in the release form, too, as the bundled dataset has them."""
    found: list[Any] = [next(iter(nd.iter_records(table))) for table in get_args(Records)]

    assert len(found) == len(BY_TYPE)
    assert all(nd.Dataset(Path()).add(record) == record for record in found)
