"""The canonical form: it says the same, keeps every comment, and is its own canonical form."""

from __future__ import annotations

import os
import time
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from news_dataset import json_schemas, reader
from news_dataset.curate import canonical, format_files, source
from news_dataset.curate.canonical import scalar
from news_dataset.records import BY_TYPE, RECORDS, Article, Record, Statement
from news_dataset.source_form import expand, role_keys, shorten, span_text, spellings
from news_dataset.spans import SPAN_FIELDS
from news_dataset.testing.strategies import data
from tests.conftest import IS_FULL

FUZZ = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "100" if IS_FULL else "40")))
ODD = st.sampled_from(
    [*"a# \x85\u2028\u2029\n\t'\"\\-é😀\ufeff0~{[&*!|>%@`\x07", ": ", " #", "1e3", "no", "deadbeef", "  "]
)
TEXTS = st.lists(ODD, max_size=8).map("".join)
TREES = st.recursive(
    TEXTS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=3)
        | st.dictionaries(TEXTS.filter(lambda key: key != "<<"), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
COMMENTS = st.lists(
    st.tuples(st.integers(0, 40), st.integers(0, 6), st.sampled_from(["# x", "#", "# a: b 'c"])), max_size=5
)


def written(value: Any, flow: bool | None = False) -> str:
    """YAML as another program would write it; breaks that the reader refuses as escapes."""
    as_is = yaml.safe_dump(value, allow_unicode=True, default_flow_style=flow, width=10_000, sort_keys=False)
    return (
        as_is
        if not set("\x85\u2028\u2029") & set(as_is)
        else yaml.safe_dump(value, default_flow_style=flow, sort_keys=False)
    )


def comments(text: str) -> list[str]:
    return sorted(line.strip() for line in text.splitlines() if line.strip().startswith("#"))


@FUZZ
@given(TREES.filter(lambda value: isinstance(value, dict | list)), st.sampled_from([True, False, None]))
def test_the_canonical_form_says_the_same(value: Any, flow: bool | None) -> None:
    """read(fmt(x)) == read(x), and fmt(fmt(x)) == fmt(x), for any texts at all."""
    form = canonical(written(value, flow), None)

    assert reader.parse_yaml(form, "").data == value
    assert canonical(form, None) == form


@cache
def file_schema(kind: str) -> Draft202012Validator:
    """The schema of files of a type."""
    return Draft202012Validator(json_schemas.file_schema(kind))


@st.composite
def spelt(draw: st.DrawFn) -> tuple[type[Record], dict[str, Any], dict[str, Any]]:
    """A model, a record, and the same record in one of the spellings of the source form."""
    models: list[type[Record]] = [*RECORDS, Statement, Article]
    model = draw(st.sampled_from(models))
    record = draw(data(model))
    for name in ("evidence", "mentions"):
        if name in record and draw(st.booleans()):
            record[name] = draw(st.permutations(numbered(record[name])))
    short = shorten(expand(record, model), model).data
    fields = spellings(model)
    chosen: dict[str, Any] = {}
    for name, value in record.items():
        keys = [key for key in short if role_keys(model).get(key, key) == name]
        is_short = draw(st.booleans())
        chosen |= {key: short[key] for key in keys} if is_short else {name: value}
        if not is_short and name in fields and fields[name].has_spans and draw(st.booleans()):
            chosen[name] = [on_one_line(row) for row in value]
    return model, record, chosen


def numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows that are numbered as they must be, each with another that shares it and a further fragment."""
    found = []
    for number, row in enumerate(rows, 1):
        for fragment in (1, 2):
            one = row | {"mention": number, "fragment": fragment}
            found += [one, one | {"of": 2}] if "of" in one else [one]
    return found


def on_one_line(row: dict[str, Any]) -> dict[str, Any]:
    """A row with its span on one line."""
    return {name: value for name, value in row.items() if name not in SPAN_FIELDS} | {"span": span_text(row)}


@FUZZ
@given(spelt(), st.sampled_from([True, False, None]), st.randoms())
def test_records_in_canonical_form_are_the_same_records(
    case: tuple[type[Record], dict[str, Any], dict[str, Any]], flow: bool | None, random: Random
) -> None:
    """read(fmt(x)) == read(x) and fmt(fmt(x)) == fmt(x) in every spelling and order; and there is one form alone."""
    model, record, chosen = case
    wanted = model.model_json_schema()
    text = written(shuffled(chosen, model, random), flow)
    form = canonical(text, model)
    found = expand(reader.parse_yaml(form, "").data, model).data
    read, unquoted = reader.typed(found, wanted)

    assert read == record
    assert not list(file_schema(model.record_type).iter_errors(chosen))
    assert set(unquoted) <= set(reader.typed(expand(reader.parse_yaml(text, "").data, model).data, wanted)[1])
    assert canonical(form, model) == form
    plain = written(record)
    is_clear = not reader.typed(reader.parse_yaml(plain, "").data, wanted)[1]  # PyYAML leaves 00000e00 without quotes
    assert flow is not False or not is_clear or canonical(plain, model) == form


def shuffled(record: dict[str, Any], model: type[Record], random: Random) -> dict[str, Any]:
    """A record in another order of its keys; those of one list keep theirs, which numbers its rows."""
    listed = {*role_keys(model), *role_keys(model).values()}
    ordered = iter([key for key in record if key in listed])
    keys = sorted(record, key=lambda key: random.random())
    return {key: record[key] for key in [next(ordered) if key in listed else key for key in keys]}


def test_texts_are_read_again_within_brackets() -> None:
    """With every character at every place, by PyYAML and by this reader; it takes no ? within braces without quotes."""
    for one in map(chr, range(0x21, 0x7F)):
        for text in (one, f"a{one}", f"{one}a", f"a{one}b", f"a {one}", f"a {one} b", f"a{one} b", one * 2):
            form = f"a: [{{b: {scalar(text, in_flow=True)}, c: x}}]\n"
            assert reader.parse_yaml(form, "").data == {"a": [{"b": text, "c": "x"}]}, form
            assert str(yaml.load(form, yaml.BaseLoader)["a"][0]["b"]) == text, form


@FUZZ
@given(st.data(), COMMENTS)
def test_comments_are_kept(draw: st.DataObject, remarks: list[tuple[int, int, str]]) -> None:
    """Every comment on a line of its own, wherever it stood."""
    model: type[Record] = draw.draw(st.sampled_from(RECORDS))
    record = draw.draw(data(model))
    lines = written([record]).splitlines()
    for at, indent, remark in remarks:
        lines.insert(at % (len(lines) + 1), " " * indent + remark)
    text = "\n".join(lines) + "\n"
    form = canonical(text, model)

    assert comments(form) == comments(text)
    (row,) = reader.parse_yaml(form, "").data
    assert reader.typed(expand(row, model).data, model.model_json_schema())[0] == record
    assert canonical(form, model) == form


def test_the_canonical_form_by_example() -> None:
    """Order, quotes, width and comments."""
    text = (
        '# head\n# above\n- {name: \'Mira\', "id": person/mira-example, note: "' + "word " * 30 + 'end"}  # behind\n'
        "# second\n-   id: 'person/no-example'  # its id\n    name: \"no\"\n    birth_date: '2031-05-04'\n"
        "    names: # all\n      # first\n      - {kind: native, name: 'x: y', language: en}\n# last\n"
    )

    assert canonical(text, BY_TYPE["person"]).splitlines() == [
        "# head", "# above", "- id: person/mira-example", "  name: Mira", "  note: >-  # behind",
        "    " + "word " * 22 + "word", "    " + "word " * 7 + "end",
        "# second", "- id: 'person/no-example'  # its id", "  name: 'no'", "  birth_date: '2031-05-04'",
        "  names:  # all", "  # first", "  - name: 'x: y'", "    language: en", "    kind: native", "# last",
    ]  # fmt: skip


def test_roles_stay_in_their_order() -> None:
    """Also one that is called like a field of evidence: the order of the keys is that of the rows."""
    span = "'5-12 7 50d858e0985ecc7f 3c38aafb 13472d43'"
    text = f"id: statement/rain/01\nevidence:\n  speaker: {span}\n  mention: {span}\n  cue: {span}\n  end: {span}\n"

    assert canonical(text, Statement) == text


def test_the_real_records_are_in_canonical_form(root: Path) -> None:
    """And stay so."""
    layers = sorted((root / "data" / "layers").iterdir())
    for folder in (root, *layers, *(root / "examples" / name for name in ("second-article", "match-report"))):
        assert format_files(folder, check=True).issues == ()


def test_a_statement_takes_few_lines(root: Path) -> None:
    """At most 14 on average, comments and blank lines left out; and no line holds an offset or a digest alone."""
    files = sorted((root / "data" / "curated" / "statements").rglob("*.yaml"))
    lines = [line.strip() for path in files for line in path.read_text("utf-8").splitlines()]
    kept = [line for line in lines if line and not line.startswith("#")]
    print(f"{len(kept) / len(files):.2f} lines a statement")

    assert len(kept) / len(files) <= 14
    assert not [line for line in kept if line.partition(":")[0] in (*SPAN_FIELDS, "mention", "fragment")]


@pytest.mark.parametrize(
    "text",
    [
        'a: "No. #1 # b" # real\n',
        "a: 'x #2' # keep\n",
        "m:\n- {n: 1, w: 'a # b'} # remark\n",
        "m:\n- {n: 1} # b\n",
        "m:\n- {w: Mira} # a\n",
        "c: [{name: a}] # q\n",
        "x: [a, # 1\n  b]\n",
        "h: # 5\n  Port\n",
        "h:\n  # 6\n  Port\n",
        "g: " + "word " * 30 + " # c\n",
        "g: '" + "word " * 30 + "' # c\n",
        "y: { # 7\n}\n",
        "n: 12 # number\n",
        "x:\n# e\n- # f\n  g: h\n",
        "# only above\na: b\n# below\n",
        "x: {y: -, z: ':'}  # braces keep it from being a list\n",
        "a:\n- b # 1\n- c\n",
    ],
)
def test_comments_in_odd_places_are_kept(text: str) -> None:
    """Behind flow rows, before values, beside quoted sharps."""
    form = canonical(text, None)
    found = [sorted(words for words in source.comment_texts(one)) for one in (text, form)]

    assert found[0] == found[1] != []
    assert reader.parse_yaml(form, "").data == reader.parse_yaml(text, "").data
    assert canonical(form, None) == form


@pytest.mark.parametrize("line", ["# c\n- a\n", "- a  # c\n", "\n- a\n", "- a\n", "- {b: c}\n"])
def test_the_work_grows_with_the_file(line: str) -> None:
    """Twice the comments, blank lines or items take about twice the time."""

    def seconds(times: int) -> float:
        text, start = "x:\n" + line * times, time.process_time()
        canonical(text, None)
        return time.process_time() - start

    seconds(100)
    assert any(seconds(8_000) < 3 * seconds(4_000) for _ in range(3))


def test_what_is_no_record_stays_among_records() -> None:
    """A check names it; the form keeps it."""
    text = "- id: person/zoe-sample\n  name: Zoë Sample\n- 06\n"

    assert canonical(text, BY_TYPE["person"]) == text
