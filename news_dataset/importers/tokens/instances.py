"""Lists of instances: entities and events across documents, as in MEANTIME's ``list_instances.csv``.

Public description: the README of the corpus (http://www.newsreader-project.eu/results/data/wikinews/). The columns are
separated by tabs, without quotes; the first line begins with ``#ID``, ``TYPE`` and ``CLASS``. A list becomes a
register: an annotation's id is ``ID``, its type ``TYPE:CLASS`` (``ENTITY:PER``, ``EVENT:OTHER``), and the other columns
that are not empty are attributes as they stand, dates too (``2007-12``, ``2009-01-XX``). ``HAS_PARTS`` gives links:
``PER1_Arg0`` is role ``Arg0``, id ``PER1``; a part without a role has the empty role.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from news_dataset.annotations import Annotation, Document, Quarantined
from news_dataset.files import ReadError, decode
from news_dataset.importers.files import SourceFile, all_files
from news_dataset.importers.inputs import unreadable_file

_HEADER = ("#ID", "TYPE", "CLASS")
_PARTS = "HAS_PARTS"


def registers(source: Path) -> Iterator[Document]:
    """Yield a register for each list of instances in a source; there may be none.

    ``.csv`` and ``.tsv`` files with another first line are left out. Errors are those of ``all_files``.
    """
    for file in all_files(source):
        if not file.name.lower().endswith((".csv", ".tsv")):
            continue
        data = file.read()
        if not data.startswith("\t".join(_HEADER).encode()):
            continue
        try:
            yield _register(file, decode(data))
        except ReadError as refusal:
            yield unreadable_file(file, refusal.problem)


def _register(file: SourceFile, text: str) -> Document:
    """Return the register of a list; malformed lines are in quarantine."""
    header, *lines = (line.removesuffix("\r") for line in text.split("\n"))
    names = header.split("\t")
    instances: dict[str, Annotation] = {}
    quarantined: list[Quarantined] = []
    for number, line in enumerate(lines, 2):
        id_, *cells = line.split("\t")
        if not line.strip():
            continue
        reason, message = "bad_line", ""
        if len(cells) + 1 != len(names):
            message = f"expected {len(names)} columns, found {len(cells) + 1}"
        elif not all((id_, *cells[:2])):
            message = "lacks ID, TYPE or CLASS"
        elif id_ in instances:
            reason, message = "duplicate_id", f"{id_} is in line {instances[id_].line} already"
        if message:
            quarantined.append(Quarantined(file.path, reason, message, id_, number, line))
            continue
        fields = dict(zip(names[3:], cells[2:], strict=True))
        parts = (part.partition("_") for part in fields.pop(_PARTS, "").split())
        links = tuple((role, part_id) for part_id, _, role in parts)
        attributes = {name: value for name, value in fields.items() if value}
        instances[id_] = Annotation(id_, f"{cells[0]}:{cells[1]}", (), attributes, links, number)
    known = set(instances) - {fault.id for fault in quarantined}
    annotations = tuple(_with_known_parts(instance, known, file.path, quarantined) for instance in instances.values())
    quarantined.sort(key=lambda fault: fault.line)
    return Document(file.path, file.stem, None, annotations, is_article=False, quarantined=tuple(quarantined))


def _with_known_parts(instance: Annotation, known: set[str], path: str, quarantined: list[Quarantined]) -> Annotation:
    """Return an instance with its known parts; put the others into quarantine."""
    links = []
    for role, id_ in instance.links:
        if id_ in known:
            links.append((role, id_))
            continue
        message = f"{_PARTS} of {instance.id} names {id_}, which is not in the list, or is in quarantine"
        quarantined.append(Quarantined(path, "dangling_id", message, "", instance.line, f"{id_}_{role}"))
    return replace(instance, links=tuple(links))
