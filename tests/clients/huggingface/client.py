"""Loads every table and view of a release by its dataset card, offline: python client.py RELEASE EXPECTED.json."""

import datetime as dt
import json
import os
import sys
import tempfile
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"
_cache = tempfile.TemporaryDirectory()
os.environ["HF_HOME"] = _cache.name  # nothing of an earlier run is reused

import datasets  # noqa: E402 (reads the environment when it is imported)
import pyarrow.parquet as pq  # noqa: E402

datasets.disable_progress_bars()


def main(release: Path, expected: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    names = datasets.get_dataset_config_names(str(release))
    # an empty table is no configuration: the client cannot load one
    there = {path.stem: path for path in release.rglob("*.parquet") if pq.read_metadata(path).num_rows}
    assert len(names) == len(set(names)), "a configuration is listed twice"
    assert set(names) == set(there), f"configurations are {names}"
    default = datasets.get_dataset_default_config_name(str(release))
    assert default == "claims", f"the default configuration is {default}"
    rows = 0
    for name in names:
        wanted = pq.read_table(there[name])
        found = datasets.load_dataset(str(release), name)
        assert list(found) == ["train"], f"{name}: splits are {list(found)}"
        assert found["train"].column_names == wanted.column_names, f"{name}: other columns than in the file"
        assert found["train"].to_list() == wanted.to_pylist(), f"{name}: other rows than in the file"
        rows += wanted.num_rows
    for view, some in json.loads(expected.read_text("utf-8"))["views"].items():
        loaded = datasets.load_dataset(str(release), view)["train"].to_list()
        shown = [{key: str(cell) if isinstance(cell, dt.date) else cell for key, cell in row.items()} for row in loaded]
        assert shown == some, f"{view}: other rows than expected"
    return f"{len(names)} configurations, {rows} rows equal to the files, {default} by default"


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2])))
    except Exception as error:  # noqa: BLE001 (whatever the client raises, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
        sys.exit(1)
