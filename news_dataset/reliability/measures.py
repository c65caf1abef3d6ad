"""The measures of agreement: detection, coding and differences; every ratio with its counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Any, Literal

_NOT_FOUND = "(not found)"
_BOOTSTRAP_RESAMPLES = 10_000


@dataclass(frozen=True, slots=True)
class Score:
    """How much of what one reader marked the other marked as well, with A as the reference.

    Args:
        in_a: how many A has.
        in_b: how many B has.
        both: how many pairs, one of each, are the same.
        precision: ``both / in_b``; None if B has none.
        recall: ``both / in_a``; None if A has none.
        f1: ``2 both / (in_a + in_b)``, the same whoever is the reference; None if there are none at all.
    """

    in_a: int
    in_b: int
    both: int
    precision: float | None
    recall: float | None
    f1: float | None

    @classmethod
    def of(cls, in_a: int, in_b: int, both: int) -> Score:
        """Return the score for these counts."""
        precision, recall, f1 = _ratio(both, in_b), _ratio(both, in_a), _ratio(2 * both, in_a + in_b)
        return cls(in_a, in_b, both, precision, recall, f1)


@dataclass(frozen=True, slots=True)
class Spans:
    """How far the spans of a role agree, each distinct span counted once.

    Args:
        role: the role of the evidence, or what else was marked.
        exact: same start and same end.
        overlapping: at least one code point in common; one-to-one, of the largest total overlap.
    """

    role: str
    exact: Score
    overlapping: Score


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two codes that the readers gave to the same thing, and how often."""

    a: str
    b: str
    count: int


@dataclass(frozen=True, slots=True)
class Field:
    """How far the codes of a field agree, over the pairs of records that were aligned.

    Args:
        table: the table of the field.
        name: its name.
        n: how many pairs were compared.
        agreed: in how many both have the same code.
        observed: ``agreed / n``; None if there are none.
        expected: the agreement expected by chance, from how often each reader uses each code.
        kappa: ``(observed - expected) / (1 - expected)``; None where it is undefined.
        interval: the bounds within which 95 % of the kappas of resampled pairs lie; None where kappa is undefined.
        kappa_all: kappa that includes what only one reader has, as coded "(not found)" by the other.
        why: why kappa is undefined, or empty.
        disagreements: the pairs of codes that differ, the most frequent first.
    """

    table: str
    name: str
    n: int
    agreed: int
    observed: float | None
    expected: float | None
    kappa: float | None
    interval: tuple[float, float] | None
    kappa_all: float | None
    why: str
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class Coding:
    """One field of one pair, as both readers coded it.

    Args:
        table: the table of the field.
        field: its name.
        a: id of the statement or event in A.
        b: id of its partner in B.
        value_a: what A says.
        value_b: what B says.
        event_a: for a field of ``statement_events``, the reported event in A.
        event_b: the same in B.
    """

    table: str
    field: str
    a: str
    b: str
    value_a: str
    value_b: str
    event_a: str | None = None
    event_b: str | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two aligned records, one of each side, and their overlap in code points."""

    a: str
    b: str
    overlap: float


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of the text of an article."""

    article: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A record that has no partner on the other side.

    Args:
        side: the side that has it.
        id: its id.
        places: its spans in the articles.
        why: "no partner", or "no span" where it has none to compare.
    """

    side: Literal["a", "b"]
    id: str
    places: tuple[Place, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Detection:
    """Which records of one type both sides have.

    Args:
        score: their number.
        without_span_a: how many records of A have no span, hence no partner.
        without_span_b: the same for B.
        pairs: the aligned records.
    """

    score: Score
    without_span_a: int
    without_span_b: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Speakers:
    """How far the speakers of aligned statements agree, by number and spans, since ids differ between layers.

    Args:
        n: how many pairs of statements were compared.
        same_number: in how many both have the same number of speakers.
        with_source: in how many both have source evidence.
        sources_overlap: in how many of these it overlaps.
        sources: how far the source spans of each pair agree, summed over all pairs.
    """

    n: int
    same_number: int
    with_source: int
    sources_overlap: int
    sources: Spans


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two annotations has, and what of it was not compared.

    Args:
        path: the folder it was read from.
        annotators: who annotated the shared texts.
        articles: the ids of the articles with shared texts.
        other_articles: how many articles have a text that the other side lacks.
        other_statements: how many statements these have.
        other_events: how many events are not compared: no statement on the shared texts reports them, and no mention
            shows them, or the other side has no mentions.
        reports: how many rows ``statement_events`` has on the shared texts.
        mentions: how many mentions there are on the shared texts.
    """

    path: str
    annotators: tuple[str, ...]
    articles: tuple[str, ...]
    other_articles: int
    other_statements: int
    other_events: int
    reports: int
    mentions: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two readers of the same texts agree.

    Args:
        texts: hashes of the texts that both annotated.
        a: the reference.
        b: the other side.
        statements: which statements both have.
        events: which events both have.
        reports_compared: how many rows of ``statement_events`` were compared: aligned events in aligned statements.
        fields: the coded fields.
        speakers: the speakers of aligned statements.
        spans: the evidence by role, over all statements.
        segmentation: the whole content of each statement as one.
        differences: every field of a pair that the readers coded differently.
        unmatched: every statement and event without a partner.
    """

    texts: tuple[str, ...]
    a: Side
    b: Side
    statements: Detection
    events: Detection
    reports_compared: int
    fields: tuple[Field, ...]
    speakers: Speakers
    spans: tuple[Spans, ...]
    segmentation: Spans
    differences: tuple[Coding, ...]
    unmatched: tuple[Unmatched, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as dicts, lists and scalars for JSON; None means undefined or absent."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def kappa(
    table: str, name: str, codes: Sequence[tuple[str, str]], only_a: Sequence[str] = (), only_b: Sequence[str] = ()
) -> Field:
    """Return the agreement on pairs of codes, corrected for chance: Cohen's kappa.

    See J. Cohen (1960), A coefficient of agreement for nominal scales, Educational and Psychological
    Measurement 20 (1), 37-46. It is undefined where the expected agreement is 1, that is, where both readers
    use one and the same code throughout.

    Args:
        table: the table of the field.
        name: the field.
        codes: the codes of A and of B for each pair of records.
        only_a: the codes of the records that only A has.
        only_b: the codes of the records that only B has.
    """
    n, agreed = len(codes), sum(a == b for a, b in codes)
    counts = Counter((a, b) for a, b in codes if a != b)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    disagreements = tuple(Disagreement(a, b, count) for (a, b), count in ordered)
    pairs = Counter(codes)
    unmatched = [*((code, _NOT_FOUND) for code in only_a), *((_NOT_FOUND, code) for code in only_b)]
    both_coded = bool(codes or (only_a and only_b))  # a reader who coded nothing here was not asked to
    kappa_all = _chance_corrected(*_observed_and_expected(pairs + Counter(unmatched))) if both_coded else None
    if not n:
        return Field(table, name, 0, 0, None, None, None, None, kappa_all, "nothing to compare", ())
    observed, expected = _observed_and_expected(pairs)
    ratios, corrected = (float(observed), float(expected)), _chance_corrected(observed, expected)
    if corrected is None:
        return Field(table, name, n, agreed, *ratios, None, None, kappa_all, "both use one code only", ())
    return Field(table, name, n, agreed, *ratios, corrected, _interval(pairs), kappa_all, "", disagreements)


def _chance_corrected(observed: Fraction, expected: Fraction) -> float | None:
    """Return kappa; None where it is undefined."""
    return None if expected == 1 else float((observed - expected) / (1 - expected))


def _observed_and_expected(pairs: Counter[tuple[str, str]]) -> tuple[Fraction, Fraction]:
    """Return the observed agreement on pairs of codes, and that expected by chance."""
    n, of_a, of_b = pairs.total(), Counter[str](), Counter[str]()
    for (a, b), count in pairs.items():
        of_a[a] += count
        of_b[b] += count
    agreed = sum(count for (a, b), count in pairs.items() if a == b)
    return Fraction(agreed, n), Fraction(sum(of_a[code] * of_b[code] for code in of_a), n * n)


def _interval(pairs: Counter[tuple[str, str]]) -> tuple[float, float]:
    """Return the 95 % percentile interval of kappa: bootstrap, B. Efron (1979), Annals of Statistics 7 (1), 1-26.

    The seed is fixed, so that a figure can be checked; resamples in which kappa is undefined are left out.
    """
    import numpy as np

    swapped = sorted(((b, a), count) for (a, b), count in pairs.items())
    pair_counts = min(sorted(pairs.items()), swapped)  # so that the interval does not depend on which reader is A
    codes = sorted({code for pair, _ in pair_counts for code in pair})
    counts = np.array([count for _, count in pair_counts])
    n = counts.sum()
    shares = np.random.default_rng(0).multinomial(n, counts / n, _BOOTSTRAP_RESAMPLES) / n
    of_a, of_b = (np.zeros((len(pair_counts), len(codes))) for _ in range(2))
    for item, ((a, b), _) in enumerate(pair_counts):
        of_a[item, codes.index(a)] = of_b[item, codes.index(b)] = 1
    observed = shares @ np.array([a == b for (a, b), _ in pair_counts], dtype=float)
    expected = ((shares @ of_a) * (shares @ of_b)).sum(axis=1)
    is_defined = expected < 1 - 1e-9
    kappas = (observed[is_defined] - expected[is_defined]) / (1 - expected[is_defined])
    low, high = np.percentile(kappas, [2.5, 97.5])
    return float(low), float(high)


def micro_average(scores: Iterable[Score]) -> Score:
    """Return the score of the sums of all counts."""
    counts = [(score.in_a, score.in_b, score.both) for score in scores]
    return Score.of(*map(sum, zip(*counts, strict=True))) if counts else Score.of(0, 0, 0)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
