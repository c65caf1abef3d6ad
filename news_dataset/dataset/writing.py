"""What a program or a spreadsheet adds to a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from news_dataset.dataset.curation import CurationAccess
from news_dataset.errors import UsageError

if TYPE_CHECKING:
    from news_dataset.importers.imported import Imported
    from news_dataset.records import Record
    from news_dataset.spans import Span


class WritingAccess(CurationAccess):
    """The methods of a dataset that write new records."""

    def __init__(self, folder: str | Path | None = None) -> None:
        super().__init__(folder)
        self._added: dict[str, dict[str, Any]] = {}

    @classmethod
    def create(cls, folder: str | Path, /, **about: Any) -> Self:
        """Start a dataset in a folder, as ``init`` does but without an article to fill in, and open it.

        Args:
            folder: a new folder, or one in which nothing would be overwritten.
            about: what ``dataset.yaml`` says of it: ``title``, ``description``, ``license``, ``license_url``,
                ``contributors``, ``language``, ``data_version`` …; the rest is as ``init`` writes it.

        Raises:
            InvalidDataError: ``dataset.yaml`` may not say that.
            ValueError: the folder holds a dataset, or a file of a name that would be written.
            SetupError: the folder cannot be written; it is as it was.

        Examples:
            >>> ds = nd.Dataset.create("bridges", title="Footbridges", license="CC0-1.0")
            >>> ann = ds.add({"id": "person/ann-other", "name": "Ann Other"})
            >>> [path.as_posix() for path in ds.save()]
            ['bridges/data/curated/people/ann-other.yaml']
        """
        from news_dataset import curate

        curate.scaffold(Path(folder), about)
        return cls(Path(folder))

    def add(self, record: Record | Mapping[str, Any], *, text: str | Path | None = None) -> Any:
        """Add a record, which ``save`` writes; it is checked by itself at once.

        Args:
            record: a model of ``news_dataset.records``, or a mapping as records are written in files, in which a
                ``Span`` may be the value wherever a span is written.
            text: the text of its article. Words to be found (``{"find": "said"}``) become spans, and an article gets
                the hash and the length of its text.

        Returns:
            The record as its model, with all that may be left out in files.

        Raises:
            InvalidDataError: the record breaks a rule.
            ValueError: it has no id of a known type, its id was added before, or words are not found or found twice.

        Examples:
            >>> ds = nd.Dataset.open("my-dataset")
            >>> ds.add({"id": "person/ann-other", "name": "Ann Other"}).label
            'Ann Other'
            >>> fair = ds.add({
            ...     "id": "statement/port-example/04", "kind": "indirect", "claim_type": "intention", "cue": "want",
            ...     "gist": "The café would like to have the bell.", "speakers": ["the café"],
            ...     "evidence": {"content": nd.span("text.txt", "the ferry’s bell")}})
            >>> fair.certainty, fair.evidence[0].start
            ('certain', 665)
        """
        from news_dataset.curate import writing
        from news_dataset.folders import profile_above

        data, found = writing.make_record(record, text, profile_above(self._own("add"), 0))
        if found.id in self._added:
            raise UsageError(f"{found.id} was added before")
        self._added[found.id] = data
        return found

    def save(self) -> tuple[Path, ...]:
        """Write the records that were added, each into a file of its own, all or none.

        Returns:
            The files, in canonical form. References between records are checked by ``validate`` and ``build``.

        Raises:
            ValueError: a record is there already.
            SetupError: a file cannot be written; nothing was written.

        Examples:
            >>> ds = nd.Dataset.create("letters")
            >>> ann = ds.add({"id": "person/ann-other", "name": "Ann Other"})
            >>> [path.name for path in ds.save()]
            ['ann-other.yaml']
        """
        from news_dataset.collection import Collection
        from news_dataset.curate import writing

        folder = self._own("save")
        files = writing.write_records(Collection.open(folder), folder, self._added)
        self._added, self._opened = {}, None
        return files

    @staticmethod
    def span(text: str | Path, words: str, nth: int | None = None, *, after: str | None = None) -> Span:
        """Return the span of words in a text: offsets and digests, which say where they are and not what they are.

        Args:
            text: the text, a UTF-8 file.
            words: the words, as they are in the text.
            nth: which place is meant, from 1, where the words are there more than once.
            after: other words, behind which the first place is meant.

        Raises:
            ValueError: the words are not in the text, or more than once; the message lists the places.
            FileNotFoundError: there is no such text.

        Examples:
            >>> nd.span("text.txt", "Mira Example")
            Span(start=115, end=127, length=11, digest='9aaf784abac8fa90', prefix='e10af097', suffix='bbfccdec')
            >>> str(nd.span("text.txt", "Example", nth=4))
            '398-405 7 50d858e0985ecc7f abe211f4 f3d425c8'
        """
        from news_dataset.curate import writing

        return writing.span(text, words, nth, after)

    def import_from(
        self,
        form: str,
        source: str | Path,
        *,
        text: str | Path | None = None,
        mapping: str | Path | None = None,
        strict: bool = False,
        suggest_mapping: bool = False,
    ) -> Imported:
        """Import annotated documents from a tool for annotation, or records from spreadsheets.

        Annotated documents become articles, statements, events and mentions by a mapping; a dataset that is not there
        yet is started. Their texts go to ``texts``, what cannot be taken over as it is to ``quarantine.jsonl``, and
        what the mapping has no rule for to ``import-leftovers.jsonl``. Of spreadsheets all is written or nothing.

        Args:
            form: ``brat``, ``uima``, ``label-studio``, ``doccano``, ``spans`` (JSON Lines), ``conll``, ``tokens``
                (JSON), ``plover``, ``popolo``, or ``csv`` for spreadsheets.
            source: a file, folder or zip archive; of ``csv`` a folder with ``statements.csv``, ``assessments.csv`` or
                ``sources.csv``, or one of these files (``export("csv-template", folder)`` writes empty ones).
            text: of ``csv``, the text of the article, or a folder of texts, in which the words are found.
            mapping: a file that says what becomes which record; None for what the names of types and roles suggest.
            strict: whether the report calls what is in quarantine an error.
            suggest_mapping: only return a mapping, and write nothing.

        Returns:
            The files that were written, what was counted, what is in quarantine or left over, and the mapping.

        Raises:
            KeyError: there is no such form.
            FileNotFoundError: there is no such source, mapping or text.
            InvalidDataError: the mapping is none; the report says where and why.
            ValueError: *text* is that of no article, a document is there already, or a file is in the way.
            UnsafeInputError: the source is unsafe to read: a link, an archive that is a bomb, XML with a DTD.
            SetupError: a file cannot be written, or a library is missing; nothing was written.

        Examples:
            >>> nd.export("csv-template", "sheets")
            {'statements': 0, 'assessments': 0, 'sources': 0}
            >>> nd.import_from("my-dataset", "csv", "sheets").files
            ()
        """
        from news_dataset import importers

        self._opened = None
        paths = [None if one is None else Path(one) for one in (text, mapping)]
        return importers.import_from(
            self._own("import_from"), form, Path(source), text=paths[0], mapping=paths[1], strict=strict,
            suggest=suggest_mapping,
        )  # fmt: skip
