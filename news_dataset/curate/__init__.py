"""The curator's desk: templates, spans by their words, and a canonical form for records."""

from __future__ import annotations

from news_dataset.curate.anchor import Anchored, Refusal, anchor
from news_dataset.curate.canonical import FormatError, canonical
from news_dataset.curate.files import anchor_files, format_files
from news_dataset.curate.template import Draft, draft, template

__all__ = [
    "Anchored", "Draft", "FormatError", "Refusal", "anchor", "anchor_files", "canonical", "draft", "format_files",
    "template",
]  # fmt: skip
