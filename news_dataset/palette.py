"""The colours of verdicts, the same in plots and on the explorer page."""

from __future__ import annotations

NONE = "not_assessed"
"""The verdict of a statement without assessment."""

# Told apart by people with any kind of colour vision, and in print: by hue, and by lightness.
VERDICTS = {
    "supported": "#0b5c99",
    "partly_supported": "#8cc5ec",
    "unsupported": "#f2b48a",
    "contradicted": "#d9590b",
    "not_checkable": "#b0b0b0",
    NONE: "#e9e9e9",
}
