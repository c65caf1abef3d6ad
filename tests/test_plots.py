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
from news_dataset.plots import Plots, canvas, counts, dates
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
    wrong = set(dated.loc[dated["reported_verdict"] == "contradicted", "title"])
    bold = {label.get_text() for label in ax.get_yticklabels() if label.get_fontweight() == "bold"}

    assert [label.rpartition(": ")[0].partition(": ")[0] for label in row_labels(ax)] == list(dated["title"].unique())
    assert {label.partition(": ")[0] for label in bold} == wrong
    assert len(wrong) == 2
    assert "Working visit by Lee Jae Myung to Japan: reported “Tuesday”; sources: 23–24 Aug 2025" in bold


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
    other = TIMELINE.copy()
    june = other["reported_text"] == "June 12"
    other.loc[june, "reported_verdict"] = "supported"
    other.loc[june, "reported_date"] = "2025-08-25"
    ax = Plots(Frames(dates=other)).timeline()
    (mark,) = marks(ax, f"{dates.REPORTED}, supported")

    assert marks(ax, f"{dates.REPORTED}, contradicted") == []
    assert (across(mark), mark.get_color()) == ([day("2025-08-25")], canvas.VERDICTS["supported"])
    assert "2 reported dates: 1 contradicted, 1 supported." in texts(ax)


def attributed(said: pd.DataFrame) -> pd.DataFrame:
    """The view with whom a statement counts for, which is the article where it made the attribution up."""
    made_up = said["attribution_verdict"].isin(["contradicted", "unsupported"])
    names = said["speaker_name"].astype(object).fillna("Nobody named")
    bar = names.mask(said["kind"].eq("narrated") | made_up, "The article itself")
    return said.assign(bar=bar).drop_duplicates(["bar", "speaker", "statement"])


def verdicts(said: pd.DataFrame, question: str) -> pd.Series:
    return said[question].astype(object).fillna("not_assessed")


def counted(bars: pd.Series, parts: pd.Series) -> Counter[tuple[str, str]]:
    return Counter(zip(bars, [code.replace("_", " ") for code in parts], strict=True))


@pytest.mark.parametrize("by", ["kind", "claim_type", "content_verdict"])
def test_the_bars_of_speakers_are_those_of_the_view(by: str) -> None:
    """One row of the view, one unit; what they did not say is the article's, which comes last."""
    ax = nd.plot.speakers(by)  # type: ignore[arg-type]
    said = attributed(SAID).drop_duplicates(["bar", "statement"])
    totals = Counter[str](said["bar"])

    assert bars(ax) == counted(said["bar"], verdicts(said, by))
    assert row_labels(ax)[:2] == [name for name, _ in totals.most_common() if name[0] in "LS"]
    assert row_labels(ax)[-2:] == ["Nobody named", "The article itself"]
    assert ax.get_xlim() == pytest.approx((0, max(totals.values()) * 1.06))
    assert Counter(texts(ax)) >= Counter(map(str, totals.values()))
    assert "7 statements whose attribution does not hold count for the article." in " ".join(
        " ".join(texts(ax)).split()
    )


@pytest.mark.parametrize("by", ["claim_type", "kind", "attributed_to"])
def test_the_bars_of_verdicts_answer_two_questions(by: str) -> None:
    """Each of its own aspects, once for each statement; nobody is asked whether the article said what it says."""
    ax = nd.plot.verdicts(by)  # type: ignore[arg-type]
    said = attributed(SAID)
    said = said.assign(bar=said["bar"] if by == "attributed_to" else said[by].str.replace("_", " ").str.capitalize())
    said = said.drop_duplicates(["bar", "statement"])
    quoted = said[said["kind"] != "narrated"]

    assert bars(ax) == counted(quoted["bar"] + ": did they say it?", verdicts(quoted, "attribution_verdict")) + counted(
        said["bar"] + ": is it so?", verdicts(said, "content_verdict")
    )
    shown = " ".join(" ".join(texts(ax)).split())
    for frame, question, words in ((quoted, "attribution_verdict", "Did they say it?"),
                                   (said, "content_verdict", "Is it so?")):  # fmt: skip
        found = Counter(verdicts(frame.drop_duplicates("statement"), question))
        sums = ", ".join(f"{found[code]} {code.replace('_', ' ')}" for code in canvas.VERDICTS if found[code])
        assert f"{words} {found.total()} statements: {sums}." in shown


def people(said: pd.DataFrame) -> set[str]:
    return {*said["speaker_name"].dropna()}


def wrongs(plot: Plots) -> Counter[str]:
    """How much that is wrong each person is charged with, in all plots, and the article."""
    found: Counter[str] = Counter()
    drawn = [plot.speakers("content_verdict"), plot.speakers("kind"), plot.verdicts("attributed_to")]
    for ax in drawn:
        for (bar, part), count in bars(ax).items():
            if part in ("contradicted", "unsupported"):
                found[bar.partition(":")[0]] += count
    return found


def planted(verdict: str) -> pd.DataFrame:
    """The view in which somebody did not say what a statement has them say, which is wrong as well."""
    other = SAID.copy()
    row = other.index[other["statement"] == "statement/lee-ishiba-tokyo/21"]
    assert other.loc[row, "speaker_name"].tolist() == ["Lee Jae Myung"]
    other.loc[row, "attribution_verdict"] = verdict
    other.loc[row, "content_verdict"] = "contradicted"
    return other


@pytest.mark.parametrize("verdict", ["contradicted", "partly_supported"])
def test_a_misattribution_is_the_articles_and_nobody_elses(verdict: str) -> None:
    """In no plot is anybody charged with what they did not say; with what they said and is wrong, they are."""
    assert not people(SAID) & set(wrongs(nd.plot))
    found = wrongs(Plots(Frames(planted(verdict))))

    if verdict == "contradicted":
        assert not people(SAID) & set(found)
        assert found["The article itself"] == wrongs(nd.plot)["The article itself"] + 3
    else:  # negative control
        assert found["Lee Jae Myung"] == 2


def test_a_plot_that_charges_speakers_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: without the rule, Lee and Ishiba are charged with what the article made up."""
    monkeypatch.setattr(counts, "ATTRIBUTION_FAILED", ())

    assert {"Lee Jae Myung", "Shigeru Ishiba"} <= set(wrongs(nd.plot))


def test_bars_have_the_colours_of_their_verdicts_and_touch() -> None:
    """Each part begins where the last ended; the legend explains every colour, once."""
    ax = nd.plot.verdicts("attributed_to")
    ends: Counter[float] = Counter()
    for container in ax.containers:
        code = str(container.get_label()).replace(" ", "_")
        for patch in container:
            assert to_hex(patch.get_facecolor()) == canvas.VERDICTS[code]
            assert patch.get_x() == ends[patch.get_y()]
            ends[patch.get_y()] += patch.get_width()
    legend = ax.get_legend()

    assert sum(ends.values()) == sum(bars(ax).values())
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == [str(one.get_label()) for one in ax.containers]


def test_other_data_gives_other_bars() -> None:
    """Negative control: a verdict less is a unit less there, and one more among those without."""
    other = SAID.copy()
    other.loc[0, "content_verdict"] = None
    ax = Plots(Frames(said=other)).verdicts()

    assert bars(ax) - bars(nd.plot.verdicts()) == Counter({("Fact: is it so?", "not assessed"): 1})
    assert bars(nd.plot.verdicts()) - bars(ax) == Counter({("Fact: is it so?", "contradicted"): 1})


def test_any_folder_has_plots() -> None:
    """The second article's: two speakers, a reported date of an event whose date nobody knows."""
    plot = nd.Dataset.open(ROOT / "examples" / "second-article").plot

    assert row_labels(plot.speakers()) == ["Mira Example", "Zoë Sample"]
    assert sum(n for (_, part), n in bars(plot.verdicts()).items() if part == "contradicted") == 1
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
    assert "Source: news-dataset 2026.12.0.dev, CC-BY-4.0." in " ".join(" ".join(texts(ax)).split())


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


@pytest.mark.parametrize(("name", "by", "said"), [("speakers", "verdict", "by='content_verdict'"),
                                                  ("verdicts", "speaker", "by='attributed_to'")])  # fmt: skip
def test_what_is_gone_names_its_successor(name: str, by: str, said: str) -> None:
    """As the CHANGELOG does."""
    with pytest.raises(ValueError, match=rf"^by='{by}' has become {said}"):
        getattr(nd.plot, name)(by=by)
    assert said in (ROOT / "CHANGELOG.md").read_text("utf-8")
