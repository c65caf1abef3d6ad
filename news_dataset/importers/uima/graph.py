"""The structures of a UIMA CAS with arrays, lists and slots resolved, and the view that each belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from news_dataset.annotations import Value
from news_dataset.exporters.uima import VIEW
from news_dataset.importers.uima.structures import BadStructureError, Cas, Structure, expand_collections
from news_dataset.utf16 import Utf16

Values = dict[str, Value | tuple[Value, ...]]
Links = list[tuple[str, str]]


@dataclass(slots=True)
class Node:
    """A structure that is no array, no list, and no slot of another structure."""

    structure: Structure
    values: Values = field(default_factory=dict)  # its values, also those in arrays and lists; without offsets
    links: Links = field(default_factory=list)  # role and id of what it refers to, through arrays, lists and slots
    view: str = ""  # the name of the view that it belongs to
    unfilled: list[str] = field(default_factory=list)  # roles of slots without a target


class Graph:
    """The structures of a CAS by id, and what they mark in the texts of its views."""

    def __init__(self, cas: Cas) -> None:
        self.cas = cas
        self._slots: set[str] = set()
        self._units = {name: Utf16(text) for name, text in cas.texts.items() if text is not None}
        nodes = {key: self._node(structure) for key, structure in cas.structures.items()
                 if not cas.types.is_collection(structure.type)}  # fmt: skip
        self.nodes = {key: node for key, node in nodes.items() if key not in self._slots}
        self._place()

    def items(self, structure: Structure, feature: str) -> Iterator[str]:
        """Yield the ids that a feature leads to, through arrays and lists."""
        for item in expand_collections(self.cas, structure.linked(feature)):
            if isinstance(item, str):
                yield item
            else:
                yield from (*item.linked("elements"), *item.linked("head"))

    def fragment(self, node: Node) -> tuple[int, int]:
        """Return start and end in code points of what a structure marks.

        Raises:
            BadStructureError: it marks no words of the text.
        """
        begin, end = node.structure.values.get("begin"), node.structure.values.get("end")
        units = self._units.get(node.view)
        if units is None:
            raise BadStructureError(f"it marks words, but the view {node.view} has no text")
        if not isinstance(begin, int) or not isinstance(end, int):
            raise BadStructureError("it has no begin or no end")
        start, stop = units.point(begin), units.point(end)
        if start is None or stop is None:
            wrong = begin if start is None else end
            where = "within a character" if 0 <= wrong <= units.length else "outside the text"
            raise BadStructureError(f"it marks {begin} to {end} (UTF-16), but {wrong} lies {where}")
        if start >= stop:
            raise BadStructureError(f"it marks {begin} to {end} (UTF-16), but the end is not behind the start")
        return start, stop

    def _node(self, structure: Structure) -> Node:
        """Return the node of a structure, with a view only if it names its text."""
        values = {name: value for name, value in structure.values.items() if name not in ("begin", "end")}
        node = Node(structure, values)
        for feature, ids in structure.links:
            if feature == "sofa":
                node.view = next((self.cas.names[key] for key in ids if key in self.cas.names), "")
                continue
            for item in expand_collections(self.cas, ids):
                if isinstance(item, str):
                    self._link(node, feature, [item])
                else:
                    self._collect(node, feature, item)
        return node

    def _collect(self, node: Node, feature: str, collection: Structure) -> None:
        """Add the items of an array, or the item of a node of a list, to a feature."""
        self._link(node, feature, (*collection.linked("elements"), *collection.linked("head")))
        if self.cas.types.holds_references(collection.type):
            return
        items = collection.values.get("elements", ())
        head = collection.values.get("head")
        if not isinstance(items, tuple):  # bytes
            node.values[feature] = items
            return
        before = node.values.get(feature)
        ahead = before if isinstance(before, tuple) else ()
        node.values[feature] = (*ahead, *items, *(() if head is None or isinstance(head, tuple) else (head,)))

    def _link(self, node: Node, feature: str, ids: Iterable[str]) -> None:
        """Add links to structures; a slot becomes a link to its target, in its role."""
        for key in ids:
            linked = self.cas.structures.get(key)
            if linked is None or not self.cas.types.is_link(linked.type):
                node.links.append((feature, key))
                continue
            self._slots.add(key)
            slot = str(linked.values.get("role", ""))
            is_one_of_several = len(self.cas.types.slots(node.structure.type) | {feature}) > 1
            name = f"{feature}:{slot}" if is_one_of_several else slot or feature
            node.links += [(name, target) for target in linked.linked("target")]
            node.unfilled += [] if linked.linked("target") else [name]

    def _place(self) -> None:
        """Give each node a view: its text's, the one that lists it, or a referrer's."""
        views = {key: name for name, ids in reversed(self.cas.members.items()) for key in ids}
        for key, node in self.nodes.items():
            node.view = node.view or views.get(key, "")
        waiting = [node for node in self.nodes.values() if node.view]
        while waiting:
            node = waiting.pop()
            for _, target in node.links:
                linked = self.nodes.get(target)
                if linked is not None and not linked.view:
                    linked.view = node.view
                    waiting.append(linked)
        first = next(iter(self.cas.texts), VIEW)
        for node in self.nodes.values():
            node.view = node.view or first
