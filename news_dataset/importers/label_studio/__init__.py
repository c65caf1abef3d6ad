"""Reads JSON exports of Label Studio, with the annotations of texts: ``JSON``, and roughly ``JSON_MIN``.

A task is a document for each of its annotations (``completions`` in old exports), with the task's id, and
``completed_by`` as the annotator: email, name or number. A task without annotations is a document without any.

- **Text.** The value of ``data`` that the regions are of: by the name of the tag (``to_name``), ``text``, or the only
  text there is. It is never opened, also if it is a path or URL. Regions of another text make a document of their
  own, with that name in its id. The other values of ``data`` are attributes.
- **Offsets** count code points or, in exports of old editors, UTF-16 units: the unit is the one in which the words
  are those that ``value.text`` declares (a line break may be spelled as a backslash and an n there). Where two places
  have them, or no words are declared behind a character of two units, it is in quarantine. So are offsets in HTML.
- **Annotations.** Results of one id are one region. The type is the first label, or the name of the control where it
  has none; ``labels`` has all labels if there are several, ``from_name`` the control if labels are of several. What
  other controls say of a region are attributes by their names; what they say of the whole task are attributes of the
  document. ``meta`` is ``meta.<key>``, and a region within another has a link ``parent``.
- **Relations** are annotations without words: links ``from`` and ``to``, ``direction``, and the first label as the
  type (``relation`` without). Those that ``news_dataset.exporters.label_studio`` writes are links and fragments
  again.
- **Aside**: predictions, drafts, and annotations that were cancelled.
- **Left out**: times, and how the editor shows a region. ``ground_truth`` is an attribute where it is true.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from news_dataset.annotations import Aside, Document, Quarantined
from news_dataset.exporters.label_studio import OWN
from news_dataset.importers.files import SourceFile, all_files
from news_dataset.importers.inputs import Attributes
from news_dataset.importers.label_studio.places import text_name
from news_dataset.importers.label_studio.results import Results, attribute
from news_dataset.importers.soundness import sound
from news_dataset.strict_json import NotJsonError, flaw_in, parse_leniently

_LAYERS = ("annotations", "completions", "predictions", "drafts")
_CANCELLED = ("was_cancelled", "its annotator skipped the task")
_ASIDE = {"predictions": ("prediction", "a model made it"), "drafts": ("draft", "its annotator did not submit it")}
_MINIMAL = {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"}


def read(source: Path) -> Iterator[Document]:
    """Yield the documents of a file, folder or zip archive.

    A task that cannot be read comes without text, with what is wrong in quarantine.

    Raises:
        FileNotFoundError: there is no such file or folder.
        UnsafeInputError: a file is unsafe: a link, or too large.
    """
    for file in all_files(source):
        if file.name.lower().endswith(".json"):
            yield from map(sound, _tasks(file))


def _tasks(file: SourceFile) -> Iterator[Document]:
    """Yield the documents of the tasks of a file."""
    stem = PurePosixPath(file.name).with_suffix("").as_posix()
    try:
        tasks = parse_leniently(file.read())
        tasks = [tasks] if isinstance(tasks, dict) else tasks
        if not isinstance(tasks, list):
            raise NotJsonError(flaw_in(tasks) or "is not a list of tasks")
    except NotJsonError as error:
        yield _unreadable(file.path, stem, str(error), error.line)
        return
    for number, task in enumerate(tasks, 1):
        default = f"{stem}-{number}"
        if not isinstance(task, dict):
            yield _unreadable(file.path, default, f"task {number} {flaw_in(task) or 'is not an object'}")
            continue
        task_id = task["id"] if type(task.get("id")) in (int, str) else default
        full = task if "data" in task else _full(task)
        shell = {name: value for name, value in full.items() if name not in _LAYERS}
        values = full["data"].values() if isinstance(full["data"], dict) else ()
        has_text = any(isinstance(value, str) for value in values)
        if fault := flaw_in(shell) or ("" if has_text else "is not a task: it has no data with a text"):
            yield _unreadable(file.path, default if flaw_in(task_id) else str(task_id), f"task {number} {fault}")
        else:
            yield from _documents(file.path, str(task_id), full)


def _unreadable(path: str, task_id: str, message: str, line: int = 0) -> Document:
    """Return a document that only says why a task, or a part of it, cannot be read."""
    return Document(path, task_id, None, quarantined=(Quarantined(path, "unreadable", message, line=line),))


def _full(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return a task of ``JSON_MIN`` in the form of ``JSON``."""
    regions = {
        name: value for name, value in task.items()
        if isinstance(value, list) and value and all(isinstance(item, dict) and "start" in item for item in value)
    }  # fmt: skip
    result = [{"from_name": name, "to_name": "", "type": "labels", "value": item}
              for name, items in regions.items() for item in items]  # fmt: skip
    data = {name: value for name, value in task.items() if name not in regions and name not in _MINIMAL}
    return {"data": data, "annotations": [{"completed_by": task.get("annotator"), "result": result}]}


def _documents(path: str, task_id: str, task: Mapping[str, Any]) -> Iterator[Document]:
    """Yield the documents of a task: for what is aside, and of each annotation."""
    layers = task.get("annotations") or task.get("completions") or []
    if not isinstance(layers, list):
        yield _unreadable(path, task_id, f"task {task_id} has annotations that are no list")
        return
    if aside := tuple(_aside(path, task_id, task, layers)):
        yield Document(path, task_id, None, is_article=False, aside=aside)
    counts: dict[str, int] = {}
    for layer in [layer for layer in layers if not _is_cancelled(layer)] or [{}]:
        shell = {name: value for name, value in layer.items() if name != "result"} if isinstance(layer, dict) else layer
        if not isinstance(layer, dict) or flaw_in(shell) or not isinstance(layer.get("result", []), list):
            fault = flaw_in(shell) or "is not an object with a result that is a list"
            yield _unreadable(path, task_id, f"an annotation of task {task_id} {fault}")
            continue
        results = Results(path, task["data"], layer.get("result", []))
        annotator = _annotator(layer.get("completed_by")) if results.annotator is None else results.annotator
        if results.annotator is None and OWN not in task["data"]:
            counts[annotator] = counts.get(annotator, 0) + 1
            annotator += f" ({counts[annotator]})" if counts[annotator] > 1 else ""
        yield from _layer_documents(path, task_id, task["data"], results, annotator, layer)


def _is_cancelled(layer: Any) -> bool:
    return isinstance(layer, dict) and layer.get("was_cancelled") is True


def _aside(path: str, task_id: str, task: Mapping[str, Any], layers: list[Any]) -> Iterator[Aside]:
    """Yield the annotations of a task that no annotator stands by."""
    aside = [(*_CANCELLED, layer) for layer in layers if _is_cancelled(layer)]
    for name, reason in _ASIDE.items():
        value = task.get(name)
        aside += [(*reason, layer) for layer in (value if isinstance(value, list) else [])]
    for kind, why, layer in aside:
        content = json.dumps(layer, ensure_ascii=True, default=lambda flaw: flaw.message)
        yield Aside(path, kind, why, task_id, content=content)


def _annotator(completed_by: Any) -> str:
    """Return an annotator's email, name or number; empty if none is given."""
    if isinstance(completed_by, dict):
        completed_by = completed_by.get("email") or completed_by.get("username") or completed_by.get("id")
    return str(completed_by) if type(completed_by) in (int, str) else ""


def _layer_documents(
    path: str, task_id: str, data: dict[str, Any], results: Results, annotator: str, layer: Mapping[str, Any]
) -> Iterator[Document]:
    """Yield the document of an annotation, and one for each further text it marks."""
    own = data.get(OWN)  # what our exporter adds
    own = own if isinstance(own, dict) and isinstance(own.get("id"), str) else {}
    texts = list(results.by_text) or [text_name(data, "") or ""]
    attributes = _attributes(data, {*texts, *([OWN] if own else [])})
    attributes |= _attributes(own.get("attributes", {}), set())
    for name, value in results.attributes.items():
        attributes[f"annotation.{name}" if name in attributes else name] = value
    attributes |= {"ground_truth": True} if layer.get("ground_truth") is True else {}
    for number, name in enumerate(texts):
        text = data.get(name) if isinstance(data.get(name), str) else None
        layer_id = own.get("id", task_id) + (f"/{name}" if number else "")
        quarantined, annotations = () if number else tuple(results.quarantined), tuple(results.by_text.get(name, ()))
        rule, is_article = str(own.get("text_rule", "")), own.get("is_article") is not False
        yield Document(path, layer_id, text, annotations, attributes, annotator, rule, is_article, quarantined)


def _attributes(data: Any, without: set[str]) -> Attributes:
    """Return the members of an object as attributes; none if it is not an object."""
    members = data.items() if isinstance(data, dict) else ()
    values = {name: attribute(value) for name, value in members if name not in without}
    return {name: value for name, value in values.items() if value is not None}
