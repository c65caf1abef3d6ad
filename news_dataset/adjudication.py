"""Merge two annotations of the same texts into a layer in which every difference waits for a decision.

Records are matched as ``agreement`` matches them. Of what both have, A's record is written; where B has something else,
a comment above the line says what both have. ``fmt`` keeps comments, and any editor finds them.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from news_dataset import reliability
from news_dataset.atomic import new_output, sweep
from news_dataset.collection import HOST_TYPES, Collection, texts_in
from news_dataset.curate.canonical import flow
from news_dataset.curate.folder import base_of
from news_dataset.curate.writing import Data, as_json, record_text
from news_dataset.entries import Entry
from news_dataset.errors import UsageError
from news_dataset.filesystem import write_new
from news_dataset.folders import profile_above
from news_dataset.markup import visible
from news_dataset.profile import BASE
from news_dataset.reader.document import step
from news_dataset.records import Record
from news_dataset.records.fields import NUMBERED
from news_dataset.reliability import Agreement
from news_dataset.reliability.differences import differences
from news_dataset.reliability.layer import Layer
from news_dataset.source_form import FRAGMENTS, SPAN, WORDS, Expanded, shorten, span_text
from news_dataset.spans import PERMITTING

MARK = "# decide:"
"""How a comment begins that asks for a decision."""

_ASIDE = ("mentions", "topics", "event_participants", "names", "offices", "value_sources")
"""Lists that not every reader is asked for."""

_LINE = 120  # the longest name
_DEPTH = 2  # folders between a layer and ``dataset.yaml``: layers/NAME


@dataclass(frozen=True, slots=True)
class Decision:
    """A difference that is marked in a merged layer.

    Args:
        a: the id of the record in A; None where only B has it.
        b: the id of the record in B; None where only A has it.
        field: what differs; empty where it is the whole record.
        value_a: what A has, as the mark says it.
        value_b: what B has.
    """

    a: str | None
    b: str | None
    field: str = ""
    value_a: str = ""
    value_b: str = ""


@dataclass(frozen=True, slots=True)
class Adjudicated:
    """A merged layer.

    Args:
        path: its folder.
        records: how many records it holds.
        decisions: the differences that are marked in it.
        needs: the dataset whose profile it needs to be valid and does not find where it lies; empty as a rule.
    """

    path: Path
    records: int
    decisions: tuple[Decision, ...]
    needs: str = ""


def adjudicate(a: Path, b: Path, folder: Path | None, output: Path | None) -> Adjudicated:
    """Write a merged layer; arguments and errors as ``Dataset.adjudicate``."""
    sides = Collection.open(a), Collection.open(b)
    out = output or _layers(sides, folder) / "adjudicated"
    sweep(out.absolute())
    if os.path.lexists(out) and not (out.is_dir() and not any(out.iterdir())):
        raise UsageError(f"{out} is there already: remove it, or name another folder with -o")
    found, host = reliability.agreement(*sides), dict[str, Data]()
    if out.parent.name == "layers" and (out.parent.parent / "curated").is_dir():
        host = {entry.id: _data(entry) for entry in Collection.open(out.parent.parent).of(*HOST_TYPES)}
    merged = Merge(*sides, found, host)
    with new_output(out) as new:
        for identity in merged.records:
            kind, _, name = identity.partition("/")
            model = sides[0].profile.by_type[kind]
            path = Path(model.table, f"{name}.yaml")
            text = record_text(out / path, out, out.parent, model, merged.text(identity))
            write_new(new / path, text)
    found_there = {BASE, profile_above(out, _DEPTH)}
    needs = next((side.profile.name for side in sides if side.profile not in found_there), "")
    return Adjudicated(out, len(merged.records), tuple(merged.decisions), needs)


def _layers(sides: Iterable[Collection], folder: Path | None) -> Path:
    """Return the folder of layers of a dataset: of the one that is named, else of the one that A or B belongs to."""
    if folder:
        return base_of(Collection.open(folder)) / "layers"
    for side in sides:
        place = side.path if side.path.name else side.path.resolve()
        if place.parent.name == "layers":
            return place.parent
        if side.home:
            return base_of(side) / "layers"
    raise UsageError("neither annotation lies in a dataset: name one with -C FOLDER, or the new folder with -o OUT")


class Side:
    """One reader: the name, what was annotated, and each record with all that it refers to, by id."""

    def __init__(self, collection: Collection, layer: Layer, name: str) -> None:
        self.name, self.layer = name, layer
        known = {entry.id: entry for entry in (*collection.host, *collection.of())}
        judged = [*self.layer.statements, *self.layer.events, *self.layer.assessments]
        waiting, records = [*self.layer.numbers, *judged], dict[str, Entry]()
        while waiting:
            if (one := waiting.pop()) in known and one not in records:
                records[one] = known[one]
                waiting += texts_in(known[one].data)
        self.records = dict(sorted(records.items()))
        self.fields = {(entry.kind, name) for entry in records.values() for name in _data(entry)}

    def compared(self, other: Side) -> set[str]:
        """Return the records that need a partner: assessments only if both readers have some."""
        assessments = self.layer.assessments if other.layer.assessments else ()
        return {*self.layer.statements, *self.layer.events, *assessments}

    def words(self) -> Iterator[tuple[str, Any]]:
        """Yield the spans that have words beside them, with these."""
        for entry in self.records.values():
            data = _data(entry)
            for pointers, words in entry.words:
                rows = (pointer.split("/") for pointer in pointers)
                yield FRAGMENTS.join(span_text(data[name][int(at)]) for _, name, at in rows), words


class Merge:
    """The records of two readers as those of one, without those that the dataset *host* has just so."""

    def __init__(self, a: Collection, b: Collection, found: Agreement, host: Mapping[str, Data]) -> None:
        names = ["; ".join(side.annotators) for side in (found.a, found.b)]
        names = names if names[0] != names[1] else [str(a.path), str(b.path)]
        layers = Layer.both(a, b, found.texts)
        self.a, self.b = Side(a, layers[0], names[0]), Side(b, layers[1], names[1])
        self.ids = _ids(self.a, self.b, found)
        self.entries = {self.ids[one]: entry for one, entry in self.b.records.items()} | self.a.records
        self.records = {one: _data(entry) for one, entry in self.a.records.items()}
        rights = {_data(side.records[one])["rights"] for side in (self.a, self.b) for one in side.layer.numbers}
        self.words = dict([*self.a.words(), *self.b.words()]) if rights <= {*PERMITTING} else {}
        self.marks: dict[str, dict[str, list[str]]] = {}
        self.decisions: list[Decision] = []
        self._merge(host)

    def text(self, identity: str) -> str:
        """Return a record with its marks as YAML, not yet in canonical form."""
        data, marks, entry = self.records[identity], self.marks.get(identity, {}), self.entries[identity]
        short = shorten(Expanded(data, {}, entry.source.words if self.words else ()), entry.model, marks)
        above: dict[str, list[str]] = {}
        for pointer, comments in marks.items():
            holder, _, key = short.places.get(f"{pointer}/role", "").rpartition("/")
            is_key = key in (short.data.get(holder[1:], {}) if holder else short.data)
            place = f"{holder}/{key}" if is_key else short.places.get(pointer, pointer)
            above.setdefault(place, []).extend(comments)
        return "".join(f"{line}\n" for line in _lines(short.data, above))

    def _merge(self, host: Mapping[str, Data]) -> None:
        """Add B's records to A's, and mark what differs."""
        twins = {self.ids[one]: one for one in self.b.records if self.ids[one] in self.records}
        for one, twin in twins.items():
            self._compare(one, twin, _mapped(_data(self.b.records[twin]), self.ids))
        nothing: dict[str, str] = {}
        for side, other, ids in ((self.a, self.b, nothing), (self.b, self.a, self.ids)):
            for one in side.records:
                new, compared = ids.get(one, one), one in side.compared(other)
                data = self.records.setdefault(new, _mapped(_data(side.records[one]), ids))
                if new not in twins and compared and data != host.get(new):
                    there = f", as {one}" if one != new else ""
                    self._comment(new, "/id", f"{MARK} only {side.name} has this{there}; {other.name} has not")
                    self.decisions.append(Decision(one, None) if side is self.a else Decision(None, one))
        for one in self.a.layer.numbers if self.decisions else ():
            self.records[one]["status"] = "draft"
        for one in [one for one, data in self.records.items() if host.get(one) == data and one not in self.marks]:
            del self.records[one]  # the layer may refer to it where it is

    def _compare(self, one: str, twin: str, theirs: Data) -> None:
        """Mark where a record of A differs from that of B, which is given with A's ids."""
        ours, kind, entry = self.records[one], one.partition("/")[0], self.b.records[twin]
        aside = {name for name in _ASIDE if not {(kind, name)} <= self.a.fields & self.b.fields}
        ours |= {name: theirs[name] for name in aside & theirs.keys()}  # A has none anywhere
        if kind == "article":
            names = "; ".join(dict.fromkeys([ours["annotator"], theirs["annotator"]]))
            ours |= {"annotator": names} if len(names) <= _LINE else {}
        mine, its = ({name: data[name] for name in data if name not in aside} for data in (ours, theirs))
        rows = differences(mine, its, self.entries[one].model)
        found = [(at, name, self._said(a), self._said(b)) for at, name, a, b in rows]
        if found and isinstance(entry.row, Record):
            self._comment(one, "/id", f"# {self.b.name} has this as {twin}: {entry.row.label}")
        for pointer, name, a, b in found:
            place = pointer if pointer.split("/")[1] in ours else "/id"
            self._comment(one, place, f"{MARK} {name}: {a} ({self.a.name}), {b} ({self.b.name})")
            self.decisions.append(Decision(one, twin, name, a, b))

    def _comment(self, one: str, pointer: str, words: str) -> None:
        """Put a comment above the line of a pointer."""
        self.marks.setdefault(one, {}).setdefault(pointer, []).append(visible(words))

    def _said(self, value: Any) -> str:
        """Return a value as it is written in the source form, on one line."""
        if value is None:
            return "absent"
        if isinstance(value, dict):
            return f"{{{', '.join(f'{name}: {self._said(one)}' for name, one in value.items())}}}"
        if isinstance(value, list):
            return f"[{', '.join(map(self._said, value))}]"
        if isinstance(value, str) and value in self.words:
            return f"{{{WORDS}: {flow(self.words[value])}, {SPAN}: {flow(value)}}}"
        return flow(value) if isinstance(value, str) else json.dumps(value)


def _ids(a: Side, b: Side, found: Agreement) -> dict[str, str]:
    """Return for each id of B the one in the merged layer: that of A's record where both have it, else a free one."""
    texts = {number: identity for identity, number in reversed(list(a.layer.numbers.items()))}
    ids = {identity: texts[number] for identity, number in b.layer.numbers.items()}
    ids |= {pair.b: pair.a for pair in (*found.statements.pairs, *found.events.pairs)}
    taken, paired = set(a.records), set(ids.values())
    alone = {one.id for one in found.unmatched if one.side == "b"}
    judged = {(one.target, one.aspect): one.id for one in a.layer.assessments.values()}
    for one in sorted(b.records.keys() - ids.keys(), key=lambda one: (one.startswith("assessment/"), one)):
        kind, slug, *_ = one.split("/")
        own = b.layer.assessments.get(one)
        twin = judged.get((ids.get(own.target, ""), own.aspect)) if own else None
        if kind in NUMBERED and not twin:
            prefix = f"{kind}/{ids.get(f'article/{slug}', f'article/{slug}').partition('/')[2]}/"
            last = max((int(other.removeprefix(prefix)) for other in taken if other.startswith(prefix)), default=0)
            ids[one] = f"{prefix}{last + 1:02d}"
        elif not twin and one in taken and (one not in a.records or one in paired or one in alone):
            ids[one] = next(other for at in count(2) if (other := f"{one}-{at}") not in taken)
        else:
            ids[one] = twin or one
        taken.add(ids[one])
    return ids


def _lines(data: Mapping[str, Any], above: Mapping[str, list[str]], at: str = "", indent: str = "") -> Iterator[str]:
    """Yield a mapping as YAML, with the comments above its fields and rows."""
    for name, value in data.items():
        pointer = step(at, name)
        yield from (indent + comment for comment in above.get(pointer, ()))
        if not any(place.startswith(f"{pointer}/") for place in above):
            yield f"{indent}{json.dumps(name)}: {as_json(value)}"
            continue
        yield f"{indent}{json.dumps(name)}:"
        if isinstance(value, dict):
            yield from _lines(value, above, pointer, f"{indent}  ")
        for number, row in enumerate(value if isinstance(value, list) else ()):
            place = step(pointer, number)
            yield from (indent + comment for comment in above.get(place, ()))
            yield f"{indent}-{'' if isinstance(row, dict) else f' {as_json(row)}'}"
            yield from _lines(row, above, place, f"{indent}  ") if isinstance(row, dict) else ()


def _data(entry: Entry) -> Data:
    return entry.row.to_dict() if entry.row else {}


def _mapped(value: Any, ids: Mapping[str, str]) -> Any:
    """Return data with other ids."""
    if isinstance(value, dict):
        return {name: _mapped(one, ids) for name, one in value.items()}
    if isinstance(value, list):
        return [_mapped(one, ids) for one in value]
    return ids.get(value, value) if isinstance(value, str) else value
