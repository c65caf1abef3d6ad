"""What package checkers say of the wheel and the sdist in a folder; and that they notice broken twins.

python client.py DIST: exits 0 with one line, or 1 with one line that says which checker said what about which file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path


def check_wheel(wheel: Path) -> str:
    """Ask check-wheel-contents."""
    return complaint("check_wheel_contents", "--no-config", str(wheel))


def check_description(distribution: Path) -> str:
    """Ask twine, which renders the README as an index does."""
    return complaint("twine", "check", "--strict", str(distribution))


def check_project(sdist: Path) -> str:
    """Ask validate-pyproject about the sdist's pyproject.toml."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pyproject.toml"
        with tarfile.open(sdist) as archive:
            (name,) = [one for one in archive.getnames() if one.count("/") == 1 and one.endswith("/pyproject.toml")]
            found = archive.extractfile(name)
            path.write_bytes(found.read() if found else b"")
        return complaint("validate_pyproject", str(path))


def complaint(module: str, *arguments: str) -> str:
    """Return what a checker says, in one line, where it is not content."""
    # it would ask the index for the list of classifiers; the package trove-classifiers holds it too
    env = os.environ | {"VALIDATE_PYPROJECT_NO_NETWORK": "1"}
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    said = re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)  # colours
    return " ".join(said.split()) if done.returncode else ""


def with_stray_file(wheel: Path, to: Path) -> Path:
    """Copy a wheel and put a module beside the package."""
    stray = b"stray = True\n"
    digest = urlsafe_b64encode(sha256(stray).digest()).rstrip(b"=").decode()
    line = f"stray.py,sha256={digest},{len(stray)}\n".encode()

    def listed(name: str, data: bytes) -> bytes:
        return line + data if name.endswith(".dist-info/RECORD") else data

    return rewritten(wheel, to, listed, {"stray.py": stray})


def without_readme(wheel: Path, to: Path) -> Path:
    """Copy a wheel whose metadata have no description."""

    def head(name: str, data: bytes) -> bytes:
        return data.partition(b"\n\n")[0] + b"\n\n" if name.endswith(".dist-info/METADATA") else data

    return rewritten(wheel, to, head, {})


def rewritten(wheel: Path, to: Path, change: Callable[[str, bytes], bytes], more: dict[str, bytes]) -> Path:
    """Copy a wheel, changing files and adding some."""
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(to / wheel.name, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
        for name, data in more.items():
            new.writestr(name, data)
    return to / wheel.name


def with_unknown_key(sdist: Path, to: Path) -> Path:
    """Make an sdist whose project has a key that there is not."""
    folder = to / "twin-0"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "twin"\nversion = "0"\nlicence = "MIT"\n', "utf-8")
    with tarfile.open(to / sdist.name, "w:gz") as archive:
        archive.add(folder, folder.name)
    return to / sdist.name


def main() -> str:
    """Return the first complaint about the distributions, or the first broken twin that passes; else nothing."""
    if len(sys.argv) != 2:
        return "usage: python client.py DIST"
    dist = Path(sys.argv[1])
    wheels, sdists = sorted(dist.glob("*.whl")), sorted(dist.glob("*.tar.gz"))
    if len(wheels) != 1 or len(sdists) != 1:
        return f"{dist} holds {len(wheels)} wheels and {len(sdists)} sdists, not one of each"
    (wheel,), (sdist,) = wheels, sdists
    for check, path in (
        (check_wheel, wheel), (check_description, wheel), (check_description, sdist), (check_project, sdist),
    ):  # fmt: skip
        said = check(path)
        if said:
            return f"{check.__name__}: {path.name}: {said}"
    for check, path, twin, word in (
        (check_wheel, wheel, with_stray_file, "W009"),
        (check_description, wheel, without_readme, "long_description"),
        (check_project, sdist, with_unknown_key, "licence"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            said = check(twin(path, Path(folder)))
        if word not in said:
            return f"{check.__name__}: {twin.__name__} should be refused for {word}: {said or 'nothing was said'}"
    return ""


if __name__ == "__main__":
    problem = main()
    print(problem or "wheel, sdist and pyproject.toml pass; three broken twins were refused")
    sys.exit(1 if problem else 0)
