"""UIMA CAS files for tests: written by hand where they are wrong, by ``cassis`` where they are right; invented."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

TEXT = "🙂 Mira Example said 🙂 it rains.\r\nEnd"
"""The invented text of most tests; two characters of two UTF-16 units."""

DKPRO = "de.tudarmstadt.ukp.dkpro.core.api"
WEBANNO = "de.tudarmstadt.ukp.clarin.webanno.api.type"

Features = dict[str, str]

TYPES: dict[str, tuple[str, Features]] = {
    "custom.Link": ("uima.cas.TOP", {"role": "String", "target": "uima.tcas.Annotation"}),
    "custom.Says": ("uima.tcas.Annotation", {
        "kind": "String", "sure": "Boolean", "count": "Integer", "far": "Long", "score": "Double", "type": "String",
        "tags": "StringArray", "numbers": "IntegerArray", "shared": "StringArray!", "words": "StringList",
        "bytes": "ByteArray", "next": "custom.Says", "parts": "FSArray", "others": "FSList", "roles": "custom.Link[]",
    }),
    "custom.Two": ("uima.tcas.Annotation", {"one": "custom.Link[]", "two": "custom.Link[]"}),
    "custom.Relation": ("uima.tcas.Annotation", {
        "Governor": "uima.tcas.Annotation", "Dependent": "uima.tcas.Annotation", "label": "String",
    }),
    "custom.Chain": ("uima.cas.AnnotationBase", {"first": "custom.Says"}),
    "custom.Topic": ("uima.cas.AnnotationBase", {"name": "String"}),
    f"{DKPRO}.segmentation.type.Token": ("uima.tcas.Annotation", {"parent": "uima.tcas.Annotation"}),
    f"{DKPRO}.segmentation.type.Sentence": ("uima.tcas.Annotation", {}),
    f"{DKPRO}.metadata.type.DocumentMetaData": ("uima.tcas.DocumentAnnotation", {
        "documentTitle": "String", "documentId": "String", "documentUri": "String",
    }),
    f"{WEBANNO}.CASMetadata": ("uima.cas.AnnotationBase", {"username": "String"}),
    f"{WEBANNO}.LayerDefinition": ("uima.cas.TOP", {"name": "String"}),
}  # fmt: skip
"""Types of a tool's layers: name, what it inherits from, and features; ``!`` marks an array that may be shared."""


def type_system() -> str:
    """Return the types as a type system in XML."""
    lines = ['<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types>']
    for name, (above, features) in TYPES.items():
        lines.append(
            f"<typeDescription><name>{name}</name><description/><supertypeName>{above}</supertypeName><features>"
        )
        for one, what in features.items():
            lines.append(f"<featureDescription><name>{one}</name>{_range(what)}</featureDescription>")
        lines.append("</features></typeDescription>")
    return "\n".join([*lines, "</types></typeSystemDescription>"])


def _range(what: str) -> str:
    element = f"<elementType>{what[:-2]}</elementType>" if what.endswith("[]") else ""
    shared = "<multipleReferencesAllowed>true</multipleReferencesAllowed>" if what.endswith("!") else ""
    return f"<rangeTypeName>{_full(what)}</rangeTypeName>{element}{shared}"


def _full(what: str) -> str:
    name = "FSArray" if what.endswith("[]") else what.rstrip("!")
    return name if "." in name else f"uima.cas.{name}"


def xmi(*structures: str, text: str | None = TEXT, more: str = "") -> str:
    """Return an XMI file with a view.

    Args:
        structures: elements such as ``custom:Says xmi:id="2" begin="0" end="1"``; those with ``</`` are whole elements.
        text: the text of the view.
        more: further elements.
    """
    spaces = {"custom": "custom", "segmentation": f"{DKPRO}.segmentation.type", "metadata": f"{DKPRO}.metadata.type",
              "webanno": WEBANNO, "tcas": "uima.tcas", "other": "other"}  # fmt: skip
    names = "".join(f' xmlns:{name}="http:///{space.replace(".", "/")}.ecore"' for name, space in spaces.items())
    sofa = "" if text is None else f" sofaString={_quoted(text)}"
    whole = [one if "</" in one else f"<{one}/>" for one in structures]
    ids = " ".join(one.split('xmi:id="')[1].split('"')[0] for one in structures if 'xmi:id="' in one)
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"{names} xmi:version="2.0">',
        '<cas:NULL xmi:id="0"/>', *whole,
        f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text"{sofa}/>',
        f'<cas:View sofa="1" members="{ids}"/>', more, "</xmi:XMI>",
    ])  # fmt: skip


def _quoted(text: str) -> str:
    return quoteattr(text, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def json_cas(*structures: dict[str, Any], text: str | None = TEXT, **more: Any) -> dict[str, Any]:
    """Return a JSON CAS with a view; ``more`` replaces parts of it, such as ``types=None``."""
    types = {name: {"%NAME": name, "%SUPER_TYPE": above}
             | {one: {"%NAME": one, "%RANGE": _full(what)} for one, what in features.items()}
             for name, (above, features) in TYPES.items()}  # fmt: skip
    sofa = {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView"}
    said = {
        "%TYPES": types,
        "%FEATURE_STRUCTURES": [sofa | ({} if text is None else {"sofaString": text}), *structures],
        "%VIEWS": {"_InitialView": {"%SOFA": 1, "%MEMBERS": [one["%ID"] for one in structures if "%ID" in one]}},
    }
    said |= {f"%{name.upper()}": value for name, value in more.items()}
    return {name: value for name, value in said.items() if value is not None}


def says(id: int, begin: int, end: int, **more: Any) -> dict[str, Any]:  # noqa: A002
    """Return a structure of JSON that marks words."""
    return {"%ID": id, "%TYPE": "custom.Says", "@sofa": 1, "begin": begin, "end": end} | more


def folder_of(folder: Path, **files: str | dict[str, Any]) -> Path:
    """Write files by their names with ``__`` for the dot, beside a type system; return their folder."""
    (folder / "TypeSystem.xml").write_text(type_system(), "utf-8")
    for name, content in files.items():
        said = content if isinstance(content, str) else json.dumps(content)
        (folder / name.replace("__", ".")).write_bytes(said.encode())
    return folder


def units(text: str, words: str) -> tuple[int, int]:
    """Return where words begin and end in a text, in UTF-16 code units."""
    begin = len(text[: text.index(words)].encode("utf-16-le")) // 2
    return begin, begin + len(words.encode("utf-16-le")) // 2


def spans_of(cas: Any) -> Iterator[tuple[str, str, str]]:
    """Yield id, type and words of what ``cassis`` finds in a CAS."""
    for one in cas.select_all_annotations():
        yield str(one.xmiID), one.type.name, one.get_covered_text()
