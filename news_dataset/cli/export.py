"""The command that hands a dataset over to other programs: export."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from news_dataset import exporters
from news_dataset.cli.look import dataset_of
from news_dataset.cli.progress import busy
from news_dataset.errors import SetupError
from news_dataset.records import BY_TABLE
from news_dataset.reporters import escape


def export(options: Namespace) -> int:
    """Write every table in another form."""
    dataset = dataset_of(options)
    refuse_among_records(options.folder or Path(), options.output)
    info = dataset.info()
    rows = info.pop("rows")
    about = {name: str(value) for name, value in info.items() if value is not None}
    if "title" in about:
        about["citation"] = dataset.citation()
    tables = {name: dataset.load(name, as_="arrow") for name in dataset.tables()}
    with busy(f"export {options.output}"):
        exporters.export(tables, about, options.to, options.output)
    print(f"{escape(str(options.output))}: {sum(rows.values())} rows in {len(rows)} tables, as {options.to}")
    return 0


def refuse_among_records(folder: Path, out: Path) -> None:
    """Raise if the export would lie among curated records, where it would be taken for some."""
    curated = folder / "data" / "curated"
    records = curated if curated.is_dir() else folder
    is_of_records = any((records / table).is_dir() for table in BY_TABLE)
    if is_of_records and records.resolve() in (out.resolve(), *out.resolve().parents):
        raise SetupError(f"{out} lies among the records")
