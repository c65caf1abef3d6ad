"""The rules of a mapping, found by the annotations that they are for."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map

from news_dataset.annotations import Annotation, as_text
from news_dataset.records.mapping import Mapping, MappingRule

_NUMBERED = re.compile("(.*?)[ _]?([0-9]+(?:[,_][0-9]+)*)")
_DIGITS = 10  # a number of more is none of a participant


class Rules:
    """Finds the rule for an annotation.

    Args:
        mapping: the mapping.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.mapping = mapping
        self._by_type: dict[str, list[MappingRule]] = {}
        for rule in mapping.annotations:
            self._by_type.setdefault(rule.type, []).append(rule)

    def of(self, annotation: Annotation) -> MappingRule | None:
        """Return the first rule that an annotation fits; None where none does."""
        for rule in self._by_type.get(annotation.type, ()):
            if all(as_text(annotation.attributes.get(name)) == value for name, value in rule.when.items()):
                return rule
        return None


def base_role(links: Map[str, str], role: str) -> str | None:
    """Return what a role of the origin is in the record; ``Theme2`` counts as ``Theme``. None where it is nothing."""
    found = _NUMBERED.fullmatch(role)
    return links.get(role) or (links.get(found[1]) if found else None)


def numbers_of(role: str) -> list[int]:
    """Return the numbers behind a role of the origin: of ``source_1_2`` 1 and 2."""
    found = _NUMBERED.fullmatch(role)
    numbers = re.split("[,_]", found[2]) if found else []
    return [int(one) for one in numbers] if all(len(one) < _DIGITS for one in numbers) else []
