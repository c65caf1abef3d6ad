"""Three plots for notebooks: reported dates, statements by speaker, and verdicts on attribution and content.

Each draws on the axes that it is given, or on a new figure that is not registered in pyplot: it works without a
display, leaves no state behind, and a notebook shows what is returned. Matplotlib is imported when a plot is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


class Views(Protocol):
    """The methods of a dataset that return the tables to plot."""

    def who_said_what(self) -> pd.DataFrame:
        """Return one row per statement and speaker."""

    def timeline(self) -> pd.DataFrame:
        """Return one row per event and report of its date."""


class Plots:
    """The plots of a dataset: ``timeline()``, ``speakers()`` and ``verdicts()``, each of which returns its axes.

    They need the extra ``plot``, which is matplotlib.
    """

    def __init__(self, views: Views) -> None:
        self._views = views

    def __repr__(self) -> str:
        """Return the plots and the dataset, on one line."""
        return f"<Plots timeline(), speakers(by), verdicts(by) of {self._views!r}>"

    def timeline(self, *, ax: Axes | None = None) -> Axes:
        """Plot reported dates of events against those that independent sources show, one event per row.

        Circles show the dates from sources, joined by a bar if the date is a range; diamonds show reported dates,
        coloured by verdict. The time axis covers both dates of all events with a reported date; events outside it are
        arrows at its edge. A reported date without a year gets the year of the sources. A weekday alone is drawn on
        the nearest such days before and after the sources' date, as hollow diamonds.

        Args:
            ax: the axes to draw on; None for a new figure.

        Raises:
            SetupError: matplotlib is not installed.

        Examples:
            >>> nd.plot.timeline().get_title("left")
            'Reported dates against those that sources show'
        """
        from news_dataset.plots import dates

        return dates.draw(self._views.timeline(), ax)

    def speakers(
        self, by: Literal["kind", "claim_type", "content_verdict"] = "kind", *, ax: Axes | None = None
    ) -> Axes:
        """Plot how many statements each person or group, and the article itself, made: one stacked bar for each.

        A joint statement counts for each of its speakers. One whose attribution is contradicted or unsupported counts
        for the article itself instead.

        Args:
            by: the column by which bars are divided.
            ax: the axes to draw on; None for a new figure.

        Raises:
            SetupError: matplotlib is not installed.
            ValueError: *by* is none of the three.

        Examples:
            >>> nd.plot.speakers().get_title("left")
            'Whose statements, by kind of attribution'
        """
        from news_dataset.plots import counts

        return counts.draw_speakers(self._views.who_said_what(), by, ax)

    def verdicts(
        self, by: Literal["claim_type", "kind", "attributed_to"] = "claim_type", *, ax: Axes | None = None
    ) -> Axes:
        """Plot the verdicts on attribution and on content as two stacked bars for each value of *by*.

        Statements in the article's own voice are attributed to nobody, so they count only for content. Those whose
        attribution is contradicted or unsupported are counted as in ``speakers``.

        Args:
            by: the column by which statements are divided into bars.
            ax: the axes to draw on; None for a new figure.

        Raises:
            SetupError: matplotlib is not installed.
            ValueError: *by* is none of the three.

        Examples:
            >>> nd.plot.verdicts().get_title("left")
            'Did they say it, and is it so? By type of claim'
        """
        from news_dataset.plots import counts

        return counts.draw_verdicts(self._views.who_said_what(), by, ax)
