"""Finds the rules of a mapping for annotations, and the roles of their links."""

from __future__ import annotations

import re
from collections.abc import Mapping as Map

from news_dataset.annotations import Annotation, as_text
from news_dataset.records.mapping import Mapping, MappingRule

_NUMBERED = re.compile("(.*?)[ _]?([0-9]+(?:[,_][0-9]+)*)")
_MAX_DIGITS = 9  # of the number of a participant; a longer one is part of the name of the role


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
    """Return what a role is in the record, or None; ``Theme2`` counts as ``Theme``."""
    match = _NUMBERED.fullmatch(role)
    return links.get(role) or (links.get(match[1]) if match else None)


def numbers_of(role: str) -> list[int]:
    """Return the numbers at the end of a role: 1 and 2 of ``source_1_2``."""
    match = _NUMBERED.fullmatch(role)
    numbers = re.split("[,_]", match[2]) if match else []
    return [int(number) for number in numbers] if all(len(number) <= _MAX_DIGITS for number in numbers) else []
