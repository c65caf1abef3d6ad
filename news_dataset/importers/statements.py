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
from news_dataset.importers.conversion import Conversion, Converted, row_of
from news_dataset.importers.entities import Data
from news_dataset.importers.fitting import UNKNOWN, fit
from news_dataset.importers.prose import without_prose
from news_dataset.importers.referents import find_entities, who
from news_dataset.importers.registers import add_rows
from news_dataset.records import Statement
from news_dataset.records.articles import QUOTED
from news_dataset.records.codebooks import STATEMENT_ROLE
from news_dataset.records.fields import TEXT_PATTERN
from news_dataset.records.mapping import MappingRule
from news_dataset.source_form import expand, role_keys
from news_dataset.spans import SPAN_FIELDS

_SPEAKER = {"source": "speaker", "addressee": "addressee"}
"""Roles of evidence whose words name a participant, with the role of that participant."""

_OF_EVENTS = ("trigger", "date", "place")
"""Roles of evidence that show an event; a link without its number does not say which."""

_REFERENCES = ("event", "occasion", "parent")
_PARTICIPANTS, _EVENTS = "statement_participants", "statement_events"

_ROLES = {role: rank for rank, role in enumerate(STATEMENT_ROLE.definitions)}
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
    add_rows(conversion)
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
    conversion.quarantined += fit("statement", statements, where, profile)
    article = article_record(conversion) if conversion.document.is_article else {}
    texts = [(conversion.document.text, str(article.get("headline", "")))]
    conversion.quarantined += without_prose("statement", statements, where, texts)
    if article:
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
        self.data.pop("external_id", None)  # which is taken, and checked, by itself
        self.realis = self.data.pop("realis", "unknown")
        self.people: list[Data] = self._given()
        self.is_given = bool(self.people)
        # Where the list of the participants is an attribute, links show words, and name nobody who is not in it.
        self.is_listed = _PARTICIPANTS in rule.fields
        self.shown: list[Shown] = []
        self.events: list[Data] = [
            one if isinstance(one, dict) else {"event": one, "realis": self.realis}
            for one in map(row_of, _listed(self.data.pop(_EVENTS, None)))
        ]
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
        if self.data["kind"] == "narrated" and any(one["role"] == "speaker" for one in self.people):
            self.conversion.refuse(self.at, "statement.kind: a narrated statement has no speaker", "narrated")
            self.data["kind"] = "unknown"
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
        self._check_dates(found.get("evidence", []))
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
            if target is not None and self.conversion.all[target].fragments:
                self.shown.append((role, (person,) if role in _SPEAKER else (), target, False))
        elif target is None:
            self.conversion.leave_link(self.at, role, None, "the role is empty")
        elif (rule := self.conversion.rules[target]) and rule.record == "quantity":
            self._quantity(target, rule)
        elif role in _REFERENCES and not self.is_listed:
            self._refer(role, target)
        elif role in _OF_EVENTS or not self.conversion.all[target].fragments:
            why = "it marks no words" if role not in _OF_EVENTS else "it does not say which event it is of"
            self.conversion.leave_link(self.at, role, target, why)
        else:
            self.shown.append((role, (), target, False))

    def _is_numbered(self, role: str, target: int, numbers: list[int]) -> bool:
        """Show words by the numbers of their role; return whether these are those of participants or events."""
        if not self.conversion.all[target].fragments:
            return False
        if role in _SPEAKER and self.is_given and _are_within(numbers, self.people):
            self.shown.append((role, tuple(number - 1 for number in numbers), target, False))
        elif role in _OF_EVENTS and _are_within(numbers, self.events):
            self.shown.append((role, tuple(numbers), target, False))
        else:
            return False
        return True

    def _refer(self, role: str, target: int) -> None:
        """Take over an event that the statement reports or at which it is said, or a statement that it lies within."""
        named = self._named(role, target)
        if role == "event" and named:
            self.events.append({"event": named, "realis": self.realis})
            if self.conversion.all[target].fragments:
                self.shown.append(("trigger", (len(self.events),), target, False))
        elif not named or self.data.setdefault(role, named) != named:  # a statement has one
            why = f"a statement has one {role}" if named else f"it is no {'statement' if role == 'parent' else 'event'}"
            self.conversion.leave_link(self.at, role, target, why)

    def _named(self, role: str, target: int) -> str:
        """Return the id of the event or statement at a place; empty where there is none."""
        event = self.conversion.entity.get(target, "")
        return self.ids.get(target, "") if role == "parent" else event if event.startswith("event/") else ""

    def _quantity(self, target: int, rule: MappingRule) -> None:
        """Take over a quantity; one of which nothing says what is counted stays among the leftovers."""
        fragments, row = self.conversion.all[target].fragments, self.conversion.values(target, rule)
        if {"unit", "counted"} <= row.keys() and len(fragments) == 1:
            (span,) = self.conversion.span_rows(target)
            if (written := row.get("as_written")) and str(written) not in self.conversion.words(target):
                self.conversion.refuse(target, "quantity.as_written: differs from the text", written)
                del row["as_written"]
            self.quantities.append(row | {name: span[name] for name in SPAN_FIELDS})
        else:
            self.conversion.reached[target] -= 1

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
        for role, of, target, is_bare in self.shown:
            fragments = self._bare(target) if is_bare else self.conversion.all[target].fragments
            if role == "quote" and not (kind in QUOTED and self._are_quoted(fragments)):
                if is_bare:
                    continue
                role = "quotation"  # what the origin calls so, and neither the kind nor the text has as one
            mentions[role] += 1
            spans = self.conversion.span_rows(target, fragments)
            about: Data = {} if is_bare else self._external(target)
            for number in of or (None,):  # joint speakers: one mention, a row for each
                which = {} if number is None else {"of": ordinals[number] if role in _SPEAKER else number}
                rows += [{"role": role, **which, "mention": mentions[role], **about, **row} for row in spans]
        return rows

    def _external(self, target: int) -> Data:
        """Return the field that keeps the id of what is shown; of the statement's own words that which they have."""
        one = self.conversion.all[target]
        is_own = target == self.at and one.trigger
        return self.conversion.external(one.trigger, one) if is_own else self.conversion.external_of(target)

    def _check_dates(self, evidence: list[Data]) -> None:
        """Take from events each date in the words of the article that the words shown for it do not have."""
        text = self.conversion.document.text or ""
        for number, event in enumerate(self.events, 1):
            shown = [row for row in evidence if row["role"] == "date" and row.get("of") == number]
            written = str(event.get("date_text", ""))
            if written and not any(written in text[row["start"] : row["end"]] for row in shown):
                why = "statement_event.date_text: differs from the text"
                self.conversion.refuse(self.at, why, event.pop("date_text"))

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
        elif "quote" not in {*data, *self.rule.fields} and len(said) == 1 and _QUOTE.fullmatch(min(said)):
            data["quote"] = min(said)
        if "quote" in data and "quote_fidelity" not in self.rule.fields:
            data.setdefault("quote_fidelity", "unknown")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


def _are_within(numbers: list[int], rows: list[Data]) -> bool:
    """Return whether there are numbers, and all of them are those of rows."""
    return bool(numbers) and all(1 <= number <= len(rows) for number in numbers)
