"""A stranger with nothing but the README: from a clone to a plotted answer: ``python client.py REPOSITORY``.

The block runs in bash in a new folder with an empty HOME. Its broken twin is a clone without its release.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

MOST = 9  # commands


def block(root: Path) -> str:
    """Return the block of commands that the README shows."""
    found = [
        one
        for one in re.findall(r"```sh\n(.*?)```", (root / "README.md").read_text("utf-8"), re.DOTALL)
        if "venv" in one
    ]
    assert len(found) == 1, f"{len(found)} blocks that make an environment"
    commands = len(re.sub(r"<<'END'\n.*?\nEND\n", "\n", found[0], flags=re.DOTALL).strip().splitlines())
    assert commands <= MOST, f"{commands} commands"
    return str(found[0])


def walk(root: Path, *, is_broken: bool) -> tuple[int, bytes]:
    """Run the block beside a fresh clone; return its exit code, and the picture."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder)
        subprocess.run(["git", "clone", "--quiet", str(root), str(here / "news_dataset")], check=True)
        if is_broken:
            (here / "news_dataset" / "data" / "published" / "statements.parquet").write_bytes(b"broken")
        env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        done = subprocess.run(
            ["bash", "-e", "-c", block(root)], cwd=here, env=env | {"HOME": str(here)}, capture_output=True, text=True
        )
        picture = here / "verdicts.png"
        return done.returncode, picture.read_bytes() if picture.exists() else b""


def main(root: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    code, picture = walk(root, is_broken=False)
    assert code == 0, f"the block ends with {code}"
    assert picture.startswith(b"\x89PNG"), "there is no picture"
    assert len(picture) > 5000, "the picture is almost empty"
    other, nothing = walk(root, is_broken=True)
    assert other != 0, "a broken release is not noticed"
    assert nothing == b"", "a broken release is plotted"
    return f"a picture of {len(picture)} bytes; a clone with a broken release is refused"


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1])))
    except Exception as error:  # noqa: BLE001 (whatever goes wrong, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
        sys.exit(1)
