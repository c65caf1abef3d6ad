"""Makes documents of the feature structures of a UIMA CAS: a document per view."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from news_dataset import strict_json
from news_dataset.annotations import Annotation, Document, Fragments, Quarantined, Value
from news_dataset.exporters.uima import ANNOTATION as OUR_ANNOTATION
from news_dataset.exporters.uima import ATTRIBUTE, VIEW
from news_dataset.exporters.uima import DOCUMENT as OUR_DOCUMENT
from news_dataset.importers.uima.graph import Graph, Node, Values
from news_dataset.importers.uima.structures import ANNOTATION, BadStructureError, Cas, Structure

_TOKENS = {f"de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.{name}" for name in ("Token", "Sentence")}
_OF_DOCUMENT = "uima.tcas.DocumentAnnotation"
_OF_INCEPTION = "de.tudarmstadt.ukp.clarin.webanno.api.type."
_METADATA = f"{_OF_INCEPTION}CASMetadata"
_UNSPECIFIED = "x-unspecified"


def documents_of(cas: Cas, document_id: str, annotator: str) -> Iterator[Document]:
    """Yield a document for each view that has a text, annotations or attributes.

    Args:
        cas: the structures of a file.
        document_id: the document's id, if the file does not say it.
        annotator: who annotated it, if that is known.
    """
    views = _Views(Graph(cas), annotator)
    names = [name for name, text in cas.texts.items() if text is not None or name in views.annotations] or [VIEW]
    quarantined = (*cas.quarantined, *views.quarantined)
    for name in names:
        view_id = document_id if name == VIEW or len(names) == 1 else f"{document_id}/{name}"
        fields = {"id": view_id, "annotator": views.annotator, "attributes": views.attributes[name], **views.own[name]}
        annotations = tuple(views.annotations[name])
        yield Document(
            path=cas.path, text=cas.texts.get(name), annotations=annotations, quarantined=quarantined, **fields
        )
        quarantined = ()


class _Views:
    """The annotations and attributes of each view of a CAS."""

    def __init__(self, graph: Graph, annotator: str) -> None:
        self.graph = graph
        self.annotator = annotator
        self.annotations: defaultdict[str, list[Annotation]] = defaultdict(list)
        self.attributes: defaultdict[str, Values] = defaultdict(dict)
        self.own: defaultdict[str, dict[str, Any]] = defaultdict(dict)  # fields of documents that our exporter wrote
        self.quarantined: list[Quarantined] = []
        self._ids: dict[str, str] = {}  # the id of our exporter's annotation that a structure is part of
        parts = self._read_own()
        kept = [node for key, node in graph.nodes.items() if key not in parts and self._is_annotation(node)]
        linked = self._linked(kept)
        for node in kept:
            if node.structure.type not in _TOKENS or node.structure.id in linked:
                self._add(node)

    def _read_own(self) -> set[str]:
        """Read what our own exporter wrote; return the ids of its structures."""
        parts: set[str] = set()
        for key, node in self.graph.nodes.items():
            try:
                if node.structure.type == OUR_DOCUMENT:
                    self.own[node.view], ids = own_document(self.graph, node)
                elif node.structure.type == OUR_ANNOTATION:
                    annotation, ids = own_annotation(self.graph, node)
                    self.annotations[node.view].append(annotation)
                    self._ids |= dict.fromkeys(ids, annotation.id)
                else:
                    continue
            except BadStructureError as error:
                self._refuse("bad_line", str(error), node, key)
                ids = {key}
            parts |= ids
        return parts

    def _is_annotation(self, node: Node) -> bool:
        """Return whether a node is an annotation; take over what describes the document."""
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
        targets: set[str] = set()
        waiting = [node for node in kept if node.structure.type not in _TOKENS]
        while waiting:
            for _, target in waiting.pop().links:
                node = self.graph.nodes.get(target)
                if node is not None and target not in targets and node.structure.type in _TOKENS:
                    waiting.append(node)
                targets.add(target)
        return targets

    def _add(self, node: Node) -> None:
        """Add the annotation of a node; one with wrong offsets is refused."""
        structure = node.structure
        id_ = self._annotation_id(structure.id)
        try:
            fragments = self._fragments(node)
        except BadStructureError as error:
            self._refuse("offset_outside", str(error), node, id_)
            return
        for role in node.unfilled:
            message = f"the slot {role} of {structure.id} has no target; the annotation is kept without it"
            self._refuse("dangling_id", message, node, "")
        links = tuple((role, self._annotation_id(target)) for role, target in node.links)
        annotation = Annotation(id_, structure.type, fragments, node.values, links, structure.line)
        self.annotations[node.view].append(annotation)

    def _fragments(self, node: Node) -> Fragments:
        """Return what a node marks; nothing for a relation with the offsets of an end."""
        if ANNOTATION not in self.graph.cas.types.lineage(node.structure.type):
            return ()
        if {"Governor", "Dependent"} <= {role for role, _ in node.links}:
            ends = (self.graph.nodes.get(target) for role, target in node.links if role in ("Governor", "Dependent"))
            if _offsets(node) in [_offsets(end) for end in ends if end]:
                return ()
        return (self.graph.fragment(node),)

    def _annotation_id(self, key: str) -> str:
        """Return the id of a structure's annotation; ``uima:7`` beside our own ids."""
        return self._ids.get(key, f"uima:{key}" if self._ids else key)

    def _refuse(self, reason: str, message: str, node: Node, id_: str) -> None:
        structure, path = node.structure, self.graph.cas.path
        self.quarantined.append(Quarantined(path, reason, message, id_, structure.line, structure.as_json()))


def _offsets(node: Node) -> tuple[Any, Any]:
    return node.structure.values.get("begin"), node.structure.values.get("end")


def own_annotation(graph: Graph, node: Node) -> tuple[Annotation, set[str]]:
    """Return an annotation of our exporter, and the ids of its structures.

    Raises:
        BadStructureError: it is not as the exporter writes it.
    """
    structure = node.structure
    origin, label = structure.values.get("origin"), structure.values.get("label")
    if not isinstance(origin, str) or not isinstance(label, str):
        raise BadStructureError("it has no origin or no label")
    spans = [_node(graph, key) for key in graph.items(structure, "spans")]
    ids = {structure.id, *(span.structure.id for span in spans)}
    attributes = _attributes(graph, structure, ids) | (dict(spans[0].values) if spans else {})
    links = tuple(_link(graph, key, ids) for key in graph.items(structure, "links"))
    fragments = tuple(graph.fragment(span) for span in spans)
    return Annotation(origin, label, fragments, attributes, links, structure.line), ids


def own_document(graph: Graph, node: Node) -> tuple[dict[str, object], set[str]]:
    """Return the fields of a document of our exporter, and the ids of its structures.

    Raises:
        BadStructureError: it is not as the exporter writes it.
    """
    values, ids = node.structure.values, {node.structure.id}
    fields = {"id": values.get("origin"), "annotator": values.get("annotator"), "text_rule": values.get("textRule")}
    if not all(isinstance(value, str) for value in fields.values()) or not isinstance(values.get("isArticle"), bool):
        raise BadStructureError(f"it is no {OUR_DOCUMENT}: a feature is missing")
    attributes = _attributes(graph, node.structure, ids)
    return {**fields, "is_article": values["isArticle"], "attributes": attributes}, ids


def _node(graph: Graph, key: str) -> Node:
    """Return the node of an id; raise BadStructureError if there is none."""
    if key not in graph.nodes:
        raise BadStructureError(f"it refers to {key}, which is not there")
    return graph.nodes[key]


def _link(graph: Graph, key: str, ids: set[str]) -> tuple[str, str]:
    """Return role and target of a link of our exporter, and add its id to *ids*."""
    link = graph.cas.structures.get(key)
    target = graph.nodes.get(next(iter(link.linked("target")), "")) if link else None
    if link is None or target is None or not isinstance(target.structure.values.get("origin"), str):
        raise BadStructureError(f"its link {key} does not lead to an annotation")
    ids.add(key)
    return str(link.values.get("role", "")), str(target.structure.values["origin"])


def _attributes(graph: Graph, structure: Structure, ids: set[str]) -> Values:
    """Return the attributes of our exporter, and add their ids to *ids*."""
    attributes: Values = {}
    for key in graph.items(structure, "attributes"):
        values = _node(graph, key).structure.values
        try:
            value = strict_json.parse(str(values.get("json", "")), finite=False)
        except strict_json.NotJsonError as error:
            raise BadStructureError(f"its attribute {key} holds no JSON") from error
        if isinstance(value, list) and all(isinstance(item, Value) for item in value):
            value = tuple(value)
        elif not isinstance(value, Value):
            raise BadStructureError(f"its attribute {key} holds no value of an {ATTRIBUTE}")
        attributes[str(values.get("name", ""))] = value
        ids.add(key)
    return attributes
