"""Define the colours of verdicts in plots and on the explorer page."""

from __future__ import annotations

NONE = "not_assessed"
"""Shown as the verdict of a statement without assessment."""

# They differ in hue and in lightness, so that people with any kind of colour vision can tell them apart, also in print.
VERDICTS = {
    "supported": "#0b5c99",
    "partly_supported": "#8cc5ec",
    "unsupported": "#f2b48a",
    "contradicted": "#d9590b",
    "not_checkable": "#b0b0b0",
    NONE: "#e9e9e9",
}
