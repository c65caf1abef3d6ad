"""Frames as users of pandas expect them: all codes of a codebook, in its order; absent flags are false."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import news_dataset as nd
from news_dataset.errors import UsageError
from news_dataset.records.codebooks import VERDICT
from news_dataset.tabular import tables
from news_dataset.views import views
from tests.conftest import ROOT

OLD = ROOT / "tests" / "examples" / "1.0" / "dataset" / "data" / "published"
CODED = [(table.name, field.name, field.codebook) for table in (*tables().values(), *views().values())
         for field in table.fields if field.codebook and table.name in nd.tables()]  # fmt: skip
SECOND = nd.Dataset.open(ROOT / "examples" / "second-article")


@pytest.fixture(params=["release", "records", "tables", "1.0"])
def ds(request: pytest.FixtureRequest, tmp_path: Path) -> nd.Dataset:
    """A dataset as it may come: the release, its records, bare tables of another writer, a release of long ago."""
    if request.param == "tables":
        for name in nd.tables():
            rows = pa.Table.from_pylist(
                nd.load(name, as_="records"), nd.load(name, as_="arrow").schema.remove_metadata()
            )
            pq.write_table(rows, tmp_path / f"{name}.parquet")
        return nd.Dataset.open(tmp_path)
    places = {"release": ROOT / "data/published", "records": ROOT / "data/curated", "1.0": OLD}
    return nd.Dataset.open(places[request.param])


def test_categories_are_all_codes_of_their_codebook(ds: nd.Dataset) -> None:
    """In its order, ordered where that means something; codes of an open codebook are texts."""
    seen = set()
    for name, column, book in CODED:
        if name in ds.tables() and column in ds.load(name, as_="arrow").column_names:
            dtype = ds.load(name)[column].dtype
            seen.add(str(dtype))
            if book.is_open:
                assert str(dtype) == "str", (name, column)
            else:
                assert dtype == pd.CategoricalDtype([*book.definitions], ordered=book.is_ordered), (name, column)

    assert seen == {"str", "category"}


def test_the_gravest_verdict_is_the_least() -> None:
    """So that groups have one, and sorting brings it to the front."""
    claims = nd.claims()
    gravest = claims.groupby("kind", observed=True)["attribution_verdict"].min()
    certainty = nd.load("statements")["certainty"]

    assert gravest["indirect"] == "contradicted"
    assert claims.sort_values("content_verdict")["content_verdict"].iloc[0] == "contradicted"
    assert [*claims["content_verdict"].cat.categories] == [*VERDICT.definitions]
    assert certainty.min() == "certain"
    with pytest.raises(TypeError):  # negative control: kinds have no order
        claims["kind"].min()


@pytest.mark.parametrize("name", [*nd.tables(), *views()])
def test_two_datasets_put_together_keep_their_types(name: str) -> None:
    """Whichever codes occur in which."""

    def frame(ds: Any) -> pd.DataFrame:
        found = getattr(ds, name)() if name in views() else ds.load(name)
        assert isinstance(found, pd.DataFrame)
        return found

    both = pd.concat([frame(nd), frame(SECOND)])

    assert both.dtypes.equals(frame(nd).dtypes)


def test_absent_flags_are_false(ds: nd.Dataset) -> None:
    """In frames of pandas and Polars, and in a query's; rows and Arrow tables are as they are stored."""
    for name, column in (("statement_participants", "implicit"), ("quantities", "approximate")):
        if name in ds.tables():
            frame = ds.load(name)
            assert str(frame[column].dtype) == "bool"
            assert len(frame[frame[column]]) + len(frame[~frame[column]]) == len(frame)
            assert len(frame[~frame[column]]) > 0
            polars = ds.load(name, as_="polars")
            assert polars[column].to_list() == frame[column].tolist()
            assert polars.filter(~pl.col(column)).height == len(frame[~frame[column]])
            assert ds.scan(name).collect()[column].to_list() == frame[column].tolist()
            assert ds.sql(f"select {column} from {name}")[column].tolist() == frame[column].tolist()
            assert None in ds.load(name, as_="arrow")[column].to_pylist()
    assert str(nd.timeline()["differs"].dtype) == "boolean"
    assert nd.timeline()["differs"].isna().any()


@pytest.mark.parametrize(
    ("table", "filters", "message"),
    [
        ("statements", [("kind", "=", "dirct")], "no code in statements.kind: 'dirct'; did you mean direct"),
        ("statements", [("kind", "in", ["direct", "mixd"])], "did you mean mixed"),
        ("statements", [[("id", "=", "x")], [("kind", "!=", "dirct")]], "did you mean direct"),
        ("assessments", [("verdict", "not in", {"contradicts"})], "did you mean contradicted"),
    ],
)
def test_a_code_that_there_is_not_is_told(table: Any, filters: Any, message: str, ds: nd.Dataset) -> None:
    """With the nearest one; a code that merely does not occur is no mistake, nor is any word of an open codebook."""
    for call in (lambda: ds.load(table, filters=filters), lambda: list(ds.iter_batches(table, filters=filters))):
        with pytest.raises(ValueError, match=re.escape(message)) as caught:
            call()
        assert isinstance(caught.value, UsageError)

    assert len(ds.load("statements", filters=[("kind", "=", "unknown")])) == 0
    assert len(ds.load("statement_participants", filters=[("role", "=", "speakr")])) == 0


def test_codes_of_somebody_else_are_not_lost(tmp_path: Path) -> None:
    """They come after those of the codebook."""
    whole = nd.load("assessments", as_="arrow")
    field = whole.schema.field("verdict")
    verdicts = pa.array(["ruled_out", *whole["verdict"].to_pylist()[1:]]).dictionary_encode().cast(field.type)
    changed = whole.set_column(whole.schema.get_field_index("verdict"), field, verdicts)
    pq.write_table(changed, tmp_path / "assessments.parquet")

    found = nd.Dataset.open(tmp_path).load("assessments")["verdict"]
    assert [*found.cat.categories] == [*VERDICT.definitions, "ruled_out"]
    assert found.iloc[0] == "ruled_out"
