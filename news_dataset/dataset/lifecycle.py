"""Change records that exist: give them another id, or carry them to another text."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.dataset.exporting import ExportAccess
from news_dataset.errors import UsageError

if TYPE_CHECKING:
    from news_dataset.curate import Carried, Renamed


class LifeCycleAccess(ExportAccess):
    """Provide the methods of a dataset that change existing records."""

    def carry(self, article: str, text: str | Path) -> Carried:
        """Move an article's spans to a changed text, and record the old text's hash.

        A span whose digests match exactly one place of the new text is anchored there. Any other gets
        ``find`` with its old words, if the record has them, or ``CHANGE-ME``; ``validate`` reports these until the
        curator has written the new words and ``anchor`` finds them.
        Layers that annotate the same text are changed too. Comments and formatting stay. All files are written or none.

        Args:
            article: id of the article.
            text: its new text, a UTF-8 file; or a folder of texts with one that is named after the article.

        Returns:
            The number of spans carried, the files that were written, and a report of the spans still to be found.

        Raises:
            KeyError: the article is unknown; the message names the nearest.
            ValueError: the text has not changed, is empty, or has none of the spans; or a file cannot be rewritten
                safely.
            InvalidDataError: a file is not valid YAML.
            UnsafeInputError: a file is a link or over a size limit, or the text is not UTF-8.
            SetupError: a file cannot be read or written.

        Examples:
            >>> from pathlib import Path
            >>> changed = Path("text.txt").read_text("utf-8").replace("In storms", "In any storm")
            >>> size = Path("new.txt").write_text(changed, "utf-8")
            >>> carried = nd.carry("my-dataset", "article/port-example", "new.txt")
            >>> carried.spans, carried.report.ok
            (11, True)
        """
        from news_dataset import curate

        self._opened = None
        return curate.carry(self._own("carry"), article, Path(text))

    def rename(self, record_id: str, new: str) -> Renamed:
        """Give a record another id, everywhere, and redirect the old one.

        References change, and so do names of files and folders that contain the id, and that of the article's text in
        ``texts``. The ids of an article's statements and assessments contain its slug, and change with it. Comments and
        formatting stay. All files are written or none.

        If another person, organization, place, event or source has the new id, the two become one: references lead to
        that record, and the file of the renamed one, which must say nothing else, is removed.

        Args:
            record_id: the present id.
            new: the new id, of the same type.

        Returns:
            The ids that changed (old to new), the number of places, the files that were written, the file that was
            removed because of a merge, and notes on what else was done or is left to do.

        Raises:
            KeyError: the record is unknown; the message names the nearest.
            ValueError: *new* is or was in use, is of another type, or a file cannot be rewritten safely; or the record
                has what the record of the new id lacks.
            InvalidDataError: a file is not valid YAML.
            UnsafeInputError: a file is a link or over a size limit.
            SetupError: a file cannot be read or written.

        Examples:
            >>> nd.rename("my-dataset", "person/zoe-sample", "person/zoe-example").ids
            {'person/zoe-sample': 'person/zoe-example'}
        """
        from news_dataset import curate

        self._opened = None
        return curate.rename(self._own("rename"), record_id, new)

    def _own(self, command: str, *, writes: bool = True) -> Path:
        """Return the dataset's folder, for methods that the bundled dataset does not have.

        Args:
            command: the name of the method, for the message.
            writes: whether it writes; changes that an interrupted command left incomplete are then undone first.

        Raises:
            UsageError: this is the bundled dataset.
            SetupError: another command is changing its files.
        """
        from news_dataset.journal import put_back
        from news_dataset.markup import counted

        if self._folder is None:
            raise UsageError(f"{command} is for a dataset of your own: open one with Dataset.open(folder)")
        if writes and (files := put_back(self._folder)):
            warnings.warn(f"restored {counted(files, 'file')} that an interrupted command had changed", stacklevel=3)
        return self._folder
