"""Reads a UIMA CAS in XMI (UIMA References, chapter XMI CAS Serialization), in one pass, with the lines."""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from typing import Any
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces

from news_dataset.errors import UnsafeInputError, library
from news_dataset.importers.uima.structures import (
    BYTES,
    BadStructureError,
    Cas,
    Range,
    Structure,
    Types,
    value_of_text,
)

_XMI = "http://www.omg.org/XMI"
_CAS = "http:///uima/cas.ecore"
_MAX_DEPTH = 64

Name = tuple[str | None, str]


class UnreadableXmlError(ValueError):
    """The bytes are no XML, or no CAS; ``line`` is from 1, or 0 where it is not known."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


def parse_safely(data: bytes, path: str, handler: ContentHandler) -> None:
    """Parse an XML file with a handler.

    Args:
        data: the bytes of the file.
        path: the file, as messages name it.
        handler: handles its elements.

    Raises:
        UnsafeInputError: it has a document type, an entity or an external reference.
        UnreadableXmlError: it is no well-formed XML, or nests too deep.
    """
    defused = library("defusedxml.sax", "import")
    parser = defused.make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(handler)
    parser.setFeature(feature_namespaces, True)
    try:
        parser.parse(BytesIO(data))
    except library("defusedxml", "import").DefusedXmlException as error:
        what = "a document type, an entity or an external reference"
        raise UnsafeInputError(f"{path} has {what}, which are refused") from error
    except SAXParseException as error:
        raise UnreadableXmlError(f"is no XML: {error.getMessage()}", error.getLineNumber() or 0) from error
    except UnreadableXmlError:
        raise
    except (LookupError, ValueError) as error:  # of an encoding that the parser does not know
        raise UnreadableXmlError(f"is no XML: {error}", 1) from error


class Shallow(ContentHandler):
    """Refuses elements that nest too deep; keeps nothing."""

    def __init__(self, depth: int = _MAX_DEPTH) -> None:
        super().__init__()
        self.depth, self.most = 0, depth

    def startElementNS(self, name: Name, qname: str | None, attrs: Any) -> None:  # noqa: N802
        """Count an element."""
        self.depth += 1
        if self.depth > self.most:
            raise UnreadableXmlError(f"has elements nested deeper than {self.most}", self.line)

    def endElementNS(self, name: Name, qname: str | None) -> None:  # noqa: N802
        """Count an element's end."""
        self.depth -= 1

    @property
    def line(self) -> int:
        """The line that is read, from 1."""
        return self._locator.getLineNumber() or 0  # type: ignore[attr-defined]  # the parser sets it


def read_xmi(data: bytes, path: str, types: Types) -> Cas:
    """Read an XMI file; structures that do not follow the types go to quarantine.

    Raises:
        UnsafeInputError: it has a document type, an entity or an external reference.
        UnreadableXmlError: it is no well-formed XML, or no XMI.
    """
    cas = Cas(path, types)
    parse_safely(data, path, _Xmi(cas))
    return cas


class _Xmi(Shallow):
    """Makes structures of elements below the root; those in them are items of arrays."""

    def __init__(self, cas: Cas) -> None:
        super().__init__(3)  # the root, structures, and items
        self.cas = cas
        self.name: Name = (None, "")  # of the element of the structure; then its line and attributes
        self.start = 0
        self.attributes: dict[Name, str] = {}
        self.items: defaultdict[str, list[str]] = defaultdict(list)  # texts of the elements in it, by their names
        self.item: list[str] = []  # pieces of the text of the last of them
        self.views: list[tuple[str, list[str]]] = []  # id of the text and ids of the members of each view

    def startElementNS(self, name: Name, qname: str | None, attrs: Any) -> None:  # noqa: N802
        """Begin the root, a structure, or an item."""
        super().startElementNS(name, qname, attrs)
        if self.depth == 1 and name != (_XMI, "XMI"):
            raise UnreadableXmlError("is no XMI: its root is not xmi:XMI", self.line)
        if self.depth == 2:
            self.name, self.start, self.attributes = name, self.line, dict(attrs.items())
            self.items.clear()
        self.item = []

    def characters(self, content: str) -> None:
        """Collect the text of an item."""
        self.item.append(content)

    def endElementNS(self, name: Name, qname: str | None) -> None:  # noqa: N802
        """End an item, a structure, or the root."""
        super().endElementNS(name, qname)
        if self.depth == 2:
            self.items[name[1]].append("".join(self.item))
        elif self.depth == 1:
            self._element()
        elif self.depth == 0:
            for text, members in self.views:
                if text in self.cas.names:
                    self.cas.members[self.cas.names[text]] = members

    def _element(self) -> None:
        """Add the view, text or structure of an element."""
        plain = {local: value for (space, local), value in self.attributes.items() if not space}
        if self.name == (_CAS, "View"):
            self.views.append((plain.get("sofa", ""), plain.get("members", "").split()))
        elif self.name == (_CAS, "Sofa"):
            view = plain.get("sofaID", "")
            if view in self.cas.texts:
                raise UnreadableXmlError(f"has the view {view!r} twice", self.start)
            self.cas.names[self.attributes.get((_XMI, "id"), "")] = view
            self.cas.texts[view] = plain.get("sofaString")
        elif self.name != (_CAS, "NULL"):
            self._structure(plain)

    def _structure(self, plain: dict[str, str]) -> None:
        """Add the structure of an element; a malformed one goes to quarantine."""
        structure = Structure(self.attributes.get((_XMI, "id"), ""), _type_name(self.name), self.start)
        try:
            if not structure.id:
                raise BadStructureError("it has no xmi:id")
            _fill(structure, self.cas.types, plain, self.items)
        except BadStructureError as error:
            items = {name: tuple(texts) for name, texts in self.items.items()}
            refused = Structure(structure.id, structure.type, structure.line, {**plain, **items})
            self.cas.refuse("bad_line", str(error), refused)
        else:
            self.cas.add(structure)


def _type_name(name: Name) -> str:
    space = (name[0] or "").removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    return name[1] if space == "uima.noNamespace" else f"{space}.{name[1]}"


def _fill(structure: Structure, types: Types, plain: dict[str, str], items: dict[str, list[str]]) -> None:
    """Put the features of an element into a structure, typed by the type system.

    Args:
        structure: the structure, still empty.
        types: the type system.
        plain: the features that are attributes of the element.
        items: the features that are elements in it, with their texts.
    """
    if types.is_array(structure.type):
        primitive = types.element(structure.type)
        ranges = {"elements": Range(primitive, is_several=primitive != BYTES)}
    else:
        ranges = dict(types.ranges(structure.type))
    for name in dict.fromkeys([*plain, *items]):
        if name not in ranges:
            raise BadStructureError(f"the type {structure.type} has no feature {name}")
        primitive, is_several = ranges[name]
        texts = items[name] if name in items else [plain[name]]
        if not primitive:
            structure.links.append((name, tuple(key for text in texts for key in text.split() if key != "0")))
        elif is_several:
            texts = texts if name in items else plain[name].split()
            structure.values[name] = tuple(value_of_text(primitive, text) for text in texts)
        else:
            structure.values[name] = value_of_text(primitive, texts[0])
