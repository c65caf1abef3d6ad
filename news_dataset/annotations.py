"""Annotated documents, as importers read them from the files of annotation tools and exporters write them.

All formats share one shape: a document has a text and annotations; an annotation has a type, the fragments of the text
that it marks, attributes, and links to other annotations. A mapping (``records.mapping``) turns annotations into
records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int | float | bool
Fragments = tuple[tuple[int, int], ...]

SPACE_JOINED = "space_joined"
"""The rule that builds a text from tokens: one space between tokens, one line feed between sentences."""

OWN = "nd:"
"""The prefix of ids that an export gives to annotations without an ``external_id``; an import does not keep them."""


def as_text(value: object) -> str:
    """Return the value of an attribute as the text that mappings compare: ``true``."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation that a tool made in a document.

    Args:
        id: its id in the origin, unique in the document; empty where the format has none and nothing links to it.
        type: its type, label or layer in the origin.
        fragments: start and end of each fragment, in code points from 0, end exclusive, in the order of the origin;
            empty for an annotation without words, such as a relation.
        attributes: further values by their name; a tuple where a name has several.
        links: role and id of each annotation that it refers to, in the order of the origin; a role may repeat. An
            empty id means that the role is annotated and the text names nobody in it.
        line: line of the file, from 1; 0 where the format has no lines.
        trigger: id of its words in the origin, where they have one of their own, as the events of brat do.
    """

    id: str
    type: str
    fragments: Fragments = ()
    attributes: Mapping[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()
    line: int = 0
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A part of a file that cannot be imported as it is; it is reported, neither dropped nor repaired.

    Args:
        path: the file, as messages name it (``corpus.zip/a.ann`` within an archive).
        reason: one of ``REASONS``.
        message: what is wrong, in one line.
        id: id of the annotation in the origin, where it has one.
        line: line of the file, from 1; 0 where it is not known.
        content: that part of the file, if it is a line or a small object.
    """

    path: str
    reason: str
    message: str
    id: str = ""
    line: int = 0
    content: str = ""


REASONS = {
    "offset_outside": "The offsets lie outside the text, or the end is not behind the start.",
    "other_words": "The words that the file declares are not those at the offsets.",
    "unknown_unit": "The offsets fit the text in two units (code points, UTF-16), or in none.",
    "dangling_id": "It refers to an annotation that is not there, or is itself in quarantine.",
    "duplicate_id": "Another annotation or document has the same id, or it refers to an id that several have.",
    "bad_line": "The line or object is not of the format.",
    "undeclared": "The configuration of the tool does not declare the type; the annotation is read all the same.",
    "bad_value": "A value does not fit the field that the mapping gives it to.",
    "unreadable": "The file or document cannot be read as a whole.",
}
"""The reasons for quarantine: code → meaning."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """The types, roles and values that the configuration of a tool offers to annotators, used or not.

    Args:
        examples: annotations of each type, which together have all its roles and values; a link names an example of
            what may fill the role, or has an empty id if anything may.
        above: type → its parent type, for types that have one.
    """

    examples: tuple[Annotation, ...]
    above: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Aside:
    """Annotations that no annotator has confirmed, such as predictions; they are kept, but become no records.

    Args:
        path: the file, as messages name it.
        type: its kind in the origin: ``prediction``, ``answer: reject`` …
        why: why it is not imported, in a few words.
        id: its id in the origin.
        line: line of the file, from 1; 0 where it is not known.
        content: that part of the file, as JSON.
    """

    path: str
    type: str
    why: str
    id: str = ""
    line: int = 0
    content: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its annotations, by one annotator.

    Args:
        path: the file that it comes from, as messages name it.
        id: its id in the origin: name of the file without suffix, or number of the task.
        text: its text exactly as given; None where the origin has none.
        annotations: its annotations, in the order of the origin.
        attributes: values of the document itself, such as ``url``, ``title``, ``published``, ``language``.
        annotator: who annotated it, where the origin says so; documents of one id and several annotators are layers.
        text_rule: ``SPACE_JOINED`` where the text is built from tokens; empty where it is the origin's own.
        is_article: whether it is an article; otherwise it is a register of people, organizations, places or events.
        quarantined: the parts that could not be read.
        scheme: the scheme of the origin, if it has one, on the first document that follows it.
        aside: the parts that are not to become records.
    """

    path: str
    id: str
    text: str | None
    annotations: tuple[Annotation, ...] = ()
    attributes: Mapping[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    annotator: str = ""
    text_rule: str = ""
    is_article: bool = True
    quarantined: tuple[Quarantined, ...] = ()
    scheme: Scheme | None = None
    aside: tuple[Aside, ...] = ()
