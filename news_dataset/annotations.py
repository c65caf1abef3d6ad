"""Annotated documents: what importers read from the files of annotation tools, and exporters write.

One shape for all formats: a document has a text and annotations; an annotation has a type, the fragments of the text
that it marks, attributes, and links to other annotations. A mapping (``news_dataset.importers.mapping``) says which of
them becomes which record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Value = str | int | float | bool
Fragments = tuple[tuple[int, int], ...]

SPACE_JOINED = "space_joined"
"""The rule by which a text is built from tokens: one space between tokens, one line feed between sentences."""


OWN = "nd:"
"""What ids begin with that an export gives to what has none from elsewhere; an import does not keep them."""


def as_text(value: object) -> str:
    """Return a value of an attribute as a mapping has it: truth values in small letters, as in YAML and JSON."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True, slots=True)
class Annotation:
    """Something that a tool marked in a document.

    Args:
        id: its id in the origin, unique in the document; empty where the format has none and nothing links to it.
        type: its type, label or layer in the origin.
        fragments: start and end of each fragment in code points of the text, from 0, end exclusive, in the order of
            the origin; empty for what marks no words, such as a relation.
        attributes: further values by their name; a tuple where a name has several.
        links: role and id of each annotation that it refers to, in the order of the origin; a role may repeat; an
            empty id: the role is annotated, and nobody is named in it.
        line: line of the file, from 1; 0 where the format has no lines.
        trigger: id that its words have in the origin, where that is another one, as of the events of brat.
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
    """Something in a file that cannot be taken over as it is; it is reported, and neither dropped nor repaired.

    Args:
        path: the file, as messages name it (``corpus.zip/a.ann`` within an archive).
        reason: one of ``REASONS``.
        message: what is wrong, in one line.
        id: id of the annotation in the origin, where it has one.
        line: line of the file, from 1; 0 where it is not known.
        content: what the file says there, where that is a line or a small object.
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
"""Why something is in quarantine."""


@dataclass(frozen=True, slots=True)
class Scheme:
    """What the configuration of a tool lets annotators use, whether they did or not.

    Args:
        examples: annotations of each type, which together have all its roles and values; a link to the id of another
            one says what fills the role, one to an empty id that anything may.
        above: the type above each type that has one.
    """

    examples: tuple[Annotation, ...]
    above: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Aside:
    """Annotations that no annotator stands by, such as a prediction; they are kept, and become no records.

    Args:
        path: the file, as messages name it.
        type: what the origin calls it: ``prediction``, ``answer: reject`` …
        why: why it is not taken over, in a few words.
        id: its id in the origin.
        line: line of the file, from 1; 0 where it is not known.
        content: what the file says, as JSON.
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
        is_article: whether it is a text; otherwise a register of people, organizations, places or events.
        quarantined: what of it could not be read.
        scheme: what could be annotated, on the first document for which it holds, if the origin says so.
        aside: what of it is not to be taken over.
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
