"""Regions and relations of Label Studio become annotations with fragments and links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from news_dataset.annotations import Annotation, Value
from news_dataset.exporters.label_studio import FRAGMENT, LINK
from news_dataset.importers.label_studio.places import Place, RefusedError, Values, add_value, as_tuple


@dataclass(slots=True)
class Region:
    """A region: the results of one id."""

    id: str  # their id; empty if they have none
    text: str  # name of the text that it is of
    place: Place  # start and end in code points
    offsets: tuple[Any, Any]  # start and end as given
    result: dict[str, Any]  # the first result
    labels: tuple[str, ...] = ()  # its labels
    control: str = ""  # the control that they are of; of a region without labels, the first one
    attributes: dict[str, Values] = field(default_factory=dict)  # the values of other controls, by their names
    links: list[tuple[str, str]] = field(default_factory=list)  # role and id of other regions

    def add(self, kind: str, control: str, content: Values | None, result: Mapping[str, Any]) -> None:
        """Add the content of a result of a control of that kind, its meta and parent."""
        if kind.endswith("labels") and not self.labels and isinstance(content, tuple):
            self.labels, self.control = tuple(map(str, content)), control
        elif content is not None:
            add_value(self.attributes, control, content)
        self.control = self.control or control
        meta = result.get("meta")
        for name, value in meta.items() if isinstance(meta, dict) else ():
            items = value if isinstance(value, list) else [value]
            scalars = tuple(item for item in items if isinstance(item, Value))
            if scalars:
                self.attributes[f"meta.{name}"] = scalars if len(scalars) > 1 else scalars[0]
        parent = result.get("parentID")
        if isinstance(parent, str) and parent and ("parent", parent) not in self.links:
            self.links.append(("parent", parent))


@dataclass(frozen=True, slots=True)
class Link:
    """A relation: its ends, labels and direction."""

    start: str
    end: str
    labels: tuple[str, ...]
    direction: str
    result: dict[str, Any]

    @property
    def ends(self) -> list[tuple[str, str]]:
        """From where to where it leads, once or in both directions."""
        there, back = (self.start, self.end), (self.end, self.start)
        return {"right": [there], "left": [back], "bi": [there, back]}[self.direction]


@dataclass(frozen=True, slots=True)
class Record:
    """What our exporter adds to a region, or, with a place, an annotation without one."""

    region: str = ""
    place: int | None = None
    id: str | None = None
    type: str | None = None
    attributes: Mapping[str, Values] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Record:
        """Return the record of an object of JSON.

        Raises:
            ValueError: it is none.
        """
        attributes = {name: tuple(value) if isinstance(value, list) else value
                      for name, value in data.get("attributes", {}).items()}  # fmt: skip
        links = data.get("links")
        links = None if links is None else tuple((role, target) for role, target in links)
        record = cls(data.get("region", ""), data.get("place"), data.get("id"), data.get("type"), attributes, links)
        texts = [record.region, record.id or "", record.type or ""] + [text for link in links or () for text in link]
        scalars = [scalar for value in attributes.values() for scalar in as_tuple(value)]
        is_typed = all(isinstance(text, str) for text in texts) and all(isinstance(scalar, Value) for scalar in scalars)
        is_placed = type(record.place) is int and record.place >= 0
        if not is_typed or bool(record.region) == is_placed:
            raise ValueError
        return record


Refused = list[tuple[RefusedError, dict[str, Any]]]
"""Errors, each with the result that it is about."""


def build(parts: list[Region | Link], records: list[Record], text: str) -> tuple[dict[str, list[Annotation]], Refused]:
    """Return the annotations of each text, and what cannot be taken over.

    Args:
        parts: regions and relations.
        records: what our own exporter adds to them.
        text: the name of the text whose annotations include those without words.
    """
    builder = _Builder(parts, records, text)
    return builder.annotations(), builder.refused


class _Builder:
    """Builds annotations; regions that fragment links join are one annotation."""

    def __init__(self, parts: list[Region | Link], records: list[Record], text: str) -> None:
        self.parts, self.records, self.text = parts, records, text
        self.regions = {part.id: part for part in parts if isinstance(part, Region) and part.id}
        self.links = [part for part in parts if isinstance(part, Link)]
        self.added = {record.region: record for record in records if record.region in self.regions}
        self.refused: Refused = []
        self.next: dict[str, str] = {}  # the region that each goes on with
        self.ends: set[str] = set()  # regions that another goes on with
        self.heads: dict[str, str] = {}  # the head of each further fragment
        self.broken: dict[str, str] = {}  # why a region has no whole annotation

    def annotations(self) -> dict[str, list[Annotation]]:
        """Return the annotations of each text."""
        chains = self._chains()
        for link in self.links:
            if link.labels[:1] == (LINK,):
                self._add_link(link)
        controls = {part.control for part in self.parts if isinstance(part, Region) and part.labels}
        by_text: dict[str, list[Annotation]] = {}
        for part in self.parts:
            if isinstance(part, Region) and part.id in self.broken:
                self._refuse("dangling_id", self.broken[part.id], part.result)
            elif isinstance(part, Region) and part.id not in self.heads:
                further = [self.regions[id_] for id_ in chains.get(part.id, ())]
                by_text.setdefault(part.text, []).append(self._annotation(part, further, len(controls) > 1))
            elif isinstance(part, Link) and part.labels[:1] not in ((LINK,), (FRAGMENT,)):
                texts = [self.regions[end].text for end in (part.start, part.end) if end in self.regions]
                by_text.setdefault(texts[0] if texts else self.text, []).append(self._relation(part))
        placed = (record for record in self.records if record.place is not None)
        for record in sorted(placed, key=lambda record: record.place or 0):
            annotation = Annotation(record.id or "", record.type or "", (), record.attributes, record.links or ())
            by_text.setdefault(self.text, []).insert(record.place or 0, annotation)
        return by_text

    def _refuse(self, reason: str, message: str, result: dict[str, Any]) -> None:
        self.refused.append((RefusedError(reason, message), result))

    def _chains(self) -> dict[str, list[str]]:
        """Return the further fragments of each region that has some."""
        for record in self.records:
            if record.region and record.region not in self.regions:
                message = f"there is more of {record.region}, which is not there"
                self._refuse("dangling_id", message, {"region": record.region})
        links = [link for link in self.links if link.labels == (FRAGMENT,)]
        for link in links:
            self._join(link)
        chains = {start: [*self._following(start)] for start in self.next if start not in self.ends}
        self.heads = {part: start for start, parts in chains.items() for part in parts}
        for start, parts in chains.items():
            for part in parts:
                if part in self.broken:
                    self.broken[start] = self.broken[part]
        for link in links:
            if link.end in self.ends and link.end not in self.heads:
                self._refuse("bad_line", "the fragments go in a circle", link.result)
        return chains

    def _join(self, link: Link) -> None:
        """Note that a region goes on with another, if one annotation can have both."""
        start, end = self.regions.get(link.start), self.regions.get(link.end)
        if start is None or end is None:
            if start is not None:
                self.broken[link.start] = f"it goes on with {link.end}, which is not there"
            self._refuse("dangling_id", "a fragment of the relation is not there", link.result)
        elif (
            start.text != end.text or start.labels != end.labels or end.attributes or end.links or start.id == end.id
            or link.end in self.added or link.start in self.next or link.end in self.ends
        ):  # fmt: skip
            self._refuse("bad_line", "the regions cannot be fragments of one annotation", link.result)
        else:
            self.next[link.start] = link.end
            self.ends.add(link.end)

    def _following(self, region: str) -> Iterator[str]:
        while region in self.next:
            region = self.next[region]
            yield region

    def _add_link(self, link: Link) -> None:
        """Add a link to the region, or the regions, from which it leads."""
        for start, end in link.ends:
            region = self.regions.get(self.heads.get(start, start))
            if region is None:
                self._refuse("dangling_id", f"the link is from {start}, which is not there", link.result)
            else:
                region.links.append((link.labels[1] if len(link.labels) > 1 else "", end))

    def _id(self, region: str) -> str:
        """Return the id of the annotation that a region is of."""
        head = self.heads.get(region, region)
        record = self.added.get(head)
        return head if record is None or record.id is None else record.id

    def _annotation(self, region: Region, further: Iterable[Region], has_controls: bool) -> Annotation:
        """Return the annotation of a region; *has_controls*: labels are of several."""
        record = self.added.get(region.id) or Record()
        attributes: dict[str, Any] = dict(region.attributes)
        if len(region.labels) > 1:
            attributes["labels"] = region.labels
        if has_controls and region.labels:
            attributes["from_name"] = region.control
        kind = record.type if record.type is not None else region.labels[0] if region.labels else region.control
        links = record.links
        if links is None:
            links = tuple((role, self._id(end)) for role, end in region.links)
        fragments = (region.place, *(fragment.place for fragment in further))
        return Annotation(self._id(region.id), kind, fragments, attributes | dict(record.attributes), links)

    def _relation(self, link: Link) -> Annotation:
        """Return the annotation of a relation."""
        attributes: dict[str, Values] = {"direction": link.direction}
        if len(link.labels) > 1:
            attributes["labels"] = link.labels
        links = (("from", self._id(link.start)), ("to", self._id(link.end)))
        return Annotation("", link.labels[0] if link.labels else "relation", (), attributes, links)
