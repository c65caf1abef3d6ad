"""The codebooks of all coded fields: code → definition, one YAML file each.

The files have the form of a dataset's own codebooks; an event type also lists its modes.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

import yaml

from news_dataset.files import read_packaged
from news_dataset.records.fields import Codebook


@cache
def _rows(name: str) -> list[dict[str, Any]]:
    """Return the rows of a codebook's file: mappings with ``code``, ``definition`` and perhaps ``modes``."""
    text = read_packaged(resources.files(__package__) / f"{name}.yaml")
    rows: list[dict[str, Any]] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return rows


def _codebook(name: str, *, is_open: bool = False, is_ordered: bool = False) -> Codebook:
    """Return the codebook in a file; the flags are those of ``Codebook``."""
    definitions = {item["code"]: item["definition"] for item in _rows(name)}
    return Codebook(name, definitions, is_open, is_ordered)


ASPECT = _codebook("aspect")
CERTAINTY = _codebook("certainty", is_ordered=True)
CLAIM_TYPE = _codebook("claim_type")
EVENT_ROLE = _codebook("event_role")
EVENT_TYPE = _codebook("event_type")
EVIDENCE_ROLE = _codebook("evidence_role", is_open=True)
FACTUALITY = _codebook("factuality")
GENRE = _codebook("genre")
INDEPENDENCE = _codebook("independence")
MENTION_CERTAINTY = _codebook("mention_certainty", is_ordered=True)
MODE = _codebook("mode")
NAME_KIND = _codebook("name_kind")
ORGANIZATION_KIND = _codebook("organization_kind")
PLACE_KIND = _codebook("place_kind")
POLARITY = _codebook("polarity")
QUANTITY_UNIT = _codebook("quantity_unit", is_open=True)
QUOTE_FIDELITY = _codebook("quote_fidelity")
REALIS = _codebook("realis")
RECORD_TYPE = _codebook("record_type")
REDIRECT_REASON = _codebook("redirect_reason")
RIGHTS = _codebook("rights")
SOURCE_KIND = _codebook("source_kind")
STANCE = _codebook("stance")
STATEMENT_KIND = _codebook("statement_kind")
STATEMENT_ROLE = _codebook("statement_role", is_open=True)
STATUS = _codebook("status")
TEXT_RULE = _codebook("text_rule")
TOPIC = _codebook("topic")
VALUE_FIELD = _codebook("value_field")
VERDICT = _codebook("verdict", is_ordered=True)

CODEBOOKS: tuple[Codebook, ...] = (
    ASPECT, CERTAINTY, CLAIM_TYPE, EVENT_ROLE, EVENT_TYPE, EVIDENCE_ROLE, FACTUALITY, GENRE, INDEPENDENCE,
    MENTION_CERTAINTY, MODE, NAME_KIND, ORGANIZATION_KIND, STATEMENT_ROLE, PLACE_KIND, POLARITY, QUANTITY_UNIT,
    QUOTE_FIDELITY, REALIS, RECORD_TYPE, REDIRECT_REASON, RIGHTS, SOURCE_KIND, STANCE, STATEMENT_KIND, STATUS,
    TEXT_RULE, TOPIC, VALUE_FIELD, VERDICT,
)  # fmt: skip

MODES_OF: dict[str, tuple[str, ...]] = {
    item["code"]: tuple(item["modes"]) for item in _rows("event_type") if "modes" in item
}
"""The modes that each event type admits; a type that is not listed has none."""

ATTRIBUTION = ("attribution", "quotation")
"""The aspects that ask whether somebody said it; all others except coding ask whether it is so."""

CLAIM_REVIEW: Mapping[str, tuple[int | None, str]] = {
    "contradicted": (1, "False"),
    "unsupported": (2, "Unsupported"),
    "partly_supported": (3, "Partly true"),
    "supported": (5, "True"),
    "not_checkable": (None, "Not checkable"),
}
"""Verdict → ``ratingValue`` (1 to 5, or None) and ``alternateName`` of a ``reviewRating`` in ClaimReview."""
