"""Standard output and error that are absent, closed, full or unread: the exit code is that of the work, never 70."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path

import pytest

from news_dataset import cli
from news_dataset.cli import main
from news_dataset.cli.streams import usable_streams
from tests.each import each

FULL = Path("/dev/full")


class WriteOnly:
    """What programs put in the place of a stream: it can be written to, and that is all."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, text: str) -> None:
        """Keep the text."""
        self.text += text


def closed() -> io.StringIO:
    """Return a stream that was closed."""
    stream = io.StringIO()
    stream.close()
    return stream


@pytest.mark.skipif(not FULL.exists(), reason="the system has no full device")
@each([
    ("info", ">&-", 0), ("info", "2>&-", 0), ("info", "<&- >&- 2>&-", 0), ("explain nonsense", "2>&-", 2),
    ("info nowhere", ">&- 2>&-", 2), ("nonsense", "2>&-", 2), ("--help", ">&-", 0), ("info", ">/dev/full", 5),
    ("info", ">/dev/full 2>/dev/full", 5), ("info nowhere", "2>/dev/full", 2), ("info", "1</dev/null", 5),
])  # fmt: skip
def test_streams_of_a_shell(words: str, how: str, code: int, tmp_path: Path) -> None:
    """What was printed is lost; the rest is as it would have been, and the interpreter adds nothing at its end."""
    command = f'exec "$0" -m news_dataset {words} {how}'
    done = subprocess.run(["/bin/sh", "-c", command, sys.executable], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == code, done
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("make", [lambda: None, closed, WriteOnly])
def test_streams_of_a_program(make: type[WriteOnly], dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windowed programs have no streams; they are given back as they were."""
    out, err = make(), make()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)

    assert main(["validate", str(dataset)]) == 0
    assert main(["validate", str(dataset / "nowhere")]) == 2
    assert (sys.stdout, sys.stderr) == (out, err)
    if isinstance(out, WriteOnly):
        assert "0 errors" in out.text
        assert "there is no" in err.text


def test_without_them_it_is_a_bug(dataset: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above would see it."""
    monkeypatch.setattr(cli, "usable_streams", nullcontext)
    monkeypatch.setattr(sys, "stdout", None)

    assert main(["validate", str(dataset)]) == 70


def test_no_file_gets_the_number_of_a_stream(tmp_path: Path) -> None:
    """What libraries print would go into the file."""
    code = (
        "import os, sys; from news_dataset.cli.streams import usable_streams\n"
        "with usable_streams(): print(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT), file=open(sys.argv[2], 'w'))"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "a"), str(tmp_path / "number")]
    subprocess.run(["/bin/sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', *words], check=True)

    assert int((tmp_path / "number").read_text()) > 2


def test_descriptors_are_not_used_up() -> None:
    """Commands may be called any number of times."""
    with usable_streams():
        first = os.open(os.devnull, os.O_RDONLY)
        os.close(first)
    with usable_streams():
        again = os.open(os.devnull, os.O_RDONLY)
        os.close(again)

    assert again == first
