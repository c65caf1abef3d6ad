"""Export a dataset for other programs, and as a page for a browser."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast
from warnings import warn

from news_dataset import stores
from news_dataset.dataset.content import ContentAccess
from news_dataset.errors import UsageError
from news_dataset.markup import operand, visible

if TYPE_CHECKING:
    from news_dataset.explorer import Page
    from news_dataset.interchange import Annotated
    from news_dataset.profile import Profile
    from news_dataset.released import Release
    from news_dataset.spans import Text

    Form = Literal[
        "brat", "csv", "csv-template", "doccano", "iceberg", "jsonl", "label-studio", "sqlite", "uima", "web-annotation"
    ]


class ExportAccess(ContentAccess):
    """Provide the methods of a dataset that write it in other forms."""

    def export(
        self,
        to: Form,
        output: str | Path,
        *,
        text: str | Path | None = None,
        catalog: str | None = None,
        tag: str | None = None,
    ) -> dict[str, int]:
        """Export the dataset in another format; the output appears whole or not at all.

        ``csv``, ``jsonl`` and ``sqlite`` get every table; CSV also the views, in a folder ``views``, and SQLite as
        views of the database. ``csv-template`` writes empty spreadsheets for ``import_from``. ``brat``, ``doccano``,
        ``label-studio``, ``uima`` and ``web-annotation`` get articles, mentions and statements for annotation tools,
        with a mapping from which ``import_from`` makes the same records; ``lacking`` lists what they cannot express.
        ``iceberg`` verifies a release and registers its Parquet files in a catalog, where they lie; then all tables get
        one tag.

        Args:
            to: the format.
            output: a new or empty folder; for ``sqlite`` a file; for ``iceberg`` the folder for metadata.
            text: for an annotation tool, your own copy of an article's text, or a folder of texts.
            catalog: for ``iceberg``, the URI of the catalog, such as ``sqlite:///catalog.db``, or its name in
                ``.pyiceberg.yaml``.
            tag: for ``iceberg``, the tag; None for the data version of the release.

        Returns:
            The number of rows by table (for ``iceberg`` by its name in the catalog); for an annotation tool, the
            number of ``documents`` and ``annotations``.

        Raises:
            ValueError: the format or catalog is unknown, an option belongs to another format, or for ``iceberg``
                the folder holds no release.
            InvalidDataError: rows contradict each other, such as a dangling reference, or the tag exists with other
                content; output and catalog are as they were.
            IntegrityError: the release to register does not match its manifest.
            SetupError: *output* holds other files, lies among records or in a release, or cannot be written, or the
                catalog cannot be used.

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
            raise UsageError(f"a catalog and a tag are for iceberg: expected --to iceberg, found --to {to}")
        if to in exporters.ANNOTATED:
            records, texts, profile = self._annotations(text)
            known = {article.id: article.text_sha256 for article in records[0]}
            if known and all(known.values()) and not any(given.sha256 == known[id_] for id_, given in texts.items()):
                raise UsageError(f"{to} would get no document: give the articles' texts, with --text FILE or FOLDER")
            return exporters.export_annotated(to, Path(output), records, texts, profile)
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
        """List what an export to an annotation tool leaves out, one line each.

        All such formats leave out people, organizations, places, events, assessments and sources, except their ids.

        Args:
            to: the format, as for ``export``.
            text: as for ``export``.

        Raises:
            ValueError: *to* is not the format of an annotation tool, or a text belongs to no article.

        Examples:
            >>> [line for line in nd.lacking("brat") if "text" in line]
            ['article/lee-ishiba-tokyo: it is left out: its text is not given']
        """
        from news_dataset import exporters, interchange
        from news_dataset.records import BY_TABLE

        if to not in exporters.ANNOTATED:
            raise UsageError(f"{to} is not a format of an annotation tool; those are: {', '.join(exporters.ANNOTATED)}")
        rows = self._store().counts()
        others = [f"{table} ({rows[table]})" for table in BY_TABLE if table not in ("articles", "statements")
                  and rows[table]]  # fmt: skip
        return [*others, *interchange.losses(to, *self._annotations(text))]

    def _annotations(self, text: str | Path | None) -> tuple[Annotated, dict[str, Text], Profile]:
        """Return articles with statements, the given texts by article id, and the profile."""
        from news_dataset.spans import read_texts

        articles, statements = list(self.iter_records("articles")), list(self.iter_records("statements"))
        texts = read_texts(Path(text), {article.id: article.text_sha256 for article in articles}) if text else {}
        return (articles, statements), texts, self._store().profile

    def _register(self, out: Path, catalog: str | None, tag: str | None) -> dict[str, int]:
        """Register the release in an Iceberg catalog; arguments and errors as ``export``."""
        from news_dataset import publish
        from news_dataset.exporters import iceberg

        if catalog is None:
            raise UsageError("iceberg needs a catalog: --catalog sqlite:///FILE")
        home = self._folder or stores.bundled()
        if stores.release_in(home) is None:
            raise UsageError(f"{home} holds no release, which iceberg needs; first: news-dataset build {operand(home)}")
        release = cast("Release", self._store())
        publish.verify(release.folder)
        return iceberg.register(release, catalog, out, release.dataset["data_version"] if tag is None else tag)

    def explore(self, output: str | Path, *, text: str | Path | None = None, include_withdrawn: bool = False) -> Page:
        """Write one HTML page to explore the dataset in a browser, without network.

        Args:
            output: the page: a new file, or an earlier page, which is replaced.
            text: your own copy of an article's text, or a folder of texts; their words go into the page. A warning
                names each that is not the annotated text.
            include_withdrawn: whether to include the claims of withdrawn articles.

        Returns:
            The path, and the numbers of statements, articles, texts and bytes.

        Raises:
            FileNotFoundError: *text* does not exist.
            ValueError: a text belongs to no article.
            UnsafeInputError: a text is a link, larger than 5 MiB, or not UTF-8.
            SetupError: *output* is another file, lies among records or in a release, or cannot be written.

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
        known = {row["id"]: row["text_sha256"] for row in articles}
        texts = read_texts(Path(text), known) if text else {}
        page = explorer.page(tables, self._about(), texts)
        write_output(Path(output), page, explorer.reason_to_keep)
        for article, copy in texts.items():
            if known[article] not in (None, copy.sha256):
                other = f"{copy.path} is not the text that {article} was annotated on"
                warn(visible(f"{other}: the page says where its spans are found"), stacklevel=2)
        statements, articles = (tables[name].num_rows if name in tables else 0 for name in ("statements", "articles"))
        return explorer.Page(Path(output), statements, articles, len(texts), len(page))

    def _about(self) -> dict[str, Any]:
        """Return title, versions, licence and citation for the page.

        Records without ``dataset.yaml`` have the folder's name as title, and no licence and citation.
        """
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
