"""Words that a native-speaking reader stumbles over are in nothing that users or engineers read."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT

WORDS = re.compile(
    r"\b(so\s+many|how\s+manieth|is\s+said\s+of|(of|by)\s+whom|stands\s+(already|in|for)|gives\s+away|what\s+is\s+there"
    r"|at\s+hand|astray|but\s+a\s+warning|for\s+want\s+of|in\s+silence|once\s+and\s+for\s+(good|all)|what\s+there\s+is|of\s+before"
    r"|so\s+(may|can|must)\s+(an?|the)|such\s+as\s+are|(may|can)\s+be\s+had|comes\s+of\s+it|told\s+so"
    r"|speaks?\s+to\s+(it|the\s+claim)|walks\s+from|missing,\s+too\s+many|too\s+many\s+or)\b",
    re.IGNORECASE,
)
"""Phrases that were frequent here; a line break may part them."""

RIDDLES = {"lined", "judged", "emitted", "lone", "cut", "bones"}
"""Names that no module may have."""

READ = (
    "news_dataset/**/*.py", "docs/**/*.md", "docs/**/*.py", "docs/**/*.yaml", "examples/*.py", "benchmarks/*.py",
    "*.md", "schemas/1.2/*.json", "Makefile", "action.yml", "mkdocs.yml",
)  # fmt: skip


def found(text: str) -> list[str]:
    """Return the phrases in a text; the comment signs between two lines count as blanks."""
    return [" ".join(match[0].split()) for match in WORDS.finditer(re.sub(r"\n *# ?", "\n", text))]


@pytest.mark.parametrize("pattern", READ)
def test_words_are_plain(pattern: str) -> None:
    """In docstrings, comments, messages, pages and schemas."""
    paths = [path for path in ROOT.glob(pattern) if ".venv" not in path.parts and "node_modules" not in path.parts]

    assert paths
    assert {
        path.relative_to(ROOT).as_posix(): words for path in paths if (words := found(path.read_text("utf-8")))
    } == {}


def test_modules_have_names_of_the_field() -> None:
    """No riddles."""
    files = subprocess.run(["git", "ls-files", "news_dataset"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    stems = {Path(name).stem for name in files if name.endswith(".py")} or {"of an archive without git"}

    assert stems & RIDDLES == set()


def test_what_is_not_plain_is_noticed() -> None:
    """Negative control: within a line, over two, and in a comment; words that only look alike are not."""
    assert found("the text is at\n    # hand, for want of\nmore") == ["at hand", "for want of"]
    assert found("how it Stands in its file") == ["Stands in"]
    assert found("So may a field become one;\n# that is what there is") == ["So may a", "what there is"]
    assert found("a handful of the many; it stands alone") == []
