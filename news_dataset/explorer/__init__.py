"""The explorer: a dataset as one page that needs no network, from ``file://`` or anywhere else.

The page is a shell, the styles and the program of ``vendor/`` (built from ``app/`` by ``make vendor``), and the rows as
JSON that is never executed. Its policy allows these two by their hashes and nothing else, so that no word of a dataset
can act; the program sets words as text alone.
"""

from __future__ import annotations

from news_dataset.explorer.page import Page, foreign, page

__all__ = ["Page", "foreign", "page"]
