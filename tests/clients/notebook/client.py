"""Whether the notebook in ``examples/`` runs, and gives the outputs that it is committed with.

python client.py [--write]: exits 0 with one line, or 1 with one line. It takes the checkout that it lies in, runs every
cell in a kernel of its own environment, and compares all texts and the sizes of pictures; then again with another
release in the place of the bundled one, which must give other outputs. ``--write`` renews the outputs instead.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parents[3]
NOTEBOOK = ROOT / "examples" / "analysis.ipynb"
SECONDS = 120  # for one cell


def run(notebook: Any, package: Path, folder: Path, *, is_strict: bool = True) -> Any:
    """Return the notebook with the outputs that it gives with the package below *package*."""
    fresh = nbformat.from_dict(notebook)
    for cell in fresh.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)
    # The kernel gets the environment of this process; caches of fonts stay, all else is of this run
    os.environ |= {
        "PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1", "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"), "MPLCONFIGDIR": str(Path(sys.prefix) / "matplotlib"),
    }  # fmt: skip
    client = NotebookClient(
        fresh, timeout=SECONDS, kernel_name="python3", resources={"metadata": {"path": str(folder)}},
        allow_errors=not is_strict, record_timing=False,
    )  # fmt: skip
    client.execute()
    fresh.metadata = notebook.metadata  # not the version of the kernel
    return fresh


def outputs(notebook: Any) -> Iterator[tuple[str, str]]:
    """Yield each output with the id of its cell: text as it is, a picture by its size."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data") or {output.output_type: output.get("text", output.get("ename"))}
            for form, shown in sorted(data.items()):
                yield cell.id, f"{form}: {_size(shown) if form == 'image/png' else shown}"


def _size(picture: str) -> str:
    """Return the width and height that a PNG begins with."""
    data = b64decode(picture)
    assert data.startswith(b"\x89PNG"), "no PNG"
    return f"{int.from_bytes(data[16:20])} × {int.from_bytes(data[20:24])}"


def main() -> str:
    """Return what is wrong, or nothing."""
    notebook = nbformat.read(NOTEBOOK, 4)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        found = run(notebook, ROOT, folder)
        if "--write" in sys.argv[1:]:
            nbformat.write(found, NOTEBOOK)
            return ""
        expected, shown = list(outputs(notebook)), list(outputs(found))
        for (cell, one), (_, other) in zip(expected, shown, strict=False):
            if one != other:
                return f"cell {cell} gives another output: {' '.join(other.split())[:100]}"
        if len(expected) != len(shown):
            return f"there are {len(shown)} outputs, and {len(expected)} are committed"
        release = ROOT / "examples" / "second-article" / "data" / "published"
        twin = shutil.copytree(ROOT / "news_dataset", folder / "twin" / "news_dataset")
        shutil.copytree(release, twin / "_published", dirs_exist_ok=True)
        changed = list(outputs(run(notebook, twin.parent, folder, is_strict=False)))
        if changed == expected or not changed[0][1].startswith("text/html"):  # its first cell runs with any release
            return f"another release should give other outputs: {changed[0][1][:60]}"
    return ""


if __name__ == "__main__":
    try:
        problem = main()
    except Exception as error:  # noqa: BLE001 (whatever goes wrong, one line says so)
        problem = f"{type(error).__name__}: {' '.join(str(error).split())[-300:]}"
    print(problem or "every cell runs and gives what is committed; another release gives something else")
    sys.exit(1 if problem else 0)
