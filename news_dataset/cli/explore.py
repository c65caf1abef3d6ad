"""The command that shows a dataset as one page: explore."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from news_dataset import explorer
from news_dataset.cli.export import refuse_among_records
from news_dataset.cli.look import dataset_of
from news_dataset.cli.progress import busy
from news_dataset.cli.usage import usage
from news_dataset.exporters.place import Made, placed
from news_dataset.reporters import escape

if TYPE_CHECKING:
    from news_dataset.dataset import Dataset
    from news_dataset.spans import Text


def explore(options: Namespace) -> int:
    """Write the page of a dataset."""
    dataset = dataset_of(options)
    refuse_among_records(options.folder or Path(), options.output)
    tables = {name: dataset.load(name, as_="arrow") for name in dataset.tables()}
    with usage(), busy(f"explore {options.output}"):
        texts = _texts(dataset, options.text)
        page = explorer.page(tables, _about(dataset, options.folder), texts)
    with placed(options.output, Made(explorer.foreign)) as new:
        new.write_bytes(page)
    count, articles = (tables[name].num_rows if name in tables else 0 for name in ("statements", "articles"))
    with_text = f", {len(texts)} with text" if texts else ""
    size = f"{len(page) / 1e6:.1f} MB"
    what = f"{_counted(count, 'statement')} of {_counted(articles, 'article')}"
    print(f"{escape(str(options.output))}: {what}{with_text}, {size}")
    return 0


def _texts(dataset: Dataset, path: Path | None) -> dict[str, Text]:
    from news_dataset.texts import read_texts

    if path is None:
        return {}
    articles = dataset.load("articles", as_="records", columns=["id", "text_sha256"])
    return read_texts(path, {row["id"]: row["text_sha256"] for row in articles})


def _about(dataset: Dataset, folder: Path | None) -> dict[str, Any]:
    """Return what stands over the page; a folder of records without a description has no licence and no citation."""
    info = dataset.info()
    opened = "nd" if folder is None else f"nd.Dataset.open({str(folder)!r})"
    versions = {kind: info[f"{kind}_version"] for kind in ("package", "schema", "data")}
    about: dict[str, Any] = {"title": info["title"] or (folder or Path()).resolve().name, "opened": opened}
    about["versions"] = {kind: version for kind, version in versions.items() if version}
    if info["title"]:
        licence = dataset.license()
        about |= {"license": licence["spdx"], "license_url": licence["url"], "covers": licence["covers"]}
        about |= {"citation": dataset.citation(), "bibtex": dataset.citation("bibtex")}
    return about


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
