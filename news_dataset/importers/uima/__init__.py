"""Reads UIMA CAS as INCEpTION and other tools write it: XMI with a type system, or JSON CAS 0.4.

``dkpro-cassis`` reads the type systems. The feature structures are read here: the library gives up a whole document on
one bad structure, and lets an offset that fits no character pass as one in code points, with a warning. Offsets are
UTF-16 code units in both formats, and become code points.

- **Files.** ``<document>.xmi`` with the nearest ``TypeSystem.xml`` in its folder or one above; ``<document>.json``
  with its types within. In an export of a project, ``annotation/<document>/<user>.zip`` and
  ``curation/<document>/<user>.zip`` hold one such file by that annotator; ``INITIAL_CAS``, what was imported into the
  tool, is left out beside an annotator's.
- **Documents.** Each view with a text, or with annotations, is a document; if there are several, those besides
  ``_InitialView`` have the name of their view in their id. The text is the Sofa string as XML or JSON gives it (in
  XML, a line break that is not written as a character reference is a blank). A Sofa URI is never opened: the document
  has no text.
- **Annotations.** A structure with ``begin`` and ``end`` marks a fragment; one without marks no words. The type is
  its full name, the id its ``xmi:id`` or ``%ID``. Features with values, and arrays or lists of them, are attributes;
  features that lead to other structures, directly or through arrays and lists, are links. A slot of INCEpTION
  (structures with only ``role`` and ``target``) is a link with that role; with ``feature:role`` where its type has
  several slots, and with the feature's name where the role is empty. A relation (``Governor``, ``Dependent``) marks
  no words if its offsets repeat those of an end. Chains are links ``first`` and ``next``.
- **Not annotations**, but structure: tokens and sentences of DKPro (unless something links to them), INCEpTION's
  records of its own layers, and nulls in arrays. ``DocumentMetaData`` and ``DocumentAnnotation`` are attributes of
  the document: ``title``, ``language`` (unless ``x-unspecified``), ``url`` (if it is one), and the other features by
  their names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from news_dataset.annotations import Document, Quarantined
from news_dataset.importers.files import ARCHIVE, SourceFile, source_files
from news_dataset.importers.soundness import sound
from news_dataset.importers.uima.documents import documents_of
from news_dataset.importers.uima.json import read_json
from news_dataset.importers.uima.structures import BadStructureError, Cas, Types, load_types
from news_dataset.importers.uima.xmi import Shallow, UnreadableXmlError, parse_safely, read_xmi
from news_dataset.strict_json import NotJsonError

_TYPE_SYSTEM = "typesystem.xml"
_INITIAL = "INITIAL_CAS"
_PROJECT = "exportedproject"  # the JSON with INCEpTION's description of a project


def read(source: Path) -> Iterator[Document]:
    """Yield the documents of a file, folder or zip archive, one at a time.

    A document that cannot be read comes without text, with what is wrong in quarantine.

    Raises:
        FileNotFoundError: there is no such file or folder.
        UnsafeInputError: a file is unsafe: a link, too large, or an XML with a document type or an entity.
    """
    files = list(source_files(source))
    systems = {}
    if source.is_file() and source.suffix.lower() != ARCHIVE:
        for path in sorted(source.parent.iterdir()):
            if path.name.lower() == _TYPE_SYSTEM:
                systems = {PurePosixPath("."): next(source_files(path))}
    yield from _read(files, systems)


Systems = Mapping[PurePosixPath, SourceFile]
"""The file with the type system of each folder that has one."""


def _read(files: Sequence[SourceFile], above: Systems) -> Iterator[Document]:
    """Yield the documents of files; archives are opened one at a time, to save memory.

    Args:
        files: the files of a source or an archive.
        above: the type systems that files outside of these provide.
    """
    names = {file: PurePosixPath(file.name) for file in files}
    systems = {**above, **{name.parent: file for file, name in names.items() if name.name.lower() == _TYPE_SYSTEM}}
    annotated = {name.parent for name in names.values() if _is_cas(name) and name.stem != _INITIAL}
    for file, name in names.items():
        if not _is_cas(name) or (name.stem == _INITIAL and name.parent in annotated):
            continue
        if file.is_archive:
            yield from _read(list(file.files()), systems)
        else:
            yield from _documents(file, *_id_and_annotator(name), systems)


def _is_cas(name: PurePosixPath) -> bool:
    """Return whether a file may hold a CAS, or is an archive that may."""
    return name.suffix.lower() in (".xmi", ".json", ".zip") and not name.name.startswith(_PROJECT)


def _id_and_annotator(name: PurePosixPath) -> tuple[str, str]:
    """Return id and annotator, which may be empty, by the path of a file."""
    parts = name.parts
    for part, document, user in zip(parts, parts[1:], parts[2:], strict=False):
        if part in ("annotation", "curation"):
            return PurePosixPath(document).stem, PurePosixPath(user).stem
    return name.with_suffix("").as_posix(), ""


def _documents(file: SourceFile, document_id: str, annotator: str, systems: Systems) -> Iterator[Document]:
    """Yield the documents of a file; one that only says why, if it cannot be read."""
    folder = PurePosixPath(file.name).parent
    nearest = next((systems[above] for above in (folder, *folder.parents) if above in systems), None)
    try:
        cas = _cas(file, nearest)
    except (UnreadableXmlError, NotJsonError, BadStructureError) as error:
        line = 0 if isinstance(error, BadStructureError) else error.line
        fault = Quarantined(file.path, "unreadable", str(error), line=line)
        yield Document(file.path, document_id, None, annotator=annotator, quarantined=(fault,))
    else:
        yield from map(sound, documents_of(cas, document_id, annotator))


def _cas(file: SourceFile, system: SourceFile | None) -> Cas:
    """Read a file; *system* is the nearest file with a type system, if there is one."""
    if file.name.lower().endswith(".json"):
        return read_json(file.read(), file.path, lambda: _types(system) if system else None)
    if system is None:
        raise BadStructureError("there is no type system: no TypeSystem.xml in its folder or above")
    return read_xmi(file.read(), file.path, _types(system))


def _types(system: SourceFile) -> Types:
    """Read a type system; raise BadStructureError, with its path, if it is bad XML."""
    data = system.read()
    try:
        parse_safely(data, system.path, Shallow())
    except UnreadableXmlError as error:
        where = f"{system.path}:{error.line}" if error.line else system.path
        raise BadStructureError(f"the type system {where} {error}") from error
    return load_types(data, is_xml=True)
