"""The statements of an annotated document, each with its participants and the words that show its parts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import count
from typing import Any

from news_dataset.annotations import Quarantined
from news_dataset.importers.articles import article_record
from news_dataset.importers.conversion import Conversion, Converted, row_of
from news_dataset.importers.entities import Data
from news_dataset.importers.fitting import UNKNOWN, fit
from news_dataset.importers.referents import find_entities, who
from news_dataset.records import Statement
from news_dataset.records.articles import QUOTED
from news_dataset.records.codebooks import PARTICIPANT_ROLE
from news_dataset.records.fields import TEXT_PATTERN
from news_dataset.records.mapping import MappingRule
from news_dataset.source_form import expand, role_keys
from news_dataset.spans import SPAN_FIELDS

_SPEAKER = {"source": "speaker", "addressee": "addressee"}
"""Roles of evidence whose words name a participant, with the role of that participant."""

_PARTICIPANTS, _EVENTS = "statement_participants", "statement_events"
_OF_EVENTS = ("trigger", "date", "place")
_REFERENCES = ("event", "occasion", "parent")
_ROLES = {role: rank for rank, role in enumerate(PARTICIPANT_ROLE.definitions)}
_DIGITS = 4  # of the number of a statement
_QUOTE = re.compile(f"(?=.{{1,2000}}$){TEXT_PATTERN}")
_MARKS = "“”\"„«»「」‘’'` "

Shown = tuple[str, tuple[int, ...], int, bool]
"""A role of evidence, the participants (by their places) or events (by their ordinals) that it shows, the place of the
annotation, and whether its quotation marks are left out."""


def convert(conversion: Conversion) -> Converted:
    """Return the records of a document.

    Args:
        conversion: the document; its entities and events go to the corpus.
    """
    find_entities(conversion)
    places = [at for at, rule in enumerate(conversion.rules) if rule and rule.record == "statement"]
    ids = _ids(conversion, places)
    statements: list[Data] = []
    where: list[Quarantined] = []
    for at in places:
        place = conversion.place(conversion.all[at])
        if len(ids[at].rpartition("/")[2]) > _DIGITS:
            conversion.quarantined.append(replace(place, message="an article has 9999 statements at most"))
            continue
        statements.append(_Assembly(conversion, at, ids).record())
        where.append(place)
    profile = conversion.corpus.profile
    conversion.quarantined += fit("statement", statements, where, profile)
    article = article_record(conversion) if conversion.document.is_article else {}
    conversion.quarantined += fit("article", [article], [conversion.place(None)], profile) if article else []
    conversion.leave_the_rest()
    return Converted(article, [one for one in statements if one], conversion.leftovers, conversion.quarantined)


def _ids(conversion: Conversion, places: list[int]) -> dict[int, str]:
    """Return the ids of the statements: those that they have from an export, or numbers in their order."""
    stem = conversion.article.replace("article/", "statement/", 1)
    found: dict[int, str] = {}
    taken: set[str] = set()
    for at in places:
        rule = conversion.rules[at]
        given = conversion.value(at, rule.fields["id"]) if rule and "id" in rule.fields else ""
        if re.fullmatch(f"{re.escape(stem)}/[0-9]{{2,4}}", str(given)) and given not in taken:
            found[at] = str(given)
            taken.add(str(given))
    numbers = (number for number in count(1) if f"{stem}/{number:02d}" not in taken)
    return {at: found.get(at) or f"{stem}/{next(numbers):02d}" for at in places}


class _Assembly:
    """Puts one statement together."""

    def __init__(self, conversion: Conversion, at: int, ids: dict[int, str]) -> None:
        rule = conversion.rules[at]
        assert rule
        self.conversion, self.at, self.ids, self.rule = conversion, at, ids, rule
        self.data: Data = {**UNKNOWN["statement"], **conversion.values(at, rule)}
        self.data.pop("external_id", None)  # which is taken, and checked, by itself
        self.realis = self.data.pop("realis", "unknown")
        self.people: list[Data] = self._given()
        self.is_given = bool(self.people)
        # Where the list of the participants is an attribute, links show words, and name nobody who is not in it.
        self.is_listed = _PARTICIPANTS in rule.fields
        self.shown: list[Shown] = []
        self.events: list[Data] = [row_of(one) for one in _listed(self.data.pop(_EVENTS, None))]
        self.quantities: list[Data] = []

    def _given(self) -> list[Data]:
        """Return the participants that attributes name: ids, labels, ``implicit``, or rows of the list."""
        given: Data = {}
        for key in (*role_keys(Statement), _PARTICIPANTS):
            if some := _listed(self.data.pop(key, None)):
                given[key] = [row_of(one) if key == _PARTICIPANTS else str(one) for one in some]
        people: list[Data] = expand(given, Statement).data[_PARTICIPANTS] if given else []
        return people

    def record(self) -> Data:
        """Return the record of the statement."""
        self._own_words()
        for role, target, numbers in self.conversion.parts(self.at):
            self._part(role, target, numbers)
        order = self._order()
        people = [self.people[one] for one in order]
        found: Data = {**self.data, **self.conversion.external_of(self.at), "id": self.ids[self.at]}
        found["article"] = self.conversion.article
        for name, rows in ((_PARTICIPANTS, people), (_EVENTS, self.events), ("quantities", self.quantities)):
            found |= {name: rows} if rows else {}
        if "topics" in found:
            found["topics"] = [{"topic": one} for one in _listed(found["topics"])]
        if evidence := self._evidence(found["kind"], {one: ordinal for ordinal, one in enumerate(order, 1)}):
            found["evidence"] = evidence
        self._quote(found)
        return found

    def _own_words(self) -> None:
        """Show the statement by the words of its own annotation."""
        role = self.rule.role or "content"
        if role == "none" or not self.conversion.all[self.at].fragments:
            return
        self.shown.append(("content" if role == "quote" else role, (), self.at, False))
        if role == "quote":
            self.shown.append(("quote", (), self.at, True))

    def _order(self) -> list[int]:
        """Return the places of the participants in their order: by role, where no attribute lists all of them."""
        places = list(range(len(self.people)))
        if self.is_listed:
            return places
        roles = [one.get("role") if isinstance(one, dict) else None for one in self.people]
        return sorted(places, key=lambda place: _ROLES.get(str(roles[place]), len(_ROLES)))

    def _part(self, role: str, target: int | None, numbers: list[int]) -> None:
        """Take over what the statement links to in a role."""
        if target is not None and self._is_numbered(role, target, numbers):
            return
        if role in _SPEAKER or (role in _ROLES and not self.is_listed):
            person = self._person({"role": _SPEAKER.get(role, role), **who(self.conversion, target)})
            if target is not None:
                self._show(role, (person,) if role in _SPEAKER else (), target)
        elif target is None:
            self.conversion.leave("link", self.conversion.all[self.at], role)
        elif (rule := self.conversion.rules[target]) and rule.record == "quantity":
            self._quantity(target, rule)
        elif role in _REFERENCES and not self.is_listed:
            self._refer(role, target)
        elif role in _OF_EVENTS:  # of no event that is given
            self.conversion.leave("link", self.conversion.all[self.at], role, self.conversion.all[target].id)
        else:
            self._show(role, (), target)

    def _is_numbered(self, role: str, target: int, numbers: list[int]) -> bool:
        """Show words by the numbers of their role; return whether these are those of participants or events."""
        if role in _SPEAKER and self.is_given and _are_within(numbers, self.people):
            self._show(role, tuple(number - 1 for number in numbers), target)
        elif role in _OF_EVENTS and _are_within(numbers, self.events):
            self._show(role, tuple(numbers), target)
        else:
            return False
        return True

    def _refer(self, role: str, target: int) -> None:
        """Take over an event that the statement reports or at which it is said, or a statement that it lies within."""
        entity = self.conversion.entity.get(target, "")
        if role == "event" and entity.startswith("event/"):
            self.events.append({"event": entity, "realis": self.realis})
            self._show("trigger", (len(self.events),), target)
        elif role == "occasion" and entity.startswith("event/"):
            self.data["occasion"] = entity
        elif role == "parent" and target in self.ids:
            self.data["parent"] = self.ids[target]
        else:
            self.conversion.leave("link", self.conversion.all[self.at], role, self.conversion.all[target].id)

    def _quantity(self, target: int, rule: MappingRule) -> None:
        """Take over a quantity; one of which nothing says what is counted stays among the leftovers."""
        fragments, row = self.conversion.all[target].fragments, self.conversion.values(target, rule)
        if {"unit", "counted"} <= row.keys() and len(fragments) == 1:
            (span,) = self.conversion.span_rows(target)
            self.quantities.append(row | {name: span[name] for name in SPAN_FIELDS})
        else:
            self.conversion.reached.discard(target)

    def _person(self, row: Data) -> int:
        """Return the place of a participant; one with a record is not repeated in its role."""
        if "entity" in row and row in self.people:
            return self.people.index(row)
        self.people.append(row)
        return len(self.people) - 1

    def _show(self, role: str, of: tuple[int, ...], target: int) -> None:
        if self.conversion.all[target].fragments:
            self.shown.append((role, of, target, False))

    def _evidence(self, kind: str, ordinals: dict[int, int]) -> list[Data]:
        """Return the rows of the words that show the parts.

        Args:
            kind: the kind of the statement.
            ordinals: the ordinals of participants, by their places.
        """
        rows: list[Data] = []
        mentions: Counter[str] = Counter()
        for role, of, target, is_bare in self.shown:
            if role == "quote" and kind not in QUOTED:
                if is_bare:
                    continue
                role = "quotation"  # words in quotation marks, of a statement that is not said to be a quotation
            mentions[role] += 1
            spans = self.conversion.span_rows(target, self._bare(target) if is_bare else None)
            about: Data = {} if is_bare else self.conversion.external_of(target)
            for number in of or (None,):  # joint speakers: one mention, a row for each
                which = {} if number is None else {"of": ordinals[number] if role in _SPEAKER else number}
                rows += [{"role": role, **which, "mention": mentions[role], **about, **row} for row in spans]
        return rows

    def _bare(self, target: int) -> tuple[tuple[int, int], ...]:
        """Return the fragments of an annotation without quotation marks and blanks at their ends."""
        words, found = self.conversion.document.text or "", []
        for start, end in self.conversion.all[target].fragments:
            inner = words[start:end]
            first = start + len(inner) - len(inner.lstrip(_MARKS))
            last = end - (len(inner) - len(inner.rstrip(_MARKS)))
            found.append((first, last) if first < last else (start, end))
        return tuple(found)

    def _quote(self, data: Data) -> None:
        """Give a direct or mixed statement its quotation, where the text has these words in quotation marks."""
        rows = [row for row in data.get("evidence", ()) if row["role"] == "quote"]
        if "quote" in data and "quote_fidelity" not in self.rule.fields:
            data["quote_fidelity"] = data.get("quote_fidelity", "unknown")
        if not rows or "quote" in {*data, *self.rule.fields} or any(row["mention"] != 1 for row in rows):
            return
        words = self.conversion.document.text or ""
        is_quoted = all(
            any(first <= row["start"] and row["end"] <= last for first, last in self.conversion.quoted) for row in rows
        )
        quote = " … ".join(words[row["start"] : row["end"]] for row in rows)
        if is_quoted and _QUOTE.fullmatch(quote):
            data |= {"quote": quote, "quote_fidelity": "unknown"}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _are_within(numbers: list[int], rows: list[Data]) -> bool:
    """Return whether there are numbers, and all of them are those of rows."""
    return bool(numbers) and all(1 <= number <= len(rows) for number in numbers)
