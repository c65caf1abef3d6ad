"""The questions across tables: is an id there once, is what a field refers to there, is a span within its text.

This is the *reduce*: it sees only what slices gave away (``emitted``), and goes back for the places of what is wrong.
Ids are compared in portions, each of which fits into memory, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from news_dataset import checks
from news_dataset.checks import across
from news_dataset.checks.evidence import NO_ARTICLE, NO_TEXT
from news_dataset.checks.policy import PARTIAL
from news_dataset.checks.references import PART, UNSOUND, WANT_USE
from news_dataset.issues import Issue, Outcome, Skipped, Tally
from news_dataset.records import BY_TYPE, CHILDREN, RECORDS, Row
from news_dataset.records.columns import columns
from news_dataset.records.fields import Reference
from news_dataset.scale.places import Places
from news_dataset.scale.portions import count, missing, present, ranges, several
from news_dataset.scale.spill import Spill

if TYPE_CHECKING:
    import polars as pl

SHRINKS = 0.9
"""Records in circles are looked for among fewer and fewer, for as long as no more than this share of them is left."""


@dataclass(frozen=True)
class Relations:
    """The questions across the tables of one dataset.

    Args:
        spill: what its slices gave away.
        places: where things stand.
        is_whole: whether it is a whole dataset, so that references can be followed.
        is_sound: whether all that was read has the right shape.
    """

    spill: Spill
    places: Places
    is_whole: bool
    is_sound: bool

    def judged(self) -> Iterator[tuple[Tally, list[Issue]]]:
        """Yield what each check across tables counted and found.

        A check counts its units as a whole, and yields those that are at fault.
        """
        for check in (
            self.dangling_reference, self.duplicate_id, self.foreign_number, self.unused_record, self.circular_parent,
            self.duplicate_assessment, self.span_outside, self.unassessed_fact, self.unbacked_date, self.article_prose,
        ):  # fmt: skip
            code = checks.CODES[check.__name__]
            tally, issues = Tally(code.name, code.layer), []
            for outcome in check(tally):
                if isinstance(outcome, Skipped):
                    tally.count(outcome)
                    continue
                tally.failed += any(issue.severity == "error" for issue in outcome)
                tally.warned += bool(outcome) and all(issue.severity == "warning" for issue in outcome)
                issues += [replace(issue, code=code.name, exit_code=code.exit_code) for issue in outcome]
            yield tally, issues

    def dangling_reference(self, tally: Tally) -> Iterator[Outcome]:
        """Fields that refer to no record."""
        for table, column, mark in _references():
            used = self._sound(f"references/{table}.{column}")
            if used is None:
                continue
            ids, total = self._ids(*mark.types), int(_one(used.select(_sum("count"))))
            if ids is None and not self.is_whole:
                _skip(tally, PART, total)
                continue
            lost_ids = missing(used, ids)
            lost = int(lost_ids["count"].sum())
            if not self.is_whole:
                tally.checked += total - lost
                _skip(tally, PART, lost)
                continue
            tally.checked += total
            candidates = self._candidates(mark) if lost else []
            for spot, pointer, target in (
                self.places.referring(table, column, frozenset(lost_ids["id"])) if lost else ()
            ):
                yield [spot.issue(pointer, *across.dangling(target, candidates)[:2])]

    def duplicate_id(self, tally: Tally) -> Iterator[Outcome]:
        """Records whose id was there before."""
        for kind in BY_TYPE:
            if (ids := self._ids(kind)) is not None:
                tally.checked += count(ids)
            for identity, places in self._repeated(kind):
                first = self.places.record(kind, places[0])
                for at in places[1:]:
                    spot = self.places.record(kind, at)
                    yield [spot.issue("/id", *across.duplicate(identity, first.where)[:2])]

    def foreign_number(self, tally: Tally) -> Iterator[Outcome]:
        """Assessments of events that carry the slug of no article."""
        import polars as pl

        assessed = self._sound("assessed")
        if assessed is None:
            return
        of_events = assessed.filter(pl.col("target").str.starts_with("event/"))
        if not self.is_whole:
            _skip(tally, PART, count(of_events))
            return
        tally.checked += count(of_events)
        slug = pl.col("id").str.strip_prefix("assessment/").str.replace("/[0-9]*$", "")
        owned = of_events.select("at", id=pl.concat_str(pl.lit("article/"), slug))
        for row in missing(owned, self._ids("article")).sort("at").iter_rows(named=True):
            spot = self.places.record("assessment", row["at"])
            yield [spot.issue("/id", *across.no_article(row["id"], "assessment")[:2])]

    def unused_record(self, tally: Tally) -> Iterator[Outcome]:
        """Records that nothing refers to."""
        for kind in WANT_USE:
            keys = self._sound(f"keys/{kind}")
            if keys is None:
                continue
            if not (self.is_whole and self.is_sound):
                _skip(tally, UNSOUND if self.is_whole else PART, count(keys))
                continue
            tally.checked += count(keys)
            found = [self._sound(f"references/{t}.{c}") for t, c, mark in _references() if kind in mark.types]
            used = _together([one.select("id") for one in found if one is not None])
            for row in missing(keys, used).sort("at").iter_rows(named=True):
                yield [self.places.record(kind, row["at"]).issue("/id", *across.unused(row["id"])[:2])]

    def circular_parent(self, tally: Tally) -> Iterator[Outcome]:
        """Events and statements that lie within themselves."""
        import polars as pl

        for kind in ("event", "statement"):
            sound = self._sound(f"parents/{kind}")
            if sound is None:
                continue
            tally.checked += count(sound)
            broken = self.spill.table(f"broken/parents/{kind}")
            both = sound if broken is None else pl.concat([sound, broken])
            ids = perhaps_circular(both)
            own, edges = (present(some, ids.lazy()).sort("at").rows() if len(ids) else [] for some in (sound, both))
            first = {identity: places[0] for identity, places in self._repeated(kind)} if own else {}
            above = {identity: parent for identity, at, parent in edges if first.get(identity, at) == at}
            for identity, at, parent in own:
                if _is_circular(identity, parent, above):
                    yield [self.places.record(kind, at).issue("/parent", *across.circular(identity)[:2])]

    def duplicate_assessment(self, tally: Tally) -> Iterator[Outcome]:
        """Second assessments of one aspect of one record."""
        assessed = self._sound("assessed")
        if assessed is None:
            return
        tally.checked += count(assessed)
        for (target, aspect), places in several(assessed.select("target", "aspect", "at"), ["target", "aspect"]):
            first = self.places.record("assessment", places[0])
            for at in places[1:]:
                spot = self.places.record("assessment", at)
                said = across.assessed_already(str(aspect), str(target), first.id)
                yield [spot.issue("/target", *said[:2])] if spot.id != first.id else []

    def span_outside(self, tally: Tally) -> Iterator[Outcome]:
        """Spans that end behind the end of their text."""
        import polars as pl

        reach, texts = self._sound("reach"), self._texts()
        if reach is None:
            return
        total = int(_one(reach.select(_sum("spans"))))
        if texts is None:
            _skip(tally, NO_ARTICLE, total)
            return
        known, limits = 0, dict[str, int]()
        for portion in ranges(texts):
            some, there = reach.filter(portion.holds("article")), texts.filter(portion.holds("id"))
            joined = some.join(there, left_on="article", right_on="id").collect()
            known += int(joined["spans"].sum())
            beyond = joined.filter(pl.col("reach") > pl.col("text_length"))
            limits.update(beyond.select("article", "text_length").rows())
        tally.checked += known
        _skip(tally, NO_ARTICLE, total - known)
        for spot, pointer, end, article in self.places.ending(limits) if limits else ():
            yield [spot.issue(f"{pointer}/end", *across.outside(end, limits[article])[:2])]

    def unassessed_fact(self, tally: Tally) -> Iterator[Outcome]:
        """Facts without an assessment."""
        import polars as pl

        facts, texts, assessed = self._sound("facts"), self._texts(), self._sound("assessed")
        if facts is None:
            return
        if not (self.is_whole and self.is_sound) or texts is None:
            _skip(tally, PARTIAL, count(facts))
            return
        apart = missing(facts, texts, "article")
        tally.checked += count(facts) - len(apart)
        _skip(tally, PARTIAL, len(apart))
        lacking = missing(facts, None if assessed is None else assessed.select(id="target"))
        lacking = lacking.join(apart, on="article", how="anti")
        if lacking.is_empty():
            return
        theirs = texts.filter(pl.col("id").is_in(lacking["article"].unique().implode()))
        statuses = dict(theirs.select("id", "status").collect().rows())
        for _, at, article in lacking.sort("at").iter_rows():
            spot = self.places.record("statement", at)
            said = across.unassessed(spot.id, statuses[article])
            yield [spot.issue("/claim_type", said.message, severity=said.severity)]

    def unbacked_date(self, tally: Tally) -> Iterator[Outcome]:
        """Events with a date that no assessment has."""
        import polars as pl

        dated, assessed = self._sound("dated"), self._sound("assessed")
        if dated is None:
            return
        if not (self.is_whole and self.is_sound):
            _skip(tally, PARTIAL, count(dated))
            return
        tally.checked += count(dated)
        if assessed is not None:
            backed = assessed.filter(pl.col("aspect") == "date")
            dated = dated.join(backed, left_on=["id", "date"], right_on=["target", "correct_value"], how="anti")
        for identity, at, date in dated.select("id", "at", "date").collect().sort("at").iter_rows():
            yield [self.places.record("event", at).issue("/date", across.unbacked(identity, date).message)]

    def article_prose(self, tally: Tally) -> Iterator[Outcome]:
        """Texts are not looked at here."""
        yield NO_TEXT

    def existing(self, ids: Sequence[str], kinds: tuple[str, ...]) -> frozenset[str]:
        """Return which of some ids records of some types have."""
        import polars as pl

        there = self._ids(*kinds)
        if there is None or not ids:
            return frozenset()
        return frozenset(there.filter(pl.col("id").is_in(list(ids))).collect()["id"])

    def _texts(self) -> pl.LazyFrame | None:
        """Return what is known of the texts of articles; of several with one id the first counts, if it is sound."""
        import polars as pl

        texts = self._sound("texts")
        later = [at for _, places in self._repeated("article") for at in places[1:]]
        return texts if texts is None or not later else texts.filter(~pl.col("at").is_in(later))

    def _repeated(self, kind: str) -> Iterator[tuple[str, list[int]]]:
        """Yield the ids that several records of a type have, broken ones too, with the places of these in order."""
        import polars as pl

        ids = self._ids(kind)
        if ids is not None and self.spill.is_rising(f"keys/{kind}"):  # then one of the two is not proven
            others = [self.spill.table(f"{where}/keys/{kind}") for where in ("judged", "broken")]
            few = [one.select("id") for one in others if one is not None]
            ids = present(ids, pl.concat(few)).lazy() if few else None
        for (identity,), places in several(ids, ["id"]) if ids is not None else ():
            yield identity, places

    def _sound(self, name: str) -> pl.LazyFrame | None:
        """Return a table of what sound records gave away, be they proven or judged."""
        found = [self.spill.table(name), self.spill.table(f"judged/{name}")]
        return _together([one for one in found if one is not None])

    def _ids(self, *kinds: str) -> pl.LazyFrame | None:
        """Return id and place of all records of some types, broken ones too."""
        names = [f"{where}keys/{kind}" for kind in kinds for where in ("", "judged/", "broken/")]
        found = [self.spill.table(name) for name in names]
        return _together([one.select("id", "at") for one in found if one is not None])

    def _candidates(self, mark: Reference) -> list[str]:
        ids = self._ids(*mark.types)
        return [] if ids is None else ids.select("id").unique().limit(across.CANDIDATES + 1).collect()["id"].to_list()


def _skip(tally: Tally, why: Skipped, count: int) -> None:
    if count:
        tally.skipped[why.reason] = tally.skipped.get(why.reason, 0) + count


def _together(tables: list[pl.LazyFrame]) -> pl.LazyFrame | None:
    import polars as pl

    return pl.concat(tables, how="vertical_relaxed") if tables else None


def _sum(column: str) -> pl.Expr:
    import polars as pl

    return pl.col(column).sum()


def _one(table: pl.LazyFrame) -> int:
    return int(table.collect().item())


def _references() -> Iterator[tuple[str, str, Reference]]:
    """Yield table, column and mark of every column that refers to records."""
    models: tuple[type[Row], ...] = (*RECORDS, *CHILDREN)
    for model in models:
        for column in columns(model):
            if column.reference:
                yield vars(model)["table"], column.name, column.reference


def perhaps_circular(rows: pl.LazyFrame) -> pl.DataFrame:
    """Return the ids from which the way up goes on, so far as is soon found out; from all others it ends."""
    import polars as pl

    left, known = count(rows), rows.select("id", "parent")
    while left:
        found = present(known, known, "parent")
        if len(found) > left * SHRINKS:
            return found.select("id")
        left, known = len(found), found.lazy()
    return pl.DataFrame({"id": []}, schema={"id": pl.String})


def _is_circular(identity: str, parent: str, above: dict[str, str]) -> bool:
    """Return whether the way up from a record leads back to it."""
    seen, at = {identity}, parent
    while at not in seen and at in above:
        seen.add(at)
        at = above[at]
    return at == identity
