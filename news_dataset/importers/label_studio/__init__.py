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

from news_dataset.annotations import Aside, Document, Quarantined, Value
from news_dataset.exporters.label_studio import OWN
from news_dataset.importers.files import SourceFile, source_files
from news_dataset.importers.label_studio.places import text_name
from news_dataset.importers.label_studio.results import Results, attribute
from news_dataset.importers.soundness import sound
from news_dataset.strict_json import NotJsonError, flaw_in, parse_leniently

_LAYERS = ("annotations", "completions", "predictions", "drafts")
_CANCELLED = ("was_cancelled", "its annotator skipped the task")
_NOBODYS = {"predictions": ("prediction", "a model made it"), "drafts": ("draft", "its annotator did not submit it")}
_MINIMAL = {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"}


def read(source: Path) -> Iterator[Document]:
    """Yield the documents of a file, folder or zip archive.

    A task that cannot be read comes without text, with what is wrong in quarantine.

    Raises:
        FileNotFoundError: there is no such file or folder.
        UnsafeInputError: a file is unsafe: a link, or too large.
    """
    for file in source_files(source):
        for one in file.files() if file.is_archive else (file,):
            if one.name.lower().endswith(".json"):
                yield from map(sound, _tasks(one))


def _tasks(file: SourceFile) -> Iterator[Document]:
    stem = PurePosixPath(file.name).with_suffix("").as_posix()
    try:
        said = parse_leniently(file.read())
        if isinstance(said, dict):
            said = [said]
        if not isinstance(said, list):
            raise NotJsonError(flaw_in(said) or "is no list of tasks")
    except NotJsonError as error:
        yield _unreadable(file.path, stem, str(error), error.line)
        return
    for number, task in enumerate(said, 1):
        if not isinstance(task, dict):
            yield _unreadable(file.path, f"{stem}-{number}", f"task {number} {flaw_in(task) or 'is no object'}")
            continue
        id = task["id"] if type(task.get("id")) in (int, str) else f"{stem}-{number}"  # noqa: A001
        full = task if "data" in task else _full(task)
        shell = {name: value for name, value in full.items() if name not in _LAYERS}
        if wrong := flaw_in(shell) or ("" if _is_task(full) else "is no task: it has no data with a text"):
            yield _unreadable(file.path, str(id) if not flaw_in(id) else f"{stem}-{number}", f"task {number} {wrong}")
        else:
            yield from _documents(file.path, str(id), full)


def _is_task(task: Mapping[str, Any]) -> bool:
    return isinstance(task["data"], dict) and any(isinstance(value, str) for value in task["data"].values())


def _unreadable(path: str, id: str, message: str, line: int = 0) -> Document:  # noqa: A002
    return Document(path, id, None, quarantined=(Quarantined(path, "unreadable", message, line=line),))


def _full(task: Mapping[str, Any]) -> dict[str, Any]:
    """Return a task of ``JSON_MIN`` as one of ``JSON``: each list of regions is what a control says."""
    regions = {
        name: items for name, items in task.items() if isinstance(items, list) and items and all(map(_marks, items))
    }
    result = [
        {"from_name": name, "to_name": "", "type": "labels", "value": one}
        for name, items in regions.items()
        for one in items
    ]
    data = {name: value for name, value in task.items() if name not in regions and name not in _MINIMAL}
    return {"data": data, "annotations": [{"completed_by": task.get("annotator"), "result": result}]}


def _marks(one: Any) -> bool:
    return isinstance(one, dict) and "start" in one


def _documents(path: str, id: str, task: Mapping[str, Any]) -> Iterator[Document]:  # noqa: A002
    data: dict[str, Any] = task["data"]
    layers = task.get("annotations") or task.get("completions") or []
    if not isinstance(layers, list):
        yield _unreadable(path, id, f"task {id} has annotations that are no list")
        return
    names: dict[str, int] = {}
    if aside := tuple(_aside(path, id, task, layers)):
        yield Document(path, id, None, is_article=False, aside=aside)
    layers = [one for one in layers if not _is_cancelled(one)]
    for layer in layers or [{}]:
        shell = {name: value for name, value in layer.items() if name != "result"} if isinstance(layer, dict) else layer
        if not isinstance(layer, dict) or flaw_in(shell) or not isinstance(layer.get("result", []), list):
            why = flaw_in(shell) or "is no object with a result that is a list"
            yield _unreadable(path, id, f"an annotation of task {id} {why}")
            continue
        results = Results(path, data, layer.get("result", []))
        annotator = results.annotator
        if annotator is None:
            annotator = _annotator(layer.get("completed_by"))
        if results.annotator is None and OWN not in data:
            names[annotator] = names.get(annotator, 0) + 1
            annotator += f" ({names[annotator]})" if names[annotator] > 1 else ""
        yield from _of_layer(path, id, task, results, annotator, layer)


def _is_cancelled(layer: Any) -> bool:
    return isinstance(layer, dict) and layer.get("was_cancelled") is True


def _aside(path: str, id: str, task: Mapping[str, Any], layers: list[Any]) -> Iterator[Aside]:  # noqa: A002
    """Yield what of a task no annotator stands by."""
    found = [(*_CANCELLED, one) for one in layers if _is_cancelled(one)]
    for name, why in _NOBODYS.items():
        said = task.get(name)
        found += [(*why, one) for one in (said if isinstance(said, list) else [])]
    for kind, reason, one in found:
        content = json.dumps(one, ensure_ascii=True, default=lambda flaw: flaw.message)
        yield Aside(path, kind, reason, id, content=content)


def _annotator(said: Any) -> str:
    if isinstance(said, dict):
        said = said.get("email") or said.get("username") or said.get("id")
    return str(said) if type(said) in (int, str) else ""


def _of_layer(
    path: str, key: str, task: Mapping[str, Any], results: Results, annotator: str, layer: Mapping[str, Any]
) -> Iterator[Document]:
    """Yield the document of an annotation of a task, and one for each further text that it marks."""
    data: dict[str, Any] = task["data"]
    own = data.get(OWN)
    own = own if isinstance(own, dict) and isinstance(own.get("id"), str) else {}
    texts = list(results.by_text) or [text_name(data, "") or ""]
    attributes = _attributes(data, {*texts, *([OWN] if own else [])})
    attributes |= _attributes(own.get("attributes", {}), set())
    for name, value in results.attributes.items():
        attributes[f"annotation.{name}" if name in attributes else name] = value
    attributes |= {"ground_truth": True} if layer.get("ground_truth") is True else {}
    for number, name in enumerate(texts):
        text = data.get(name)
        yield Document(
            path=path,
            id=own.get("id", key) + (f"/{name}" if number else ""),
            text=text if isinstance(text, str) else None,
            annotations=tuple(results.by_text.get(name, ())),
            attributes=attributes,
            annotator=annotator,
            text_rule=str(own.get("text_rule", "")),
            is_article=own.get("is_article") is not False,
            quarantined=() if number else tuple(results.quarantined),
        )


def _attributes(data: Any, without: set[str]) -> dict[str, Value | tuple[Value, ...]]:
    found = (
        {name: attribute(value) for name, value in data.items() if name not in without}
        if isinstance(data, dict)
        else {}
    )
    return {name: value for name, value in found.items() if value is not None}
