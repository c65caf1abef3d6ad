"""What tells other programs and people what a release holds: Data Package, Croissant, and a page for readers."""

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

_OPTIONAL = {"url": "homepage", "inLanguage": "language", "keywords": "keywords"}
_OWN_TERMS = (
    "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject",
    "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
    "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator",
    "source", "subField", "transform",
)  # fmt: skip
_CONTEXT: dict[str, Any] = {term: f"cr:{term}" for term in _OWN_TERMS} | {
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
"""The context that the standard lists, whole: without one of its terms clients warn."""

_TYPES = {
    "string": "sc:Text", "code": "sc:Text", "int32": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean",
    "date32": "sc:Date",
}  # fmt: skip
_RAI = {
    "rai:dataAnnotationProtocol": "Claims, events and verdicts are coded by a codebook, in short in the table codes.",
    "rai:dataLimitations": "It describes the articles in it and no others. A verdict is what the cited sources showed "
    "to whoever assessed the claim, on the day in assessed_on.",
    "rai:personalSensitiveInformation": "Named people, what articles have them say, and whether sources bear it out.",
}
"""What holds of every dataset of this layout, in the terms of Croissant's extension for responsible use."""

_CREATORS = {"machine": "machine-generated", "people": "expert-generated"}
"""Who annotated, as dataset hubs say it."""

_MAKERS = {"machine": "models, without people", "people": "people", "both": "models and people"}

_DEFAULT = "claims"
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def datapackage(release: Manifest) -> str:
    """Return the text of ``datapackage.json``: a Data Package (version 2) with types, constraints, keys, references.

    Args:
        release: the manifest, which vouches for the Parquet files.
    """
    profile = profile_of(release.dataset, release.codebooks)
    package: dict[str, Any] = {
        "$schema": f"{PROFILES}/datapackage.json",
        **package_members(release),
        "resources": [_resource(table, release, profile) for table in _parts(release, profile)],
    }
    return json.dumps(package, indent=2, ensure_ascii=False) + "\n"


def package_members(release: Manifest) -> dict[str, Any]:
    """Return the members of a package that say what ``dataset.yaml`` says; the last vouches for all of it."""
    dataset, whole = release.dataset, json.dumps([release.dataset, release.codebooks], sort_keys=True)
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
            {"title": one["name"], "roles": [one["role"]]} | ({"path": one["url"]} if "url" in one else {})
            for one in dataset["contributors"]
        ],
        "description_sha256": sha256(whole.encode()).hexdigest(),
    }


def _resource(table: Table, release: Manifest, profile: Profile) -> dict[str, Any]:
    # No "bytes": the best-known client counts none while it reads Parquet, and then calls the size wrong. Of several
    # files no hash: the standard has one for all of them alone, and the manifest has one of each.
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
    """Return the text of ``croissant.json``: Croissant 1.1, in terms of schema.org, for search engines and loaders.

    Args:
        release: the manifest, which vouches for the Parquet files.
    """
    about, profile = dict(release.dataset), profile_of(release.dataset, release.codebooks)
    found = {
        "@context": dict(sorted(_CONTEXT.items())),
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": about["name"],
        "alternateName": about["title"],
        "description": about["description"],
        "version": about["data_version"].replace(".dev", "-dev"),  # as Semantic Versioning writes it
        "datePublished": "-".join(about["data_version"].split(".")[:2]),  # year and month are all that it tells
        **({"license": about["license_url"]} if is_licensed(about) else {}),
        **{term: about[name] for term, name in _OPTIONAL.items() if name in about},
        # A contributor may be a person or a group, and Croissant has no word for either. A name alone makes no person.
        "creator": [
            {"@type": "sc:Organization", "name": one["name"]} | ({"url": one["url"]} if "url" in one else {})
            for one in about["contributors"]
        ],
        "citeAs": citation(about, "bibtex"),
        **_RAI,
        "distribution": [_file(table, release) for table in _parts(release, profile)],
        "recordSet": [_record_set(table, release) for table in _parts(release, profile)],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _parts(release: Manifest, profile: Profile = BASE) -> list[Table]:
    """Return the tables of a release, and the views that it has."""
    return [*tables(profile).values(), *(view for view in views().values() if view.name in release.views)]


def _file(table: Table, release: Manifest) -> dict[str, Any]:
    path, formats = _glob(table, release), ["application/vnd.apache.parquet", "application/x-parquet"]
    named = {"@id": path, "name": path}
    # the registered name, and the one that the reference client knows
    if "*" in path:
        return {"@type": "cr:FileSet", **named, "includes": path, "encodingFormat": formats}
    file = release.files[path]
    about = {"contentUrl": path, "contentSize": f"{file.bytes} B", "encodingFormat": formats, "sha256": file.sha256}
    return {"@type": "cr:FileObject", **named, **about}


def _glob(table: Table, release: Manifest) -> str:
    """Return the name of a table's file, or a pattern that its files have."""
    first, *_ = files = release.files_of(table.path)
    if files == [f"{table.path}{PARQUET}"]:
        return first
    return f"{table.path}/*{PARQUET}" if all(one.count("/") == 1 for one in files) else f"{table.path}/**/*{PARQUET}"


def _record_set(table: Table, release: Manifest) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        **({"key": [{"@id": f"{table.name}/{column}"} for column in table.key]} if table.key else {}),
        "field": [_field(table, field, release) for field in table.fields],
    }


def _field(table: Table, field: Field, release: Manifest) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table.name}/{field.name}",
        "name": field.name,
        "description": field.description,
        "dataType": _TYPES[field.kind],
        "source": {**_of(_glob(table, release)), "extract": {"column": field.name}},
    }
    if field.references:
        # The column of the file, not the field of the record set: the reference client reads a record set before those
        # that refer to its fields, and so fails on a table that refers to itself, or to one without rows.
        other = tables()[field.references]
        found["references"] = {**_of(_glob(other, release)), "extract": {"column": "id"}}
    return found


def _of(path: str) -> dict[str, Any]:
    return {"fileSet" if "*" in path else "fileObject": {"@id": path}}


def card(release: Manifest) -> str:
    """Return the text of ``README.md``, a page that people read, with the head that dataset hubs read.

    Args:
        release: the manifest, which counts the rows.
    """
    about = dict(release.dataset)
    return "\n".join([*_head(about, release), "", *_body(about, release)]) + "\n"


def _head(about: dict[str, Any], release: Manifest) -> Iterator[str]:
    """Yield the front matter: YAML whose texts are written as JSON, which is YAML, too."""
    yield "---"
    yield f"pretty_name: {quoted(about['title'])}"
    # Hubs write SPDX identifiers so, and have a word of their own for none.
    yield f"license: {about['license'].lower() if is_licensed(about) else 'unknown'}"
    if "language" in about and unlisted("language", about["language"]) is None:  # hubs refuse what is no language
        yield f"language: {quoted(about['language'].partition('-')[0])}"
    if keywords := about.get("keywords"):
        yield "tags:"
        yield from (f"- {quoted(word)}" for word in keywords)
    if annotation := about.get("annotated_by"):
        yield "annotations_creators:"
        yield from (f"- {name}" for made_by, name in _CREATORS.items() if annotation in (made_by, "both"))
    yield "source_datasets:"
    yield "- original"
    yield "size_categories:"
    total = sum(content.rows for content in release.tables.values())
    yield f"- {next((name for limit, name in _SIZES if total < limit), 'n>1M')}"
    yield "configs:"
    rows = {name: content.rows for name, content in {**release.tables, **release.views}.items()}
    parts = [table for table in _parts(release) if rows[table.name]]  # hubs' loaders fail on a file without rows
    for table in sorted(parts, key=lambda one: one.name not in release.views):
        yield f"- config_name: {table.name}"
        yield f"  data_files: {_glob(table, release)}"
        if table.name == _DEFAULT:
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
    if annotation := about.get("annotated_by"):
        yield f"- Who made the records: {_MAKERS[annotation]}."
    yield "- A verdict is what the cited sources showed to whoever assessed the claim, on the day in `assessed_on`."
    yield "- How the records came about, and what they should not be used for, is told in the datasheet: the file"
    yield "  DATASHEET.md of the repository that a release was built in, where it has one."


def _tables(release: Manifest) -> Iterator[str]:
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
    is_divided = any("*" in _glob(table, release) for table in _parts(release))
    said = "is a Parquet file or a folder of such" if is_divided else "is a Parquet file"
    yield f"Each table {said}, and a configuration of its own if it has rows; the eight record types are also"
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
    "README.md": card,
}
"""The names of the files; each is made of models and manifest alone."""


def described(release: Manifest) -> dict[str, bytes]:
    """Return the descriptors of a release whose manifest vouches for its Parquet files."""
    return {name: describe(release).encode() for name, describe in DESCRIPTORS.items()}
