"""Write mapping files: the mapping that an import used, or that a later import of an export needs."""

from __future__ import annotations

import json
from typing import Any

from news_dataset.curate.canonical import canonical
from news_dataset.records.mapping import Mapping

NAME = "import-mapping.yaml"
"""Name of the file beside imported records that has the mapping of the import."""


def text_of(mapping: Mapping, remark: str) -> str:
    """Return a mapping as YAML, without empty parts; *remark* becomes a comment on the first line."""
    data: dict[str, Any] = {name: value for name, value in mapping.to_dict().items() if value != {}}
    if rules := data.get("annotations"):
        data["annotations"] = [{name: value for name, value in rule.items() if value != {}} for rule in rules]
    return canonical(f"# {remark}\n{json.dumps(data, ensure_ascii=False)}", None)
