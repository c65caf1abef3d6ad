"""The statements of an annotated document, each with its participants and the words that show its parts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import count, groupby
from typing import NamedTuple

from news_dataset.annotations import Fragments, Quarantined
from news_dataset.importers.articles import article_record
from news_dataset.importers.conversion import Conversion, Converted, row_of
from news_dataset.importers.entities import Data
from news_dataset.importers.fitting import UNKNOWN, fit, without_prose
from news_dataset.importers.inputs import as_list
from news_dataset.importers.referents import find_entities, participant_of
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
"""Roles of evidence that show an event; a link without the number of the event does not tell which."""

_REFERENCES = ("event", "occasion", "parent")
_PARTICIPANTS, _EVENTS = "statement_participants", "statement_events"

_ROLES = {role: rank for rank, role in enumerate(STATEMENT_ROLE.definitions)}
_DIGITS = 4  # the most that the number of a statement may have
_QUOTE = re.compile(f"(?=.{{1,2000}}$){TEXT_PATTERN}")
_MARKS = "“”\"„«»「」‘’'` "


class ShownWords(NamedTuple):
    """Words that show a part of a statement."""

    role: str  # of the evidence
    target: int  # the index of the annotation that has the words
    numbers: tuple[int, ...] = ()  # participants that they show, by index before the ordering; events, by ordinal
    is_bare: bool = False  # whether quotation marks are left out


def convert(conversion: Conversion) -> Converted:
    """Return article and statements of a document; entities go to the corpus."""
    find_entities(conversion)
    add_rows(conversion)
    indices = [index for index, rule in enumerate(conversion.rules) if rule and rule.record == "statement"]
    ids = _ids(conversion, indices)
    statements: list[Data] = []
    reports: list[Quarantined] = []
    for index in indices:
        report = conversion.report(conversion.annotations[index])
        if len(ids[index].rpartition("/")[2]) > _DIGITS:
            conversion.quarantined.append(replace(report, message="an article has 9999 statements at most"))
            continue
        statements.append(_Assembly(conversion, index, ids).record())
        reports.append(report)
    conversion.quarantined += _without_circles(statements, reports)
    profile = conversion.corpus.profile
    conversion.quarantined += fit("statement", statements, reports, profile)
    article = article_record(conversion) if conversion.document.is_article else {}
    texts = [(conversion.document.text, str(article.get("headline", "")))]
    conversion.quarantined += without_prose("statement", statements, reports, texts)
    if article:
        conversion.quarantined += fit("article", [article], [conversion.report(None)], profile)
        conversion.quarantined += without_prose("article", [article], [conversion.report(None)], texts)
    conversion.leave_unused()
    return Converted(article, list(filter(None, statements)), conversion.leftovers, conversion.quarantined)


def _without_circles(statements: list[Data], reports: list[Quarantined]) -> Iterator[Quarantined]:
    """Take from statements a parent that is below them, and yield reports on it."""
    parents = {statement["id"]: statement["parent"] for statement in statements if "parent" in statement}
    for statement, report in zip(statements, reports, strict=True):
        seen, ancestor = set[str](), statement["id"]
        while ancestor in parents and ancestor not in seen:
            seen.add(ancestor)
            ancestor = parents[ancestor]
        if seen and ancestor == statement["id"]:
            message = "statement.parent: the statement would lie within itself"
            yield replace(report, message=message, content=parents.pop(ancestor))
            del statement["parent"]


def _ids(conversion: Conversion, indices: list[int]) -> dict[int, str]:
    """Return statement ids by index: those from an export, or numbers in order."""
    stem = conversion.article.replace("article/", "statement/", 1)
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for index in indices:
        rule = conversion.rules[index]
        id_ = conversion.value(index, rule.fields["id"]) if rule and "id" in rule.fields else ""
        if re.fullmatch(f"{re.escape(stem)}/[0-9]{{2,4}}", str(id_)) and id_ not in taken:
            ids[index] = str(id_)
            taken.add(str(id_))
    numbers = (number for number in count(1) if f"{stem}/{number:02d}" not in taken)
    return {index: ids.get(index) or f"{stem}/{next(numbers):02d}" for index in indices}


class _Assembly:
    """Puts one statement together."""

    def __init__(self, conversion: Conversion, index: int, ids: dict[int, str]) -> None:
        rule = conversion.rules[index]
        assert rule
        self.conversion, self.index, self.ids, self.rule = conversion, index, ids, rule
        self.data: Data = {**UNKNOWN["statement"], **conversion.fields(index, rule)}
        self.data.pop("external_id", None)  # external_field_of takes and checks it
        self.realis = self.data.pop("realis", "unknown")
        self.participants: list[Data] = self._given_participants()
        self.has_given_participants = bool(self.participants)
        # Where an attribute lists the participants, links only show words: they name nobody who is not in the list.
        self.lists_participants = _PARTICIPANTS in rule.fields
        self.shown: list[ShownWords] = []
        self.events: list[Data] = [
            row if isinstance(row, dict) else {"event": row, "realis": self.realis}
            for row in map(row_of, as_list(self.data.pop(_EVENTS, None) or None))
        ]
        self.quantities: list[Data] = []

    def _given_participants(self) -> list[Data]:
        """Return the participants in attributes: ids, labels, ``implicit``, or rows."""
        given: Data = {}
        for key in (*role_keys(Statement), _PARTICIPANTS):
            if values := as_list(self.data.pop(key, None) or None):
                given[key] = [row_of(value) if key == _PARTICIPANTS else str(value) for value in values]
        participants: list[Data] = expand(given, Statement).data[_PARTICIPANTS] if given else []
        return participants

    def record(self) -> Data:
        """Return the record of the statement."""
        self._show_own_words()
        for role, target, numbers in self.conversion.parts(self.index):
            self._add_part(role, target, numbers)
        if self.data["kind"] == "narrated" and "speaker" in self._participant_roles():
            self.conversion.refuse(self.index, "statement.kind: a narrated statement has no speaker", "narrated")
            self.data["kind"] = "unknown"
        order = self._participant_order()
        participants = [self.participants[index] for index in order]
        record: Data = {**self.data, **self.conversion.external_field_of(self.index), "id": self.ids[self.index]}
        record["article"] = self.conversion.article
        for name, rows in ((_PARTICIPANTS, participants), (_EVENTS, self.events), ("quantities", self.quantities)):
            record |= {name: rows} if rows else {}
        if "topics" in record:
            record["topics"] = [{"topic": topic} for topic in as_list(record["topics"] or None)]
        if evidence := self._evidence(record["kind"], {index: ordinal for ordinal, index in enumerate(order, 1)}):
            record["evidence"] = evidence
        self._check_dates(record.get("evidence", []))
        self._set_quote(record)
        return record

    def _show_own_words(self) -> None:
        """Show the statement by the words of its own annotation."""
        role = self.rule.role or "content"
        if role == "none" or not self.conversion.annotations[self.index].fragments:
            return
        self.shown.append(ShownWords("content" if role == "quote" else role, self.index))
        if role == "quote":
            self.shown.append(ShownWords("quote", self.index, is_bare=True))

    def _participant_order(self) -> list[int]:
        """Return the indices of participants by role, unless an attribute lists them."""
        indices = list(range(len(self.participants)))
        if self.lists_participants:
            return indices
        roles = self._participant_roles()
        return sorted(indices, key=lambda index: _ROLES.get(roles[index], len(_ROLES)))

    def _participant_roles(self) -> list[str]:
        """Return the role of each participant; attributes may give rows without one."""
        return [str(row.get("role")) if isinstance(row, dict) else "" for row in self.participants]

    def _add_part(self, role: str, target: int | None, numbers: list[int]) -> None:
        """Add what the statement links to in a role; *numbers* are those of the role."""
        if target is not None and self._show_by_numbers(role, target, numbers):
            return
        if role in _SPEAKER or (role in _ROLES and not self.lists_participants):
            row = {"role": _SPEAKER.get(role, role), **participant_of(self.conversion, target, role)}
            number = self._add_participant(row)
            if target is not None and self.conversion.annotations[target].fragments:
                self.shown.append(ShownWords(role, target, (number,) if role in _SPEAKER else ()))
        elif target is None:
            self.conversion.leave_link(self.index, role, None, "the role is empty")
        elif (rule := self.conversion.rules[target]) and rule.record == "quantity":
            self._add_quantity(target, rule)
        elif role in _REFERENCES and not self.lists_participants:
            self._add_reference(role, target)
        elif role in _OF_EVENTS or not self.conversion.annotations[target].fragments:
            why = "it marks no words" if role not in _OF_EVENTS else "it does not say which event it is of"
            self.conversion.leave_link(self.index, role, target, why)
        else:
            self.shown.append(ShownWords(role, target))

    def _show_by_numbers(self, role: str, target: int, numbers: list[int]) -> bool:
        """Show participants or events by numbers of a role; return False if none fit."""
        if not self.conversion.annotations[target].fragments:
            return False
        if role in _SPEAKER and self.has_given_participants and _are_within(numbers, self.participants):
            self.shown.append(ShownWords(role, target, tuple(number - 1 for number in numbers)))
        elif role in _OF_EVENTS and _are_within(numbers, self.events):
            self.shown.append(ShownWords(role, target, tuple(numbers)))
        else:
            return False
        return True

    def _add_reference(self, role: str, target: int) -> None:
        """Add an event, occasion or parent of the statement."""
        event = self.conversion.entity_ids.get(target, "")
        id_ = self.ids.get(target, "") if role == "parent" else event if event.startswith("event/") else ""
        if role == "event" and id_:
            self.events.append({"event": id_, "realis": self.realis})
            if self.conversion.annotations[target].fragments:
                self.shown.append(ShownWords("trigger", target, (len(self.events),)))
        elif not id_ or self.data.setdefault(role, id_) != id_:
            why = f"a statement has one {role}" if id_ else f"it is no {'statement' if role == 'parent' else 'event'}"
            self.conversion.leave_link(self.index, role, target, why)

    def _add_quantity(self, target: int, rule: MappingRule) -> None:
        """Add a quantity; one without unit or what is counted becomes a leftover."""
        fragments, row = self.conversion.annotations[target].fragments, self.conversion.fields(target, rule)
        if {"unit", "counted"} <= row.keys() and len(fragments) == 1:
            (span,) = self.conversion.span_rows(target)
            if (written := row.get("as_written")) and str(written) not in self.conversion.words(target):
                self.conversion.refuse(target, "quantity.as_written: differs from the text", written)
                del row["as_written"]
            self.quantities.append(row | {name: span[name] for name in SPAN_FIELDS})
        else:
            self.conversion.link_counts[target] -= 1

    def _add_participant(self, row: Data) -> int:
        """Return the index of a participant; add it, unless its record has the role."""
        if "entity" in row and row in self.participants:
            return self.participants.index(row)
        self.participants.append(row)
        return len(self.participants) - 1

    def _evidence(self, kind: str, ordinals: dict[int, int]) -> list[Data]:
        """Return the rows of evidence, given ordinals of participants by first index."""
        rows: list[Data] = []
        mentions: Counter[str] = Counter()
        for role, target, numbers, is_bare in self.shown:
            fragments = self._without_marks(target) if is_bare else self.conversion.annotations[target].fragments
            if role == "quote" and not (kind in QUOTED and self._are_quoted(fragments)):
                if is_bare:
                    continue
                role = "quotation"  # a quote for the origin, but not by the kind or the text
            mentions[role] += 1
            spans = self.conversion.span_rows(target, fragments)
            external: Data = {} if is_bare else self._external_field(target)
            for number in numbers or (None,):  # joint speakers: one mention, a row for each
                of = {} if number is None else {"of": ordinals[number] if role in _SPEAKER else number}
                rows += [{"role": role, **of, "mention": mentions[role], **external, **row} for row in spans]
        return rows

    def _external_field(self, target: int) -> Data:
        """Return the field for an id: that of an annotation, or of the own trigger."""
        annotation = self.conversion.annotations[target]
        if target == self.index and annotation.trigger:
            return self.conversion.external_field(annotation.trigger, annotation)
        return self.conversion.external_field_of(target)

    def _check_dates(self, evidence: list[Data]) -> None:
        """Refuse a ``date_text`` of events that is not in the words shown for the date."""
        text = self.conversion.document.text or ""
        for number, event in enumerate(self.events, 1):
            shown = [row for row in evidence if row["role"] == "date" and row.get("of") == number]
            written = str(event.get("date_text", ""))
            if written and not any(written in text[row["start"] : row["end"]] for row in shown):
                why = "statement_event.date_text: differs from the text"
                self.conversion.refuse(self.index, why, event.pop("date_text"))

    def _are_quoted(self, fragments: Fragments) -> bool:
        """Return whether all fragments are within quotation marks in the text."""
        quoted = self.conversion.quoted
        return all(any(first <= start and end <= last for first, last in quoted) for start, end in fragments)

    def _without_marks(self, target: int) -> Fragments:
        """Return fragments without quotation marks and blanks at their ends."""
        text, fragments = self.conversion.document.text or "", []
        for start, end in self.conversion.annotations[target].fragments:
            words = text[start:end]
            first = start + len(words) - len(words.lstrip(_MARKS))
            last = end - (len(words) - len(words.rstrip(_MARKS)))
            fragments.append((first, last) if first < last else (start, end))
        return tuple(fragments)

    def _set_quote(self, data: Data) -> None:
        """Set ``quote`` to the words quoted in the text; refuse one that differs."""
        rows = [row for row in data.get("evidence", ()) if row["role"] == "quote"]
        text = self.conversion.document.text or ""
        quotations = {" … ".join(text[row["start"] : row["end"]] for row in fragments)
                      for _, fragments in groupby(rows, lambda row: row["mention"])}  # fmt: skip
        if "quote" in data and quotations != {data["quote"]}:
            self.conversion.refuse(self.index, "statement.quote: is not what the text quotes", data.pop("quote"))
        elif "quote" not in {*data, *self.rule.fields} and len(quotations) == 1 and _QUOTE.fullmatch(min(quotations)):
            data["quote"] = min(quotations)
        if "quote" in data and "quote_fidelity" not in self.rule.fields:
            data.setdefault("quote_fidelity", "unknown")


def _are_within(numbers: list[int], rows: list[Data]) -> bool:
    """Return whether there are numbers, and each is that of a row, from 1."""
    return bool(numbers) and all(1 <= number <= len(rows) for number in numbers)
