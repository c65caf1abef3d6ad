"""Plots of any data: empty, hostile, much, of any year; readable in any style and with any colour vision."""

from __future__ import annotations

from itertools import combinations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb

import news_dataset as nd
from news_dataset.plots import Plots, canvas, counts, dates
from news_dataset.plots.dates import Span
from tests.conftest import ROOT
from tests.plotted import Frames, bars, defects, marks, row_labels, texts, written

SAID, TIMELINE = nd.who_said_what(), nd.timeline()
HOSTILE = [
    "$x^",
    r"$\frac{1}{0}$",
    "a\nb",
    "\x1b[31mred",
    "\u202egnp.exe",
    "W" * 500,
    "한" * 200,
    "<b>",
    "_x",
    "%s",
    "$",
]
SEEN = {"protan": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
        "deutan": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
        "tritan": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
        "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1))}  # fmt: skip
"""How people without one kind of cone see linear RGB (Machado, Oliveira and Fernandes 2009, severity 1)."""


def every(plot: Plots) -> list[mpl.axes.Axes]:
    """Draw all plots in all their forms."""
    return [
        plot.timeline(),
        *(plot.speakers(by) for by in ("kind", "claim_type", "content_verdict")),
        *(plot.verdicts(by) for by in ("claim_type", "kind", "attributed_to")),
    ]


@pytest.mark.parametrize("folder", ["data/published", "examples/second-article"])
def test_nothing_is_clipped_and_nothing_overlaps(folder: str) -> None:
    """No word of any plot."""
    for ax in every(nd.Dataset.open(ROOT / folder).plot):
        assert defects(ax) == []


def test_clipped_and_overlapping_words_are_noticed() -> None:
    """Negative control."""
    ax = nd.plot.verdicts()
    ax.text(20, 0.08, "20 more")
    ax.text(0, 5, "W" * 200, in_layout=False)

    assert {found.partition(":")[0] for found in defects(ax)} == {"overlap", "clipped"}


def test_an_empty_dataset_says_so() -> None:
    """And not more."""
    empty = Plots(Frames(SAID.iloc[:0], TIMELINE.iloc[:0]))
    for ax, words in zip(every(empty), ["There are no dates.", *["There are no statements."] * 6], strict=True):
        assert words in texts(ax)
        assert defects(ax) == []
        assert [*ax.get_lines(), *ax.containers] == []


def test_events_without_dates_are_counted_and_not_drawn() -> None:
    """All of them, and none."""
    undated = TIMELINE.assign(date=None, date_min=None, date_max=None, reported_text=None, reported_date=None)
    ax = Plots(Frames(dates=undated)).timeline()
    notes = [text.split("\n")[0] for text in texts(ax) if text.startswith("Not shown")]

    assert notes == [f"Not shown: {TIMELINE['event'].nunique()} events without any date."]
    assert list(ax.get_lines()) == []


def test_without_a_reported_date_the_axis_spans_all_events() -> None:
    """From 1910 to 2025, and nothing lies outside."""
    ax = Plots(Frames(dates=TIMELINE.assign(reported_text=None, reported_date=None))).timeline()
    outside = [line for line in ax.get_lines() if str(line.get_label()).endswith("this axis")]

    assert outside == []
    assert [mpl.dates.num2date(end).year for end in ax.get_xlim()] == [1904, 2031]


@pytest.mark.filterwarnings("ignore:Glyph .* missing from font:UserWarning")
def test_no_word_breaks_or_steers_a_plot() -> None:
    """A dollar sign starts no formula, controls are shown, long words are cut."""
    said = SAID.assign(speaker_name=[HOSTILE[row % len(HOSTILE)] for row in range(len(SAID))], speaker="person/x",
                       kind="indirect", attribution_verdict="supported")  # fmt: skip
    titles = [HOSTILE[row % len(HOSTILE)] for row in range(len(TIMELINE))]
    dates = TIMELINE.assign(event=titles, title=titles, reported_text=titles[::-1])
    for ax in every(Plots(Frames(said, dates))):
        shown = "".join(texts(ax)).replace("\n", "")
        assert not set(shown) & set("\x1b\u202e")
        assert defects(ax) == []
        assert not any(text.get_parse_math() for text in written(ax) if "$" in text.get_text())
    labels = row_labels(Plots(Frames(said)).speakers())

    assert {r"$\frac{1}{0}$", r"a\nb", r"\x1b[31mred", r"\u202egnp.exe", "<b>", "_x", "%s"} < set(labels)
    assert {label[-1] for label in labels if len(label) > 40} == {"…"}


def test_no_word_reaches_latex() -> None:
    """A ``matplotlibrc`` beside the data may ask for it; LaTeX is a program, and words could give it orders."""
    with mpl.rc_context({"text.usetex": True}):
        for ax in every(Plots(Frames(SAID, TIMELINE))):
            assert not any(text.get_usetex() for text in written(ax))  # which draws it, and fails without LaTeX
        given = mpl.figure.Figure().add_subplot()
        Plots(Frames(SAID, TIMELINE)).speakers(ax=given)
        worded = [text for text in given.findobj(mpl.text.Text) if any(map(str.isalpha, text.get_text()))]
        assert worded
        assert not any(text.get_usetex() for text in worded)


def test_many_speakers_are_cut_and_counted() -> None:
    """The longest bars are shown, the others are one; so are events."""
    alike = SAID[SAID["kind"] != "narrated"].assign(attribution_verdict="supported").drop_duplicates("statement")
    many = pd.concat([alike.assign(speaker=f"person/p{n}", speaker_name=f"P {n}") for n in range(40)])
    ax = Plots(Frames(many)).speakers()
    events = [TIMELINE.assign(event=TIMELINE["event"] + str(n)) for n in range(20)]
    timeline = Plots(Frames(dates=pd.concat(events))).timeline()

    assert len(row_labels(ax)) == len(row_labels(timeline)) == canvas.MAX_ROWS
    assert row_labels(ax)[-1] == "16 others"
    assert sum(bars(ax).values()) == len(many)
    assert sum("reported" in label for label in row_labels(timeline)) == canvas.MAX_ROWS
    assert "Not shown: 80 events without any date and 155 more events." in "\n".join(texts(timeline)).split("\n")


def test_two_speakers_of_one_name_have_two_bars() -> None:
    """Ids tell them apart."""
    ax = Plots(Frames(SAID.assign(speaker_name="Kim", kind="direct"))).speakers()

    assert row_labels(ax).count("Kim") == SAID["speaker"].nunique() + 1


@pytest.mark.parametrize("first", ["0001-01-01", "9999-12-30", "2024-02-29"])
def test_any_year_has_an_axis(first: str) -> None:
    """Also the first and the last."""
    at = pd.Timestamp(first).as_unit("s")
    rows = TIMELINE.iloc[:1].assign(date=first, date_min=at, date_max=at, reported_text=first, reported_date=first)
    ax = Plots(Frames(dates=rows)).timeline()

    assert len(marks(ax, "reported, not assessed")) == 1
    assert defects(ax) == []


@pytest.mark.parametrize("vision", SEEN)
@pytest.mark.parametrize("palette", [canvas.VERDICTS, canvas.KINDS, canvas.CLAIM_TYPES])
def test_colours_are_told_apart_with_any_colour_vision(vision: str, palette: dict[str, str]) -> None:
    """By a distance in CIELAB of at least 10."""
    seen = {code: lab(colour, vision) for code, colour in palette.items()}

    assert min(np.linalg.norm(seen[one] - seen[other]) for one, other in combinations(seen, 2)) > 10


def test_red_and_green_would_not_be() -> None:
    """Negative control."""
    assert np.linalg.norm(lab("#c44e00", "deutan") - lab("#8a7a00", "deutan")) < 10


def test_numbers_on_colours_are_readable() -> None:
    """With a contrast of 4.5 or more."""
    for colour in {*canvas.VERDICTS.values(), *canvas.KINDS.values(), *canvas.CLAIM_TYPES.values()}:
        light, dark = sorted((luminance(colour), luminance(counts._text_colour(colour))), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, colour


def test_words_follow_the_style_of_the_user() -> None:
    """On a dark ground they are light."""
    with mpl.rc_context({"text.color": "white", "figure.facecolor": "black", "axes.facecolor": "black"}):
        ax = nd.plot.timeline()
        quiet = [text for text in written(ax) if text.get_text().startswith("2 reported")]

    assert [to_rgb(text.get_color()) for text in quiet] == [(1, 1, 1)]
    assert {line.get_color() for line in marks(ax, "as sources show")} == {"white"}


D23, D24 = pd.Timestamp("2025-08-23").date(), pd.Timestamp("2025-08-24").date()


@pytest.mark.parametrize(
    ("date", "text", "assessed", "expected"),
    [
        ("XXXX-06-12", "June 12", (D23, D23), ["2025-06-12/2025-06-12"]),
        ("2025-06", "June", None, ["2025-06-01/2025-06-30"]),
        ("XXXX-06-12", "June 12", None, []),
        ("2025-06-12/..", "since June 12", None, []),
        ("2025-02-30", "", None, []),
        (None, "Tuesday", (D23, D24), ["2025-08-19/2025-08-19", "2025-08-26/2025-08-26"]),
        (None, "sunday ", (D23, D24), ["2025-08-24/2025-08-24"]),
        (None, "last week", (D23, D24), []),
        (None, "Tuesday", None, []),
    ],
)
def test_a_reported_date_lies_where_it_may(
    date: str | None, text: str, assessed: Span | None, expected: list[str]
) -> None:
    """Without a year in that of the assessed date; a weekday at the nearest days, or within; else nowhere."""
    assert [f"{first}/{last}" for first, last in dates.reported_spans(date, text, assessed)] == expected


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2025-08-23", "23 Aug 2025"), ("2025-08", "Aug 2025"), ("1910/1945", "1910 – 1945"), ("2025?", "2025?"),
        ("2025-08-23/2025-08-24", "23–24 Aug 2025"), ("2025-08-31/2025-09-01", "31 Aug 2025 – 1 Sep 2025"),
        ("../2025", "until 2025"), ("2025-08-01/", "from 1 Aug 2025"), ("XXXX-06-12", "XXXX-06-12"),
        ("2025-99", "2025-99"),
    ],
)  # fmt: skip
def test_dates_are_written_as_people_write_them(date: str, words: str) -> None:
    """And as they are where that would lose something."""
    assert dates.readable_date(date) == words


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2)."""
    return float(linear(colour) @ (0.2126, 0.7152, 0.0722))


def linear(colour: str) -> np.ndarray:
    """Return linear RGB."""
    values = np.array(to_rgb(colour))
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def lab(colour: str, vision: str) -> np.ndarray:
    """Return a colour as somebody sees it, in CIELAB."""
    seen = np.clip(np.array(SEEN[vision]) @ linear(colour), 0, 1)
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    ratio = to_xyz @ seen / (0.9505, 1, 1.089)
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
