"""Tests over many items look at all of them, and fail where one does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.each import each


def test_all_that_fail_are_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each item has a folder and patches of its own."""
    seen = []

    @each([(1, "a"), (2, "b"), (3, "c")])
    def test(number: int, word: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        seen.append((number, word, tmp_path))
        monkeypatch.setenv("NEWS_DATASET_TEST", word)
        assert number == 2, "no"

    with pytest.raises(AssertionError, match=r"2 of 3 fail:\n\(1, 'a'\): no[^(]*\(3, 'c'\): no") as caught:
        test(tmp_path=tmp_path, monkeypatch=monkeypatch)
    assert "(2, 'b')" not in str(caught.value)
    assert len({folder for _, _, folder in seen}) == 3
    assert "NEWS_DATASET_TEST" not in os.environ
