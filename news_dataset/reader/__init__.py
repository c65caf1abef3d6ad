"""Files into plain data, with the line and column of every value; read strictly, and never raising.

What is wrong with a file is a ``Problem`` in its ``Document``; the checks give it its name and its manual page.
"""

from __future__ import annotations

from pathlib import Path

from news_dataset.reader.document import Document, Plain, Problem, ReadError
from news_dataset.reader.files import MAX_BYTES, MAX_TEXT_BYTES, read_bytes, read_text
from news_dataset.reader.jsonfile import parse_json, parse_json_lines
from news_dataset.reader.scalars import typed
from news_dataset.reader.yamlfile import parse_yaml

YAML_SUFFIXES = (".yaml", ".yml")
SUFFIXES = (*YAML_SUFFIXES, ".json", ".jsonl")

__all__ = [
    "MAX_BYTES", "MAX_TEXT_BYTES", "SUFFIXES", "YAML_SUFFIXES",
    "Document", "Plain", "Problem", "ReadError",
    "parse_json", "parse_json_lines", "parse_yaml", "read", "read_bytes", "read_text", "typed",
]  # fmt: skip


def read(path: Path, shown: str = "") -> Document:
    """Read a YAML, JSON or JSON Lines file.

    Args:
        path: the file; its suffix says the format.
        shown: how messages name it; the path itself where empty.

    Returns:
        The document; its ``data`` is None where it has a problem that leaves nothing to check.
    """
    shown = shown or str(path)
    parse = {".json": parse_json, ".jsonl": parse_json_lines}.get(path.suffix, parse_yaml)
    try:
        text = read_text(path, limit=None if path.suffix == ".jsonl" else MAX_BYTES)
        return parse(text, shown)
    except ReadError as refusal:
        return Document(shown, None, {}, {}, (refusal.problem,))
