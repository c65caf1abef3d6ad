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
from news_dataset.importers.files import SourceFile
from news_dataset.importers.inputs import all_files, stem, unreadable

_HEADER = ("#ID", "TYPE", "CLASS")
_PARTS = "HAS_PARTS"


def read(source: Path) -> Iterator[Document]:
    """Yield a register for each list of instances.

    Args:
        source: a file, folder or archive; ``.csv`` and ``.tsv`` files with another first line are left out.

    Raises:
        FileNotFoundError: there is none.
        UnsafeInputError: something in it is a link, or an archive is unsafe.
    """
    found = False
    for register in registers(source):
        found = True
        yield register
    if not found:
        raise FileNotFoundError(f"{source}: expected a .csv or .tsv file that begins with {' '.join(_HEADER)}")


def registers(source: Path) -> Iterator[Document]:
    """Yield a register for each list of instances; there may be none."""
    for file in all_files(source):
        if not file.name.lower().endswith((".csv", ".tsv")):
            continue
        data = file.read()
        if not data.startswith("\t".join(_HEADER).encode()):
            continue
        try:
            yield _register(file, decode(data))
        except ReadError as refusal:
            yield unreadable(file, refusal.problem)


def _register(file: SourceFile, text: str) -> Document:
    header, *lines = (line.removesuffix("\r") for line in text.split("\n"))
    names = header.split("\t")
    found: dict[str, Annotation] = {}
    quarantined: list[Quarantined] = []
    for number, line in enumerate(lines, 2):
        cells = line.split("\t")
        if not line.strip():
            continue
        if len(cells) != len(names):
            message = f"expected {len(names)} columns, found {len(cells)}"
            quarantined.append(Quarantined(file.path, "bad_line", message, cells[0], number, line))
        elif not all(cells[:3]):
            quarantined.append(Quarantined(file.path, "bad_line", "lacks ID, TYPE or CLASS", cells[0], number, line))
        elif cells[0] in found:
            message = f"{cells[0]} is in line {found[cells[0]].line} already"
            quarantined.append(Quarantined(file.path, "duplicate_id", message, cells[0], number, line))
        else:
            fields = dict(zip(names[3:], cells[3:], strict=True))
            parts = tuple(_link(part) for part in fields.pop(_PARTS, "").split())
            filled = {name: value for name, value in fields.items() if value}
            found[cells[0]] = Annotation(cells[0], f"{cells[1]}:{cells[2]}", (), filled, parts, number)
    known = set(found) - {one.id for one in quarantined}
    annotations = tuple(_checked(one, known, file.path, quarantined) for one in found.values())
    quarantined.sort(key=lambda one: one.line)
    return Document(file.path, stem(file), None, annotations, is_article=False, quarantined=tuple(quarantined))


def _link(part: str) -> tuple[str, str]:
    name, _, role = part.partition("_")
    return role, name


def _checked(one: Annotation, known: set[str], path: str, quarantined: list[Quarantined]) -> Annotation:
    """Return an instance with the parts that can be followed; put the others into quarantine, and not the instance."""
    kept = []
    for role, name in one.links:
        if name in known:
            kept.append((role, name))
            continue
        message = f"{_PARTS} of {one.id} names {name}, which is not in the list, or is in quarantine"
        quarantined.append(Quarantined(path, "dangling_id", message, "", one.line, f"{name}_{role}"))
    return replace(one, links=tuple(kept))
