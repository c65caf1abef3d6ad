"""The curator's desk: templates, spans by their words, and a canonical form for records."""

from __future__ import annotations

from news_dataset.curate.anchor import Anchored, Refusal, anchor
from news_dataset.curate.canonical import canonical
from news_dataset.curate.template import template

__all__ = ["Anchored", "Refusal", "anchor", "canonical", "template"]
