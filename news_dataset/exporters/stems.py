"""Names of files for documents: safe on every system, and unique."""

from __future__ import annotations

import re
from unicodedata import normalize

from news_dataset.annotations import OWN

_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
_MAX_LENGTH = 80


class Stems:
    """Makes names of files, without suffix, for the documents of one folder.

    Example:
        >>> stems = Stems()
        >>> stems.stem("article/rain"), stems.stem("Article rain"), stems.stem("雨"), stems.stem("con")
        ('article-rain', 'Article-rain-2', 'document', 'document-con')
    """

    def __init__(self) -> None:
        self._used: dict[str, int] = {}

    def stem(self, id_: str) -> str:
        """Return a file name that differs from earlier ones in more than case."""
        plain = normalize("NFKD", id_.removeprefix(OWN))
        slug = re.sub(r"[^A-Za-z0-9._-]+", "-", plain)[:_MAX_LENGTH].strip("-.") or "document"
        base = name = f"document-{slug}" if _WINDOWS_DEVICE.match(slug) else slug
        while name.lower() in self._used:
            self._used[base.lower()] += 1
            name = f"{base}-{self._used[base.lower()]}"
        self._used[name.lower()] = 1
        return name
