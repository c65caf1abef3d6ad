"""The beginning of a dataset, and of its records."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from news_dataset.dataset.lifecycle import LifeCycle

if TYPE_CHECKING:
    from news_dataset.curate import Draft


class CurationAccess(LifeCycle):
    """The methods of a dataset that begin what people write."""

    @classmethod
    def init(cls, folder: str | Path, /) -> Self:
        """Start a dataset in a folder, and open it: description, schemas, settings, CI, and an article to fill in.

        Args:
            folder: a new folder, or one in which nothing would be overwritten.

        Raises:
            ValueError: the folder holds a dataset, or a file of a name that would be written.
            SetupError: the folder cannot be written; it is as it was.

        Examples:
            >>> ds = nd.init("harbour")
            >>> ds.validate().ok
            True
        """
        from news_dataset import curate

        curate.scaffold(Path(folder))
        return cls(Path(folder))

    def new(
        self,
        type: str,  # noqa: A002 (what the command calls it)
        slug: str | None = None,
        *,
        article: str | None = None,
        output: Literal["-"] | None = None,
    ) -> Draft:
        """Write a commented template of a record into the dataset, with its ids, language and people.

        Args:
            type: a record type, such as ``person`` or ``statement``.
            slug: the slug of its id, such as ``mira-example``.
            article: id of the article in which a statement or assessment gets the next number; None for the only one.
            output: ``-`` to write nothing.

        Returns:
            The template, its file, and the names of the fields to fill in.

        Raises:
            KeyError: there is no such type or article; the message names the nearest.
            ValueError: *slug* or *article* is missing or no slug, or there is such a record already.
            SetupError: the file cannot be written.

        Examples:
            >>> draft = nd.new("my-dataset", "person", "ann-other", output="-")
            >>> draft.path.name, draft.blanks
            ('ann-other.yaml', ('name',))
        """
        from news_dataset import curate

        return curate.draft(self._own("new"), type, slug, article, output)
