"""Makes documents of the feature structures of a UIMA CAS: a document per view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from news_dataset.annotations import Annotation, Document, Fragments, Quarantined
from news_dataset.exporters.uima import ANNOTATION as OWN_ANNOTATION
from news_dataset.exporters.uima import DOCUMENT as OWN_DOCUMENT
from news_dataset.exporters.uima import VIEW
from news_dataset.importers.uima.graph import Graph, Node, Values
from news_dataset.importers.uima.own import own_annotation, own_document
from news_dataset.importers.uima.structures import ANNOTATION, BadStructureError, Cas

_TOKENS = {f"de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.{name}" for name in ("Token", "Sentence")}
_OF_DOCUMENT = "uima.tcas.DocumentAnnotation"
_OF_INCEPTION = "de.tudarmstadt.ukp.clarin.webanno.api.type."
_METADATA = f"{_OF_INCEPTION}CASMetadata"
_UNSPECIFIED = "x-unspecified"


def documents_of(cas: Cas, id: str, annotator: str) -> Iterator[Document]:  # noqa: A002
    """Yield a document for each view that has a text, annotations or attributes.

    Args:
        cas: the structures of a file.
        id: the document's id, if the file does not say it.
        annotator: who annotated it, if that is known.
    """
    views = _Views(Graph(cas), annotator)
    names = [name for name, text in cas.texts.items() if text is not None or name in views.annotations] or [VIEW]
    problems = [*cas.quarantined, *views.quarantined]
    for number, name in enumerate(names):
        own = {"id": id if name == VIEW or len(names) == 1 else f"{id}/{name}", "annotator": views.annotator}
        fields = own | {"attributes": views.attributes[name]} | views.own[name]
        annotations = tuple(views.annotations[name])
        quarantined = tuple(problems) if number == 0 else ()
        text = cas.texts.get(name)
        yield Document(path=cas.path, text=text, annotations=annotations, quarantined=quarantined, **fields)


class _Views:
    """The annotations and attributes of each view of a CAS."""

    def __init__(self, graph: Graph, annotator: str) -> None:
        self.graph = graph
        self.annotator = annotator
        self.annotations: defaultdict[str, list[Annotation]] = defaultdict(list)
        self.attributes: defaultdict[str, Values] = defaultdict(dict)
        self.own: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.quarantined: list[Quarantined] = []
        self._ids: dict[str, str] = {}
        parts = self._read_own()
        kept = [node for key, node in graph.nodes.items() if key not in parts and self._is_annotation(node)]
        wanted = self._linked(kept)
        for node in kept:
            if node.structure.type not in _TOKENS or node.structure.id in wanted:
                self._add(node)

    def _read_own(self) -> set[str]:
        """Read what our own exporter wrote; return the ids of its structures."""
        parts: set[str] = set()
        for key, node in self.graph.nodes.items():
            kind = node.structure.type
            try:
                if kind == OWN_DOCUMENT:
                    self.own[node.view], used = own_document(self.graph, node)
                elif kind == OWN_ANNOTATION:
                    one, used = own_annotation(self.graph, node)
                    self.annotations[node.view].append(one)
                    self._ids |= dict.fromkeys(used, one.id)
                else:
                    continue
            except BadStructureError as error:
                self._refuse("bad_line", str(error), node, key)
                used = {key}
            parts |= used
        return parts

    def _is_annotation(self, node: Node) -> bool:
        """Return whether a structure is an annotation or a token; take over what it says of the document if not."""
        kind = node.structure.type
        if kind == _METADATA:
            self.annotator = self.annotator or str(node.values.get("username", ""))
        if kind.startswith(_OF_INCEPTION):
            return False
        if _OF_DOCUMENT not in self.graph.cas.types.lineage(kind) or node.links:
            return True
        attributes = self.attributes[node.view]
        for name, value in node.values.items():
            if name == "documentTitle":
                attributes["title"] = value
            elif name == "documentUri" and str(value).startswith(("http://", "https://")):
                attributes["url"] = value
            elif (name, value) != ("language", _UNSPECIFIED):
                attributes[name] = value
        return False

    def _linked(self, kept: list[Node]) -> set[str]:
        """Return the ids that annotations lead to, over any number of tokens."""
        found: set[str] = set()
        waiting = [node for node in kept if node.structure.type not in _TOKENS]
        while waiting:
            for _, target in waiting.pop().links:
                other = self.graph.nodes.get(target)
                if other is not None and target not in found and other.structure.type in _TOKENS:
                    waiting.append(other)
                found.add(target)
        return found

    def _add(self, node: Node) -> None:
        one = node.structure
        try:
            fragments = self._fragments(node)
        except BadStructureError as error:
            self._refuse("offset_outside", str(error), node, self._name(one.id))
            return
        for role in node.unfilled:
            message = f"the slot {role} of {one.id} has no target; the annotation is kept without it"
            self._refuse("dangling_id", message, node, "")
        links = tuple((role, self._name(target)) for role, target in node.links)
        self.annotations[node.view].append(
            Annotation(self._name(one.id), one.type, fragments, node.values, links, one.line)
        )

    def _fragments(self, node: Node) -> Fragments:
        if ANNOTATION not in self.graph.cas.types.lineage(node.structure.type):
            return ()
        said = node.structure.values
        if {"Governor", "Dependent"} <= {role for role, _ in node.links}:
            ends = (self.graph.nodes.get(target) for role, target in node.links if role in ("Governor", "Dependent"))
            places = [(end.structure.values.get("begin"), end.structure.values.get("end")) for end in ends if end]
            if (said.get("begin"), said.get("end")) in places:
                return ()
        return (self.graph.fragment(node),)

    def _name(self, id: str) -> str:  # noqa: A002
        """Return the id of the annotation that a structure is: beside our own ids, a number could be two things."""
        return self._ids.get(id, f"uima:{id}" if self._ids else id)

    def _refuse(self, reason: str, message: str, node: Node, name: str) -> None:
        one, path = node.structure, self.graph.cas.path
        self.quarantined.append(Quarantined(path, reason, message, name, one.line, one.as_json()))
