"""``Dataset``: the class whose methods are the whole Python interface."""

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
    from news_dataset.issues import Progress, Report, Sink
    from news_dataset.reliability import Agreement


class Dataset(WritingAccess):
    """Read, check and publish a dataset: the bundled one, or one in a folder.

    Files are read when a method needs them. Each file of a release is compared with the manifest before it is decoded;
    where a folder holds no release, its curated records are validated and read.
    """

    @classmethod
    def open(cls, folder: str | Path) -> Dataset:
        """Open the dataset in a folder: a release, else curated records, else tables.

        A release is read even if records have changed since it was built; a warning then says that
        ``news-dataset build`` renews it. Tables are Parquet files ``<table>.parquet``, or folders ``<table>`` of such
        files; no manifest protects them. ``repr`` says which of the three is read.

        Args:
            folder: a release, or a folder that holds ``data/published``, ``data/curated`` or tables.

        Raises:
            FileNotFoundError: the folder does not exist.

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
        self, *, text: str | Path | None = None, schema: str | None = None, hashed: bool = False,
        sink: Sink | None = None, progress: Progress | None = None, memory: str | None = None,
        engine: Literal["duckdb", "spark"] = "duckdb", master: str | None = None, session: SparkSession | None = None,
    ) -> Report:  # fmt: skip
        """Check records, a release, tables or JSON Lines, and return a report.

        Parquet files, JSON Lines, and releases of more than 8 MiB are read batch by batch in bounded memory; the
        verdicts are the same.

        Args:
            text: the text of an article, or a folder of texts, to check spans and quotations against.
            schema: the schema version that the records follow; None for the one that ``dataset.yaml`` or the manifest
                names, else the newest.
            hashed: whether to compare every file of a large release with its manifest; in a small one they always are.
            sink: called with every issue; the report itself keeps only a limited number.
            progress: called with the number of records done and the total.
            memory: the memory limit of the engine, such as ``1GB``; None for half of the machine's memory, at most
                4 GB. Data over the limit spill to disk.
            engine: where Parquet tables and JSON Lines are checked: in this process, or on a Spark cluster.
            master: the master of the cluster, such as ``spark://host:7077``; None for all processors of this machine.
            session: the Spark session to use instead; None for the active one, if any.

        Returns:
            The issues, and for each check how many units were checked, failed and skipped.

        Raises:
            FileNotFoundError: the folder or *text* does not exist.
            ValueError: *text* belongs to no article, the version is unknown, or a Parquet file does not say which
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
        self, *, output: str | Path | None = None, partition_by: Sequence[str] = (), check: bool = False,
        release: bool = False, progress: Progress | None = None, memory: str | None = None,
        engine: Literal["duckdb", "spark"] = "duckdb", master: str | None = None, session: SparkSession | None = None,
    ) -> Report:  # fmt: skip
        """Validate the records and publish them as a release, replacing any earlier one.

        The release appears whole or not at all: after an error, *output* is as it was.

        Args:
            output: the folder of the release; None for ``published`` beside ``curated``.
            partition_by: columns, such as ``articles.language``; their tables are divided into one file per value.
            check: whether to write nothing and report how the published release differs from the records.
            release: whether to refuse a draft, that is a ``data_version`` that ends in ``.dev``, and placeholders that
                ``init`` or ``import`` wrote.
            progress: called with the number of records done and the total.
            memory: as for ``validate``.
            engine: as for ``validate``; a cluster builds releases from JSON Lines, with several files per table.
            master: as for ``validate``.
            session: as for ``validate``.

        Returns:
            The report of the checks, which may hold warnings; with *check*, the report of the comparison.

        Raises:
            InvalidDataError: a check failed, or the content of a released version would change.
            UnsafeInputError: a file was refused as unsafe or over a limit.
            ValueError: the arguments do not fit what the folder holds, or with *check*, there is no release yet.
            SetupError: *output* holds other files, cannot be written, or is locked by another build.

        Examples:
            >>> nd.build("my-dataset").ok
            True
            >>> nd.build("my-dataset", check=True).ok
            True
        """
        from news_dataset import publish
        from news_dataset.engine.session import session_for

        self._opened = None
        with session_for(engine, session, master) as spark:
            return publish.build_dataset(
                self._own("build", writes=not check), Path(output) if output else None, partition_by, check=check,
                release=release, progress=progress, memory=memory, session=spark,
            )  # fmt: skip

    def verify(self) -> Report:
        """Check a release: its files against the manifest, its tables against the models.

        Returns:
            The report; a file that is missing, changed or not listed is the error ``altered_release``.

        Raises:
            FileNotFoundError: the folder does not exist.
            ValueError: the folder holds tables without a manifest, or records without a release.
            UnsafeInputError: the release is a link, or lies behind one.

        Examples:
            >>> nd.verify("my-dataset").ok
            True
        """
        from news_dataset import publish

        return publish.verify_dataset(self._home())

    def diff(self, new: str | Path, *, progress: Progress | None = None) -> list[RecordChange]:
        """Return the changes between the records of this dataset and those of a newer one.

        Where a folder holds a release, the release is compared; name its ``data/curated`` to compare the records.

        Args:
            new: the newer dataset: a release, or a folder of records.
            progress: called with the number of tables done and the total.

        Returns:
            One change for each record that was added, changed, moved or removed, by record type and id.

        Raises:
            FileNotFoundError: one of the folders does not exist.

        Examples:
            >>> nd.diff("my-dataset/data/published", "my-dataset/data/curated")
            []
        """
        from news_dataset.changes import compare
        from news_dataset.records import Redirect

        if self._folder:  # raises or warns as for the newer one
            Dataset.open(self._folder)
        newer = Dataset.open(new)
        # Without validation: the rows come from a release or from validated records, and only their ids are compared.
        redirects = [Redirect.model_construct(**row) for row in newer.load("redirects", as_="records")]
        changes: list[RecordChange] = []
        tables = get_args(stores.Records)
        for number, table in enumerate(tables, 1):  # one after the other, since they may be large
            changes += compare(self.iter_records(table), newer.iter_records(table), redirects)
            if progress:
                progress(number, len(tables))
        return changes

    def agreement(self, other: str | Path) -> Agreement:
        """Measure how far two independent annotations of the same texts agree.

        This dataset is the reference: precision and recall of the other are measured against it.

        Args:
            other: a dataset's folder (its curated records are read), a layer, or a release.

        Returns:
            Agreement on statements, events, coded fields, speakers and spans, over the texts that both annotated.

        Raises:
            InvalidDataError: one of the two breaks a rule.
            ValueError: the two have no text in common.

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
        """Merge two annotations of the same texts into a layer, and mark every difference.

        Records are matched as by ``agreement``. Where both have a record, this dataset's is written; a comment
        ``# decide:`` above a line says what the other has there. A record that only one of them has gets such a comment
        too, unless it is a person, organization, place or source.

        Args:
            other: a dataset's folder (its curated records are read), a layer, or a release.
            folder: the dataset for the merged layer, which is written to ``layers/adjudicated`` beside ``curated``;
                None for the dataset that the annotations belong to.
            output: a new folder for the merged layer instead.

        Returns:
            The new folder, its number of records, and the decisions to make.

        Raises:
            InvalidDataError: one of the two breaks a rule.
            ValueError: the two have no text in common, or the folder exists already.
            SetupError: the folder cannot be written; nothing was written.

        Examples:
            >>> merged = nd.adjudicate("my-dataset", "my-dataset", output="merged")
            >>> merged.records, merged.decisions
            (10, ())
        """
        from news_dataset import adjudication

        folder, output = (Path(path) if path else None for path in (folder, output))
        return adjudication.adjudicate(self._home(), Path(other), folder, output)

    def __repr__(self) -> str:
        """Return what is read (a release, tables or records), its name, version and size."""
        from news_dataset.folders import holds_records
        from news_dataset.markup import counted
        from news_dataset.released import Release
        from news_dataset.stored import Curated

        call = f"Dataset.open({str(self._folder)!r})" if self._folder else "Dataset()"
        try:
            if self._opened is None and self._folder and not stores.release_in(self._folder):
                source = "records" if holds_records(self._folder) else "no release"
                return f"<{call}: {source}, not read yet>"  # to read records is to validate them, which takes long
            store = self._store()
        except (NewsDatasetError, OSError):
            return f"<{call}, which cannot be read>"
        source = "release" if isinstance(store, Release) else "records" if isinstance(store, Curated) else "tables"
        rows, about = store.counts(), store.dataset
        title = " ".join([source, *(str(about[key]) for key in ("name", "data_version") if key in about)])
        sizes = [counted(rows[table], table[:-1]) for table in ("articles", "statements") if table in rows]
        return f"<{call}: {', '.join([title, *sizes])}>"

    def _repr_html_(self) -> str:
        """Return HTML for notebooks: title, licence, versions, and the rows of each table."""
        from news_dataset import markup

        about = {name: value for name, value in self.info().items() if value is not None}
        return markup.card(str(about.pop("title", self._folder)), "", about)

    def _home(self) -> Path:
        """Return the dataset's folder, or that of the bundled release."""
        return self._folder or stores.bundled()
