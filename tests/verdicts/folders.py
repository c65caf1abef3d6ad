"""The other corpora: the example of each code, the example documents, and data that faults were planted in."""

from __future__ import annotations

import gzip
import json
import re
import zipfile
from functools import cache
from pathlib import Path, PurePath
from typing import Any

from news_dataset.records import BY_TYPE
from news_dataset.tabular import arrow_schema, tables
from tests.verdicts.forms import Places, fits
from tests.verdicts.patches import HERE, Data, base
from tests.verdicts.rows import to_tables
from tests.verdicts.verdict import Verdict, run

EXAMPLES = HERE.parent / "examples"
CODES = sorted(folder.name for folder in (EXAMPLES / "codes").iterdir() if folder.is_dir())
PLANTED, DOCUMENTS = HERE / "planted.zip", HERE / "documents.json.gz"
"""Datasets of ``news_dataset.testing``, and example documents of 1.1, as they were when verdicts were recorded."""


def example_verdict(code: str) -> Verdict:
    """Return what is said of the example of a code, where it stands."""
    folder = EXAMPLES / "codes" / code
    return run(folder, Places(), folder / "texts" if (folder / "texts").is_dir() else None)


def planted_verdict(form: str, folder: Path) -> Verdict:
    """Return what is said of the data with planted faults in a form, ``lines`` or ``tables``."""
    with zipfile.ZipFile(PLANTED) as archive:
        names = [name for name in archive.namelist() if name.startswith(form)]
        archive.extractall(folder, names)
    places = Places()
    for name in names:
        file = name.removeprefix(f"{form}/")
        if form == "lines":
            table, count = file.removesuffix(".jsonl"), (folder / name).read_bytes().count(b"\n")
            places.keys[file] = [f"{table}:{number}" for number in range(count)]
            places.listed.add(file)
        else:
            _add_columns(folder / name)
            places.rows[file] = [(file.removesuffix(".parquet"), number) for number in range(_rows(folder / name))]
    return run(folder / form, places)


def _add_columns(path: Path) -> None:
    """Add the columns that later versions of the schemas brought, as nulls; a table that lacks one is not read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pq.ParquetFile(path).read()
    for field in arrow_schema(tables()[path.stem]) if path.stem in tables() else ():
        if field.name not in table.column_names and field.nullable:
            table = table.append_column(field, pa.nulls(len(table), field.type))
    pq.write_table(table, path)


def _rows(path: Path) -> int:
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


@cache
def documents(verdict: str, *, in_tables: bool = False) -> Data:
    """Return all example documents that ``should_pass`` or ``should_fail`` as one dataset, ids made unique.

    Args:
        verdict: which ones.
        in_tables: whether only those that fit into tables.
    """
    data = base()
    data.records, data.homes, data.touched = {}, {}, {"all"}
    data.special["redirects"] = []
    texts: dict[str, str] = json.loads(gzip.decompress(DOCUMENTS.read_bytes()))
    for kind in BY_TYPE:
        names = [name for name in texts if PurePath(name).parent == PurePath(verdict, kind)]
        for number, name in enumerate(sorted(names, key=PurePath), 1):
            key, document = f"{kind}/{PurePath(name).stem}", json.loads(texts[name])
            data.records[key], data.homes[key] = _unique(kind, document, number), f"{kind}/all"
            if in_tables and not _fits(data, key):
                del data.records[key], data.homes[key]
    return data


def _unique(kind: str, document: Any, number: int) -> Any:
    identity = document.get("id") if isinstance(document, dict) else None
    if not isinstance(identity, str) or len(identity) > 190 or not re.fullmatch(f"{kind}/[a-z0-9/-]+", identity):
        return document
    numbered = re.fullmatch("(.*/)[0-9]{2,4}", identity)
    return document | {"id": f"{numbered[1]}{number:04}" if numbered else f"{identity}-{number}"}


def _fits(data: Data, key: str) -> bool:
    record = data.records[key]
    named = str(record.get("id")).partition("/")[0] if isinstance(record, dict) else ""
    if named in BY_TYPE and named != key.partition("/")[0]:
        return False  # its children would be those of a record of another type
    tables = to_tables(Data({key: record}, data.special, data.homes))
    return tables is not None and fits({name: rows for name, rows in tables.items() if name != "codes"})
