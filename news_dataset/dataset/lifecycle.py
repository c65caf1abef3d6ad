"""What becomes of records after they were written: another id, another text."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from news_dataset.dataset.content import ContentAccess
from news_dataset.errors import UsageError

if TYPE_CHECKING:
    from news_dataset.curate import Carried, Renamed


class LifeCycle(ContentAccess):
    """The methods of a dataset that change records in their files, all of these or none."""

    def carry(self, article: str, text: str | Path) -> Carried:
        """Carry an article's records to a text that has changed, and keep hash and length of the old one.

        Each span is looked for by its digests: what is in exactly one place is anchored there. The others get
        ``find: CHANGE-ME``, which ``validate`` reports until the curator writes the words and ``anchor`` finds them.
        Layers that annotate the same text are carried with it. Comments and formatting of the files stay. All files
        are written or none.

        Args:
            article: id of the article.
            text: its new text, a UTF-8 file.

        Returns:
            How many spans were carried, the files that were written, and a report of the spans that are left.

        Raises:
            KeyError: there is no such article; the message names the nearest.
            ValueError: it is the old text, or a file cannot be rewritten safely.
            InvalidDataError: a file cannot be read as YAML (and the like for files that are unsafe or unreadable).
            UnsafeInputError: the text is a link, larger than 5 MiB, or not UTF-8.
            SetupError: a file cannot be written.

        Examples:
            >>> from pathlib import Path
            >>> words = Path("text.txt").read_text("utf-8").replace("In storms", "In any storm")
            >>> n = Path("new.txt").write_text(words, "utf-8")
            >>> done = nd.carry("my-dataset", "article/port-example", "new.txt")
            >>> done.spans, done.report.ok
            (11, True)
        """
        from news_dataset import curate

        self._opened = None
        return curate.carry(self._own("carry"), article, Path(text))

    def rename(self, record_id: str, new: str) -> Renamed:
        """Give a record another id: in all references, in names of files and folders, with a redirect of the old one.

        The ids of an article's statements and assessments contain its slug, and change with it. Comments and
        formatting of the files stay. All files are written or none.

        Args:
            record_id: the id.
            new: its new id, of the same type.

        Returns:
            The ids that changed, and the files that were written.

        Raises:
            KeyError: there is no such record; the message names the nearest.
            ValueError: *new* is in use or was once, is of another type, or a file cannot be rewritten safely.
            InvalidDataError: a file cannot be read as YAML (and the like for files that are unsafe or unreadable).
            SetupError: a file cannot be written.

        Examples:
            >>> nd.rename("my-dataset", "person/zoe-sample", "person/zoe-example").ids
            {'person/zoe-sample': 'person/zoe-example'}
        """
        from news_dataset import curate

        self._opened = None
        return curate.rename(self._own("rename"), record_id, new)

    def _own(self, command: str, *, writes: bool = True) -> Path:
        """Return the folder, unless it is that of the package.

        Args:
            command: what is called.
            writes: whether it writes; then what an earlier one left half-changed is put back first.

        Raises:
            UsageError: this is the bundled dataset.
            SetupError: another command is changing its files.
        """
        from news_dataset.journal import put_back
        from news_dataset.markup import counted

        if self._folder is None:
            raise UsageError(f"{command} is for a dataset of your own: open one with Dataset.open(folder)")
        if writes and (files := put_back(self._folder)):
            what = counted(files, "file")
            warnings.warn(f"put back {what} that a command had changed when it was cut off", stacklevel=3)
        return self._folder
