"""Write new records from Python, or import them from other tools and spreadsheets."""

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
    """Provide the methods of a dataset that write new records."""

    def __init__(self, folder: str | Path | None = None) -> None:
        super().__init__(folder)
        self._added: dict[str, dict[str, Any]] = {}

    @classmethod
    def create(cls, folder: str | Path, /, **about: Any) -> Self:
        """Start a dataset in a folder and open it, as ``init`` but without an article.

        Args:
            folder: a new folder, or one in which nothing would be overwritten.
            about: fields of ``dataset.yaml``: ``title``, ``description``, ``license``, ``license_url``,
                ``contributors``, ``language``, ``data_version`` …; other fields get the values that ``init`` writes.

        Raises:
            InvalidDataError: a field of *about* is unknown, or its value is invalid.
            ValueError: the folder holds a dataset, or a file that would be overwritten.
            SetupError: the folder cannot be written; it is as it was.

        Examples:
            >>> ds = nd.Dataset.create("bridges", title="Footbridges", license="CC0-1.0")
            >>> ann = ds.add({"id": "person/ann-other", "name": "Ann Other"})
            >>> [path.as_posix() for path in ds.save()]
            ['bridges/data/curated/people/ann-other.yaml']
        """
        from news_dataset import curate

        curate.scaffold(folder, about)
        return cls(Path(folder))

    def add(self, record: Record | Mapping[str, Any], *, text: str | Path | None = None) -> Any:
        """Add a record, which ``save`` will write; it is validated at once, by itself.

        Args:
            record: a model of ``news_dataset.records``, or a mapping as in files; a ``Span`` object may be the value
                wherever a span is written.
            text: the path of the article's text. With it, ``{"find": "said"}`` becomes a span, and an article gets
                the hash and length of its text.

        Returns:
            The record as its model, with every default filled in.

        Raises:
            InvalidDataError: the record breaks a rule.
            ValueError: it has no id of a known type, its id was added before, or words to find are not in the text
                exactly once.

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

        data, model = writing.make_record(record, text, profile_above(self._own("add"), 0))
        if model.id in self._added:
            raise UsageError(f"{model.id} was added before; save() writes it")
        self._added[model.id] = data
        return model

    def save(self) -> tuple[Path, ...]:
        """Write the records that were added, one file each, all or none.

        References between records are checked later, by ``validate`` and ``build``.

        Returns:
            The paths of the files.

        Raises:
            ValueError: a record exists already.
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
        """Find words in a text and return their span: offsets and digests, no words.

        Offsets count code points from 0; the end is exclusive. ``length`` counts letters and digits alone. ``prefix``
        and ``suffix`` are digests of what comes before and after.

        Args:
            text: the path of the text, a UTF-8 file.
            words: the words exactly as they are in the text.
            nth: which occurrence to take, from 1; with *after*, counted from there.
            after: words that occur once; the first occurrence behind them is taken.

        Raises:
            ValueError: the words are not in the text, or several times where neither *nth* nor *after* is given; or
                *after* does not occur exactly once. The message lists the places.
            UnsafeInputError: the text is not UTF-8, or not a regular file.
            FileNotFoundError: the text does not exist.

        Examples:
            >>> nd.span("text.txt", "Mira Example")
            Span(start=115, end=127, length=11, digest='9aaf784abac8fa90', prefix='e10af097', suffix='bbfccdec')
            >>> str(nd.span("text.txt", "Example", nth=4))
            '398-405 7 50d858e0985ecc7f abe211f4 f3d425c8'
        """
        from news_dataset.curate import writing

        return writing.span(text, words, nth, after)

    def import_from(
        self, form: str, source: str | Path, *, text: str | Path | None = None, mapping: str | Path | None = None,
        strict: bool = False, suggest_mapping: bool = False,
    ) -> Imported:  # fmt: skip
        """Import annotated documents from another tool, or records from spreadsheets.

        A mapping turns annotated documents into articles, statements, events and mentions; if the folder holds no
        dataset, one is started. Texts go to ``texts``, annotations that cannot be used as they are to
        ``quarantine.jsonl``, annotations without a rule in the mapping to ``import-leftovers.jsonl``. Spreadsheets are
        imported whole or not at all.

        Args:
            form: ``brat``, ``uima``, ``label-studio``, ``doccano``, ``spans`` (JSON Lines), ``conll``, ``tokens``
                (JSON), ``plover``, ``popolo``, or ``csv`` for spreadsheets.
            source: a file, folder or zip archive; for ``csv`` a folder with ``statements.csv``, ``assessments.csv`` or
                ``sources.csv``, or one of these files (``export("csv-template", folder)`` writes empty ones).
            text: for ``csv``, the article's text, or a folder of texts, in which to find the words.
            mapping: a file that maps types and roles to records; None for the ``import-mapping.yaml`` in the source, as
                exports have one, else one that is derived from their names.
            strict: whether the report has an error if anything is in quarantine.
            suggest_mapping: whether to write nothing and only return the derived mapping.

        Returns:
            The files that were written, counts, what is in quarantine or left over, and the mapping.

        Raises:
            KeyError: the form is unknown.
            FileNotFoundError: the source, mapping or text does not exist.
            InvalidDataError: the mapping is invalid; the report says where and why.
            ValueError: *text* belongs to no article, or a document or file exists already; the folder is the source
                folder, or lies in it, or is a new one around it; or the source has several mappings, and none is given.
            UnsafeInputError: the source is unsafe to read: a link, an archive bomb, XML with a DTD.
            SetupError: a file cannot be written, or a library is missing; nothing was written.

        Examples:
            >>> nd.export("csv-template", "sheets")
            {'statements': 0, 'assessments': 0, 'sources': 0}
            >>> nd.import_from("my-dataset", "csv", "sheets").files
            ()
        """
        from news_dataset import importers

        self._opened = None
        text, mapping = (None if path is None else Path(path) for path in (text, mapping))
        return importers.import_from(
            self._own("import_from"), form, Path(source), text=text, mapping=mapping, strict=strict,
            suggest=suggest_mapping,
        )  # fmt: skip
