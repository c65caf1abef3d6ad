"""Articles in batches, with their mentions, statements and assessments."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from news_dataset import records
from news_dataset.records import codebooks
from news_dataset.spans import hash_of, skeleton
from news_dataset.testing import arrays
from news_dataset.testing.arrays import Ints, Mask, digits, grouped, join, lengths, numbers, only, take, words
from news_dataset.testing.later import history_tables
from news_dataset.testing.referents import participations, topics_of
from news_dataset.testing.world import CHILD_KEYS, REFERENTS, World

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.testing.world import Tables

BATCH_SIZE = 62_500  # statements of a batch, unless the articles are larger
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
"""The roles of the evidence that a statement may have; the four for a quote are two fragments, and both repeated."""
SOURCE, QUOTE, TO, TRIGGER, DATE = map(SLOTS.index, ("source", "quote", "addressee", "trigger", "date"))


class Batch:
    """Articles and their statements, with the properties that several tables depend on.

    For each statement ``owner`` is the index of its article in the batch, ``place`` its index in the article, ``keys``
    its number in the dataset; ``who`` tells which participants it has, ``events`` which of three events it reports.
    The argument *articles* has their indices, *first* is the number of their first statement.
    """

    def __init__(self, world: World, articles: Ints, first: int) -> None:
        import pyarrow.compute as pc

        draws, sizes = world.draws, world.sizes[articles]
        self.world, self.articles, (self.owner, self.place) = world, articles, grouped(sizes)
        self.keys = keys = first + np.arange(len(self.owner))
        self.slugs = pc.utf8_slice_codeunits(take(world.ids["article"], articles), len("article/"))
        self.ids = _numbered("statement", self.slugs, sizes)
        self.text_lengths = 1000 + 230 * sizes + draws.integers("text length", articles, 900)
        self.kind = draws.choice("kind", keys, (18, 22, 33, 4, 6, 14, 3))
        self.is_quoted = np.isin(self.kind, [DIRECT, MIXED])
        self.claim = np.where(self.place == 0, 0, draws.choice("claim", keys, (60, 22, 17, 1)))  # a fact comes first
        self.has_cue = (self.kind == REPORTED) | ((self.kind != NARRATED) & draws.chance("cued", keys, 80))
        self.form = draws.choice("speaker form", keys, (76, 16, 8))
        who = [draws.chance(what, keys, percent) for what, percent in (("joint", 10), ("addressed", 20), ("other", 6))]
        who = [np.ones_like(who[0]), who[0] & (self.form == ENTITY), *who[1:]]
        self.who = np.stack(who, axis=1) & (self.kind != NARRATED)[:, None]
        events = draws.choice("events", keys, (25, 50, 18, 7))
        self.events, self.has_place = np.arange(3) < events[:, None], (events > 0) & draws.chance("placed", keys, 20)
        dated = draws.integers("which event is dated", keys, events.clip(1))
        self.dated = np.where((events > 0) & draws.chance("dated", keys, 45), dated, -1)
        self.date_form = draws.choice("date form", keys, (25, 35, 40))  # text, date, both
        self.date_texts = draws.words("date text", keys, "date_text")
        self.fragments, self.skeletons = _quote_fragments(world, self.kind, keys)


def batches(world: World) -> Iterator[tuple[range, Tables]]:
    """Yield the numbers of the statements of each batch of articles, and its tables."""
    ends, start = np.cumsum(world.sizes), 0
    while start < len(ends):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + BATCH_SIZE, side="right")))
        yield range(before, int(ends[stop - 1])), _tables(Batch(world, np.arange(start, stop), before))
        start = stop


def _tables(batch: Batch) -> Tables:
    return {
        "articles": _articles(batch), "mentions": _mentions(batch), "statements": _statements(batch),
        "topics": topics_of(batch.world, "statement", batch.keys, batch.ids, (35, 45, 15, 5)), **_assessments(batch),
        "statement_participants": _participants(batch), "statement_events": _events(batch),
        "quantities": _quantities(batch), "evidence": _evidence(batch),
        **history_tables(batch.world, batch.articles, batch.keys, batch.ids),
    }  # fmt: skip


def _numbered(kind: str, slugs: pa.Array, counts: Ints) -> pa.Array:
    """Return ids numbered within articles, with four digits in articles with over 99 records, else two."""
    import pyarrow.compute as pc

    owner, place = grouped(counts)
    number = pc.if_else(numbers(counts[owner] > 99), digits(place + 1, 4), digits(place + 1, 2))
    return join(f"{kind}/", take(slugs, owner), "/", number)


def _quote_fragments(world: World, kind: Ints, keys: Ints) -> tuple[list[pa.Array], list[pa.Array]]:
    """Return both fragments of quotations, and their skeletons; null without one."""
    draws = world.draws
    joined: list[pa.Array] = []
    broken = (kind == MIXED) & draws.chance("broken", keys, 35)
    for which, present in (("first", np.isin(kind, [DIRECT, MIXED])), ("second", broken)):
        clause_count = 1 + draws.integers(f"{which} fragment", keys, np.where(broken, 3, 6))
        limits = (len(words("opening")), *(len(words("clause")),) * 5)  # the openings are the first of the clauses
        chosen = [draws.integers(f"{which} fragment, {part}", keys, limit) for part, limit in enumerate(limits)]
        for clauses, separator in ((words("clause"), ", "), (_skeletons(), "")):
            parts = [take(clauses, indices, present & (clause_count > part)) for part, indices in enumerate(chosen)]
            joined.append(only(join(*parts, by=separator), present))
    return joined[::2], joined[1::2]


@cache
def _skeletons() -> tuple[str, ...]:
    """Return the skeletons of all clauses."""
    return tuple(map(skeleton, words("clause")))


def _spans(batch: Batch, what: str, keys: Ints, start: Ints, width: Ints) -> dict[str, pa.Array]:
    """Return the columns of spans, whose length is without an invented number of blanks."""
    blanks = batch.world.draws.integers(f"{what} blanks", keys, width // 6 + 1)
    return {"start": numbers(start), "end": numbers(start + width), "length": numbers((width - blanks).clip(1))}


def _articles(batch: Batch) -> pa.Table:
    """Return the table ``articles``."""
    draws, keys = batch.world.draws, batch.articles
    byline = join("By", *(draws.words(f"byline, {name}", keys, name) for name in ("given", "family")), by=" ")
    given = {
        "id": join("article/", batch.slugs), "text_length": numbers(batch.text_lengths),
        "byline": only(byline, draws.chance("byline", keys, 80)),
    }  # fmt: skip
    return batch.world.table(records.Article, keys, given)


def _mentions(batch: Batch) -> pa.Table:
    """Return mentions; a few have a second fragment or a second referent (twin)."""
    world, draws = batch.world, batch.world.draws
    counts = np.maximum(4 + draws.integers("mentions", batch.articles, 13), world.guaranteed)
    article, slot = grouped(counts)
    keys = batch.articles[article] * 1024 + slot
    referent, is_sure = world.mentioned(batch.articles[article], slot)
    referent = np.where(is_sure, referent, world.zipf_records(REFERENTS, (50, 25, 15, 10), "mention", keys))
    form = draws.choice("mention form", keys, (90, 5, 5))
    row, second = grouped(np.where(form > 0, 2, 1))
    article, keys, form = article[row], keys[row], form[row]
    is_twin, is_second = (second > 0) & (form == 2), (second > 0) & (form == 1)
    referent = np.where(is_twin, world.zipf_records(REFERENTS, (60, 30, 5, 5), "twin", keys), referent[row])
    is_resolved = is_sure[row] | draws.chance("resolved", keys, 94)
    as_written = only(take(world.names, referent), draws.chance("as written", keys, 60) & (form == 0) & is_resolved)
    width = np.where(lengths(as_written) > 0, lengths(as_written), 3 + draws.integers("mention width", keys, 30))
    start = draws.integers("mention start", keys, batch.text_lengths[article] - 200)
    start += np.where(is_second, width + 2 + draws.integers("mention gap", keys, 9), 0)
    given = {
        "article": join("article/", take(batch.slugs, article)), "ordinal": arrays.ordinals(article),
        "mention": numbers(slot[row] + 1), "fragment": numbers(1 + is_second), "as_written": as_written,
        "referent": take(world.ids_of(REFERENTS), referent, is_resolved),
        **_spans(batch, "mention", keys, start, width),
    }  # fmt: skip
    present = {"certainty": is_resolved & world.present("mentions", "certainty", keys)}
    return world.table(records.Mention, keys * 2 + is_second, given | participations(world, keys, form == 0), present)


def _statements(batch: Batch) -> pa.Table:
    draws, keys = batch.world.draws, batch.keys
    above = (np.arange(len(keys)) - 1 - draws.integers("parent", keys, batch.place.clip(1))).clip(0)
    is_part = draws.chance("parent?", keys, 5) & ~draws.chance("assessed twice", keys, 12)[above]  # in its attribution
    given = {
        "id": batch.ids, "article": join("article/", take(batch.slugs, batch.owner)),
        "kind": take(KINDS, batch.kind), "claim_type": take(CLAIMS, batch.claim),
        "quote": only(join(*batch.fragments, by=" … "), batch.is_quoted),
        "quote_fidelity": take(FIDELITIES, draws.choice("fidelity", keys, (30, 45, 25)), batch.is_quoted),
        "parent": take(batch.ids, above, is_part & (batch.place > 0)),
    }  # fmt: skip
    return batch.world.table(records.Statement, keys, given, {"cue": batch.has_cue})


def _participants(batch: Batch) -> pa.Table:
    draws, (row, slot) = batch.world.draws, np.nonzero(batch.who)
    keys = batch.keys[row] * CHILD_KEYS + slot
    form = np.select([slot == SPEAKER, slot == SECOND], [batch.form[row], ENTITY], draws.choice("form", keys, (70, 30)))
    role = np.where(slot == OTHER, 2 + draws.choice("role", keys, (40, 30, 20, 10)), np.where(slot <= SECOND, 0, 1))
    entity = only(batch.world.entities("statement_participants", keys, row), form == ENTITY)
    given = {"statement": take(batch.ids, row), "ordinal": arrays.ordinals(row), "role": take(PARTS, role)}
    present = {"label": form == LABEL, "implicit": form == IMPLICIT}
    return batch.world.table(records.StatementParticipant, keys, given | {"entity": entity}, present)


def _events(batch: Batch) -> pa.Table:
    row, slot = np.nonzero(batch.events)
    is_dated, form = slot == batch.dated[row], batch.date_form[row]
    given = {"statement": take(batch.ids, row), "ordinal": numbers(slot + 1)}
    given["date_text"] = take(batch.date_texts, row, is_dated & (form != 1))
    present = {"date": is_dated & (form != 0), "place": (slot == 0) & batch.has_place[row]}
    return batch.world.table(records.StatementEvent, batch.keys[row] * CHILD_KEYS + slot, given, present)


def _quantities(batch: Batch) -> pa.Table:
    draws = batch.world.draws
    row, place = grouped(draws.choice("quantities", batch.keys, (84, 12, 4)))
    keys = batch.keys[row] * CHILD_KEYS + place
    number, form = draws.integers("number", keys, 2000), draws.choice("number form", keys, (80, 8, 12))
    value = np.where(draws.chance("decimals", keys, 25), number / 10, number * 1.0)
    unit = take(words("unit"), draws.zipf("unit", keys, len(words("unit"))))
    start = draws.integers("quantity start", keys, batch.text_lengths[batch.owner[row]] - MARGIN)
    given = {
        "statement": take(batch.ids, row), "ordinal": numbers(place + 1), "value": numbers(value, form == 0),
        "min": numbers(value, form > 0), "max": numbers(value + 0.5 + number, form == 2), "unit": unit,
        "as_written": only(join(digits(number), unit, by=" "), draws.chance("figure as written", keys, 60)),
        **_spans(batch, "quantity", keys, start, 4 + draws.integers("quantity width", keys, 20)),
    }  # fmt: skip
    return batch.world.table(records.Quantity, keys, given)


def _evidence(batch: Batch) -> pa.Table:
    """Return the evidence of the parts of statements; the same words may name both speakers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    draws, present = batch.world.draws, _has_evidence(batch)
    row, slot = np.nonzero(present)
    together, is_second = draws.chance("together", batch.keys, 30), (slot == QUOTE + 1) | (slot == QUOTE + 3)
    keys = batch.keys[row] * 16 + slot - (together[row] & (slot == SOURCE + 1))
    mention, of = np.ones((2, *present.shape), dtype=np.int64)
    mention[:, [1, QUOTE + 2, QUOTE + 3]] = 2
    mention[:, SOURCE + 1] = np.where(together, 1, 2)
    mention[:, TRIGGER:DATE] = np.cumsum(present[:, TRIGGER:DATE], axis=1)
    of[:, [SOURCE + 1, TO]] = np.cumsum(batch.who, axis=1)[:, [SECOND, ADDRESSEE]]
    of[:, TRIGGER:DATE], of[:, DATE] = [1, 2, 3], batch.dated + 1
    has_of = ~np.isin(slot, [number for number, name in enumerate(SLOTS) if name in ("content", "cue", "quote")])
    given = {
        "statement": take(batch.ids, row), "ordinal": arrays.ordinals(row), "role": take(SLOTS, slot),
        "of": numbers(of[row, slot], has_of), "mention": numbers(mention[row, slot]),
        "fragment": numbers(1 + is_second), "digest": draws.hex("evidence", keys, 16),
        **_evidence_spans(batch, row, slot, keys, is_second),
    }  # fmt: skip
    for number, skeletons in enumerate(batch.skeletons):  # length and digest of a quotation are those of its words
        here = numbers((slot == QUOTE + number) | (slot == QUOTE + 2 + number))
        digests = pa.array([one and hash_of(one, 16) for one in skeletons.to_pylist()], pa.string())
        for name, values in (("length", numbers(lengths(skeletons))), ("digest", digests)):
            given[name] = pc.if_else(here, take(values, row), given[name])
    return batch.world.table(records.Evidence, keys, given)


def _has_evidence(batch: Batch) -> Mask:
    """Return for each statement (row) and each of ``SLOTS`` (column) whether there is evidence."""
    who, reported, quoted = batch.who, batch.kind == REPORTED, batch.is_quoted

    def chance(purpose: str, percent: int) -> Mask:
        return batch.world.draws.chance(purpose, batch.keys, percent)

    broken = batch.fragments[1].is_valid().to_numpy(zero_copy_only=False)
    content, again = ~reported | chance("content shown", 30), quoted & chance("repeated shown", 6)
    source = who[:, SPEAKER] & (batch.form != IMPLICIT) & (batch.kind != KINDS.index("free_indirect"))
    columns = [
        content, content & chance("again shown", 18), source, source & who[:, SECOND],
        batch.has_cue & (reported | chance("cue shown", 80)), quoted, broken, again, again & broken,
        who[:, ADDRESSEE] & chance("addressee shown", 60),
        *(batch.events[:, number] & chance(f"trigger {number}", 55) for number in range(3)),
        (batch.dated >= 0) & ((batch.date_form != 1) | chance("date shown", 70)),
        batch.has_place & chance("place shown", 50),
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def _evidence_spans(batch: Batch, row: Ints, slot: Ints, keys: Ints, is_second: Mask) -> dict[str, pa.Array]:
    draws, least = batch.world.draws, np.array([40, 25, 5, 5, 3, 0, 0, 0, 0, 5, 6, 6, 6, 4, 4])[slot]
    width = least + draws.integers("evidence width", keys, least * 3 + 1)
    for number, text in enumerate(map(lengths, batch.fragments)):
        width = np.where((slot == QUOTE + number) | (slot == QUOTE + 2 + number), text[row], width)
    width = np.where(slot == DATE, lengths(batch.date_texts)[row], width)
    start = draws.integers("evidence start", keys - is_second, batch.text_lengths[batch.owner[row]] - MARGIN)
    gap = lengths(batch.fragments[0])[row] + 3 + draws.integers("quote gap", keys, 30)
    return _spans(batch, "evidence", keys, start + np.where(is_second, gap, 0), width)


def _assessments(batch: Batch) -> Tables:
    """Return assessments, of all facts and of some others, and their citations."""
    world, draws = batch.world, batch.world.draws
    is_assessed = (batch.claim == 0) | draws.chance("assessed", batch.keys, 6)
    is_twice = is_assessed & draws.chance("assessed twice", batch.keys, 12)
    statement, turn = np.nonzero(np.stack([is_assessed, is_twice], axis=1))
    event_count, articles = world.count("event"), len(world.sizes)
    event = -(-batch.articles * event_count // articles)  # each event has one article as its home
    home = np.flatnonzero((event * articles // event_count == batch.articles) & world.present("events", "date", event))
    order = np.argsort(np.concatenate([batch.owner[statement], home]), kind="stable")
    owner, of_event = np.concatenate([batch.owner[statement], home])[order], order >= len(statement)
    statement, turn = (np.concatenate([indices, np.zeros_like(home)])[order] for indices in (statement, turn))
    event, keys = event[owner], np.where(of_event, event[owner] + 2**40, batch.keys[statement] * 2 + turn)
    date, is_fact = ASPECTS.index("date"), batch.claim[statement] == 0
    second = np.where(batch.dated[statement] >= 0, date, 1 + draws.choice("aspect", keys, (40, 40, 0, 10, 10)))
    aspect = np.where(turn > 0, second, np.where(is_fact, 0, ASPECTS.index("coding")))
    aspect = np.where(of_event, date, aspect)
    verdict = np.where(of_event, VERDICTS.index("supported"), draws.choice("verdict", keys, (10, 4, 13, 53, 20)))
    is_first = np.diff(owner, prepend=-1) > 0
    cites = np.maximum(draws.choice("few", keys, (60, 30, 10)), is_first)
    cites = np.where(verdict == VERDICTS.index("not_checkable"), cites, 1 + draws.choice("cites", keys, (55, 30, 15)))
    cites = np.minimum(cites, world.count("source"))
    ids = _numbered("assessment", batch.slugs, np.bincount(owner, minlength=len(batch.articles)))
    first_source = np.where(is_first, batch.articles[owner] * world.count("source") // articles, -1)
    cited, decisive = _citations(batch, ids, keys, verdict, cites, first_source)
    independence = np.where(decisive > 1, 1 - draws.choice("origin", keys, (40, 60)), 2)
    given = {
        "id": ids,
        "target": arrays.either(of_event, take(world.ids["event"], event % event_count), take(batch.ids, statement)),
        "aspect": take(ASPECTS, aspect), "verdict": take(VERDICTS, verdict),
        "correct_value": _correct_values(batch, keys, event, of_event, aspect == date),
        "independence": take(INDEPENDENCES, independence, decisive > 0),
    }  # fmt: skip
    return {"assessments": world.table(records.Assessment, keys, given), "citations": cited}


def _correct_values(batch: Batch, keys: Ints, event: Ints, of_event: Mask, is_date: Mask) -> pa.Array:
    world, draws = batch.world, batch.world.draws
    when = np.where(of_event, world.date("events", "date", event), world.date("assessments", "correct_value", keys))
    words_ = draws.words("right value", keys, "says").cast("string")
    value = arrays.either(is_date, take(arrays.dates()[0], when), words_)
    return only(value, of_event | np.where(is_date, draws.chance("date?", keys, 80), draws.chance("value?", keys, 15)))


def _citations(
    batch: Batch, ids: pa.Array, keys: Ints, verdict: Ints, cites: Ints, first: Ints
) -> tuple[pa.Table, Ints]:
    """Return citations that support the verdict, and how many are decisive.

    Each assessment cites *cites* different sources, of which *first* is the first; -1 for any.
    """
    world, source_count, (row, place) = batch.world, batch.world.count("source"), grouped(cites)
    start = np.where(first >= 0, first, world.draws.zipf("cited", keys, source_count))
    step = 1 + world.draws.integers("next source", keys, max(1, (source_count - 1) // 2))
    supports, contradicts, context = map(STANCES.index, ("supports", "contradicts", "context"))
    needed = np.array([contradicts, context, supports, supports, context])[verdict[row]]
    stance = np.where(place > 0, world.draws.choice("stance", keys[row] * CHILD_KEYS + place, (50, 10, 40)), needed)
    stance = np.where(VERDICTS.index("unsupported") == verdict[row], context, stance)
    given = {
        "assessment": take(ids, row), "ordinal": numbers(place + 1),
        "source": take(world.ids["source"], (start[row] + place * step[row]) % source_count),
        "stance": take(STANCES, stance),
    }  # fmt: skip
    decisive = np.bincount(row, stance != context, len(ids)).astype(np.int64)
    return world.table(records.Citation, keys[row] * CHILD_KEYS + place, given), decisive
