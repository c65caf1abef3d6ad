"""A stranger with nothing but the README: from a clone to a plotted answer: ``python client.py REPOSITORY``.

The block runs in bash in a new folder with an empty HOME; then again, after the clone's release was broken.
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
        if "-m venv" in one
    ]
    assert len(found) == 1, f"{len(found)} blocks that make an environment"
    commands = len(re.sub(r"<<'END'\n.*?\nEND\n", "\n", found[0], flags=re.DOTALL).strip().splitlines())
    assert commands <= MOST, f"{commands} commands"
    return str(found[0])


def walk(root: Path, here: Path) -> tuple[int, bytes]:
    """Run the block in *here*, beside the clone; return its exit code, and the picture."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    picture = here / "verdicts.png"
    picture.unlink(missing_ok=True)
    done = subprocess.run(
        ["bash", "-e", "-c", block(root)], cwd=here, env=env | {"HOME": str(here)}, capture_output=True
    )
    return done.returncode, picture.read_bytes() if picture.exists() else b""


def main(root: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    with tempfile.TemporaryDirectory() as folder:
        here, clone = Path(folder), Path(folder) / "news_dataset"
        subprocess.run(["git", "clone", "--quiet", str(root), str(clone)], check=True)
        code, picture = walk(root, here)
        assert code == 0, f"the block ends with {code}"
        assert picture.startswith(b"\x89PNG"), "there is no picture"
        assert len(picture) > 5000, "the picture is almost empty"
        (clone / "data" / "published" / "views" / "who_said_what.parquet").write_bytes(b"broken")
        other, nothing = walk(root, here)
    assert other != 0, "a broken release is not noticed"
    assert nothing == b"", "a broken release is plotted"
    return f"a picture of {len(picture)} bytes; a clone with a broken release is refused"


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1])))
    except Exception as error:  # noqa: BLE001 (whatever goes wrong, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
        sys.exit(1)
