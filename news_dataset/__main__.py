"""``python -m news_dataset`` is the command ``news-dataset``."""

from __future__ import annotations

import sys

from news_dataset.cli import main

if __name__ == "__main__":
    sys.exit(main())
