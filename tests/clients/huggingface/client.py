"""Loads every table of a release by its dataset card, offline: python client.py RELEASE."""

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


def main(release: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    names = datasets.get_dataset_config_names(str(release))
    # an empty table is no configuration: the client cannot load one
    there = {path.stem for path in release.glob("*.parquet") if pq.read_metadata(path).num_rows}
    assert len(names) == len(set(names)), "a configuration is listed twice"
    assert set(names) == there, f"configurations are {names}"
    default = datasets.get_dataset_default_config_name(str(release))
    assert default == "statements", f"the default configuration is {default}"
    rows = 0
    for name in names:
        wanted = pq.read_table(release / f"{name}.parquet")
        found = datasets.load_dataset(str(release), name)
        assert list(found) == ["train"], f"{name}: splits are {list(found)}"
        assert found["train"].column_names == wanted.column_names, f"{name}: other columns than in the file"
        assert found["train"].to_list() == wanted.to_pylist(), f"{name}: other rows than in the file"
        rows += wanted.num_rows
    return f"{len(names)} configurations, {rows} rows equal to the files, {default} by default"


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1]).resolve()))
    except Exception as error:  # noqa: BLE001 (whatever the client raises, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
        sys.exit(1)
