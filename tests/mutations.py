"""Documents that are almost records: generated or taken from the examples, and changed once or twice."""

from __future__ import annotations

import copy
import json
import unicodedata
from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from news_dataset.records import BY_TYPE
from news_dataset.testing.strategies import data
from tests.constraints import load
from tests.test_examples import PASS

Path_ = tuple[str | int, ...]
TYPES = (*BY_TYPE, "dataset", "redirects")

_ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_TEXTS: tuple[Callable[[str], Any], ...] = (
    lambda text: f"{text}\n", lambda text: f"\n{text}", lambda text: f"{text}\r\n", lambda text: f"{text}\u2028",
    lambda text: f" {text}", lambda text: f"{text} ", lambda text: f"{text}\u200b", lambda text: f"\ufeff{text}",
    lambda text: f"{text[:1]}\u202e{text[1:]}", lambda text: f"{text[:1]}\x00{text[1:]}",
    lambda text: f"{text[:1]}\u200d{text[1:]}", lambda text: f"{text}\x85", lambda text: f"{text}\U0001f600",
    str.upper, str.lower, str.title, str.swapcase, str.strip,
    lambda text: text.translate(_ARABIC), lambda text: text.translate(_FULL_WIDTH),
    lambda text: unicodedata.normalize("NFD", text), lambda text: unicodedata.normalize("NFKC", text),
    lambda text: f"{text}é", lambda text: f"{text}e\u0301", lambda text: text.replace("-", "\u2010"),
    lambda text: text.replace("/", "//"), lambda text: text[:-1], lambda text: text[1:], lambda text: text * 2,
    lambda text: text * 60, lambda text: "", lambda text: [text], lambda text: {"text": text},
    lambda text: f"{text}\ud800", lambda text: 5, lambda text: len(text) * 1.0,
)  # fmt: skip
_NUMBERS: tuple[Callable[[Any], Any], ...] = (
    float, lambda number: number + 0.5, str, lambda number: -number - 1, lambda number: number + 2**31,
    lambda number: 2**53 - 1, lambda number: 2**53, lambda number: 10**30, lambda number: 1e400, lambda number: 0,
    lambda number: 2**31 - 1, lambda number: 2**31, lambda number: -1, lambda number: 0.0, lambda number: -0.0,
    lambda number: 90.000001, lambda number: -180, lambda number: float("nan"), bool, lambda number: 1e3,
    lambda number: [number], lambda number: f"{number}", lambda number: 1e-320,
)  # fmt: skip
_LISTS: tuple[Callable[[Any], Any], ...] = (
    lambda items: [], lambda items: items * 2, lambda items: dict(enumerate(map(str, items))), lambda items: items[0],
    lambda items: [items], lambda items: [*items, None], lambda items: [*items, {}], lambda items: None,
)  # fmt: skip
_ANY: tuple[Any, ...] = (None, True, False, 0, 1, "", "x", [], {}, [[]], [{}], 1.5, "null", "1")


@cache
def examples(kind: str) -> tuple[Any, ...]:
    """Return the examples of a type that should pass."""
    return tuple(json.loads(path.read_text("utf-8")) for path in sorted((PASS / kind).glob("*.json")))


@cache
def codes() -> tuple[str, ...]:
    """Return every code of every schema, so that conditions change sides."""
    found: set[str] = {"content", "source", "cue", "quote", "addressee", "trigger", "place", "date", "speaker"}

    def look(part: Any) -> None:
        if isinstance(part, dict):
            found.update(one for one in part.get("enum", ()) if isinstance(one, str))
        for one in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
            look(one)

    for kind in TYPES:
        look(load(kind))
    return tuple(sorted(found))


@cache
def fields() -> tuple[str, ...]:
    """Return every name of a field."""
    models = [load(kind) for kind in TYPES]
    parts = [part for schema in models for part in (schema, *schema.get("$defs", {}).values())]
    return tuple(sorted({name for part in parts for name in part.get("properties", {})}))


def paths(document: Any, here: Path_ = ()) -> Iterator[Path_]:
    """Yield the path of every value in a document, the whole first."""
    yield here
    items = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for step, value in items:
        yield from paths(value, (*here, step))


def bases(kind: str) -> st.SearchStrategy[Any]:
    """Documents of a type that fit: the examples, and generated records."""
    generated = [data(BY_TYPE[kind])] if kind in BY_TYPE else []
    return st.one_of(st.sampled_from(examples(kind)), *generated)


def variants(base: Any, count: int, seed: int) -> Iterator[Any]:
    """Yield documents: *base* itself and copies of it that are changed at up to three places.

    The changes come from a seed and not from hypothesis, which takes much longer to draw a document than to judge it.
    """
    chance = Random(seed)
    yield base
    for _ in range(count - 1):
        document = base
        for _ in range(chance.choice((1, 1, 1, 2, 3))):
            document = _changed(chance, document)
        yield document


def _changed(chance: Random, document: Any) -> Any:
    document = copy.deepcopy(document)
    path = chance.choice(list(paths(document)))
    if not path:
        return _other(chance, document)
    home = document
    for step in path[:-1]:
        home = home[step]
    last = path[-1]
    if chance.random() < 0.2:
        value = home.pop(last)
        if isinstance(home, dict) and chance.random() < 0.5:
            home[chance.choice((str(last).upper(), f"{last} ", f"{last}s", *fields()))] = value
    else:
        home[last] = _other(chance, home[last])
    return document


def _other(chance: Random, value: Any) -> Any:
    if chance.random() < 0.1:
        return copy.deepcopy(chance.choice(_ANY))
    if isinstance(value, dict):
        extra = chance.choice((*fields(), "Id", "id\n", "$schema", "", "ｉｄ"))
        return {**value, extra: copy.deepcopy(chance.choice((*_ANY, "a text", 7)))}
    if isinstance(value, list) and value:
        return copy.deepcopy(chance.choice(_LISTS)(value))
    if isinstance(value, bool):
        return chance.choice((False, 1, 0, "true", 1.0, None))
    if isinstance(value, int | float):
        return chance.choice(_NUMBERS)(value)
    if isinstance(value, str):
        return chance.choice(codes()) if chance.random() < 0.25 else chance.choice(_TEXTS)(value)
    return chance.choice(_ANY)
