"""Read the records and metadata of a dataset, draw its plots, restore its words."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from news_dataset import stores
from news_dataset.dataset.views import ViewAccess
from news_dataset.errors import known_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from news_dataset.plots import Plots
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
    from news_dataset.spans import Text
    from news_dataset.stores import AnyRecord


class ContentAccess(ViewAccess):
    """Provide the methods of a dataset that give records, metadata, plots and words."""

    @property
    def plot(self) -> Plots:
        """Draw plots: ``timeline()``, ``speakers()``, ``verdicts()`` (extra ``plot``)."""
        from news_dataset.plots import Plots

        return Plots(self)

    def restore(self, text: str | Path, *, article: str | None = None) -> pd.DataFrame:
        """Restore the words of every span of an article from your own copy of its text, or of many from a folder.

        Columns: table, record, ordinal, role, mention, fragment, start and end (code points from 0, end exclusive),
        state (exact: the copy is the annotated text; relocated: found by digests; ambiguous: in several places; orphan:
        not found), words, places.

        Args:
            text: the copy, a UTF-8 file; or a folder of texts.
            article: id of the article; None for the article whose text it is, or for the only one; of a folder, for
                all whose texts are there.

        Raises:
            KeyError: the article is unknown.
            ValueError: no article is named, and the copy is not exactly the text of one; or a folder holds no text of
                the article, or of any.
            UnsafeInputError: the copy is a link, larger than 5 MiB, or not UTF-8.
            SetupError: the copy cannot be read.

        Examples:
            >>> mine = nd.Dataset.open("my-dataset").restore("text.txt")
            >>> mine["state"].unique().tolist()
            ['exact']
        """
        from news_dataset import answers, frames, restoration
        from news_dataset.spans import read_text, read_texts

        store = self._store()

        @cache
        def read(name: str) -> list[dict[str, Any]]:  # older releases lack some tables
            return store.table(name).to_pylist() if name in store.tables else []

        copies: Mapping[str, Text] | Mapping[str | None, Text]
        if Path(text).is_dir():
            hashes = {row["id"]: row["text_sha256"] for row in read("articles")}
            wanted = hashes if article is None else {known_id(article, [*hashes], "article"): hashes[article]}
            copies = read_texts(Path(text), wanted)
        else:
            copies = {article: read_text(Path(text))}
        rows = [row for each, copy in copies.items() for row in restoration.restored_rows(read, copy, each)]
        table = answers.rows_table(restoration.RESTORED, rows, store.schema)
        return frames.to_pandas(table, stores.versions(store))

    def get(self, record_id: str) -> AnyRecord:
        """Return the record of an id, as a frozen pydantic model with its children.

        Children are the rows of its child tables, such as the names of a person. Records of withdrawn articles are
        included. An old id is not followed: the error names the new one.

        Args:
            record_id: ``type/slug``, such as ``person/lee-jae-myung``.

        Raises:
            KeyError: no record has the id; the message names the nearest id, or the new id of a renamed record.
            IntegrityError: the file is not the one in the manifest.

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
        """Iterate over the records of a table as frozen pydantic models.

        Args:
            table: one of the eight tables of records, such as ``statements``.

        Raises:
            KeyError: *table* is none of the eight.
            IntegrityError: the file is not the one in the manifest.

        Examples:
            >>> [place.name for place in nd.iter_records("places") if place.country == "JPN"]
            ["Prime Minister's Office of Japan", 'Tokyo', 'Yasukuni Shrine']
        """
        return stores.records(self._store(), table)

    def info(self) -> dict[str, Any]:
        """Return title, licence, versions and row counts of the dataset.

        Keys: ``title``, ``license``, ``schema_version``, ``data_version``, ``package_version``, ``withdrawn`` (number
        of withdrawn articles; None if zero), and ``rows`` (a dict from table to number of rows).

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
        """Return the citation of the dataset, as text, BibTeX or ``CITATION.cff``.

        Args:
            style: ``text``, ``bibtex`` or ``cff``.

        Raises:
            ValueError: *style* is none of the three, or the dataset has no ``dataset.yaml``.

        Examples:
            >>> print(nd.citation())  # doctest: +ELLIPSIS
            news_dataset contributors (2026)...
        """
        from news_dataset import credit

        return credit.citation(self._store().dataset, style)

    def license(self) -> dict[str, str]:
        """Return the licence: its ``spdx`` identifier, ``url``, and what it ``covers``.

        Raises:
            ValueError: the dataset has no ``dataset.yaml``.

        Examples:
            >>> nd.license()["url"]
            'https://creativecommons.org/licenses/by/4.0/'
        """
        from news_dataset import credit

        return credit.licence(self._store().dataset)

    def explain(self, code: str | None = None) -> str:
        """Return the manual page of an issue code, or the list of all codes.

        Args:
            code: an issue code, or a reason in ``quarantine.jsonl``; None for the list.

        Raises:
            KeyError: the code is unknown; the message names the nearest.

        Examples:
            >>> print(nd.explain("unknown_key").splitlines()[0])
            unknown_key (layer shape, exit code 1)
        """
        from news_dataset import manual

        return manual.page(code) if code else manual.contents()
