"""The statements of an annotated document, each with its participants and the words that show its parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, groupby
from typing import Any

from news_dataset.annotations import Fragments, Quarantined
from news_dataset.importers.articles import article_record
from news_dataset.importers.conversion import Conversion, Converted
from news_dataset.importers.entities import Data
from news_dataset.importers.fitting import UNKNOWN, fit
from news_dataset.importers.prose import without_prose
from news_dataset.importers.referents import find_entities, who
from news_dataset.importers.rules import numbers_of
from news_dataset.records import Statement
from news_dataset.records.articles import QUOTED
from news_dataset.records.codebooks import PARTICIPANT_ROLE
from news_dataset.records.fields import TEXT_PATTERN
from news_dataset.source_form import participant, role_keys

_SPEAKER = {"source": "speaker", "addressee": "addressee"}
"""Roles of evidence whose words name a participant, with the role of that participant."""

_OF_EVENTS = ("trigger", "date", "place")
"""Roles of evidence that show an event; a link of a statement does not say which."""

_ROLES = {role: rank for rank, role in enumerate(PARTICIPANT_ROLE.definitions)}
_DIGITS = 4  # of the number of a statement
_QUOTE = re.compile(f"(?=.{{1,2000}}$){TEXT_PATTERN}")
_MARKS = "“”\"„«»「」‘’'` "

Shown = tuple[str, int | None, int, bool]
"""A role of evidence, the participant (by its place) or event (by its ordinal) that it shows, the place of the
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
    conversion.quarantined += _without_circles(statements, where)
    profile = conversion.corpus.profile
    texts = [conversion.document.text]
    conversion.quarantined += fit("statement", statements, where, profile)
    conversion.quarantined += without_prose("statement", statements, where, texts)
    if article := article_record(conversion) if conversion.document.is_article else {}:
        conversion.quarantined += fit("article", [article], [conversion.place(None)], profile)
        conversion.quarantined += without_prose("article", [article], [conversion.place(None)], texts)
    conversion.leave_the_rest()
    return Converted(article, [one for one in statements if one], conversion.leftovers, conversion.quarantined)


def _without_circles(statements: list[Data], where: list[Quarantined]) -> Iterator[Quarantined]:
    """Take from statements the parent that lies within themselves, and yield what was taken."""
    parents = {one["id"]: one["parent"] for one in statements if "parent" in one}
    for one, place in zip(statements, where, strict=True):
        seen, at = set[str](), one["id"]
        while at in parents and at not in seen:
            seen.add(at)
            at = parents[at]
        if seen and at == one["id"]:
            message = "statement.parent: the statement would lie within itself"
            yield replace(place, message=message, content=parents.pop(at))
            del one["parent"]


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
        self.realis = self.data.pop("realis", "unknown")
        self.people: list[Data] = self._given()
        self.is_given = bool(self.people)
        self.shown: list[Shown] = []
        self.events: list[Data] = []

    def _given(self) -> list[Data]:
        """Return the participants that attributes name: ids, labels, or ``implicit``."""
        found: list[Data] = []
        for key, field in role_keys(Statement).items():
            given: Any = self.data.pop(key, None)
            role = next(role for role in _ROLES if key in (role, f"{role}s"))
            for one in given if isinstance(given, list) else [given] if given else []:
                found.append({"role": role, **participant(str(one))})
            assert field == "statement_participants"
        return found

    def record(self) -> Data:
        """Return the record of the statement."""
        annotation = self.conversion.all[self.at]
        self._own_words()
        for role, target, numbers in self._parts():
            self._part(role, target, numbers)
        if self.data["kind"] == "narrated" and any(one["role"] == "speaker" for one in self.people):
            self.conversion.refuse(self.at, "statement.kind: a narrated statement has no speaker", "narrated")
            self.data["kind"] = "unknown"
        order = sorted(range(len(self.people)), key=lambda one: _ROLES.get(self.people[one]["role"], len(_ROLES)))
        people = [self.people[one] for one in order]
        found: Data = {**self.conversion.external(annotation.id, annotation), **self.data, "id": self.ids[self.at]}
        found["article"] = self.conversion.article
        found |= {"statement_participants": people} if people else {}
        found |= {"statement_events": self.events} if self.events else {}
        if "topics" in found:
            topics = found["topics"]
            found["topics"] = [{"topic": one} for one in (topics if isinstance(topics, list) else [topics])]
        if evidence := self._evidence(found["kind"], {one: ordinal for ordinal, one in enumerate(order, 1)}):
            found["evidence"] = evidence
        self._quote(found)
        return found

    def _own_words(self) -> None:
        """Show the statement by the words of its own annotation."""
        role = self.rule.role or "content"
        if role == "none" or not self.conversion.all[self.at].fragments:
            return
        self.shown.append(("content" if role == "quote" else role, None, self.at, False))
        if role == "quote":
            self.shown.append(("quote", None, self.at, True))

    def _parts(self) -> list[tuple[str, int | None, list[int]]]:
        numbers = {target: numbers_of(role) for role, target in self.conversion.all[self.at].links}
        ids = self.conversion.all
        return [
            (role, target, numbers.get(ids[target].id, []) if target is not None else [])
            for role, target in self.conversion.parts(self.at)
        ]

    def _part(self, role: str, target: int | None, numbers: list[int]) -> None:
        """Take over what the statement links to in a role."""
        if role in _SPEAKER and self.is_given and target is not None and self._is_number(numbers):
            self.shown += [(role, number - 1, target, False) for number in numbers]
        elif role in (*_SPEAKER, *_ROLES):
            person = self._person({"role": _SPEAKER.get(role, role), **who(self.conversion, target)})
            if target is not None and self.conversion.all[target].fragments:
                self.shown.append((role, person if role in _SPEAKER else None, target, False))
        elif target is None:
            self.conversion.leave_link(self.at, role, None)
        elif role == "event" and self.conversion.entity.get(target, "").startswith("event/"):
            self.events.append({"event": self.conversion.entity[target], "realis": self.realis})
            if self.conversion.all[target].fragments:
                self.shown.append(("trigger", len(self.events), target, False))
        elif role in ("occasion", "parent") and (named := self._named(role, target)):
            if self.data.setdefault(role, named) != named:  # a statement has one
                self.conversion.leave_link(self.at, role, target)
        elif role in ("event", "occasion", "parent", *_OF_EVENTS) or not self.conversion.all[target].fragments:
            self.conversion.leave_link(self.at, role, target)
        else:
            self.shown.append((role, None, target, False))

    def _named(self, role: str, target: int) -> str:
        """Return the id of the event or statement at a place; empty where there is none."""
        event = self.conversion.entity.get(target, "")
        return self.ids.get(target, "") if role == "parent" else event if event.startswith("event/") else ""

    def _is_number(self, numbers: list[int]) -> bool:
        return bool(numbers) and all(1 <= number <= len(self.people) for number in numbers)

    def _person(self, row: Data) -> int:
        """Return the place of a participant; one with a record is not repeated in its role."""
        if "entity" in row and row in self.people:
            return self.people.index(row)
        self.people.append(row)
        return len(self.people) - 1

    def _evidence(self, kind: str, ordinals: dict[int, int]) -> list[Data]:
        """Return the rows of the words that show the parts.

        Args:
            kind: the kind of the statement.
            ordinals: the ordinals of participants, by their places.
        """
        rows: list[Data] = []
        mentions: Counter[str] = Counter()
        last: dict[str, int] = {}
        for role, of, target, is_bare in self.shown:
            of = ordinals[of] if of is not None and role in _SPEAKER else of
            fragments = self._bare(target) if is_bare else self.conversion.all[target].fragments
            if role == "quote" and not (kind in QUOTED and self._are_quoted(fragments)):
                if is_bare:
                    continue
                role = "quotation"  # what the origin calls so, and neither the kind nor the text has as one
            is_shared = of is not None and last.get(role) == target  # joint speakers: one mention, a row for each
            mentions[role] += 0 if is_shared else 1
            last[role] = target
            annotation = self.conversion.all[target]
            about: Data = {"role": role} | ({"of": of} if of is not None else {})
            about |= {"mention": mentions[role]}
            about |= {} if is_bare else self.conversion.external(annotation.id, annotation)
            rows += [{**about, **row} for row in self.conversion.span_rows(target, fragments)]
        return rows

    def _are_quoted(self, fragments: Fragments) -> bool:
        """Return whether the text has all fragments in quotation marks."""
        quoted = self.conversion.quoted
        return all(any(first <= start and end <= last for first, last in quoted) for start, end in fragments)

    def _bare(self, target: int) -> Fragments:
        """Return the fragments of an annotation without quotation marks and blanks at their ends."""
        words, found = self.conversion.document.text or "", []
        for start, end in self.conversion.all[target].fragments:
            inner = words[start:end]
            first = start + len(inner) - len(inner.lstrip(_MARKS))
            last = end - (len(inner) - len(inner.rstrip(_MARKS)))
            found.append((first, last) if first < last else (start, end))
        return tuple(found)

    def _quote(self, data: Data) -> None:
        """Give a statement the words of its quotation, which may not be others than those in the text."""
        rows = [row for row in data.get("evidence", ()) if row["role"] == "quote"]
        words = self.conversion.document.text or ""
        said = {" … ".join(words[row["start"] : row["end"]] for row in some)
                for _, some in groupby(rows, lambda row: row["mention"])}  # fmt: skip
        if "quote" in data and said != {data["quote"]}:
            self.conversion.refuse(self.at, "statement.quote: is not what the text quotes", data.pop("quote"))
        elif "quote" not in data and len(said) == 1 and _QUOTE.fullmatch(min(said)):
            data["quote"] = min(said)
        if "quote" in data:
            data.setdefault("quote_fidelity", "unknown")
