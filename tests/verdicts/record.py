"""Record the verdicts: ``python -m tests.verdicts.record``.

What is committed was recorded at commit 9364259 (whose engine is that of f0e6d92), when the checks across rows of
large files were those of ``news_dataset/scale``, on numpy and Polars. It guards the engine that came after it. So do
not record anew to make a test pass: a difference that is meant goes into ``differences.yaml``, with the reason.
``--add`` records only datasets that are not there yet, as a new patch needs.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tests.verdicts.corpus import LARGE, SMALL, names, verdicts
from tests.verdicts.patches import HERE, in_json
from tests.verdicts.verdict import NUMBERS, Accepted, Verdict

VERDICTS, MESSAGES, DIFFERENCES = HERE / "verdicts.json", HERE / "messages.json.gz", HERE / "differences.yaml"
BASE = "base"
"""The sound dataset: the counts of all others are stored as far as they differ from its."""

Stored = dict[str, dict[str, Any]]
"""Verdicts by dataset and form; instead of one the name of a form before it of which the same is stored. The first
entry, ``reasons``, lists why units were skipped; counts are checked, failed, warned, skipped (by number of the reason),
without zeros at the end."""


def read() -> tuple[Stored, Stored]:
    """Return the recorded verdicts and messages as they are stored, by dataset and form."""
    return json.loads(VERDICTS.read_text("utf-8")), json.loads(gzip.decompress(MESSAGES.read_bytes()))


@cache
def recorded() -> dict[str, dict[str, Verdict]]:
    """Return the recorded verdicts by dataset and form."""
    stored, messages = read()
    reasons, found = stored.pop("reasons")["all"], dict[str, dict[str, Verdict]]()
    for name, forms in stored.items():
        found[name] = {}
        for form, one in forms.items():
            full = forms[one] if isinstance(one, str) else one
            if name != BASE and "counts" in full:
                full = full | {"counts": stored[BASE][form]["counts"] | full["counts"]}
            found[name][form] = _verdict(full, messages[name][form], reasons)
    return found


def _verdict(stored: dict[str, Any], messages: list[str], reasons: list[str]) -> Verdict:
    if "raises" in stored:
        return Verdict(raises=stored["raises"])
    counts = {}
    for code, (*numbers, skipped) in ((code, _padded(packed)) for code, packed in stored["counts"].items() if packed):
        count = dict(zip(NUMBERS, numbers, strict=True)) | {reasons[int(at)]: many for at, many in skipped.items()}
        counts[code] = {name: number for name, number in count.items() if number}
    return Verdict(stored["issues"], messages, counts)


def _padded(packed: list[Any]) -> list[Any]:
    *numbers, last = packed
    numbers, skipped = (numbers, last) if isinstance(last, dict) else (packed, {})
    return [*numbers, *[0] * (len(NUMBERS) - len(numbers)), skipped]


def _stored(verdict: Verdict, base: dict[str, Any], reasons: list[str]) -> dict[str, Any]:
    """Return a verdict without its messages; its counts as far as they differ from those stored of the base."""
    if verdict.raises:
        return {"raises": verdict.raises}
    counts = {code: _packed(count, reasons) for code, count in verdict.counts.items()}
    codes = sorted({*counts, *base})
    return {
        "issues": verdict.issues,
        "counts": {code: counts.get(code, []) for code in codes if counts.get(code) != base.get(code)},
    }


def _packed(count: dict[str, int], reasons: list[str]) -> list[Any]:
    reasons += [name for name in count if name not in (*NUMBERS, *reasons)]
    numbers = [count.get(name, 0) for name in NUMBERS]
    while numbers and not numbers[-1]:
        numbers.pop()
    skipped = {str(reasons.index(name)): many for name, many in count.items() if name not in NUMBERS}
    return [*numbers, *[0] * (len(NUMBERS) - len(numbers)), skipped] if skipped else numbers


@cache
def accepted() -> list[Accepted]:
    """Return the differences that are meant."""
    return [Accepted(**one) for one in yaml.safe_load(DIFFERENCES.read_text("utf-8")) or []]


def main() -> int:
    """Record what is said now."""
    stored, messages = read() if "--add" in sys.argv else ({"reasons": {"all": []}}, {})
    reasons = stored["reasons"]["all"]
    with TemporaryDirectory() as folder:
        for name in [name for name in names() if name not in stored]:
            found = dict(verdicts(name, (*SMALL, *LARGE), Path(folder)))
            forms: dict[str, Any] = {}
            for form, one in found.items():
                new = _stored(one, {} if name == BASE else stored[BASE][form]["counts"], reasons)
                forms[form] = next((other for other, known in forms.items() if known == new), new)
            stored[name] = forms
            messages[name] = {form: one.messages for form, one in found.items()}
    VERDICTS.write_text("".join(_lines(stored)), "utf-8")
    MESSAGES.write_bytes(gzip.compress(json.dumps(messages, ensure_ascii=False).encode(), mtime=0))
    return 0


def _lines(stored: Stored) -> Iterator[str]:
    """Yield JSON with one verdict a line."""
    yield "{\n"
    for last, (name, forms) in enumerate(stored.items(), 1 - len(stored)):
        texts = [f"{json.dumps(form)}:{in_json(one, separators=(',', ':'))}" for form, one in forms.items()]
        body = ",\n".join(texts)
        yield f"{json.dumps(name)}:{{\n{body}\n}}{',' if last else ''}\n"
    yield "}\n"


if __name__ == "__main__":
    sys.exit(main())
