"""Articles in batches, with their mentions, statements and assessments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from news_dataset import records
from news_dataset.records import codebooks
from news_dataset.spans import hash_of, skeleton
from news_dataset.testing.arrays import Ints, Mask, dates, digits, grouped, join, lengths, numbers, only, take, words
from news_dataset.testing.later import later_tables
from news_dataset.testing.referents import takes_part, topics_of
from news_dataset.testing.world import REFERENTS, World

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.testing.world import Tables

SIZE = 62_500  # statements of a batch, as near as whole articles allow
MARGIN = 800  # spans begin at least this many code points before the end of a text

KINDS, CLAIMS, FIDELITIES, ASPECTS, VERDICTS, STANCES, INDEPENDENCES = (tuple(book.definitions) for book in (
    codebooks.STATEMENT_KIND, codebooks.CLAIM_TYPE, codebooks.QUOTE_FIDELITY, codebooks.ASPECT, codebooks.VERDICT,
    codebooks.STANCE, codebooks.INDEPENDENCE,
))  # fmt: skip
PARTS = (*codebooks.STATEMENT_ROLE.definitions, "translator", "witness")
NARRATED, REPORTED, DIRECT, MIXED = map(KINDS.index, ("narrated", "reported", "direct", "mixed"))
(ENTITY, LABEL, IMPLICIT), (SPEAKER, SECOND, ADDRESSEE, OTHER) = range(3), range(4)
SLOTS = (
    "content", "content", "source", "source", "cue", "quote", "quote", "quote", "quote", "addressee", "trigger",
    "trigger", "trigger", "date", "place",
)  # fmt: skip
"""The roles of the evidence that a statement may have; the quote's are two fragments, and both of them again."""
SOURCE, QUOTE, TO, TRIGGER, DATE = map(SLOTS.index, ("source", "quote", "addressee", "trigger", "date"))


class Batch:
    """Articles and their statements, with what several tables have to know about them.

    ``owner`` is the place of each statement's article in the batch, ``place`` the statement's in its article, ``at``
    its number in the dataset; ``who`` says which participants it has, ``events`` which of three events it reports.
    """

    def __init__(self, world: World, articles: Ints, before: int) -> None:
        import pyarrow.compute as pc

        draws, sizes = world.draws, world.sizes[articles]
        self.world, self.articles, (self.owner, self.place) = world, articles, grouped(sizes)
        self.at = at = before + np.arange(len(self.owner))
        self.slugs = pc.utf8_slice_codeunits(take(world.ids["article"], articles), len("article/"))
        self.ids = _numbered("statement", self.slugs, sizes)
        self.text_lengths = 1000 + 230 * sizes + draws.integers("text length", articles, 900)
        self.kind = draws.choice("kind", at, (18, 22, 33, 4, 6, 14, 3))
        self.is_quoted = np.isin(self.kind, [DIRECT, MIXED])
        self.claim = np.where(self.place == 0, 0, draws.choice("claim", at, (60, 22, 17, 1)))  # a fact comes first
        self.has_cue = (self.kind == REPORTED) | ((self.kind != NARRATED) & draws.chance("cued", at, 80))
        self.form = draws.choice("speaker form", at, (76, 16, 8))
        who = [draws.chance(what, at, percent) for what, percent in (("joint", 10), ("addressed", 20), ("other", 6))]
        who = [np.ones_like(who[0]), who[0] & (self.form == ENTITY), *who[1:]]
        self.who = np.stack(who, axis=1) & (self.kind != NARRATED)[:, None]
        events = draws.choice("events", at, (25, 50, 18, 7))
        self.events, self.has_place = np.arange(3) < events[:, None], (events > 0) & draws.chance("placed", at, 20)
        dated = draws.integers("which event is dated", at, events.clip(1))
        self.dated = np.where((events > 0) & draws.chance("dated", at, 45), dated, -1)
        self.date_form = draws.choice("date form", at, (25, 35, 40))  # text, date, both
        self.date_texts = draws.words("date text", at, "date_text")
        self.fragments, self.skeletons = _quotes(world, self.kind, at)


def batches(world: World) -> Iterator[tuple[range, Tables]]:
    """Yield the tables of articles in batches, with the numbers of the statements in them."""
    ends, start = np.cumsum(world.sizes), 0
    while start < len(ends):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + SIZE, side="right")))
        yield range(before, int(ends[stop - 1])), _tables(Batch(world, np.arange(start, stop), before))
        start = stop


def _tables(batch: Batch) -> Tables:
    return {
        "articles": _articles(batch), "mentions": _mentions(batch), "statements": _statements(batch),
        "topics": topics_of(batch.world, "statement", batch.at, batch.ids, (35, 45, 15, 5)), **_assessments(batch),
        "statement_participants": _participants(batch), "statement_events": _events(batch),
        "quantities": _quantities(batch), "evidence": _evidence(batch),
        **later_tables(batch.world, batch.articles, batch.at, batch.ids),
    }  # fmt: skip


def _numbered(kind: str, slugs: pa.Array, counts: Ints) -> pa.Array:
    """Return ids that are numbered within their articles: with two digits, or four where there are many."""
    import pyarrow.compute as pc

    owner, place = grouped(counts)
    number = pc.if_else(numbers(counts[owner] > 99), digits(place + 1, 4), digits(place + 1, 2))
    return join(f"{kind}/", take(slugs, owner), "/", number)


def _quotes(world: World, kind: Ints, at: Ints) -> tuple[list[pa.Array], list[pa.Array]]:
    """Return the two fragments of each quotation and their skeletons; null where there is no such fragment."""
    draws = world.draws
    found: list[pa.Array] = []
    broken = (kind == MIXED) & draws.chance("broken", at, 35)
    for what, present in (("first", np.isin(kind, [DIRECT, MIXED])), ("second", broken)):
        many = 1 + draws.integers(f"{what} fragment", at, np.where(broken, 3, 6))
        limits = (len(words("opening")), *(len(words("clause")),) * 5)  # the openings are the first of the clauses
        chosen = [draws.integers(f"{what} fragment, {part}", at, limit) for part, limit in enumerate(limits)]
        for clauses, by in ((words("clause"), ", "), (_skeletons(), "")):
            parts = [take(clauses, one, present & (many > part)) for part, one in enumerate(chosen)]
            found.append(only(join(*parts, by=by), present))
    return found[::2], found[1::2]


@cache
def _skeletons() -> tuple[str, ...]:
    return tuple(map(skeleton, words("clause")))


def _spans(batch: Batch, what: str, at: Ints, start: Ints, width: Ints) -> dict[str, pa.Array]:
    blanks = batch.world.draws.integers(f"{what} blanks", at, width // 6 + 1)
    return {"start": numbers(start), "end": numbers(start + width), "length": numbers((width - blanks).clip(1))}


def _articles(batch: Batch) -> pa.Table:
    draws, at = batch.world.draws, batch.articles
    byline = join("By", *(draws.words(f"byline, {name}", at, name) for name in ("given", "family")), by=" ")
    given = {
        "id": join("article/", batch.slugs), "text_length": numbers(batch.text_lengths),
        "byline": only(byline, draws.chance("byline", at, 80)),
    }  # fmt: skip
    return batch.world.table(records.Article, at, given)


def _mentions(batch: Batch) -> pa.Table:
    """Return mentions: each is one row; or two fragments, or one fragment that means two things."""
    world, draws = batch.world, batch.world.draws
    counts = np.maximum(4 + draws.integers("mentions", batch.articles, 13), world.sure)
    article, slot = grouped(counts)
    at = batch.articles[article] * 1024 + slot
    thing, is_sure = world.mentioned(batch.articles[article], slot)
    thing = np.where(is_sure, thing, world.choose(REFERENTS, (50, 25, 15, 10), "mention", at))
    form = draws.choice("mention form", at, (90, 5, 5))
    row, second = grouped(np.where(form > 0, 2, 1))
    article, at, form = article[row], at[row], form[row]
    is_twin, is_second = (second > 0) & (form == 2), (second > 0) & (form == 1)
    thing = np.where(is_twin, world.choose(REFERENTS, (60, 30, 5, 5), "twin", at), thing[row])
    known = is_sure[row] | draws.chance("resolved", at, 94)
    written = only(take(world.names, thing), draws.chance("as written", at, 60) & (form == 0) & known)
    width = np.where(lengths(written) > 0, lengths(written), 3 + draws.integers("mention width", at, 30))
    start = draws.integers("mention start", at, batch.text_lengths[article] - 200)
    start += np.where(is_second, width + 2 + draws.integers("mention gap", at, 9), 0)
    given = {
        "article": join("article/", take(batch.slugs, article)), "ordinal": numbers(_ordinals(article)),
        "mention": numbers(slot[row] + 1), "fragment": numbers(1 + is_second), "as_written": written,
        "referent": take(world.group(REFERENTS), thing, known), **_spans(batch, "mention", at, start, width),
    }  # fmt: skip
    present = {"certainty": known & world.present("mentions", "certainty", at)}
    return world.table(records.Mention, at * 2 + is_second, given | takes_part(world, at, form == 0), present)


def _ordinals(owner: Ints) -> Ints:
    """Return the ordinals of children, given by the places of their parents, each of which has some."""
    return grouped(np.bincount(owner))[1] + 1


def _statements(batch: Batch) -> pa.Table:
    draws, at = batch.world.draws, batch.at
    above = (np.arange(len(at)) - 1 - draws.integers("parent", at, batch.place.clip(1))).clip(0)
    is_part = draws.chance("parent?", at, 5) & ~draws.chance("assessed twice", at, 12)[above]  # in its attribution
    given = {
        "id": batch.ids, "article": join("article/", take(batch.slugs, batch.owner)),
        "kind": take(KINDS, batch.kind), "claim_type": take(CLAIMS, batch.claim),
        "quote": only(join(*batch.fragments, by=" … "), batch.is_quoted),
        "quote_fidelity": take(FIDELITIES, draws.choice("fidelity", at, (30, 45, 25)), batch.is_quoted),
        "parent": take(batch.ids, above, is_part & (batch.place > 0)),
    }  # fmt: skip
    return batch.world.table(records.Statement, at, given, {"cue": batch.has_cue})


def _participants(batch: Batch) -> pa.Table:
    draws, (row, slot) = batch.world.draws, np.nonzero(batch.who)
    at = batch.at[row] * 4 + slot
    form = np.select([slot == SPEAKER, slot == SECOND], [batch.form[row], ENTITY], draws.choice("form", at, (70, 30)))
    role = np.where(slot == OTHER, 2 + draws.choice("role", at, (40, 30, 20, 10)), np.where(slot <= SECOND, 0, 1))
    entity = only(batch.world.entities("statement_participants", at, row), form == ENTITY)
    given = {"statement": take(batch.ids, row), "ordinal": numbers(_ordinals(row)), "role": take(PARTS, role)}
    present = {"label": form == LABEL, "implicit": form == IMPLICIT}
    return batch.world.table(records.StatementParticipant, at, given | {"entity": entity}, present)


def _events(batch: Batch) -> pa.Table:
    row, slot = np.nonzero(batch.events)
    is_dated, form = slot == batch.dated[row], batch.date_form[row]
    given = {"statement": take(batch.ids, row), "ordinal": numbers(slot + 1)}
    given["date_text"] = take(batch.date_texts, row, is_dated & (form != 1))
    present = {"date": is_dated & (form != 0), "place": (slot == 0) & batch.has_place[row]}
    return batch.world.table(records.StatementEvent, batch.at[row] * 4 + slot, given, present)


def _quantities(batch: Batch) -> pa.Table:
    draws = batch.world.draws
    row, place = grouped(draws.choice("quantities", batch.at, (84, 12, 4)))
    at = batch.at[row] * 4 + place
    number, form = draws.integers("number", at, 2000), draws.choice("number form", at, (80, 8, 12))
    value = np.where(draws.chance("decimals", at, 25), number / 10, number * 1.0)
    unit = take(words("unit"), draws.zipf("unit", at, len(words("unit"))))
    start = draws.integers("quantity start", at, batch.text_lengths[batch.owner[row]] - MARGIN)
    given = {
        "statement": take(batch.ids, row), "ordinal": numbers(place + 1), "value": numbers(value, form == 0),
        "min": numbers(value, form > 0), "max": numbers(value + 0.5 + number, form == 2), "unit": unit,
        "as_written": only(join(digits(number), unit, by=" "), draws.chance("figure as written", at, 60)),
        **_spans(batch, "quantity", at, start, 4 + draws.integers("quantity width", at, 20)),
    }  # fmt: skip
    return batch.world.table(records.Quantity, at, given)


def _evidence(batch: Batch) -> pa.Table:
    """Return where in the text each part of a statement stands; the same words may name both speakers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    draws, present = batch.world.draws, _shown(batch)
    row, slot = np.nonzero(present)
    together, is_second = draws.chance("together", batch.at, 30), (slot == QUOTE + 1) | (slot == QUOTE + 3)
    at = batch.at[row] * 16 + slot - (together[row] & (slot == SOURCE + 1))
    mention, of = np.ones((2, *present.shape), dtype=np.int64)
    mention[:, [1, QUOTE + 2, QUOTE + 3]] = 2
    mention[:, SOURCE + 1] = np.where(together, 1, 2)
    mention[:, TRIGGER:DATE] = np.cumsum(present[:, TRIGGER:DATE], axis=1)
    of[:, [SOURCE + 1, TO]] = np.cumsum(batch.who, axis=1)[:, [SECOND, ADDRESSEE]]
    of[:, TRIGGER:DATE], of[:, DATE] = [1, 2, 3], batch.dated + 1
    has_of = ~np.isin(slot, [number for number, name in enumerate(SLOTS) if name in ("content", "cue", "quote")])
    given = {
        "statement": take(batch.ids, row), "ordinal": numbers(_ordinals(row)), "role": take(SLOTS, slot),
        "of": numbers(of[row, slot], has_of), "mention": numbers(mention[row, slot]),
        "fragment": numbers(1 + is_second), "digest": draws.hex("evidence", at, 16),
        **_evidence_spans(batch, row, slot, at, is_second),
    }  # fmt: skip
    for number, bones in enumerate(batch.skeletons):  # a quotation's length and digest are those of its words
        here = numbers((slot == QUOTE + number) | (slot == QUOTE + 2 + number))
        digests = pa.array([one and hash_of(one, 16) for one in bones.to_pylist()], pa.string())
        for name, values in (("length", numbers(lengths(bones))), ("digest", digests)):
            given[name] = pc.if_else(here, take(values, row), given[name])
    return batch.world.table(records.Evidence, at, given)


def _shown(batch: Batch) -> Mask:
    """Return which evidence each statement has."""
    who, reported, quoted = batch.who, batch.kind == REPORTED, batch.is_quoted

    def shown(what: str, percent: int) -> Mask:
        return batch.world.draws.chance(what, batch.at, percent)

    broken = batch.fragments[1].is_valid().to_numpy(zero_copy_only=False)
    content, again = ~reported | shown("content shown", 30), quoted & shown("repeated shown", 6)
    source = who[:, SPEAKER] & (batch.form != IMPLICIT) & (batch.kind != KINDS.index("free_indirect"))
    columns = [
        content, content & shown("again shown", 18), source, source & who[:, SECOND],
        batch.has_cue & (reported | shown("cue shown", 80)), quoted, broken, again, again & broken,
        who[:, ADDRESSEE] & shown("addressee shown", 60),
        *(batch.events[:, at] & shown(f"trigger {at}", 55) for at in range(3)),
        (batch.dated >= 0) & ((batch.date_form != 1) | shown("date shown", 70)),
        batch.has_place & shown("place shown", 50),
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def _evidence_spans(batch: Batch, row: Ints, slot: Ints, at: Ints, is_second: Mask) -> dict[str, pa.Array]:
    draws, least = batch.world.draws, np.array([40, 25, 5, 5, 3, 0, 0, 0, 0, 5, 6, 6, 6, 4, 4])[slot]
    width = least + draws.integers("evidence width", at, least * 3 + 1)
    for number, text in enumerate(map(lengths, batch.fragments)):
        width = np.where((slot == QUOTE + number) | (slot == QUOTE + 2 + number), text[row], width)
    width = np.where(slot == DATE, lengths(batch.date_texts)[row], width)
    start = draws.integers("evidence start", at - is_second, batch.text_lengths[batch.owner[row]] - MARGIN)
    gap = lengths(batch.fragments[0])[row] + 3 + draws.integers("quote gap", at, 30)
    return _spans(batch, "evidence", at, start + np.where(is_second, gap, 0), width)


def _assessments(batch: Batch) -> Tables:
    """Return assessments: of each fact one or two, of the other statements some, of each dated event one."""
    world, draws = batch.world, batch.world.draws
    first = (batch.claim == 0) | draws.chance("assessed", batch.at, 6)
    statement, turn = np.nonzero(np.stack([first, first & draws.chance("assessed twice", batch.at, 12)], axis=1))
    many, articles = world.count("event"), len(world.sizes)
    event = -(-batch.articles * many // articles)  # each event has one article as its home
    home = np.flatnonzero((event * articles // many == batch.articles) & world.present("events", "date", event))
    order = np.argsort(np.concatenate([batch.owner[statement], home]), kind="stable")
    owner, of_event = np.concatenate([batch.owner[statement], home])[order], order >= len(statement)
    statement, turn = (np.concatenate([one, np.zeros_like(home)])[order] for one in (statement, turn))
    event, at = event[owner], np.where(of_event, event[owner] + 2**40, batch.at[statement] * 2 + turn)
    date, is_fact = ASPECTS.index("date"), batch.claim[statement] == 0
    second = np.where(batch.dated[statement] >= 0, date, 1 + draws.choice("aspect", at, (40, 40, 0, 10, 10)))
    aspect = np.where(turn > 0, second, np.where(is_fact, 0, ASPECTS.index("coding")))
    aspect = np.where(of_event, date, aspect)
    verdict = np.where(of_event, VERDICTS.index("supported"), draws.choice("verdict", at, (10, 4, 13, 53, 20)))
    is_first = np.diff(owner, prepend=-1) > 0
    cites = np.maximum(draws.choice("few", at, (60, 30, 10)), is_first)
    cites = np.where(verdict == VERDICTS.index("not_checkable"), cites, 1 + draws.choice("cites", at, (55, 30, 15)))
    cites = np.minimum(cites, world.count("source"))
    ids = _numbered("assessment", batch.slugs, np.bincount(owner, minlength=len(batch.articles)))
    sure = np.where(is_first, batch.articles[owner] * world.count("source") // articles, -1)
    cited, decisive = _citations(batch, ids, at, verdict, cites, sure)
    given = {
        "id": ids, "target": _either(of_event, take(world.ids["event"], event % many), take(batch.ids, statement)),
        "aspect": take(ASPECTS, aspect), "verdict": take(VERDICTS, verdict),
        "correct_value": _right_values(batch, at, event, of_event, aspect == date),
        "independence": take(
            INDEPENDENCES, np.where(decisive > 1, 1 - draws.choice("origin", at, (40, 60)), 2), decisive > 0
        ),
    }  # fmt: skip
    return {"assessments": world.table(records.Assessment, at, given), "citations": cited}


def _either(condition: Mask, yes: pa.Array, no: pa.Array) -> pa.Array:
    import pyarrow.compute as pc

    return pc.if_else(numbers(condition), yes, no)


def _right_values(batch: Batch, at: Ints, event: Ints, of_event: Mask, is_date: Mask) -> pa.Array:
    world, draws = batch.world, batch.world.draws
    when = np.where(of_event, world.date("events", "date", event), world.date("assessments", "correct_value", at))
    value = _either(is_date, take(dates()[0], when), draws.words("right value", at, "says").cast("string"))
    return only(value, of_event | np.where(is_date, draws.chance("date?", at, 80), draws.chance("value?", at, 15)))


def _citations(batch: Batch, ids: pa.Array, at: Ints, verdict: Ints, cites: Ints, sure: Ints) -> tuple[pa.Table, Ints]:
    """Return citations whose stances bear the verdict out, and how many of each assessment are decisive.

    Each assessment cites different sources; *sure* is the first of them or -1.
    """
    world, many, (row, place) = batch.world, batch.world.count("source"), grouped(cites)
    first = np.where(sure >= 0, sure, world.draws.zipf("cited", at, many))
    step = 1 + world.draws.integers("next source", at, max(1, (many - 1) // 2))
    supports, contradicts, context = map(STANCES.index, ("supports", "contradicts", "context"))
    needed = np.array([contradicts, context, supports, supports, context])[verdict[row]]
    stance = np.where(place > 0, world.draws.choice("stance", at[row] * 4 + place, (50, 10, 40)), needed)
    stance = np.where(VERDICTS.index("unsupported") == verdict[row], context, stance)
    given = {
        "assessment": take(ids, row), "ordinal": numbers(place + 1),
        "source": take(world.ids["source"], (first[row] + place * step[row]) % many),
        "stance": take(STANCES, stance),
    }  # fmt: skip
    decisive = np.bincount(row, stance != context, len(ids)).astype(np.int64)
    return world.table(records.Citation, at[row] * 4 + place, given), decisive
