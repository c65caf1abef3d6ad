"""Validates the Data Package of a release, and a copy with one broken reference: python client.py RELEASE."""

import json
import shutil
import sys
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from frictionless import Package


def main(release: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    descriptor = json.loads((release / "datapackage.json").read_text("utf-8"))
    keys = sum(len(one["schema"].get("foreignKeys", [])) for one in descriptor["resources"])
    report = Package(str(release / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "message"])[:3]
    read = {task.name: task.stats.get("rows", 0) for task in report.tasks}
    there = {path.stem: pq.read_metadata(path).num_rows for path in release.rglob("*.parquet")}
    assert read == there, f"rows are {read}, not {there}"
    types = broken(release)
    assert types == {"foreign-key"}, f"a broken reference is reported as {types or 'nothing'}"
    return f"{len(read)} resources, {sum(read.values())} rows, {keys} foreign keys valid; a broken reference is noticed"


def broken(release: Path) -> set[str]:
    """Return the types of errors in a copy in which a statement names an article that there is not."""
    with tempfile.TemporaryDirectory() as folder:
        copy = shutil.copytree(release, Path(folder) / "release")
        table = pq.read_table(copy / "statements.parquet")
        at = table.column_names.index("article")
        nowhere = pa.array(["article/nowhere"] * table.num_rows)
        pq.write_table(table.set_column(at, table.schema.field(at), nowhere), copy / "statements.parquet")
        report = Package(str(copy / "datapackage.json")).validate()
        return {kind for _, kind in report.flatten(["name", "type"])}


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1])))
    except Exception as error:  # noqa: BLE001 (whatever the client raises, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
        sys.exit(1)
