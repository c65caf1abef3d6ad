"""The citation and the licence of a dataset, derived from its ``dataset.yaml``.

They are made from plain data, so that a citation needs no heavy import. No style has a day of publication: the version
of a release has only the year and the month.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from news_dataset.errors import UsageError

NOT_STATED = "NOASSERTION"
"""What SPDX writes in place of a licence where nobody has stated one."""

NOT_STATED_URL = "https://spdx.github.io/spdx-spec/v2.3/package-information/#715-declared-license-field"

Dataset = Mapping[str, Any]
"""The fields of ``dataset.yaml``; empty where there is none."""

_LATEX = {character: f"\\{character}" for character in "&%$#_"} | {
    "{": r"\textbraceleft{}",  # a brace with a backslash still counts as a brace in BibTeX
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "\\": r"\textbackslash{}",
}


def citation(dataset: Dataset, style: str = "text") -> str:
    """Return the citation of a dataset, without a final line break.

    Args:
        dataset: the fields of its ``dataset.yaml``.
        style: ``text``, ``bibtex`` or ``cff`` (Citation File Format 1.2.0, the content of a CITATION.cff).

    Raises:
        ValueError: there is no such style, or *dataset* is empty.
    """
    if style not in STYLES:
        near = get_close_matches(str(style), STYLES, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise UsageError(f"style {style!r} is none of {', '.join(STYLES)}{hint}")
    _require_description(dataset, "how to cite the dataset")
    return STYLES[style](dataset)


def licence(dataset: Dataset) -> dict[str, str]:
    """Return the licence of a dataset: its SPDX identifier, the address of its text, and what it covers.

    Raises:
        ValueError: *dataset* is empty.
    """
    _require_description(dataset, "under which licence the dataset is")
    name = dataset["license"]
    covers = (
        f"Records, tables and what describes them are under {name}; the code of the package news_dataset is under MIT; "
        "the texts of the articles are covered by neither and not included."
    )
    if not is_licensed(dataset):
        covers = "No licence is stated: ask the contributors before you use the records."
    return {"spdx": name, "url": dataset["license_url"], "covers": covers}


def is_licensed(dataset: Dataset) -> bool:
    """Return whether a licence is stated."""
    return bool(dataset["license"] != NOT_STATED)


def _require_description(dataset: Dataset, wanted: str) -> None:
    if not dataset:
        raise UsageError(f"there is no dataset.yaml, which would say {wanted}")


def _text(dataset: Dataset) -> str:
    authors = "; ".join(person["name"] for person in dataset["contributors"])
    year, version = _year(dataset), dataset["data_version"]
    licence = dataset["license"] if is_licensed(dataset) else "No licence stated"
    return f"{authors} ({year}): {dataset['title']}. Version {version}. {licence}."


def _bibtex(dataset: Dataset) -> str:
    # Braces keep BibTeX from splitting a name into given and family names, and from lower-casing a title.
    fields = {
        "author": " and ".join(f"{{{_latex(person['name'])}}}" for person in dataset["contributors"]),
        "title": f"{{{_latex(dataset['title'])}}}",
        "year": _year(dataset),
        "version": dataset["data_version"],
        "note": f"Licence: {_latex(dataset['license']) if is_licensed(dataset) else 'not stated'}",
    }
    if "homepage" in dataset:
        fields["url"] = dataset["homepage"]
    key = f"{dataset['name'].replace('-', '_')}_{_year(dataset)}"
    return f"@misc{{{key},\n" + "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items()) + "}"


def _cff(dataset: Dataset) -> str:
    lines = [
        "cff-version: 1.2.0",
        'message: "If you use this dataset, please cite it as below."',
        "type: dataset",
        f"title: {quoted(dataset['title'])}",
        f"version: {quoted(dataset['data_version'])}",
        *([f"license: {dataset['license']}"] if is_licensed(dataset) else []),
        f"abstract: {quoted(dataset['description'])}",
    ]
    if "homepage" in dataset:
        lines.append(f"url: {quoted(dataset['homepage'])}")
    if keywords := dataset.get("keywords"):
        lines += ["keywords:", *(f"  - {quoted(word)}" for word in keywords)]
    lines.append("authors:")  # as entities, since a contributor may be a group, and no name is split
    for person in dataset["contributors"]:
        lines.append(f"  - name: {quoted(person['name'])}")
        lines += [f"    website: {quoted(person['url'])}"] if "url" in person else []
    return "\n".join(lines)


def _year(dataset: Dataset) -> str:
    return str(dataset["data_version"]).partition(".")[0]


def _latex(words: str) -> str:
    return "".join(_LATEX.get(character, character) for character in words)


def quoted(words: str) -> str:
    """Return a text in double quotes, as JSON and YAML write it."""
    return json.dumps(words, ensure_ascii=False)


STYLES: dict[str, Callable[[Dataset], str]] = {"text": _text, "bibtex": _bibtex, "cff": _cff}
