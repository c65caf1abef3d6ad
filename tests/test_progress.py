"""Progress: on a terminal, after a while, on standard error, and gone when the work is done."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from news_dataset import validation
from news_dataset.cli import main, output
from tests.conftest import ROOT


class Terminal(io.StringIO):
    """Standard error as a terminal has it."""

    def isatty(self) -> bool:
        """Say that it is one."""
        return True


def on_terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Put a terminal in the place of standard error; in the test itself, as pytest puts its own there before it."""
    monkeypatch.setattr(output, "_DELAY", 0.0)
    monkeypatch.setattr(output, "_TICK", 0.01)
    found = Terminal()
    monkeypatch.setattr("sys.stderr", found)
    return found


def test_a_bar_shows_share_rate_and_remaining_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """And leaves nothing behind."""
    terminal = on_terminal(monkeypatch)
    with output.progress_bar("validate a.jsonl\x1b[2J") as told:
        for done in range(0, 1001, 100):
            told(done, 1000)
            time.sleep(0.05)

    shown = terminal.getvalue()
    assert "validate a.jsonl\\x1b[2J" in shown, "words of others are escaped"
    assert "/1.00k" in shown
    assert " records/s" in shown
    assert "<00:0" in shown, "the remaining time"
    assert not shown.rpartition("\r")[0].endswith("\n")
    assert shown.endswith("\r")


def test_a_clock_where_nobody_knows_how_much_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """It ticks while the work goes on."""
    terminal = on_terminal(monkeypatch)
    with output.busy("export out"):
        time.sleep(0.1)

    assert terminal.getvalue().count("export out 00:00") > 1
    assert terminal.getvalue().endswith("\r")


def test_short_work_leaves_the_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is shown within the first second."""
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with output.progress_bar("short") as told, output.busy("short"):
        told(1, 2)

    assert "short" not in terminal.getvalue()


def test_nothing_is_shown_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log is no place for bars."""
    monkeypatch.setattr(output, "_DELAY", 0.0)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with output.progress_bar("quiet") as told, output.busy("quiet"):
        told(1, 2)
        time.sleep(0.05)

    import sys

    assert isinstance(sys.stderr, io.StringIO)
    assert sys.stderr.getvalue() == ""


def test_validate_tells_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of large files; and a flood of issues is no flood of time."""
    terminal = on_terminal(monkeypatch)
    line = (ROOT / "data" / "published" / "sources.jsonl").read_bytes()
    path = tmp_path / "sources.jsonl"
    path.write_bytes(line * 30)
    monkeypatch.setattr(validation, "SMALL", 1000)

    assert main(["validate", str(path), "--issues", str(tmp_path / "issues.parquet")]) == 1
    assert " records/s" in terminal.getvalue()
    assert "… and " in capsys.readouterr().out
