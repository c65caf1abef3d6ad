"""The release in Croissant 1.1, JSON-LD in the terms of schema.org that search engines and loaders of data read."""

from __future__ import annotations

import json
from typing import Any

from news_dataset.credit import citation
from news_dataset.manifest import Manifest
from news_dataset.tabular import Field, Table, tables

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "name": {"@container": "@language"},
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
"""The context that the standard lists, whole: without one of its terms clients warn."""

_TYPES = {
    "string": "sc:Text", "code": "sc:Text", "int32": "sc:Integer", "double": "sc:Float", "bool": "sc:Boolean",
    "date32": "sc:Date",
}  # fmt: skip


def croissant(release: Manifest) -> str:
    """Return the text of ``croissant.json``.

    Args:
        release: the manifest, which vouches for the Parquet files.
    """
    about = dict(release.dataset)
    found = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": about["name"],
        "alternateName": about["title"],
        "description": about["description"],
        "version": about["data_version"],
        "datePublished": _month(about["data_version"]),
        "license": about["license_url"],
        **({"url": about["homepage"]} if "homepage" in about else {}),
        **({"inLanguage": about["language"]} if "language" in about else {}),
        **({"keywords": about["keywords"]} if "keywords" in about else {}),
        "creator": [_creator(one) for one in about["contributors"]],
        "citeAs": citation(about, "bibtex"),
        "distribution": [_file(name, release) for name in tables()],
        "recordSet": [_record_set(table) for table in tables().values()],
    }
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _month(version: str) -> str:
    """Return year and month of a data version, the date of ISO 8601 that it tells; a day it does not."""
    return "-".join(version.split(".")[:2])


def _creator(one: dict[str, Any]) -> dict[str, Any]:
    # A contributor may be a person or a group, and Croissant has no word for either. A name alone makes no person.
    return {"@type": "sc:Organization", "name": one["name"]} | ({"url": one["url"]} if "url" in one else {})


def _file(name: str, release: Manifest) -> dict[str, Any]:
    file = release.files[f"{name}.parquet"]
    return {
        "@type": "cr:FileObject",
        "@id": f"{name}.parquet",
        "name": f"{name}.parquet",
        "contentUrl": f"{name}.parquet",
        "contentSize": f"{file.bytes} B",
        # the registered name, and the one that the reference client knows
        "encodingFormat": ["application/vnd.apache.parquet", "application/x-parquet"],
        "sha256": file.sha256,
    }


def _record_set(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.description,
        "key": [{"@id": f"{table.name}/{column}"} for column in table.key],
        "field": [_field(table.name, field) for field in table.fields],
    }


def _field(table: str, field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"{table}/{field.name}",
        "name": field.name,
        "description": field.description,
        "dataType": _TYPES[field.kind],
        "source": {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": field.name}},
    }
    if field.references:
        # The column of the file, not the field of the record set: the reference client reads a record set before those
        # that refer to its fields, and so fails on a table that refers to itself, or to one without rows.
        found["references"] = {"fileObject": {"@id": f"{field.references}.parquet"}, "extract": {"column": "id"}}
    return found
