"""Merge two annotations of the same texts into a layer in which a comment marks every difference.

Records are aligned as for ``agreement``. Of aligned records, that of A is written; where B's differs, a comment above
the line gives both values. ``fmt`` keeps comments, and any editor can search for them.
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
"""The beginning of a comment that asks for a decision."""

_OPTIONAL_LISTS = ("mentions", "topics", "event_participants", "names", "offices", "value_sources")
"""Lists that readers may have been asked to leave out."""

_MAX_ANNOTATOR = 120  # the longest value of the field annotator
_LAYER_DEPTH = 2  # levels of folders from a layer, layers/NAME, up to ``dataset.yaml``


@dataclass(frozen=True, slots=True)
class Decision:
    """A difference that a comment marks in a merged layer.

    Args:
        a: the id of the record in A; None where only B has it.
        b: the id of the record in B; None where only A has it.
        field: the field that differs; empty where only one has the record.
        value_a: the value of A, as in the comment.
        value_b: the value of B, likewise.
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
        records: the number of its records.
        decisions: its marked differences.
        needs: the name of the profile that it needs to be valid, if its folder does not provide it; else empty.
    """

    path: Path
    records: int
    decisions: tuple[Decision, ...]
    needs: str = ""


def adjudicate(a: Path, b: Path, folder: Path | None, output: Path | None) -> Adjudicated:
    """Write a merged layer; arguments and errors as ``Dataset.adjudicate``."""
    sides = Collection.open(a), Collection.open(b)
    out = output or _layers_folder(sides, folder) / "adjudicated"
    sweep(out.absolute())
    if os.path.lexists(out) and not (out.is_dir() and not any(out.iterdir())):
        raise UsageError(f"{out} exists already: remove it, or name another folder with -o")
    agreement, base_records = reliability.agreement(*sides), dict[str, Data]()
    if out.parent.name == "layers" and (out.parent.parent / "curated").is_dir():
        base_records = {entry.id: _record_data(entry) for entry in Collection.open(out.parent.parent).of(*HOST_TYPES)}
    merged = Merge(*sides, agreement, base_records)
    with new_output(out) as new:
        for id_ in merged.records:
            kind, _, name = id_.partition("/")
            model = sides[0].profile.by_type[kind]
            path = Path(model.table, f"{name}.yaml")
            text = record_text(out / path, out, out.parent, model, merged.text(id_))
            write_new(new / path, text)
    available = {BASE, profile_above(out, _LAYER_DEPTH)}
    needs = next((side.profile.name for side in sides if side.profile not in available), "")
    return Adjudicated(out, len(merged.records), tuple(merged.decisions), needs)


def _layers_folder(sides: Iterable[Collection], folder: Path | None) -> Path:
    """Return the folder ``layers`` of the dataset *folder*, else of the dataset that A or B belongs to.

    Raises:
        UsageError: none of them is given or found.
    """
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
    """One annotation, its reader's name, and all records that it refers to."""

    def __init__(self, collection: Collection, layer: Layer, name: str) -> None:
        self.name, self.layer = name, layer
        known = {entry.id: entry for entry in (*collection.host, *collection.of())}
        to_visit = [*self.layer.numbers, *self.layer.statements, *self.layer.events, *self.layer.assessments]
        records: dict[str, Entry] = {}
        while to_visit:
            if (id_ := to_visit.pop()) in known and id_ not in records:
                records[id_] = known[id_]
                to_visit += texts_in(known[id_].data)  # among them the ids of records that it refers to
        self.records = dict(sorted(records.items()))
        self.fields = {(entry.kind, name) for entry in records.values() for name in _record_data(entry)}

    def compared(self, other: Side) -> set[str]:
        """Return the ids of records that need a partner, of assessments if both have any."""
        assessments = self.layer.assessments if other.layer.assessments else ()
        return {*self.layer.statements, *self.layer.events, *assessments}

    def words(self) -> Iterator[tuple[str, Any]]:
        """Yield each span that the file gives with its words, in the source form, and the words."""
        for entry in self.records.values():
            data = _record_data(entry)
            for pointers, words in entry.words:
                rows = (pointer.split("/") for pointer in pointers)
                yield FRAGMENTS.join(span_text(data[name][int(index)]) for _, name, index in rows), words


class Merge:
    """Two annotations merged: ``records``, ``decisions``, and ``marks``, the comments by record and JSON Pointer.

    Args:
        a: the annotation whose ids and values are kept.
        b: the other annotation.
        agreement: their agreement.
        host: records of the dataset around the layer; those that are equal there are left out of the layer.
    """

    def __init__(self, a: Collection, b: Collection, agreement: Agreement, host: Mapping[str, Data]) -> None:
        names = ["; ".join(side.annotators) for side in (agreement.a, agreement.b)]
        names = names if names[0] != names[1] else [str(a.path), str(b.path)]
        layers = Layer.both(a, b, agreement.texts)
        self.a, self.b = Side(a, layers[0], names[0]), Side(b, layers[1], names[1])
        self.ids = _merged_ids(self.a, self.b, agreement)
        self.entries = {self.ids[id_]: entry for id_, entry in self.b.records.items()} | self.a.records
        self.records = {id_: _record_data(entry) for id_, entry in self.a.records.items()}
        rights = {_record_data(side.records[id_])["rights"] for side in (self.a, self.b) for id_ in side.layer.numbers}
        self.words = dict([*self.a.words(), *self.b.words()]) if rights <= {*PERMITTING} else {}
        self.marks: dict[str, dict[str, list[str]]] = {}
        self.decisions: list[Decision] = []
        self._merge(host)

    def text(self, id_: str) -> str:
        """Return a record with its comments as YAML, not yet in canonical form."""
        data, marks, entry = self.records[id_], self.marks.get(id_, {}), self.entries[id_]
        short = shorten(Expanded(data, {}, entry.source.words if self.words else ()), entry.model, marks)
        comments_above: dict[str, list[str]] = {}
        for pointer, comments in marks.items():
            holder, _, key = short.places.get(f"{pointer}/role", "").rpartition("/")
            is_key = key in (short.data.get(holder[1:], {}) if holder else short.data)
            place = f"{holder}/{key}" if is_key else short.places.get(pointer, pointer)
            comments_above.setdefault(place, []).extend(comments)
        return "".join(f"{line}\n" for line in _lines(short.data, comments_above))

    def _merge(self, host: Mapping[str, Data]) -> None:
        """Add B's records to A's, mark the differences, and set articles to draft if there are any."""
        aligned = {self.ids[id_]: id_ for id_ in self.b.records if self.ids[id_] in self.records}
        for id_, id_b in aligned.items():
            self._compare(id_, id_b, _with_ids(_record_data(self.b.records[id_b]), self.ids))
        unchanged: dict[str, str] = {}
        for side, other, ids in ((self.a, self.b, unchanged), (self.b, self.a, self.ids)):
            for id_ in side.records:
                merged_id, compared = ids.get(id_, id_), id_ in side.compared(other)
                data = self.records.setdefault(merged_id, _with_ids(_record_data(side.records[id_]), ids))
                if merged_id not in aligned and compared and data != host.get(merged_id):
                    note = f", as {id_}" if id_ != merged_id else ""
                    self._comment(merged_id, "/id", f"{MARK} only {side.name} has this{note}; {other.name} has not")
                    self.decisions.append(Decision(id_, None) if side is self.a else Decision(None, id_))
        for id_ in self.a.layer.numbers if self.decisions else ():
            self.records[id_]["status"] = "draft"
        for id_ in [id_ for id_, data in self.records.items() if host.get(id_) == data and id_ not in self.marks]:
            del self.records[id_]  # the layer can refer to it in the dataset

    def _compare(self, id_: str, id_b: str, theirs: Data) -> None:
        """Mark where the record *id_* of A differs from *id_b* of B, whose data *theirs* has the ids of A."""
        ours, kind, entry = self.records[id_], id_.partition("/")[0], self.b.records[id_b]
        optional = {name for name in _OPTIONAL_LISTS if not {(kind, name)} <= self.a.fields & self.b.fields}
        ours |= {name: theirs[name] for name in optional & theirs.keys()}  # no record of A has this list
        if kind == "article":
            names = "; ".join(dict.fromkeys([ours["annotator"], theirs["annotator"]]))
            ours |= {"annotator": names} if len(names) <= _MAX_ANNOTATOR else {}
        of_a, of_b = ({name: data[name] for name in data if name not in optional} for data in (ours, theirs))
        rows = differences(of_a, of_b, self.entries[id_].model)
        differing = [(pointer, name, self._shown(a), self._shown(b)) for pointer, name, a, b in rows]
        if differing and isinstance(entry.row, Record):
            self._comment(id_, "/id", f"# {self.b.name} has this as {id_b}: {entry.row.label}")
        for pointer, name, a, b in differing:
            place = pointer if pointer.split("/")[1] in ours else "/id"
            self._comment(id_, place, f"{MARK} {name}: {a} ({self.a.name}), {b} ({self.b.name})")
            self.decisions.append(Decision(id_, id_b, name, a, b))

    def _comment(self, id_: str, pointer: str, comment: str) -> None:
        """Add a comment to the line of a JSON Pointer in a record."""
        self.marks.setdefault(id_, {}).setdefault(pointer, []).append(visible(comment))

    def _shown(self, value: Any) -> str:
        """Return a value on one line, as in the source form; None is ``absent``."""
        if value is None:
            return "absent"
        if isinstance(value, dict):
            return f"{{{', '.join(f'{name}: {self._shown(item)}' for name, item in value.items())}}}"
        if isinstance(value, list):
            return f"[{', '.join(map(self._shown, value))}]"
        if isinstance(value, str) and value in self.words:
            return f"{{{WORDS}: {flow(self.words[value])}, {SPAN}: {flow(value)}}}"
        return flow(value) if isinstance(value, str) else json.dumps(value)


def _merged_ids(a: Side, b: Side, agreement: Agreement) -> dict[str, str]:
    """Return for each id of B the one in the merged layer.

    It is that of its partner in A, else its own or, if that is taken, a free one.
    """
    articles = {number: article for article, number in reversed(list(a.layer.numbers.items()))}
    ids = {article: articles[number] for article, number in b.layer.numbers.items()}
    ids |= {pair.b: pair.a for pair in (*agreement.statements.pairs, *agreement.events.pairs)}
    taken, paired = set(a.records), set(ids.values())
    unmatched = {record.id for record in agreement.unmatched if record.side == "b"}
    assessments_of_a = {(row.target, row.aspect): row.id for row in a.layer.assessments.values()}
    for id_ in sorted(b.records.keys() - ids.keys(), key=lambda id_: (id_.startswith("assessment/"), id_)):
        kind, slug, *_ = id_.split("/")
        assessment = b.layer.assessments.get(id_)
        partner = assessments_of_a.get((ids.get(assessment.target, ""), assessment.aspect)) if assessment else None
        if kind in NUMBERED and not partner:
            prefix = f"{kind}/{ids.get(f'article/{slug}', f'article/{slug}').partition('/')[2]}/"
            last = max((int(other.removeprefix(prefix)) for other in taken if other.startswith(prefix)), default=0)
            ids[id_] = f"{prefix}{last + 1:02d}"
        elif not partner and id_ in taken and (id_ not in a.records or id_ in paired or id_ in unmatched):
            ids[id_] = next(other for number in count(2) if (other := f"{id_}-{number}") not in taken)
        else:
            ids[id_] = partner or id_
        taken.add(ids[id_])
    return ids


def _lines(data: Mapping[str, Any], above: Mapping[str, list[str]], base: str = "", indent: str = "") -> Iterator[str]:
    """Yield the lines of a mapping as YAML.

    Args:
        data: the mapping.
        above: the comments above fields and rows, by JSON Pointer.
        base: the JSON Pointer of the mapping.
        indent: the blanks before each line.
    """
    for name, value in data.items():
        pointer = step(base, name)
        yield from (indent + comment for comment in above.get(pointer, ()))
        if not any(commented.startswith(f"{pointer}/") for commented in above):
            yield f"{indent}{json.dumps(name)}: {as_json(value)}"
            continue
        yield f"{indent}{json.dumps(name)}:"
        if isinstance(value, dict):
            yield from _lines(value, above, pointer, f"{indent}  ")
        for number, row in enumerate(value if isinstance(value, list) else ()):
            row_pointer = step(pointer, number)
            yield from (indent + comment for comment in above.get(row_pointer, ()))
            yield f"{indent}-{'' if isinstance(row, dict) else f' {as_json(row)}'}"
            yield from _lines(row, above, row_pointer, f"{indent}  ") if isinstance(row, dict) else ()


def _record_data(entry: Entry) -> Data:
    """Return the fields of a record; empty if it cannot be read."""
    return entry.row.to_dict() if entry.row else {}


def _with_ids(value: Any, ids: Mapping[str, str]) -> Any:
    """Return a copy of *value* with every text that is a key of *ids* replaced."""
    if isinstance(value, dict):
        return {name: _with_ids(item, ids) for name, item in value.items()}
    if isinstance(value, list):
        return [_with_ids(item, ids) for item in value]
    return ids.get(value, value) if isinstance(value, str) else value
