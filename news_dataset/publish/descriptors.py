"""Describe a release for programs and readers: Data Package, Croissant, README."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from news_dataset.checks.iso import unlisted
from news_dataset.credit import citation, is_licensed, licence, quoted
from news_dataset.manifest import PARQUET, Manifest
from news_dataset.profile import BASE, Profile, profile_of
from news_dataset.table_schema import PROFILES, table_schema
from news_dataset.tabular import Field, Table, tables
from news_dataset.views import views

_OPTIONAL_TERMS = {"url": "homepage", "inLanguage": "language", "keywords": "keywords"}
_CROISSANT_TERMS = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject",
    "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator",
    "source", "subField", "transform",
)  # fmt: skip
_CONTEXT: dict[str, Any] = {term: f"cr:{term}" for term in _CROISSANT_TERMS} | {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
}
"""The context of the standard, complete: clients warn if a term is missing."""

_DATA_TYPES = {
    "string": "sc:Text", "code": "sc:Text", "int32": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean",
    "date32": "sc:Date",
}  # fmt: skip
_RAI = {
    "rai:dataAnnotationProtocol": "Claims, events and verdicts are coded by a codebook, in short in the table codes.",
    "rai:dataLimitations": "It describes the articles in it and no others. A verdict is what the cited sources showed "
    "to whoever assessed the claim, on the day in assessed_on.",
    "rai:personalSensitiveInformation": "Named people, what articles have them say, and whether sources bear it out.",
}
"""Statements true of every dataset of this layout, in the terms of Croissant's extension for responsible AI."""

_HUB_ANNOTATORS = {"machine": "machine-generated", "people": "expert-generated"}
"""Who annotated, in the words of dataset hubs."""

_ANNOTATORS = {"machine": "models, without people", "people": "people", "both": "models and people"}

_DEFAULT_CONFIG = "claims"
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""Limits of rows, and the size categories of dataset hubs below them."""


def datapackage(release: Manifest) -> str:
    """Return the text of ``datapackage.json``: a Data Package, version 2.

    Args:
        release: the manifest, with the hashes of the Parquet files.
    """
    profile = profile_of(release.dataset, release.codebooks)
    package: dict[str, Any] = {
        "$schema": f"{PROFILES}/datapackage.json",
        **package_members(release),
        "resources": [_resource(table, release, profile) for table in _tables_and_views(release, profile)],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def package_members(release: Manifest) -> dict[str, Any]:
    """Return members that repeat ``dataset.yaml``, and a hash of it and the codebooks."""
    dataset, hashed = release.dataset, json.dumps([release.dataset, release.codebooks], sort_keys=True)
    return {
        "name": dataset["name"],
        "title": dataset["title"],
        "description": dataset["description"],
        "version": dataset["data_version"],
        **{word: dataset[word] for word in ("homepage", "keywords") if word in dataset},
        **(
            {"licenses": [{"name": dataset["license"], "path": dataset["license_url"]}]} if is_licensed(dataset) else {}
        ),
        "contributors": [
            {"title": person["name"], "roles": [person["role"]]} | ({"path": person["url"]} if "url" in person else {})
            for person in dataset["contributors"]
        ],
        "description_sha256": sha256(hashed.encode()).hexdigest(),
    }


def _resource(table: Table, release: Manifest, profile: Profile) -> dict[str, Any]:
    """Return the resource of a table."""
    # No "bytes": the best-known client counts none while it reads Parquet, and then calls the size wrong. No hash for
    # several files: the standard has one hash per resource, and the manifest one per file.
    path, *more = release.files_of(table.path)
    return {
        "$schema": f"{PROFILES}/dataresource.json",
        "name": table.name,
        "type": "table",
        "path": [path, *more] if more else path,
        "description": table.description,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        **({} if more else {"hash": f"sha256:{release.files[path].sha256}"}),
        "schema": table_schema(table, profile),
    }


def croissant(release: Manifest) -> str:
    """Return the text of ``croissant.json``, Croissant 1.1.

    Args:
        release: the manifest, with the hashes of the Parquet files.
    """
    about, profile = dict(release.dataset), profile_of(release.dataset, release.codebooks)
    members = {
        "@context": dict(sorted(_CONTEXT.items())),
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": about["name"],
        "alternateName": about["title"],
        "description": about["description"],
        "version": about["data_version"].replace(".dev", "-dev"),  # as Semantic Versioning writes it
        "datePublished": "-".join(about["data_version"].split(".")[:2]),  # a data version begins with year and month
        **({"license": about["license_url"]} if is_licensed(about) else {}),
        **{term: about[key] for term, key in _OPTIONAL_TERMS.items() if key in about},
        # A contributor may be a person or a group, and Croissant has no type for both. A name alone makes no person.
        "creator": [
            {"@type": "sc:Organization", "name": creator["name"]}
            | ({"url": creator["url"]} if "url" in creator else {})
            for creator in about["contributors"]
        ],
        "citeAs": citation(about, "bibtex"),
        **_RAI,
        "distribution": [_distribution(table, release) for table in _tables_and_views(release, profile)],
        "recordSet": [_record_set(table, release) for table in _tables_and_views(release, profile)],
    }
    return json.dumps(members, indent=2, ensure_ascii=False) + "\n"


def _tables_and_views(release: Manifest, profile: Profile = BASE) -> list[Table]:
    """Return all tables, and the views that a release has."""
    return [*tables(profile).values(), *(view for view in views().values() if view.name in release.views)]


def _distribution(table: Table, release: Manifest) -> dict[str, Any]:
    """Return the FileObject of a table's file, or the FileSet of its files."""
    # the registered name of the format, and the one that the reference client knows
    path, formats = _glob(table, release), ["application/vnd.apache.parquet", "application/x-parquet"]
    names = {"@id": path, "name": path}
    if "*" in path:
        return {"@type": "cr:FileSet", **names, "includes": path, "encodingFormat": formats}
    file = release.files[path]
    content = {"contentUrl": path, "contentSize": f"{file.bytes} B", "encodingFormat": formats, "sha256": file.sha256}
    return {"@type": "cr:FileObject", **names, **content}


def _glob(table: Table, release: Manifest) -> str:
    """Return the path of a table's file, or a pattern with ``*`` for several files."""
    first, *_ = files = release.files_of(table.path)
    if files == [f"{table.path}{PARQUET}"]:
        return first
    is_flat = all(path.count("/") == 1 for path in files)
    return f"{table.path}/{'' if is_flat else '**/'}*{PARQUET}"


def _record_set(table: Table, release: Manifest) -> dict[str, Any]:
    """Return the RecordSet of a table."""
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        **({"key": [{"@id": f"{table.name}/{column}"} for column in table.key]} if table.key else {}),
        "field": [_field(table, field, release) for field in table.fields],
    }


def _field(table: Table, field: Field, release: Manifest) -> dict[str, Any]:
    """Return the Field of a column."""
    members: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{field.name}",
        "name": field.name,
        "description": field.description,
        "dataType": _DATA_TYPES[field.kind],
        "source": _column_source(_glob(table, release), field.name),
    }
    if field.references:
        # The column of the file, not the field of the record set: the reference client reads a record set before those
        # that refer to its fields, and so fails on a table that refers to itself, or to one without rows.
        members["references"] = _column_source(_glob(tables()[field.references], release), "id")
    return members


def _column_source(path: str, column: str) -> dict[str, Any]:
    """Return the Source of a column in a file, or in files if the path has a ``*``."""
    return {"fileSet" if "*" in path else "fileObject": {"@id": path}, "extract": {"column": column}}


def readme(release: Manifest) -> str:
    """Return the text of ``README.md``, with front matter for dataset hubs.

    Args:
        release: the manifest, with the number of rows.
    """
    about = dict(release.dataset)
    return "\n".join([*_front_matter(about, release), "", *_body(about, release)]) + "\n"


def _front_matter(about: dict[str, Any], release: Manifest) -> Iterator[str]:
    """Yield the front matter, YAML with texts written as JSON, which is YAML as well."""
    yield "---"
    yield f"pretty_name: {quoted(about['title'])}"
    # Hubs write SPDX identifiers in lower case, and "unknown" for no licence.
    yield f"license: {about['license'].lower() if is_licensed(about) else 'unknown'}"
    if "language" in about and unlisted("language", about["language"]) is None:  # hubs refuse what is no language
        yield f"language: {quoted(about['language'].partition('-')[0])}"
    if keywords := about.get("keywords"):
        yield "tags:"
        yield from (f"- {quoted(word)}" for word in keywords)
    if annotation := about.get("annotated_by"):
        yield "annotations_creators:"
        yield from (f"- {name}" for annotator, name in _HUB_ANNOTATORS.items() if annotation in (annotator, "both"))
    yield "source_datasets:"
    yield "- original"
    yield "size_categories:"
    total = sum(content.rows for content in release.tables.values())
    yield f"- {next((name for limit, name in _SIZES if total < limit), 'n>1M')}"
    yield "configs:"
    rows = {name: content.rows for name, content in {**release.tables, **release.views}.items()}
    filled = [table for table in _tables_and_views(release) if rows[table.name]]  # hubs' loaders fail without rows
    for table in sorted(filled, key=lambda table: table.name not in release.views):  # views first
        yield f"- config_name: {table.name}"
        yield f"  data_files: {_glob(table, release)}"
        if table.name == _DEFAULT_CONFIG:
            yield "  default: true"
    yield "---"


def _body(about: dict[str, Any], release: Manifest) -> Iterator[str]:
    """Yield the lines of the page below the front matter."""
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
    if annotation := about.get("annotated_by"):
        yield f"- Who made the records: {_ANNOTATORS[annotation]}."
    yield "- A verdict is what the cited sources showed to whoever assessed the claim, on the day in `assessed_on`."
    yield "- How the records came about, and what they should not be used for, is told in the datasheet: the file"
    yield "  DATASHEET.md of the repository that a release was built in, where it has one."


def _tables(release: Manifest) -> Iterator[str]:
    """Yield the lines that list views and tables."""
    if release.views:
        yield "## Views\n"
        yield "Joined from the tables, each a Parquet file in `views/` and a configuration. Two questions are asked of"
        yield "a claim: did those who are named as its source say it (`attribution_…`), and is it so (`content_…`)?"
        yield "Where they did not say it, the fault is the article's and not theirs.\n"
        yield "| view | rows | what a row is |"
        yield "|---|---:|---|"
        for name, content in release.views.items():
            yield f"| `{name}` | {content.rows} | {views()[name].description} |"
        yield ""
    yield "## Tables\n"
    is_divided = any("*" in _glob(table, release) for table in _tables_and_views(release))
    form = "is a Parquet file or a folder of such" if is_divided else "is a Parquet file"
    yield f"Each table {form}, and a configuration of its own if it has rows; the eight record types are also"
    yield "there as JSON Lines, one nested record a line. Columns, keys and references stand in `datapackage.json` and"
    yield "`croissant.json`, hashes of all files in `manifest.json`.\n"
    yield "| table | rows | what a row is |"
    yield "|---|---:|---|"
    for name, table in tables().items():
        yield f"| `{name}` | {release.tables[name].rows} | {table.description} |"
    yield ""


DESCRIPTORS: dict[str, Callable[[Manifest], str]] = {
    "datapackage.json": datapackage,
    "croissant.json": croissant,
    "README.md": readme,
}
"""The functions that return the text of each descriptor, by file name."""


def descriptor_files(release: Manifest) -> dict[str, bytes]:
    """Return the content of every descriptor of a release, by file name."""
    return {name: describe(release).encode() for name, describe in DESCRIPTORS.items()}
