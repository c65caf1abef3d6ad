"""Plots compared with the data: limits, numbers of marks, places, labels and colours; not pixels."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.dates import date2num
from matplotlib.figure import Figure

import news_dataset as nd
from news_dataset.errors import SetupError
from news_dataset.plots import Plots, canvas, dates
from tests.conftest import ROOT
from tests.plotted import Frames, across, bars, marks, row_labels, texts

SAID, TIMELINE = nd.who_said_what(), nd.timeline()
CONTRADICTED = canvas.VERDICTS["contradicted"]


def day(text: str) -> float:
    """The number of a day on an axis."""
    return float(date2num(pd.Timestamp(text)))


def test_the_rows_of_the_timeline_are_the_events_with_a_date() -> None:
    """In the order of the view; those with a contradicted date in bold, with both dates in words."""
    ax = nd.plot.timeline()
    dated = TIMELINE[TIMELINE["date"].notna() | TIMELINE["reported_text"].notna()]
    wrong = set(dated.loc[dated["verdict"] == "contradicted", "title"])
    bold = {label.get_text() for label in ax.get_yticklabels() if label.get_fontweight() == "bold"}

    assert [label.rpartition(": ")[0].partition(": ")[0] for label in row_labels(ax)] == list(dated["title"].unique())
    assert {label.partition(": ")[0] for label in bold} == wrong
    assert len(wrong) == 2
    assert "Working visit of Lee Jae Myung to Japan: reported “Tuesday”; sources: 23–24 Aug 2025" in bold


def test_the_axis_spans_what_is_compared() -> None:
    """From 12 June to the Tuesday after the visit, with a twentieth on both sides."""
    ax = nd.plot.timeline()
    room = (day("2025-08-26") - day("2025-06-12")) / 20

    assert ax.get_xlim() == pytest.approx((day("2025-06-12") - room, day("2025-08-26") + room))


def test_each_event_has_its_mark() -> None:
    """A circle at each day that sources show, an arrow at the edge for what lies before the axis."""
    ax = nd.plot.timeline()
    first, _ = ax.get_xlim()
    events = TIMELINE.drop_duplicates("event").dropna(subset="date_min")
    inside = events[events["date_max"].map(date2num) >= first]

    assert [across(line) for line in marks(ax, dates.ASSESSED)] == [
        [float(date2num(row.date_min)), float(date2num(row.date_max))] for row in inside.itertuples()
    ]
    assert len(marks(ax, dates.BEFORE)) == len(events) - len(inside) == 2
    assert marks(ax, dates.AFTER) == []


def test_each_reported_date_has_its_mark() -> None:
    """12 June at its day; Tuesday, which is no date, hollow at the nearest ones; each with a way to the right date."""
    ax = nd.plot.timeline()
    (june,) = marks(ax, f"{dates.REPORTED}, contradicted")
    tuesdays = marks(ax, f"{dates.WEEKDAY}, contradicted")
    ways = [line for line in ax.get_lines() if line.get_linewidth() == 2]

    assert across(june) == [day("2025-06-12")]
    assert [across(line) for line in tuesdays] == [[day("2025-08-19")], [day("2025-08-26")]]
    assert {pd.Timestamp(text).day_name() for text in ("2025-08-19", "2025-08-26")} == {"Tuesday"}
    assert [across(line) for line in ways] == [
        [day("2025-08-19"), day("2025-08-23")], [day("2025-08-24"), day("2025-08-26")],
        [day("2025-06-12"), day("2025-08-25")],
    ]  # fmt: skip
    assert {line.get_color() for line in [june, *tuesdays, *ways]} == {CONTRADICTED}
    assert (to_hex(june.get_markerfacecolor()), to_hex(tuesdays[0].get_markerfacecolor())) == (CONTRADICTED, "#ffffff")


def test_other_data_gives_another_timeline() -> None:
    """Negative control: the verdict colours, the reported date places."""
    other = TIMELINE.astype({"verdict": "str"})
    june = other["reported_text"] == "June 12"
    other.loc[june, "verdict"] = "supported"
    other.loc[june, "reported_date"] = "2025-08-25"
    ax = Plots(Frames(dates=other)).timeline()
    (mark,) = marks(ax, f"{dates.REPORTED}, supported")

    assert marks(ax, f"{dates.REPORTED}, contradicted") == []
    assert (across(mark), mark.get_color()) == ([day("2025-08-25")], canvas.VERDICTS["supported"])
    assert "2 reported dates: 1 contradicted, 1 supported." in texts(ax)


@pytest.mark.parametrize("by", ["kind", "claim_type", "verdict"])
def test_the_bars_of_speakers_are_those_of_the_view(by: str) -> None:
    """One row of the view, one unit; whom nobody names comes last."""
    ax = nd.plot.speakers(by)  # type: ignore[arg-type]
    names = SAID["speaker_name"].astype(object).where(SAID["speaker_name"].notna(), None)
    nobody = SAID["kind"].map(lambda kind: "The article itself" if kind == "narrated" else "Nobody named")
    counted = Counter(zip(names.fillna(nobody), SAID[by], strict=True))
    totals = Counter[str]()
    for (name, _), count in counted.items():
        totals[name] += count

    assert {(name, code.replace(" ", "_")): count for (name, code), count in bars(ax).items()} == counted
    assert row_labels(ax)[:2] == [name for name, _ in totals.most_common() if name[0] in "LS"]
    assert row_labels(ax)[-2:] == ["Nobody named", "The article itself"]
    assert ax.get_xlim() == pytest.approx((0, max(totals.values()) * 1.06))
    assert Counter(texts(ax)) >= Counter(map(str, totals.values()))


@pytest.mark.parametrize("by", ["claim_type", "kind"])
def test_the_bars_of_verdicts_count_each_statement_once(by: str) -> None:
    """And the subtitle has the sums of the README."""
    ax = nd.plot.verdicts(by)  # type: ignore[arg-type]
    once = SAID.drop_duplicates("statement")
    counted = Counter(zip(once[by], once["verdict"], strict=True))

    assert {
        (bar.lower().replace(" ", "_"), code.replace(" ", "_")): n for (bar, code), n in bars(ax).items()
    } == counted
    assert "52 statements: 30 supported, 8 partly supported, 6 contradicted, 8 not checkable." in texts(ax)


def test_bars_have_the_colours_of_their_verdicts_and_touch() -> None:
    """Each part begins where the last ended; the legend explains every colour, once."""
    ax = nd.plot.verdicts("speaker")
    ends: Counter[float] = Counter()
    for container in ax.containers:
        code = str(container.get_label()).replace(" ", "_")
        for patch in container:
            assert to_hex(patch.get_facecolor()) == canvas.VERDICTS[code]
            assert patch.get_x() == ends[patch.get_y()]
            ends[patch.get_y()] += patch.get_width()
    legend = ax.get_legend()

    assert sum(ends.values()) == len(SAID)
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [str(one.get_label()) for one in ax.containers]


def test_other_data_gives_other_bars() -> None:
    """Negative control: a verdict less is a unit less there, and one more among those without."""
    other = SAID.copy()
    other.loc[0, "verdict"] = None
    ax = Plots(Frames(said=other)).verdicts()

    assert bars(ax) - bars(nd.plot.verdicts()) == Counter({("Fact", "not assessed"): 1})
    assert bars(nd.plot.verdicts()) - bars(ax) == Counter({("Fact", "contradicted"): 1})


def test_any_folder_has_plots() -> None:
    """The second article's: two speakers, a reported date of an event whose date nobody knows."""
    plot = nd.Dataset.open(ROOT / "examples" / "second-article").plot

    assert row_labels(plot.speakers()) == ["Mira Example", "Zoë Sample"]
    assert bars(plot.verdicts())["Intention", "contradicted"] == 1
    assert row_labels(plot.timeline()) == [
        "Opening of the footbridge in Port Example: reported “Monday, 9 June”; sources: no date known"
    ]
    assert "1 reported date: 1 contradicted." in texts(plot.timeline())


@pytest.mark.parametrize("name", ["timeline", "speakers", "verdicts"])
def test_axes_may_be_given(name: str) -> None:
    """They are drawn on and returned; a notebook shows their own figure, so they are no picture by themselves."""
    figure = Figure()
    mine = figure.subplots(1, 2)[1]
    ax = getattr(nd.plot, name)(ax=mine)
    own = getattr(nd.plot, name)()

    assert ax is mine
    assert not hasattr(ax, "_repr_png_")
    assert isinstance(own, Axes)
    assert own.figure is not figure
    assert own._repr_png_()[0].startswith(b"\x89PNG")  # type: ignore[attr-defined]
    assert mine.get_title("left").replace("\n", " ") == own.get_title("left") != ""
    assert "Source: news-dataset 2026.11.1, CC-BY-4.0." in " ".join(" ".join(texts(ax)).split())


def test_no_display_and_no_state_of_pyplot(tmp_path: Path) -> None:
    """Naming the plots imports nothing; drawing one does not import pyplot, though a display is asked for."""
    code = (
        "import sys, news_dataset as nd; plot = nd.plot; print('matplotlib' in sys.modules, 'pandas' in sys.modules)\n"
        "ax = plot.verdicts(); ax.figure.savefig(sys.argv[1]); print('matplotlib.pyplot' in sys.modules)"
    )
    env = {"MPLBACKEND": "TkAgg", "PYTHONPATH": str(ROOT), "MPLCONFIGDIR": mpl.get_configdir()}
    command = [sys.executable, "-W", "error", "-c", code, str(tmp_path / "verdicts.png")]
    done = subprocess.run(command, capture_output=True, text=True, env=env)

    assert (done.stdout, done.stderr, done.returncode) == ("False False\nFalse\n", "", 0)


@pytest.mark.parametrize("name", ["timeline", "speakers", "verdicts"])
def test_without_matplotlib_one_sentence_says_what_to_install(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no more is needed to say it."""
    for module in [one for one in sys.modules if one.partition(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "matplotlib", None)

    with pytest.raises(SetupError, match=r'^matplotlib is not installed; run: pip install "news-dataset\[plot\]"$'):
        getattr(nd.plot, name)()


@pytest.mark.parametrize("name", ["speakers", "verdicts"])
def test_what_a_bar_is_must_be_known(name: str) -> None:
    """Else the message says what may be asked for."""
    with pytest.raises(ValueError, match=r"^by='colour' is none of .*kind"):
        getattr(nd.plot, name)(by="colour")
