"""Validates the Croissant description of a release and loads every record set: python client.py RELEASE."""

import datetime as dt
import json
import math
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import mlcroissant
import pyarrow as pa
import pyarrow.parquet as pq


def main(release: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    dataset = mlcroissant.Dataset(jsonld=str(release / "croissant.json"))
    issues = dataset.metadata.ctx.issues
    assert not issues.errors, issues.report()
    assert not issues.warnings, issues.report()
    tables = {
        name: table(release, name) for name in json.loads((release / "manifest.json").read_text("utf-8"))["tables"]
    }
    tables |= {path.stem: pq.read_table(path) for path in (release / "views").iterdir()}
    sets = {one.id: [field.id for field in one.fields] for one in dataset.metadata.record_sets}
    assert set(sets) == set(tables), f"record sets are {sorted(sets)}"
    rows = 0
    for name, fields in sets.items():
        wanted = tables[name].to_pylist()
        found = [{key.partition("/")[2]: plain(value) for key, value in row.items()} for row in dataset.records(name)]
        assert fields == [f"{name}/{column}" for column in tables[name].column_names]
        assert found == wanted, f"{name}: other rows than in the file"
        rows += len(found)
    assert refused(release), "a wrong column is not noticed"
    return f"{len(sets)} record sets, {rows} rows equal to the files; a wrong column is noticed"


def table(release: Path, name: str) -> pa.Table:
    """Return a table of a release: that of its file, or of the files in its folder."""
    files = sorted((release / name).rglob("*.parquet")) or [release / f"{name}.parquet"]
    return pa.concat_tables([pq.read_table(path) for path in files])


def plain(value: Any) -> Any:
    """Return a value as plain Python: text comes as bytes, a day as a time stamp, nothing as not-a-number."""
    if isinstance(value, bytes):
        return value.decode()
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "<NA>"):
        return None
    return value.date() if isinstance(value, dt.datetime) else value


def refused(release: Path) -> bool:
    """Return whether a description with a column that there is not is refused."""
    with tempfile.TemporaryDirectory() as folder:
        broken = shutil.copytree(release, Path(folder) / "release") / "croissant.json"
        words = broken.read_text("utf-8").replace('"column": "family_name"', '"column": "famly_name"')
        broken.write_text(words, "utf-8")
        error: BaseException | None = None
        try:
            list(mlcroissant.Dataset(jsonld=str(broken)).records("people"))
        except Exception as caught:  # noqa: BLE001 (of whatever class)
            error = caught
        while error is not None:
            if "famly_name" in str(error):
                return True
            error = error.__cause__
    return False


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1])))
    except Exception as error:  # noqa: BLE001 (whatever the client raises, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
        sys.exit(1)
