"""Loaders, as users of pandas expect them: dtypes, columns, filters, forms, names, versions."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import news_dataset as nd
from news_dataset import tabular, views
from news_dataset.errors import SetupError
from news_dataset.stores import Table, View
from tests.building import build
from tests.conftest import ROOT

# The names of the tables.


def test_the_names_an_editor_completes_are_those_of_the_tables() -> None:
    """In the same order; the release has the same."""
    assert list(get_args(Table)) == list(tabular.tables()) == nd.tables()
    assert list(get_args(View)) == list(views.views())


# What comes out.


def test_no_column_is_an_object() -> None:
    """In no table, no view, no selection of columns."""
    made = {name: getattr(nd, name)() for name in get_args(View)}
    frames = {**nd.load_all(), **made, "about": nd.describe("people")}
    dtypes = {str(dtype) for frame in frames.values() for dtype in frame.dtypes}

    assert dtypes == {"str", "category", "datetime64[s]", "Int32", "bool", "boolean", "float64"}


def test_columns_keep_their_order_and_only_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """With filters, also the columns that these look at, and no other."""
    decoded: list[list[str]] = []

    class Spy(pq.ParquetFile):  # type: ignore[misc]
        def read(self, columns: list[str], **more: Any) -> pa.Table:
            decoded.append(sorted(columns))
            return super().read(columns=columns, **more)

    monkeypatch.setattr(pq, "ParquetFile", Spy)
    wanted = ["gist", "id"]

    assert list(nd.load("statements", columns=wanted).columns) == wanted
    assert list(nd.load("statements", columns=wanted, filters=[("kind", "=", "direct")]).columns) == wanted
    assert list(nd.load("statements", columns=[]).columns) == []
    assert decoded == [["gist", "id"], ["gist", "id", "kind"], []]
    assert nd.Dataset.open(ROOT / "data" / "published").load("statements", columns=[]).shape == (56, 0)
    with pytest.raises(ValueError, match="names id twice"):
        nd.load("statements", columns=["id", "id"])


@given(st.permutations(["id", "kind", "latitude", "geonames", "note"]), st.integers(0, 5))
def test_a_selection_is_that_of_the_whole(names: list[str], most: int) -> None:
    """Whatever columns are wanted, in whatever order, with or without a filter."""
    wanted = names[:most]
    whole, some = nd.load("places"), nd.load("places", columns=wanted)
    city = nd.load("places", columns=wanted, filters=[("kind", "=", "city")])

    assert some.equals(whole[wanted])
    assert city.reset_index(drop=True).equals(whole[whole["kind"] == "city"][wanted].reset_index(drop=True))


def test_filters_may_be_an_expression() -> None:
    """As pyarrow makes them; an empty list is no filter."""
    import pyarrow.compute as pc

    direct = nd.load("statements", columns=["gist"], filters=pc.field("kind") == "direct")

    assert direct.equals(nd.load("statements", columns=["gist"], filters=[("kind", "=", "direct")]))
    assert len(direct) == 1
    assert len(nd.load("statements", filters=[])) == len(nd.load("statements"))


def test_every_column_may_be_written_to() -> None:
    """Also alone, where a frame could share its memory with the table; the next frame is as before."""
    for table in nd.tables():
        for column in nd.load(table).columns:
            frame = nd.load(table, columns=[column])
            if len(frame):
                frame.loc[frame.index == 0, column] = frame[column].iloc[-1]
                frame[column] = None

            assert nd.load(table, columns=[column]).equals(nd.load(table)[[column]])


def test_load_all_has_the_same_forms() -> None:
    """As ``load``."""
    for form in ("arrow", "polars", "records"):
        tables = nd.load_all(as_=form)

        assert list(tables) == nd.tables()
        assert all(
            type(one) is type(nd.load(name, as_=form)) for name, one in zip(nd.tables(), tables.values(), strict=True)
        )
    with pytest.raises(ValueError, match="pandas, arrow, polars, records"):
        nd.load_all(as_="numpy")  # type: ignore[call-overload]


def test_versions_travel_with_a_frame_through_a_file(tmp_path: Path) -> None:
    """Package, schema, data, name and licence."""
    for frame in (nd.load("people"), nd.who_said_what(), nd.timeline()):
        frame.to_parquet(tmp_path / "mine.parquet")
        attributes = pd.read_parquet(tmp_path / "mine.parquet").attrs
        info = nd.info()

        assert (
            attributes
            == json.loads(json.dumps(frame.attrs))
            == {
                "name": "news-dataset",
                "license": info["license"],
                "schema_version": info["schema_version"],
                "data_version": info["data_version"],
                "package_version": nd.__version__,
            }
        )


def test_the_first_and_the_last_year_survive(dataset: Path) -> None:
    """In every form, out of a folder and out of a release."""
    path = dataset / "data/curated/people/donald-trump.yaml"
    changed = re.sub(r"birth_date: .*\n", 'birth_date: "0001-01-01/9999-12-31"\n', path.read_text("utf-8"))
    path.write_text(changed, "utf-8")
    build(dataset, dataset / "data" / "published")
    first, last = dt.date(1, 1, 1), dt.date(9999, 12, 31)
    for place in (dataset / "data" / "curated", dataset / "data" / "published"):
        people = nd.Dataset.open(place).load("people").set_index("id").loc["person/donald-trump"]
        (row,) = nd.Dataset.open(place).load("people", as_="records", filters=[("id", "=", "person/donald-trump")])
        polars = nd.Dataset.open(place).load("people", as_="polars")

        assert (people["birth_date_min"].isoformat(), people["birth_date_max"].isoformat()) == (
            "0001-01-01T00:00:00", "9999-12-31T00:00:00",
        )  # fmt: skip
        assert (row["birth_date_min"], row["birth_date_max"]) == (first, last)
        assert (polars["birth_date_min"].min(), polars["birth_date_max"].max()) == (first, last)


@pytest.mark.parametrize("call", [lambda: nd.load("people", as_="polars"), lambda: nd.load_all(as_="polars")])
def test_a_missing_extra_is_one_sentence(call: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which names the command that installs it."""
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(SetupError) as caught:
        call()

    assert str(caught.value) == 'polars is not installed; run: pip install "news-dataset[polars]"'
