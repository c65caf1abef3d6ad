"""Read YAML, JSON and JSON Lines strictly into plain data, with the line and column of every value.

Nothing is raised: what is wrong with a file is a ``Problem`` in its ``Document``, which ``checks.shape`` reports.
"""

from __future__ import annotations

from pathlib import Path

from news_dataset.files import MAX_BYTES, ReadError, decode, read_bytes
from news_dataset.reader.document import MAX_PROBLEMS, UNREAD, Document, Plain, step
from news_dataset.reader.jsonfile import parse_json, parse_json_line, parse_json_lines
from news_dataset.reader.yamlfile import is_ambiguous, parse_yaml, read_as, typed

__all__ = [
    "MAX_PROBLEMS", "UNREAD", "Document", "Plain", "is_ambiguous", "parse_json", "parse_json_line", "parse_json_lines",
    "parse_yaml", "read", "read_as", "step", "typed",
]  # fmt: skip


def read(path: Path, data: bytes | None = None) -> Document:
    """Read a YAML, JSON or JSON Lines file.

    Args:
        path: the file; its suffix says the format, and is YAML unless .json or .jsonl.
        data: its bytes, if the caller has read them already.

    Returns:
        The document; its ``data`` is None if a problem leaves nothing to check.
    """
    try:
        if data is None:
            data = read_bytes(path, limit=None if path.suffix == ".jsonl" else MAX_BYTES)
        if path.suffix == ".jsonl":
            return parse_json_lines(data, str(path))
        return (parse_json if path.suffix == ".json" else parse_yaml)(decode(data), str(path))
    except ReadError as refusal:
        return Document(str(path), None, {}, {}, (refusal.problem,))
