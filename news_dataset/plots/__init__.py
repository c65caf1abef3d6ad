"""Three plots for notebooks: when things happened, to whom what is attributed, whether they said it and it is so.

Matplotlib loads when one is drawn.

Each draws on the axes that it is given, or on a figure of its own, which pyplot does not know of: it works without a
display, leaves no state behind, and a notebook shows what is returned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


class Views(Protocol):
    """What is plotted: a dataset."""

    def who_said_what(self) -> pd.DataFrame:
        """Return one row per statement and speaker."""

    def timeline(self) -> pd.DataFrame:
        """Return one row per event and report of it."""


class Plots:
    """The plots of a dataset: ``timeline()``, ``speakers()`` and ``verdicts()``, each of which returns its axes.

    They need the extra ``plot``, which is matplotlib.
    """

    def __init__(self, views: Views) -> None:
        self._views = views

    def __repr__(self) -> str:
        """Return what can be drawn, and of which dataset."""
        return f"<Plots timeline(), speakers(by), verdicts(by) of {self._views!r}>"

    def timeline(self, *, ax: Axes | None = None) -> Axes:
        """Plot the dates that are reported against those that independent sources show, an event a row.

        Circles and bars are what sources show, diamonds what is reported, coloured by verdict. The axis spans the
        events with a reported date; an event before or after it stands as an arrow at its edge. A date without a year
        is taken to be of the year that sources show, and a weekday alone is drawn as the nearest ones, hollow.

        Args:
            ax: where to draw; None for a figure of its own.

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
        """Plot whose statements there are, a bar for each person or group and one for the article.

        A joint statement counts for each of its speakers. One whose attribution is contradicted or unsupported counts
        for the article itself, and for nobody who is said to have made it.

        Args:
            by: what the parts of a bar are.
            ax: where to draw; None for a figure of its own.

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
        """Plot how many statements were said, and how many are so: two bars each, stacked by verdict.

        Statements of the article's own voice are attributed to nobody, and are in the second bars alone. Those
        whose attribution does not hold are counted as in ``speakers``.

        Args:
            by: what the bars are.
            ax: where to draw; None for a figure of its own.

        Raises:
            SetupError: matplotlib is not installed.
            ValueError: *by* is none of the three.

        Examples:
            >>> nd.plot.verdicts().get_title("left")
            'Did they say it, and is it so? By type of claim'
        """
        from news_dataset.plots import counts

        return counts.draw_verdicts(self._views.who_said_what(), by, ax)
