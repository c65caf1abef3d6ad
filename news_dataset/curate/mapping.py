"""Mapping files as text: what an import used, or an export needs to be read again."""

from __future__ import annotations

import json
from typing import Any

from news_dataset.curate.canonical import canonical
from news_dataset.records.mapping import Mapping

NAME = "import-mapping.yaml"
"""The file, beside the records that were imported, with the mapping that was used."""


def text_of(mapping: Mapping, remark: str) -> str:
    """Return a mapping as the text of its file.

    Args:
        mapping: the mapping.
        remark: a comment for its first line.
    """
    data: dict[str, Any] = {name: value for name, value in mapping.to_dict().items() if value != {}}
    if rules := data.get("annotations"):
        data["annotations"] = [{name: value for name, value in rule.items() if value != {}} for rule in rules]
    return canonical(f"# {remark}\n{json.dumps(data, ensure_ascii=False)}", None)
