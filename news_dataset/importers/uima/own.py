"""Reads back what ``news_dataset.exporters.uima`` adds to a UIMA CAS, as it was."""

from __future__ import annotations

from news_dataset import strict_json
from news_dataset.annotations import Annotation, Value
from news_dataset.exporters.uima import ATTRIBUTE, DOCUMENT
from news_dataset.importers.uima.graph import Graph, Node, Values
from news_dataset.importers.uima.structures import BadStructureError, Structure


def own_annotation(graph: Graph, node: Node) -> tuple[Annotation, set[str]]:
    """Return the annotation that a structure of our own holds, and the ids of the structures that it consists of.

    Raises:
        BadStructureError: it is not as the exporter writes it.
    """
    one = node.structure
    origin, label = one.values.get("origin"), one.values.get("label")
    if not isinstance(origin, str) or not isinstance(label, str):
        raise BadStructureError("it has no origin or no label")
    spans = [_known(graph, key) for key in graph.items(one, "spans")]
    parts = {one.id, *(span.structure.id for span in spans)}
    attributes = _attributes(graph, one, parts) | (dict(spans[0].values) if spans else {})
    links = tuple(_link(graph, key, parts) for key in graph.items(one, "links"))
    fragments = tuple(graph.fragment(span) for span in spans)
    return Annotation(origin, label, fragments, attributes, links, one.line), parts


def own_document(graph: Graph, node: Node) -> tuple[dict[str, object], set[str]]:
    """Return the fields of a document that a structure of our own holds, and the ids that it consists of.

    Raises:
        BadStructureError: it is not as the exporter writes it.
    """
    said, parts = node.structure.values, {node.structure.id}
    fields = {"id": said.get("origin"), "annotator": said.get("annotator"), "text_rule": said.get("textRule")}
    if not all(isinstance(value, str) for value in fields.values()) or not isinstance(said.get("isArticle"), bool):
        raise BadStructureError(f"it is no {DOCUMENT}: a feature is missing")
    attributes = _attributes(graph, node.structure, parts)
    return {**fields, "is_article": said["isArticle"], "attributes": attributes}, parts


def _known(graph: Graph, id: str) -> Node:  # noqa: A002
    if id not in graph.nodes:
        raise BadStructureError(f"it refers to {id}, which is not there")
    return graph.nodes[id]


def _link(graph: Graph, id: str, parts: set[str]) -> tuple[str, str]:  # noqa: A002
    link = graph.cas.structures.get(id)
    target = graph.nodes.get(next(iter(link.linked("target")), "")) if link else None
    if link is None or target is None or not isinstance(target.structure.values.get("origin"), str):
        raise BadStructureError(f"its link {id} does not lead to an annotation")
    parts.add(id)
    return str(link.values.get("role", "")), str(target.structure.values["origin"])


def _attributes(graph: Graph, one: Structure, parts: set[str]) -> Values:
    found: Values = {}
    for id in graph.items(one, "attributes"):  # noqa: A001
        node = _known(graph, id)
        try:
            value = strict_json.parse(str(node.structure.values.get("json", "")), finite=False)
        except strict_json.NotJsonError as error:
            raise BadStructureError(f"its attribute {id} holds no JSON") from error
        found[str(node.structure.values.get("name", ""))] = _value(value, id)
        parts.add(id)
    return found


def _value(value: object, id: str) -> Value | tuple[Value, ...]:  # noqa: A002
    if isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list) and all(isinstance(item, str | int | float | bool) for item in value):
        return tuple(value)
    raise BadStructureError(f"its attribute {id} holds no value of an {ATTRIBUTE}")
