"""Start a dataset, and write templates, spans, canonical YAML and schemas in it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from news_dataset.dataset.lifecycle import LifeCycleAccess

if TYPE_CHECKING:
    from news_dataset.curate import Anchored, Draft
    from news_dataset.issues import Report


class CurationAccess(LifeCycleAccess):
    """Provide the methods of a dataset that help people write its files."""

    @classmethod
    def init(cls, folder: str | Path, /) -> Self:
        """Start a dataset in a folder and open it.

        It gets a description, schemas, settings for editors and git, a CI workflow, and an article to fill in.

        Args:
            folder: a new folder, or one in which nothing would be overwritten.

        Raises:
            ValueError: the folder holds a dataset, or a file that would be overwritten.
            SetupError: the folder cannot be written; it is as it was.

        Examples:
            >>> ds = nd.init("harbour")
            >>> ds.validate().ok
            True
        """
        from news_dataset import curate

        curate.scaffold(folder)
        return cls(Path(folder))

    def new(
        self,
        type: str,  # noqa: A002 (what the command calls it)
        slug: str | None = None,
        *,
        article: str | None = None,
        output: Literal["-"] | None = None,
    ) -> Draft:
        """Write a commented template of a record into the dataset.

        The template names the ids, language and curators of the dataset.

        Args:
            type: a record type, such as ``person`` or ``statement``.
            slug: the slug of the new id, such as ``mira-example``.
            article: id of the article in which a statement or assessment gets the next number; None for the only one.
            output: ``-`` to write nothing.

        Returns:
            The template, its file, and the names of the fields to fill in.

        Raises:
            KeyError: the type or article is unknown; the message names the nearest.
            ValueError: *slug* or *article* is missing or malformed, or the record exists already.
            SetupError: the file cannot be written.

        Examples:
            >>> draft = nd.new("my-dataset", "person", "ann-other", output="-")
            >>> draft.path.name, draft.blanks
            ('ann-other.yaml', ('name',))
        """
        from news_dataset import curate

        return curate.draft(self._own("new"), type, slug, article, output)

    def anchor(self, text: str | Path) -> Anchored:
        """Replace ``find: WORDS`` in record files by the span of these words in the text.

        If words are missing from the text, or are there more than once, nothing is written.

        Args:
            text: the text of the article, a UTF-8 file; or a folder of texts, matched to articles by hash, else by
                file name and slug.

        Returns:
            The files that were written and the number of spans; or the refusals, with candidate places.

        Raises:
            InvalidDataError: a file is not valid YAML.
            ValueError: no text in the folder belongs to an article.
            UnsafeInputError: a file is a link or over a size limit, or the text is not UTF-8.
            SetupError: a file cannot be read or written.

        Examples:
            >>> nd.anchor("my-dataset", "text.txt").spans
            0
        """
        from news_dataset import curate

        return curate.anchor_files(self._own("anchor"), Path(text))

    def fmt(self, *, check: bool = False) -> Report:
        """Rewrite YAML files in canonical form; values and comments stay.

        Args:
            check: whether to write nothing and report files that are not in canonical form as errors.

        Returns:
            A report with a warning for each file that was rewritten, and an error for each that could not be.

        Raises:
            InvalidDataError: a file is not valid YAML.
            UnsafeInputError: a file is a link or over a size limit.
            SetupError: a file cannot be read or written.

        Examples:
            >>> nd.fmt("my-dataset", check=True).ok
            True
        """
        from news_dataset import curate

        return curate.format_files(self._own("fmt", writes=not check), check=check)

    def schema(self, *, check: bool = False, diff: tuple[str, str] | None = None) -> Report:
        """Write the JSON Schemas of the current version to ``schemas/<version>``.

        Args:
            check: whether to write nothing and report files that differ from the models or from the list of frozen
                schemas.
            diff: two versions to compare instead, old and new: folders, versions such as ``1.0``, or the words
                ``frozen`` and ``current``; breaking changes are errors, others warnings.

        Returns:
            The report: of the comparison with *check* or *diff*, else with the number of files.

        Raises:
            ValueError: the current version is frozen and would change, or a version to compare does not exist.
            SetupError: the folder holds other files, or cannot be written.

        Examples:
            >>> nd.schema("my-dataset").ok
            True
        """
        from news_dataset import publish

        return publish.schemas(self._own("schema", writes=not (check or diff)), check=check, diff=diff)
