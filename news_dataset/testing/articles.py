"""Articles in batches, with their mentions, statements and assessments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from news_dataset.records import (
    Article,
    Assessment,
    Citation,
    Evidence,
    Mention,
    Quantity,
    Statement,
    StatementEvent,
    StatementParticipant,
    codebooks,
)
from news_dataset.spans import hash_of, skeleton
from news_dataset.testing import words
from news_dataset.testing.base import topics_of
from news_dataset.testing.draws import (
    Ints,
    Mask,
    digits,
    join,
    lengths,
    numbers,
    only,
    rows_of_groups,
    rows_of_mask,
    take,
    take_codes,
)
from news_dataset.testing.world import REFERENTS, World, dates, name_of

if TYPE_CHECKING:
    import pyarrow as pa

    from news_dataset.testing.world import Tables

SIZE = 50_000
"""The number of statements of a batch, as near as whole articles allow."""

KINDS, CLAIMS = tuple(codebooks.STATEMENT_KIND.definitions), tuple(codebooks.CLAIM_TYPE.definitions)
PARTS = (*codebooks.PARTICIPANT_ROLE.definitions, "translator", "witness")
ROLES, ASPECTS = tuple(codebooks.EVIDENCE_ROLE.definitions), tuple(codebooks.ASPECT.definitions)
VERDICTS, STANCES = tuple(codebooks.VERDICT.definitions), tuple(codebooks.STANCE.definitions)
INDEPENDENCES, FIDELITIES = tuple(codebooks.INDEPENDENCE.definitions), tuple(codebooks.QUOTE_FIDELITY.definitions)
MARGIN = 800
"""Spans begin at least so many code points before the end of a text."""

ENTITY, LABEL, IMPLICIT = range(3)
SPEAKER, SECOND, ADDRESSEE, OTHER = range(4)
SLOTS = (
    "content", "content", "source", "source", "cue", "quote", "quote", "quote", "quote", "addressee", "trigger",
    "trigger", "trigger", "date", "place",
)  # fmt: skip
"""The roles of the evidence that a statement may have; the quote's are two fragments, and both of them again."""
SOURCE, QUOTE, TRIGGER, DATE = (SLOTS.index(role) for role in ("source", "quote", "trigger", "date"))


@dataclass(frozen=True)
class Batch:
    """Articles and their statements, with what several tables have to know about them.

    ``owner`` is the place of each statement's article in the batch, ``place`` the statement's in its article, ``at``
    its number in the dataset. ``who`` says which participants it has, ``events`` which of three events it reports.
    """

    world: World
    articles: Ints
    slugs: pa.Array
    text_lengths: Ints
    owner: Ints
    place: Ints
    at: Ints
    ids: pa.Array
    kind: Ints
    claim: Ints
    cued: Mask
    form: Ints
    who: Mask
    events: Mask
    dated: Ints
    date_form: Ints
    placed: Mask
    fragments: tuple[pa.Array, pa.Array]
    skeletons: tuple[pa.Array, pa.Array]

    def is_kind(self, *kinds: str) -> Mask:
        """Return which statements are of one of some kinds."""
        return np.isin(self.kind, [KINDS.index(kind) for kind in kinds])


def batches(world: World) -> Iterator[Batch]:
    """Yield the articles in batches."""
    ends = np.cumsum(world.sizes)
    start = 0
    while start < len(ends):
        before = int(ends[start - 1]) if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, before + SIZE, side="right")))
        yield _batch(world, np.arange(start, stop), before)
        start = stop


def tables_of(batch: Batch) -> Tables:
    """Return the tables of a batch."""
    statements = {
        "statements": _statements(batch), "statement_participants": _participants(batch),
        "statement_events": _events(batch), "quantities": _quantities(batch), "evidence": _evidence(batch),
        "topics": topics_of(batch.world, "statement", batch.at, batch.ids, (35, 45, 15, 5)),
    }  # fmt: skip
    return {"articles": _articles(batch), "mentions": _mentions(batch)} | statements | _assessments(batch)


def _batch(world: World, articles: Ints, before: int) -> Batch:
    import pyarrow.compute as pc

    draws, sizes = world.draws, world.sizes[articles]
    owner, place = rows_of_groups(sizes)
    at = before + np.arange(len(owner))
    slugs = pc.utf8_slice_codeunits(take(world.ids["article"], articles), len("article/"))
    kind = draws.choice("kind", at, (18, 22, 33, 4, 6, 14, 3))
    form = draws.choice("speaker form", at, (76, 16, 8))
    spoken, reported = kind != KINDS.index("narrated"), kind == KINDS.index("reported")
    who = [spoken, spoken & (form == ENTITY) & draws.chance("joint", at, 10)]
    who += [spoken & draws.chance(what, at, percent) for what, percent in (("addressed", 20), ("other", 6))]
    events = draws.choice("events", at, (25, 50, 18, 7))
    dated = draws.integers("which event is dated", at, events.clip(1))
    fragments, skeletons = _quotes(world, kind, at)
    return Batch(
        world, articles, slugs, 1000 + 230 * sizes + draws.integers("text length", articles, 900), owner, place, at,
        _numbered("statement", slugs, sizes), kind,
        claim=np.where(place == 0, 0, draws.choice("claim", at, (60, 22, 18))),  # each article begins with a fact
        cued=reported | (spoken & draws.chance("cued", at, 80)), form=form, who=np.stack(who, axis=1),
        events=np.arange(3) < events[:, None],
        dated=np.where((events > 0) & draws.chance("dated", at, 45), dated, -1),
        date_form=draws.choice("date form", at, (25, 35, 40)), placed=(events > 0) & draws.chance("placed", at, 20),
        fragments=fragments, skeletons=skeletons,
    )  # fmt: skip


def _numbered(kind: str, slugs: pa.Array, counts: Ints) -> pa.Array:
    """Return ids that are numbered within their articles: with two digits, or four where there are many."""
    import pyarrow as pa
    import pyarrow.compute as pc

    owner, place = rows_of_groups(counts)
    number = pc.if_else(pa.array(counts[owner] > 99), digits(place + 1, 4), digits(place + 1, 2))
    return join(f"{kind}/", take(slugs, owner), "/", number)


def _quotes(world: World, kind: Ints, at: Ints) -> tuple[tuple[pa.Array, pa.Array], tuple[pa.Array, pa.Array]]:
    """Return the two fragments of each quotation and their skeletons; null where there is no such fragment."""
    draws = world.draws
    quoted, mixed = np.isin(kind, [KINDS.index("direct"), KINDS.index("mixed")]), kind == KINDS.index("mixed")
    broken = mixed & draws.chance("broken", at, 35)
    found = []
    for what, present in (("first", quoted), ("second", broken)):
        many = 1 + draws.integers(f"{what} fragment", at, np.where(broken, 3, 6))
        limits = (len(words.OPENINGS), *(len(words.CLAUSES),) * 5)
        chosen = [draws.integers(f"{what} fragment, {part}", at, limit) for part, limit in enumerate(limits)]
        for clauses, by in ((words.CLAUSES, ", "), (_skeletons(), "")):
            parts = [take(clauses, one, present & (many > part)) for part, one in enumerate(chosen)]
            found.append(only(join(*parts, by=by), present))
    return (found[0], found[2]), (found[1], found[3])


@cache
def _skeletons() -> tuple[str, ...]:
    return tuple(map(skeleton, words.CLAUSES))


def _spans(batch: Batch, what: str, at: Ints, start: Ints, width: Ints) -> dict[str, pa.Array]:
    blanks = batch.world.draws.integers(f"{what} blanks", at, width // 6 + 1)
    return {"start": numbers(start), "end": numbers(start + width), "length": numbers((width - blanks).clip(1))}


def _articles(batch: Batch) -> pa.Table:
    world, at = batch.world, batch.articles
    given = world.some("given name", at, words.GIVEN), world.some("family name", at, words.FAMILY)
    columns = {
        "id": join("article/", batch.slugs),
        "byline": only(join("By", *given, by=" "), world.draws.chance("byline", at, 80)),
        "text_length": numbers(batch.text_lengths),
    }
    return world.table(Article, at, columns)


def _mentions(batch: Batch) -> pa.Table:
    """Return mentions: each is one row; or two fragments, or one fragment that means two things."""
    world, draws = batch.world, batch.world.draws
    counts = np.maximum(4 + draws.integers("mentions", batch.articles, 13), world.sure)
    article, slot = rows_of_groups(counts)
    at = batch.articles[article] * 1024 + slot
    thing, is_sure = world.mentioned(batch.articles[article], slot)
    thing = np.where(is_sure, thing, world.choose(REFERENTS, (50, 25, 15, 10), "mention", at))
    form = draws.choice("mention form", at, (90, 5, 5))
    row, second = rows_of_groups(np.where(form > 0, 2, 1))
    article, at, form = article[row], at[row], form[row]
    is_twin, is_second = (second > 0) & (form == 2), (second > 0) & (form == 1)
    thing = np.where(is_twin, world.choose(REFERENTS, (60, 30, 5, 5), "twin", at), thing[row])
    known = is_sure[row] | draws.chance("resolved", at, 94)
    written = only(_names(world, thing), draws.chance("as written", at, 60) & (form == 0) & known)
    width = np.where(lengths(written) > 0, lengths(written), 3 + draws.integers("mention width", at, 30))
    start = draws.integers("mention start", at, batch.text_lengths[article] - 200)
    start += np.where(is_second, width + 2 + draws.integers("mention gap", at, 9), 0)
    given = {
        "article": join("article/", take(batch.slugs, article)),
        "ordinal": numbers(rows_of_groups(np.bincount(article, minlength=len(counts)))[1] + 1),
        "mention": numbers(slot[row] + 1), "fragment": numbers(1 + is_second),
        "referent": take(world.group(REFERENTS), thing, known), "as_written": written,
        **_spans(batch, "mention", at, start, width),
    }  # fmt: skip
    present = {"certainty": known & world.present("mentions", "certainty", at)}
    return world.table(Mention, at * 2 + is_second, given, present)


def _names(world: World, things: Ints) -> pa.Array:
    """Return what each of the ``REFERENTS`` is called."""
    import pyarrow as pa

    rows, called, start = [], [], 0
    for kind in REFERENTS:
        here = np.flatnonzero((start <= things) & (things < start + world.count(kind)))
        rows.append(here)
        called.append(name_of(world, kind, things[here] - start))
        start += world.count(kind)
    return take(pa.concat_arrays(called), np.argsort(np.concatenate(rows)))


def _statements(batch: Batch) -> pa.Table:
    world, draws, at = batch.world, batch.world.draws, batch.at
    quoted = batch.is_kind("direct", "mixed")
    above = np.arange(len(at)) - 1 - draws.integers("parent", at, batch.place.clip(1))
    given = {
        "id": batch.ids, "article": join("article/", take(batch.slugs, batch.owner)),
        "kind": take_codes(KINDS, batch.kind), "claim_type": take_codes(CLAIMS, batch.claim),
        "quote": only(join(*batch.fragments, by=" … "), quoted),
        "quote_fidelity": take_codes(FIDELITIES, draws.choice("fidelity", at, (30, 45, 25)), quoted),
        "parent": take(batch.ids, above.clip(0), draws.chance("parent?", at, 5) & (batch.place > 0)),
    }  # fmt: skip
    return world.table(Statement, at, given, {"cue": batch.cued})


def _participants(batch: Batch) -> pa.Table:
    draws = batch.world.draws
    row, slot, place = rows_of_mask(batch.who)
    at = batch.at[row] * 4 + slot
    form = np.where(slot == SECOND, ENTITY, draws.choice("form", at, (70, 30)))
    form = np.where(slot == SPEAKER, batch.form[row], form)
    role = np.where(slot == OTHER, 2 + draws.choice("role", at, (60, 25, 15)), np.where(slot <= SECOND, 0, 1))
    given = {"statement": take(batch.ids, row), "ordinal": numbers(place + 1), "role": take_codes(PARTS, role)}
    present = {"entity": form == ENTITY, "label": form == LABEL, "implicit": form == IMPLICIT}
    return batch.world.table(StatementParticipant, at, given, present)


def _events(batch: Batch) -> pa.Table:
    row, slot, place = rows_of_mask(batch.events)
    is_dated, form = slot == batch.dated[row], batch.date_form[row]
    given = {"statement": take(batch.ids, row), "ordinal": numbers(place + 1)}
    given["date_text"] = take(_date_texts(batch), row, is_dated & (form != 1))
    present = {"date": is_dated & (form != 0), "place": (slot == 0) & batch.placed[row]}
    return batch.world.table(StatementEvent, batch.at[row] * 4 + slot, given, present)


def _date_texts(batch: Batch) -> pa.Array:
    return batch.world.some("date text", batch.at, words.TEXTS["date_text"])


def _quantities(batch: Batch) -> pa.Table:
    world, draws = batch.world, batch.world.draws
    row, place = rows_of_groups(draws.choice("quantities", batch.at, (84, 12, 4)))
    at = batch.at[row] * 4 + place
    number, form = draws.integers("number", at, 2000), draws.choice("number form", at, (80, 8, 12))
    value = np.where(draws.chance("decimals", at, 25), number / 10, number * 1.0)
    unit = take(words.TEXTS["unit"], draws.zipf("unit", at, len(words.TEXTS["unit"])))
    start = draws.integers("quantity start", at, batch.text_lengths[batch.owner[row]] - MARGIN)
    given = {
        "statement": take(batch.ids, row), "ordinal": numbers(place + 1), "value": numbers(value, form == 0),
        "min": numbers(value, form > 0), "max": numbers(value + 0.5 + number, form == 2), "unit": unit,
        "as_written": only(join(digits(number), unit, by=" "), draws.chance("figure as written", at, 60)),
        **_spans(batch, "quantity", at, start, 4 + draws.integers("quantity width", at, 20)),
    }  # fmt: skip
    return world.table(Quantity, at, given)


def _evidence(batch: Batch) -> pa.Table:
    """Return where in the text each part of a statement stands; the same words may name both speakers."""
    draws, present = batch.world.draws, _shown(batch)
    row, slot, place = rows_of_mask(present)
    together = draws.chance("together", batch.at, 30)
    at = batch.at[row] * 16 + slot - (together[row] & (slot == SOURCE + 1))
    mention, of = np.ones((2, *present.shape), dtype=np.int64)
    mention[:, [1, QUOTE + 2, QUOTE + 3]] = 2
    mention[:, SOURCE + 1] = np.where(together, 1, 2)
    mention[:, TRIGGER:DATE] = np.cumsum(present[:, TRIGGER:DATE], axis=1)
    ordinals = np.cumsum(batch.who, axis=1)
    of[:, SOURCE + 1], of[:, SLOTS.index("addressee")] = ordinals[:, SECOND], ordinals[:, ADDRESSEE]
    of[:, TRIGGER:DATE], of[:, DATE] = [1, 2, 3], batch.dated + 1
    role = np.array([ROLES.index(name) for name in SLOTS])[slot]
    has_of = np.isin(slot, [number for number, name in enumerate(SLOTS) if name not in ("content", "cue", "quote")])
    is_second = (slot == QUOTE + 1) | (slot == QUOTE + 3)
    given = {
        "statement": take(batch.ids, row), "ordinal": numbers(place + 1), "role": take_codes(ROLES, role),
        "of": numbers(of[row, slot], has_of), "mention": numbers(mention[row, slot]),
        "fragment": numbers(1 + is_second), **_evidence_spans(batch, row, slot, at, is_second),
    }  # fmt: skip
    return _with_quoted_words(batch, row, slot, batch.world.table(Evidence, at, given))


def _shown(batch: Batch) -> Mask:
    """Return which evidence each statement has."""
    draws, at = batch.world.draws, batch.at
    shares = {"content": 30, "again": 18, "source": 85, "cue": 80, "repeated": 6, "addressee": 60, "date": 70, "place": 50}
    shown = {what: draws.chance(f"{what} shown", at, percent) for what, percent in shares.items()}
    reported, quoted = batch.is_kind("reported"), batch.is_kind("direct", "mixed")
    broken = batch.fragments[1].is_valid().to_numpy(zero_copy_only=False)
    content, again = ~reported | shown["content"], quoted & shown["repeated"]
    source = batch.who[:, SPEAKER] & (batch.form != IMPLICIT) & shown["source"]
    triggers = [batch.events[:, number] & draws.chance(f"trigger {number}", at, 55) for number in range(3)]
    columns = [
        content, content & shown["again"], source, source & batch.who[:, SECOND],
        batch.cued & (reported | shown["cue"]), quoted, broken, again, again & broken,
        batch.who[:, ADDRESSEE] & shown["addressee"], *triggers,
        (batch.dated >= 0) & ((batch.date_form != 1) | shown["date"]), batch.placed & shown["place"],
    ]  # fmt: skip
    return np.stack(columns, axis=1)


def _evidence_spans(batch: Batch, row: Ints, slot: Ints, at: Ints, is_second: Mask) -> dict[str, pa.Array]:
    draws = batch.world.draws
    least = np.array([40, 25, 5, 5, 3, 0, 0, 0, 0, 5, 6, 6, 6, 4, 4])[slot]
    width = least + draws.integers("evidence width", at, least * 3 + 1)
    for number, text in enumerate(map(lengths, batch.fragments)):
        width = np.where((slot == QUOTE + number) | (slot == QUOTE + 2 + number), text[row], width)
    width = np.where(slot == DATE, lengths(_date_texts(batch))[row], width)
    start = draws.integers("evidence start", at - is_second, batch.text_lengths[batch.owner[row]] - MARGIN)
    gap = lengths(batch.fragments[0])[row] + 3 + draws.integers("quote gap", at, 30)
    return _spans(batch, "evidence", at, start + np.where(is_second, gap, 0), width)


def _with_quoted_words(batch: Batch, row: Ints, slot: Ints, table: pa.Table) -> pa.Table:
    """Return evidence in which length and digest of quotations are those of their words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    for number, bones in enumerate(batch.skeletons):
        here = pa.array((slot == QUOTE + number) | (slot == QUOTE + 2 + number))
        digests = pa.array([one and hash_of(one, 16) for one in bones.to_pylist()], pa.string())
        for name, values in (("length", numbers(lengths(bones))), ("digest", digests)):
            index, field = table.schema.get_field_index(name), table.schema.field(name)
            mine = take(values, row).cast(field.type)
            table = table.set_column(index, field, pc.if_else(here, mine, table[name]))
    return table


def _assessments(batch: Batch) -> Tables:
    """Return assessments: of each fact one or two, of the other statements some, of each dated event one."""
    world, draws = batch.world, batch.world.draws
    first = (batch.claim == 0) | draws.chance("assessed", batch.at, 6)
    statement, turn = np.nonzero(np.stack([first, first & draws.chance("assessed twice", batch.at, 12)], axis=1))
    many, articles = world.count("event"), len(world.sizes)
    event = -(-batch.articles * many // articles)  # the event whose home the article is
    home = np.flatnonzero((event * articles // many == batch.articles) & world.present("events", "date", event))
    owner = np.concatenate([batch.owner[statement], home])
    order = np.argsort(owner, kind="stable")
    owner, of_event = owner[order], order >= len(statement)
    statement = np.concatenate([statement, np.zeros_like(home)])[order]
    turn = np.concatenate([turn, np.zeros_like(home)])[order]
    at = np.where(of_event, event[owner] + 2**40, batch.at[statement] * 2 + turn)
    verdict = np.where(of_event, VERDICTS.index("supported"), draws.choice("verdict", at, (55, 15, 10, 20)))
    is_first = np.diff(owner, prepend=-1) > 0
    cites = 1 + draws.choice("cites", at, (55, 30, 15))
    seldom = np.maximum(draws.choice("cites", at, (60, 30, 10)), is_first)
    cites = np.minimum(np.where(verdict == VERDICTS.index("not_checkable"), seldom, cites), world.count("source"))
    ids = _numbered("assessment", batch.slugs, np.bincount(owner, minlength=len(batch.articles)))
    sure = np.where(is_first, batch.articles[owner] * world.count("source") // articles, -1)
    return {
        "assessments": _verdicts(batch, ids, at, statement, turn, np.where(of_event, event[owner], -1), verdict, cites),
        "citations": _citations(batch, ids, at, verdict, cites, sure),
    }


def _verdicts(
    batch: Batch, ids: pa.Array, at: Ints, statement: Ints, turn: Ints, event: Ints, verdict: Ints, cites: Ints
) -> pa.Table:
    import pyarrow as pa
    import pyarrow.compute as pc

    world, draws, of_event = batch.world, batch.world.draws, event >= 0
    date = ASPECTS.index("date")
    second = np.where(batch.dated[statement] >= 0, date, 1 + draws.choice("aspect", at, (40, 40, 0, 10, 10)))
    aspect = np.where(turn > 0, second, np.where(batch.claim[statement] == 0, 0, ASPECTS.index("coding")))
    aspect = np.where(of_event, date, aspect)
    when = np.where(of_event, world.date("events", "date", event), world.date("assessments", "correct_value", at))
    value = pc.if_else(pa.array(aspect == date), take(dates()[0], when), world.some("value", at, words.TEXTS["says"]))
    has_value = of_event | np.where(aspect == date, draws.chance("date?", at, 80), draws.chance("value?", at, 15))
    several = 1 - draws.choice("origin", at, (40, 60))  # shared_origin, independent
    target = pc.if_else(pa.array(of_event), take(world.ids["event"], event.clip(0)), take(batch.ids, statement))
    given = {
        "id": ids, "target": target, "aspect": take_codes(ASPECTS, aspect), "verdict": take_codes(VERDICTS, verdict),
        "correct_value": only(value, has_value),
        "independence": take_codes(INDEPENDENCES, np.where(cites > 1, several, INDEPENDENCES.index("single"))),
    }  # fmt: skip
    return world.table(Assessment, at, given)


def _citations(batch: Batch, ids: pa.Array, at: Ints, verdict: Ints, cites: Ints, sure: Ints) -> pa.Table:
    """Return citations of different sources, whose stances bear the verdict out; *sure* is the first or -1."""
    world, many = batch.world, batch.world.count("source")
    row, place = rows_of_groups(cites)
    first = np.where(sure >= 0, sure, world.draws.zipf("cited", at, many))
    step = 1 + world.draws.integers("next source", at, max(1, (many - 1) // 2))
    source = (first[row] + place * step[row]) % many
    stance = world.draws.choice("stance", at[row] * 4 + place, (50, 10, 40))
    needed = np.array([STANCES.index(one) for one in ("supports", "supports", "contradicts", "context")])
    given = {
        "assessment": take(ids, row), "ordinal": numbers(place + 1), "source": take(world.ids["source"], source),
        "stance": take_codes(STANCES, np.where(place > 0, stance, needed[verdict[row]])),
    }  # fmt: skip
    return world.table(Citation, at[row] * 4 + place, given)
