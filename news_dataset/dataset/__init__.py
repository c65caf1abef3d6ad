"""The facade: one class whose methods are the whole Python face, for the bundled dataset or any folder."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from news_dataset import stores
from news_dataset.dataset.writing import WritingAccess
from news_dataset.errors import NewsDatasetError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import SparkSession

    from news_dataset.adjudication import Adjudicated
    from news_dataset.changes import RecordChange
    from news_dataset.curate import Anchored
    from news_dataset.issues import Progress, Report, Sink
    from news_dataset.reliability import Agreement


class Dataset(WritingAccess):
    """A dataset: the bundled one, or that of a folder.

    Nothing is read before it is asked for. A release is checked against its manifest file by file, before anything is
    decoded; a folder without a release is validated and read from its curated records.
    """

    @classmethod
    def open(cls, folder: str | Path) -> Dataset:
        """Open the dataset in a folder: a release, or a folder with ``data/published`` or ``data/curated``, or tables.

        Where there is a release it is read, also if the records have changed since; a warning says so, and
        ``news-dataset build`` renews it.
        Tables are Parquet files ``<table>.parquet``, or folders ``<table>`` of such; nothing vouches for them.

        Raises:
            FileNotFoundError: there is no such folder.

        Examples:
            >>> ds = nd.Dataset.open("my-dataset")
            >>> ds.claims()["speakers"].tolist()
            ['Mira Example; Zoë Sample', 'Mira Example', 'Zoë Sample']
        """
        folder = Path(folder)
        if not folder.is_dir():
            raise FileNotFoundError(f"there is no folder {folder}")
        if stale := stores.staleness(folder):
            from news_dataset.markup import visible

            warnings.warn(visible(stale), stacklevel=2)
        return cls(folder)

    def validate(
        self,
        *,
        text: str | Path | None = None,
        schema: str | None = None,
        hashed: bool = False,
        sink: Sink | None = None,
        progress: Progress | None = None,
        memory: str | None = None,
        engine: Literal["duckdb", "spark"] = "duckdb",
        master: str | None = None,
        session: SparkSession | None = None,
    ) -> Report:
        """Check records, a release, tables or lines of any size; return everything that was found and counted.

        Parquet files, folders of them, and JSON Lines are read batch by batch, in bounded memory, and so are releases
        of more than 8 MiB; the verdict is the same.

        Args:
            text: the text of an article, or a folder of texts, to check spans and quotations against.
            schema: the version of the schemas that the records follow; None for what ``dataset.yaml`` or the manifest
                says, else the newest.
            hashed: whether every file of a large release is compared with its manifest; of others it always is.
            sink: takes every issue as it is found; a report holds no more than the first of very many.
            progress: is told how many records are done, and of how many.
            memory: how much the engine may take, such as ``1GB``; None for half of the machine's, at most 4 GB. What
                does not fit is put on the disk.
            engine: where Parquet tables and JSON Lines are checked: in this process, or by a Spark cluster.
            master: the master of that cluster, as ``spark://host:7077``; None for all processors of this machine.
            session: a Spark session whose cluster does it, instead; None for the one that is active, if any.

        Raises:
            FileNotFoundError: the folder or *text* does not exist.
            ValueError: *text* belongs to no article, there is no such version, or a Parquet file does not say which
                table it holds.
            SetupError: the extra ``spark`` or Java is missing, or the cluster fails.

        Examples:
            >>> report = nd.validate("my-dataset")
            >>> report.ok
            True
            >>> report.raise_for_errors()
        """
        from news_dataset import validation
        from news_dataset.engine.session import session_for
        from news_dataset.manifest import SCHEMA_VERSIONS

        if schema is not None and schema not in SCHEMA_VERSIONS:
            raise UsageError(f"there is no schema {schema}; this package knows {', '.join(SCHEMA_VERSIONS)}")
        text = Path(text) if text else None
        with session_for(engine, session, master) as spark:
            return validation.validated(
                self._home(), text=text, schema=schema, is_hashed=hashed, sink=sink, progress=progress,
                memory=memory, session=spark,
            )  # fmt: skip

    def build(
        self,
        *,
        output: str | Path | None = None,
        partition_by: Sequence[str] = (),
        check: bool = False,
        release: bool = False,
        progress: Progress | None = None,
        memory: str | None = None,
        engine: Literal["duckdb", "spark"] = "duckdb",
        master: str | None = None,
        session: SparkSession | None = None,
    ) -> Report:
        """Validate the records and publish them as a release, which is replaced as a whole.

        Args:
            output: where the release goes; None for ``published`` beside ``curated``.
            partition_by: columns by whose values their tables are divided into files, as ``articles.language``.
            check: whether nothing is written, and the report says how the release differs from the records.
            release: whether a draft, a ``data_version`` that ends in ``.dev``, is refused.
            progress: is told how many records are done, and of how many.
            memory: as for ``validate``.
            engine: as for ``validate``; a cluster builds a release of JSON Lines whose tables have several files.
            master: as for ``validate``.
            session: as for ``validate``.

        Returns:
            The report of the checks, in which warnings may remain; with *check*, that of the comparison.

        Raises:
            InvalidDataError: a check failed, or a released version would get other content; nothing was written.
            UnsafeInputError: a file was refused; nothing was written.
            ValueError: the arguments do not fit what the folder holds.
            SetupError: *output* holds something else, cannot be written, or is held by another build; it is as it was.

        Examples:
            >>> nd.build("my-dataset").ok
            True
            >>> nd.build("my-dataset", check=True).ok
            True
        """
        from news_dataset import publish
        from news_dataset.engine.session import session_for

        out = Path(output) if output else None
        self._opened = None
        with session_for(engine, session, master) as spark:
            return publish.build_dataset(
                self._own("build", writes=not check), out, partition_by, check=check, release=release,
                progress=progress, memory=memory, session=spark,
            )  # fmt: skip

    def verify(self) -> Report:
        """Check every file of the release against its manifest, and every table against the models.

        Examples:
            >>> nd.verify("my-dataset").ok
            True
        """
        from news_dataset import publish

        return publish.verify_dataset(self._home())

    def diff(self, new: str | Path, *, progress: Progress | None = None) -> list[RecordChange]:
        """Return how the records of another dataset differ from those of this one, by record type and id.

        Of a folder that holds a release, the release is compared; name its ``data/curated`` for the records.

        Args:
            new: the other dataset: a release, or a folder of records.
            progress: is told how many tables are done, and of how many.

        Raises:
            FileNotFoundError: one of the folders does not exist.

        Examples:
            >>> nd.diff("my-dataset/data/published", "my-dataset/data/curated")
            []
        """
        from news_dataset.changes import compare
        from news_dataset.records import Redirect

        if self._folder:  # as for the other one
            Dataset.open(self._folder)
        other = Dataset.open(new)
        # Not validated again: the rows come out of a release or of validated records, and only their ids are compared.
        redirects = [Redirect.model_construct(**row) for row in other.load("redirects", as_="records")]
        found: list[RecordChange] = []
        whole = get_args(stores.Records)
        for number, table in enumerate(whole, 1):  # one table after the other, since datasets may be large
            found += compare(self.iter_records(table), other.iter_records(table), redirects)
            if progress:
                progress(number, len(whole))
        return found

    def agreement(self, other: str | Path) -> Agreement:
        """Return how far two independent annotations of the same texts agree; this one is the reference.

        Args:
            other: a dataset's folder, of which the curated records are read, a layer, or a release.

        Raises:
            InvalidDataError: one of them breaks a rule.
            ValueError: no text was annotated in both.

        Examples:
            >>> len(nd.agreement("my-dataset", "my-dataset").texts)
            1
        """
        from news_dataset import reliability
        from news_dataset.collection import Collection

        return reliability.agreement(Collection.open(self._home()), Collection.open(Path(other)))

    def adjudicate(
        self, other: str | Path, *, folder: str | Path | None = None, output: str | Path | None = None
    ) -> Adjudicated:
        """Merge two independent annotations of the same texts into a layer in which every difference is marked.

        Records are matched as by ``agreement``. Of what both have, this one's record is written, in its own words; a
        comment ``# decide:`` above a line says where the other has something else, and who has what. What only one
        has is written with such a comment, too, but for people, organizations, places and sources.

        Args:
            other: a dataset's folder, of which the curated records are read, a layer, or a release.
            folder: the dataset that the merged layer goes into, as ``layers/adjudicated`` beside ``curated``; None for
                the one that the annotations belong to.
            output: a new folder for the merged layer instead.

        Returns:
            The folder, how many records it holds, and what is to be decided.

        Raises:
            InvalidDataError: one of them breaks a rule.
            ValueError: no text was annotated in both, or the folder is there already.
            SetupError: the folder cannot be written; nothing was written.

        Examples:
            >>> merged = nd.adjudicate("my-dataset", "my-dataset", output="merged")
            >>> merged.records, merged.decisions
            (10, ())
        """
        from news_dataset import adjudication

        folder, output = (Path(one) if one else None for one in (folder, output))
        return adjudication.adjudicate(self._home(), Path(other), folder, output)

    def anchor(self, text: str | Path) -> Anchored:
        """Replace words to be found by offsets and digests in the files of records, or write nothing and say why.

        Args:
            text: the text of the article, a UTF-8 file; or a folder of texts, matched by hash, else by the slug of
                the article as the file's name.

        Returns:
            The files that were written, and how many spans were anchored; or what was refused.

        Raises:
            InvalidDataError: a file cannot be read as YAML (and the like for files that are unsafe or unreadable).
            ValueError: no text in the folder is that of an article.
            UnsafeInputError: the text is a link, larger than 5 MiB, or not UTF-8.
            SetupError: a file cannot be written.

        Examples:
            >>> nd.anchor("my-dataset", "text.txt").spans
            0
        """
        from news_dataset import curate

        return curate.anchor_files(self._own("anchor"), Path(text))

    def fmt(self, *, check: bool = False) -> Report:
        """Write the YAML files in canonical form; values and comments stay.

        Args:
            check: whether nothing is written, and files that are not in canonical form are errors.

        Returns:
            A warning for each file that was rewritten, an error for each that could not be.

        Raises:
            InvalidDataError: a file cannot be read as YAML (and the like for files that are unsafe or unreadable).
            SetupError: a file cannot be written.

        Examples:
            >>> nd.fmt("my-dataset", check=True).ok
            True
        """
        from news_dataset import curate

        return curate.format_files(self._own("fmt", writes=not check), check=check)

    def schema(self, *, check: bool = False, diff: tuple[str, str] | None = None) -> Report:
        """Write the JSON Schemas of the current version into ``schemas/<version>`` of the dataset's folder.

        Args:
            check: whether nothing is written, and files that differ from the models or the ledger are errors.
            diff: two versions, old and new, to compare instead: folders, versions such as ``1.0``, or the words
                ``frozen`` and ``current``; breaking changes are errors, others warnings.

        Raises:
            ValueError: the current version is frozen and would change, or there is no such version to compare.
            SetupError: the folder holds something else, or cannot be written.

        Examples:
            >>> nd.schema("my-dataset").ok
            True
        """
        from news_dataset import publish

        return publish.schemas(self._own("schema", writes=not (check or diff)), check=check, diff=diff)

    def __repr__(self) -> str:
        """Return name, version and size; of records that were not read yet only the folder."""
        from news_dataset.markup import counted

        call = f"Dataset.open({str(self._folder)!r})" if self._folder else "Dataset()"
        try:
            if self._opened is None and self._folder and not stores.release_in(self._folder):
                return f"<{call}>"
            store = self._store()
        except (NewsDatasetError, OSError):
            return f"<{call}, which cannot be read>"
        rows, about = store.counts(), store.dataset
        named = " ".join(str(about[part]) for part in ("name", "data_version") if part in about)
        sizes = [counted(rows[one], one[:-1]) for one in ("articles", "statements") if one in rows]
        return f"<{call}: {', '.join([named, *sizes] if named else sizes)}>"

    def _repr_html_(self) -> str:
        """Return what a notebook shows: title, licence, versions, and how many rows each table has."""
        from news_dataset import markup

        about = {name: value for name, value in self.info().items() if value is not None}
        return markup.card(str(about.pop("title", self._folder)), "", about)

    def _home(self) -> Path:
        """Return the folder, or that of the bundled release."""
        return self._folder or stores.bundled()
