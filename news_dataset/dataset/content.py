"""Content of a dataset: records, plots, citation, and what is written of it for other programs and people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast, overload

from news_dataset import stores
from news_dataset.dataset.views import ViewAccess
from news_dataset.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from news_dataset.explorer import Page
    from news_dataset.interchange import Annotated
    from news_dataset.plots import Plots
    from news_dataset.profile import Profile
    from news_dataset.records import (
        Article,
        Assessment,
        Event,
        Organization,
        Person,
        Place,
        Record,
        Source,
        Statement,
    )
    from news_dataset.released import Release
    from news_dataset.spans import Text
    from news_dataset.stores import AnyRecord

    Form = Literal[
        "brat", "csv", "csv-template", "doccano", "iceberg", "jsonl", "label-studio", "sqlite", "uima", "web-annotation"
    ]


class ContentAccess(ViewAccess):
    """The methods of a dataset that give its content in other forms than tables and views."""

    @property
    def plot(self) -> Plots:
        """Plots for notebooks: ``plot.timeline()``, ``plot.speakers()`` and ``plot.verdicts()`` (extra ``plot``)."""
        from news_dataset.plots import Plots

        return Plots(self)

    def restore(self, text: str | Path, *, article: str | None = None) -> pd.DataFrame:
        """Return every span of an article with its words in your own copy of the text, and how it was found.

        Columns: table, record, ordinal, role, mention, fragment, start, end, state (exact: the copy is the annotated
        text; relocated: found by its digests; ambiguous: several places; orphan: nowhere), words, places.

        Args:
            text: the copy, a UTF-8 file.
            article: id of the article; None for the one whose text it is, or the only one.

        Raises:
            KeyError: there is no such article.
            ValueError: no article is named, and the copy is not exactly the text of one.
            UnsafeInputError: the copy is a link, larger than 5 MiB, or not UTF-8.
            SetupError: the copy cannot be read.

        Examples:
            >>> mine = nd.Dataset.open("my-dataset").restore("text.txt")
            >>> mine["state"].unique().tolist()
            ['exact']
        """
        from news_dataset import answers, frames, restoration
        from news_dataset.spans import read_text

        copy = read_text(Path(text))
        store = self._store()

        def read(name: str) -> list[dict[str, Any]]:  # a release of an older version has not every table
            return store.table(name).to_pylist() if name in store.tables else []

        columns, rows = restoration.restored_rows(read, copy, article)
        return frames.to_pandas(answers.rows_table(columns, rows, store.schema), stores.versions(store))

    def get(self, record_id: str) -> AnyRecord:
        """Return a record by its id, as a frozen pydantic model (``Person``, ``Statement``, …) with its children.

        Raises:
            KeyError: there is none; the message names the nearest id.

        Examples:
            >>> nd.get("person/lee-jae-myung").names[0].name
            '이재명'
        """
        return stores.get(self._store(), record_id)

    @overload
    def iter_records(self, table: Literal["articles"]) -> Iterator[Article]: ...
    @overload
    def iter_records(self, table: Literal["people"]) -> Iterator[Person]: ...
    @overload
    def iter_records(self, table: Literal["organizations"]) -> Iterator[Organization]: ...
    @overload
    def iter_records(self, table: Literal["places"]) -> Iterator[Place]: ...
    @overload
    def iter_records(self, table: Literal["events"]) -> Iterator[Event]: ...
    @overload
    def iter_records(self, table: Literal["statements"]) -> Iterator[Statement]: ...
    @overload
    def iter_records(self, table: Literal["assessments"]) -> Iterator[Assessment]: ...
    @overload
    def iter_records(self, table: Literal["sources"]) -> Iterator[Source]: ...
    @overload
    def iter_records(self, table: stores.Records) -> Iterator[Record]: ...

    def iter_records(self, table: stores.Records) -> Iterator[Any]:
        """Iterate over the records of a table, such as ``statements``, as frozen pydantic models.

        Raises:
            KeyError: it is none of the eight tables of records.

        Examples:
            >>> [place.name for place in nd.iter_records("places") if place.country == "JPN"]
            ["Prime Minister's Office of Japan", 'Tokyo', 'Yasukuni Shrine']
        """
        return stores.records(self._store(), table)

    def info(self) -> dict[str, Any]:
        """Return title, licence, the three versions (package, schema, data) and the number of rows of each table.

        ``withdrawn`` is the number of articles among them that are no longer vouched for; None where there is none.

        Examples:
            >>> nd.info()["license"]
            'CC-BY-4.0'
        """
        from news_dataset import __version__

        store = self._store()
        about = {name: store.dataset.get(name) for name in ("title", "license", "schema_version", "data_version")}
        rows = store.counts()
        withdrawn = stores.count_withdrawn(store) if rows.get("articles") else None
        return {**about, "package_version": __version__, "withdrawn": withdrawn, "rows": rows}

    def citation(self, style: Literal["text", "bibtex", "cff"] = "text") -> str:
        """Return how to cite the dataset; ``cff`` is the text of a file CITATION.cff.

        Raises:
            ValueError: *style* is none of the three, or the dataset has no ``dataset.yaml``.

        Examples:
            >>> print(nd.citation())  # doctest: +ELLIPSIS
            news_dataset contributors (2026)...
        """
        from news_dataset import credit

        return credit.citation(self._store().dataset, style)

    def license(self) -> dict[str, str]:
        """Return the licence: ``spdx`` (its identifier), ``url`` (its text) and ``covers`` (one sentence on what).

        Raises:
            ValueError: the dataset has no ``dataset.yaml``.

        Examples:
            >>> nd.license()["url"]
            'https://creativecommons.org/licenses/by/4.0/'
        """
        from news_dataset import credit

        return credit.licence(self._store().dataset)

    def export(
        self,
        to: Form,
        output: str | Path,
        *,
        text: str | Path | None = None,
        catalog: str | None = None,
        tag: str | None = None,
    ) -> dict[str, int]:
        """Write every table as CSV, JSON Lines or SQLite, the annotations for a tool, or register a release in Iceberg.

        CSV and SQLite have the views, too: as files in a folder ``views``, and as views of the database. What is
        written appears whole or not at all. ``iceberg`` copies no rows: the Parquet files of the release, which is
        verified first, become tables of the catalog where they lie, and all tables get one tag, the last thing of all.
        Formats of annotation tools get articles, mentions and statements, and the mapping with which ``import_from``
        makes the same records again; ``lacking`` says what they cannot say.

        Args:
            to: the form; ``csv-template`` is empty spreadsheets to write records in, for ``import_from``; ``brat``,
                ``doccano``, ``label-studio``, ``uima``, ``web-annotation`` are those of annotation tools.
            output: a new or empty folder, a file (sqlite), or the folder for the metadata of Iceberg.
            text: for an annotation tool, your own copy of an article's text, or a folder of texts.
            catalog: of Iceberg, the URI of the catalog, such as ``sqlite:///catalog.db``, or its name in
                ``.pyiceberg.yaml``.
            tag: of Iceberg, the tag; None for the data version of the release.

        Returns:
            The number of rows of each table; of Iceberg by the table's name in the catalog; for an annotation tool
            the number of documents and annotations.

        Raises:
            ValueError: there is no such form or catalog, or Iceberg is to get what is no release.
            InvalidDataError: the rows contradict each other, such as a reference to nothing, or the tag is there with
                other content; *output* and catalog are as they were.
            IntegrityError: the release to be registered is not what its manifest says.
            SetupError: *output* holds something else, lies among records or in a release, or cannot be written, or
                the catalog cannot be used.

        Examples:
            >>> nd.export("csv", "tables")["articles"]
            1
        """
        from news_dataset import exporters
        from news_dataset.folders import profile_above

        exporters.refuse_among_records(self._folder, Path(output))
        if to == "iceberg":
            return self._register(Path(output), catalog, tag)
        if catalog is not None or tag is not None:
            raise UsageError(f"a catalog and a tag are of iceberg: --to iceberg, not --to {to}")
        if to in exporters.ANNOTATED:
            return exporters.export_annotated(to, Path(output), *self._annotated(text))
        if text is not None:
            raise UsageError(f"a text is for the formats of annotation tools: {', '.join(exporters.ANNOTATED)}")
        if to == "csv-template":
            return exporters.export_template(Path(output), profile_above(self._folder or Path(), 0))
        info = self.info()
        rows: dict[str, int] = info.pop("rows")
        about = {name: str(value) for name, value in info.items() if value is not None}
        if "title" in about:
            about["citation"] = self.citation()
        tables = self.load_all(as_="arrow")
        tables |= self._view_tables(tables) if to == "csv" else {}
        exporters.export(tables, about, to, Path(output), self._store().profile)
        return rows

    def lacking(self, to: Form, *, text: str | Path | None = None) -> list[str]:
        """Return what an export to an annotation tool leaves out of this dataset, a line for each thing.

        No such format has the people, organizations, places, events, assessments and sources, but for their ids.

        Args:
            to: the form, as for ``export``.
            text: as for ``export``.

        Raises:
            ValueError: it is no format of an annotation tool, or a text is that of none of the articles.

        Examples:
            >>> [line for line in nd.lacking("brat") if "text" in line]
            ['article/lee-ishiba-tokyo: it is left out: its text is not given']
        """
        from news_dataset import exporters, interchange
        from news_dataset.records import BY_TABLE

        if to not in exporters.ANNOTATED:
            raise UsageError(f"{to} is no format of an annotation tool: {', '.join(exporters.ANNOTATED)}")
        rows = self._store().counts()
        others = [
            f"{name} ({rows[name]})" for name in BY_TABLE if name not in ("articles", "statements") and rows[name]
        ]
        return [*others, *interchange.losses(to, *self._annotated(text))]

    def _annotated(self, text: str | Path | None) -> tuple[Annotated, dict[str, Text], Profile]:
        from news_dataset.spans import read_texts

        articles, statements = list(self.iter_records("articles")), list(self.iter_records("statements"))
        texts = read_texts(Path(text), {one.id: one.text_sha256 for one in articles}) if text else {}
        return (articles, statements), texts, self._store().profile

    def _register(self, out: Path, catalog: str | None, tag: str | None) -> dict[str, int]:
        """Register the release in a catalog of Iceberg; arguments and errors as ``export``."""
        from news_dataset import publish
        from news_dataset.exporters import iceberg

        if catalog is None:
            raise UsageError("iceberg needs a catalog: --catalog sqlite:///FILE")
        home = self._folder or stores.bundled()
        if stores.release_in(home) is None:
            raise UsageError(f"{home} holds no release, which iceberg needs; first: news-dataset build {home}")
        release = cast("Release", self._store())
        publish.verify(release.folder)
        return iceberg.register(release, catalog, out, release.dataset["data_version"] if tag is None else tag)

    def explore(self, output: str | Path, *, text: str | Path | None = None, include_withdrawn: bool = False) -> Page:
        """Write one page to look at the dataset in a browser; it needs no network.

        Args:
            output: the page: a new file, or an earlier page.
            text: your own copy of an article's text, or a folder of texts; their words go into the page.
            include_withdrawn: whether what withdrawn articles claim is there, too.

        Returns:
            What the page holds.

        Raises:
            FileNotFoundError: there is no *text*.
            ValueError: a text is that of none of the articles.
            UnsafeInputError: a text is a link, larger than 5 MiB, or not UTF-8.
            SetupError: *output* holds something else, lies among records or in a release, or cannot be written.

        Examples:
            >>> page = nd.explore("page.html")
            >>> page.path.name, page.articles
            ('page.html', 1)
        """
        from news_dataset import explorer, exporters
        from news_dataset.atomic import write_output
        from news_dataset.spans import read_texts

        exporters.refuse_among_records(self._folder, Path(output))
        tables = self.load_all(as_="arrow")
        tables |= self._view_tables(tables)
        tables = tables if include_withdrawn else explorer.without_withdrawn(tables)
        articles = tables["articles"].select(["id", "text_sha256"]).to_pylist() if text else []
        texts = read_texts(Path(text), {row["id"]: row["text_sha256"] for row in articles}) if text else {}
        page = explorer.page(tables, self._about(), texts)
        write_output(Path(output), page, explorer.reason_to_keep)
        statements, articles = (tables[name].num_rows if name in tables else 0 for name in ("statements", "articles"))
        return explorer.Page(Path(output), statements, articles, len(texts), len(page))

    def _about(self) -> dict[str, Any]:
        """Return the head of a page, without paths; records without a description have no licence and no citation."""
        info, folder = self.info(), (self._folder or Path()).resolve().name
        name = self._store().dataset["name"] if info["title"] else folder
        opened = "nd" if self._folder is None else f"nd.Dataset.open({name!r})"
        versions = {kind: found for kind in ("package", "schema", "data") if (found := info[f"{kind}_version"])}
        about = {"title": info["title"] or folder, "opened": opened, "versions": versions}
        if info["title"]:
            about["description"] = self._store().dataset["description"]
            licence = self.license()
            about |= {"license": licence["spdx"], "license_url": licence["url"], "covers": licence["covers"]}
            about |= {"citation": self.citation(), "bibtex": self.citation("bibtex")}
        return about

    def explain(self, code: str | None = None) -> str:
        """Return the manual page of an issue code or a reason of quarantine; without a code, list them all.

        Raises:
            KeyError: there is no such code; the message names the nearest.

        Examples:
            >>> print(nd.explain("unknown_key").splitlines()[0])
            unknown_key (layer shape, exit code 1)
        """
        from news_dataset import manual

        return manual.page(code) if code else manual.contents()
