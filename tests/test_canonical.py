"""The canonical form: it says the same, keeps every comment, and is its own canonical form."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from news_dataset import reader
from news_dataset.curate import canonical, source
from news_dataset.records import BY_TABLE, BY_TYPE, RECORDS, Record
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


@FUZZ
@given(st.data())
def test_records_in_canonical_form_are_the_same_records(draw: st.DataObject) -> None:
    """Whatever order their keys had; afterwards it is that of the model."""
    model: type[Record] = draw.draw(st.sampled_from(RECORDS))
    record = draw.draw(data(model))
    keys = draw.draw(st.permutations(list(record)))
    text = written({key: record[key] for key in keys})
    form, wanted = canonical(text, model), model.model_json_schema()
    read, unquoted = reader.typed(reader.parse_yaml(form, "").data, wanted)

    assert read == record
    assert sorted(unquoted) == sorted(reader.typed(reader.parse_yaml(text, "").data, wanted)[1])
    assert list(read) == list(record)


@FUZZ
@given(st.data(), COMMENTS)
def test_comments_are_kept(draw: st.DataObject, remarks: list[tuple[int, int, str]]) -> None:
    """Every comment on a line of its own, wherever it stood."""
    model: type[Record] = draw.draw(st.sampled_from(RECORDS))
    lines = written([draw.draw(data(model))]).splitlines()
    for at, indent, remark in remarks:
        lines.insert(at % (len(lines) + 1), " " * indent + remark)
    text = "\n".join(lines) + "\n"
    form = canonical(text, model)

    assert comments(form) == comments(text)
    assert reader.parse_yaml(form, "").data == reader.parse_yaml(text, "").data
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


def test_the_real_records_are_in_canonical_form(root: Path) -> None:
    """And stay so."""
    for path in sorted((root / "data" / "curated").rglob("*.yaml")):
        text = path.read_text("utf-8")

        assert canonical(text, BY_TABLE[path.parent.name]) == text


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
        "a:\n- b # 1\n- c\n",
    ],
)
def test_comments_in_odd_places_are_kept(text: str) -> None:
    """Behind flow rows, before values, beside quoted sharps."""
    form = canonical(text, None)
    found = [sorted(words for _, words, _ in source.comments(one)) for one in (text, form)]

    assert found[0] == found[1] != []
    assert reader.parse_yaml(form, "").data == reader.parse_yaml(text, "").data
    assert canonical(form, None) == form
