"""The page of the release: a README that people read, with the head that dataset hubs read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from news_dataset.credit import citation, licence
from news_dataset.manifest import Manifest
from news_dataset.tabular import tables

_DEFAULT = "statements"
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(release: Manifest) -> str:
    """Return the text of ``README.md``.

    Args:
        release: the manifest, which counts the rows.
    """
    about = dict(release.dataset)
    return "\n".join([*_head(about, release), "", *_body(about, release)]) + "\n"


def _head(about: dict[str, Any], release: Manifest) -> Iterator[str]:
    """Yield the front matter: YAML whose texts are written as JSON, which is YAML, too."""
    yield "---"
    yield f"pretty_name: {_quoted(about['title'])}"
    yield f"license: {about['license'].lower()}"  # hubs write SPDX identifiers so
    if "language" in about:
        yield f"language: {_quoted(about['language'].partition('-')[0])}"
    if keywords := about.get("keywords"):
        yield "tags:"
        yield from (f"- {_quoted(word)}" for word in keywords)
    yield "size_categories:"
    yield f"- {_size(sum(content.rows for content in release.tables.values()))}"
    yield "configs:"
    for name in (one for one in tables() if release.tables[one].rows):  # hubs' loaders fail on a file without rows
        yield f"- config_name: {name}"
        yield f"  data_files: {name}.parquet"
        if name == _DEFAULT:
            yield "  default: true"
    yield "---"


def _body(about: dict[str, Any], release: Manifest) -> Iterator[str]:
    yield f"# {about['title']}\n"
    yield f"{about['description']}\n"
    yield f"Data version {about['data_version']}, schema version {about['schema_version']}.\n"
    yield from _tables(release)
    yield "## Licence\n"
    rights = licence(about)
    yield f"[{rights['spdx']}]({rights['url']}). {rights['covers']}\n"
    yield "## Citation\n"
    yield f"{citation(about)}\n"
    yield f"```bibtex\n{citation(about, 'bibtex')}\n```\n"
    yield "## Limits\n"
    yield "- The texts of the articles are not here. A span is a pair of offsets with digests; with your own copy of"
    yield "  the text, `news-dataset restore --text FILE` gives back its words."
    articles = release.tables["articles"].rows
    yield f"- Articles recorded: {articles}. Shares computed from the tables describe these and no others."
    yield "- A verdict is what the cited sources showed to whoever assessed the claim, on the day in `assessed_on`."
    yield "- How the records came about, and what they should not be used for, is told in the datasheet: the file"
    yield "  DATASHEET.md of the repository that a release was built in, where it has one."


def _tables(release: Manifest) -> Iterator[str]:
    yield "## Tables\n"
    yield "Each table is a Parquet file, and a configuration of its own if it has rows; the eight record types are also"
    yield "there as JSON Lines, one nested record a line. Columns, keys and references stand in `datapackage.json` and"
    yield "`croissant.json`, hashes of all files in `manifest.json`.\n"
    yield "| table | rows | what a row is |"
    yield "|---|---:|---|"
    for name, table in tables().items():
        yield f"| `{name}` | {release.tables[name].rows} | {table.description} |"
    yield ""


def _size(rows: int) -> str:
    return next((name for limit, name in _SIZES if rows < limit), "n>1M")


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False)
