"""Draw the pictures of the three plots for the docs: ``python docs/plots.py [FOLDER]``, without it into docs/img."""

from __future__ import annotations

import sys
from pathlib import Path

import news_dataset as nd

PICTURES = ("timeline", "speakers", "verdicts")


def main(folder: Path) -> None:
    """Write a picture of each plot of the bundled dataset."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PICTURES:
        figure = getattr(nd.plot, name)().figure
        # A picture has no metadata: the same plot is the same file
        figure.savefig(folder / f"plot-{name}.png", dpi=130, metadata={"Software": None})


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "img")
