"""Runs the hooks of a checkout with pre-commit in a repository of its own: python client.py ROOT.

ROOT is a checkout whose hooks are committed: they are those of its HEAD. The network is used by pip only, which
installs what the hooks need. The repository, pre-commit's store and its environments are removed again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BOX = re.compile(r"^```yaml\n(# data/.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"^# (\S+\.yaml)\n", re.MULTILINE)
ARTICLE = "data/curated/articles/harbour-fair.yaml"


class Repository:
    """A scratch repository, with a store of pre-commit's own."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.folder = folder
        names = ("PATH", "HOME", "LANG", "SSL_CERT_FILE", "HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        kept |= {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
        who = {f"GIT_{who}_{what}": "example" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        self.env = kept | who | {"PRE_COMMIT_HOME": str(store), "PRE_COMMIT_COLOR": "never"}

    def run(self, *words: str) -> tuple[int, str]:
        """Run a program and return its exit code and all that it prints."""
        done = subprocess.run(words, cwd=self.folder, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode()

    def must(self, *words: str) -> str:
        """Run a program that must succeed."""
        code, printed = self.run(*words)
        assert code == 0, f"{words[:2]} ended with {code}: {printed[-400:]}"
        return printed

    def hooks(self, *words: str) -> tuple[int, dict[str, str], str]:
        """Run the hooks; return the exit code, what became of each hook, and all that was printed."""
        self.must("git", "add", "--all")
        code, printed = self.run(sys.executable, "-m", "pre_commit", "run", *words)
        return code, dict(re.findall(r"^(news-dataset \w+)\.+(?:\(.*\))?(\w+)$", printed, re.MULTILINE)), printed


def main(root: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "records").mkdir()
        repository = Repository(folder / "records", folder / "store")
        write(root, repository)
        article = repository.folder / ARTICLE
        good = article.read_text("utf-8")

        code, became, printed = repository.hooks("--all-files")
        assert (code, set(became.values())) == (0, {"Passed"}), printed
        assert set(became) == {"news-dataset validate", "news-dataset fmt"}, printed

        article.write_text(good.replace("genre:", "gener:"), "utf-8")
        code, became, printed = repository.hooks("news-dataset-validate")
        line = next(number for number, words in enumerate(good.split("\n"), 1) if words.startswith("genre:"))
        assert (code, became) == (1, {"news-dataset validate": "Failed"}), printed
        assert f"{ARTICLE}:{line}:1: unknown_key gener" in printed, printed
        assert repository.run("git", "diff", "--quiet")[0] == 0, "validate changed a file"

        article.write_text(good.replace("genre: news\n", "") + "genre: news\n", "utf-8")
        code, became, printed = repository.hooks("news-dataset-fmt")
        assert (code, became) == (1, {"news-dataset fmt": "Failed"}), printed
        assert article.read_text("utf-8") == good, "fmt did not put the article in order"
        assert repository.hooks("news-dataset-fmt")[0] == 0, "fmt does not settle"

        (repository.folder / "notes.txt").write_text("x\n", "utf-8")
        repository.must("git", "commit", "--quiet", "--all", "--message", "records")
        (repository.folder / "notes.txt").write_text("y\n", "utf-8")
        code, became, printed = repository.hooks()
        assert (code, set(became.values())) == (0, {"Skipped"}), printed
        moved(repository, article)
    return "3 hooks pass on good records, fail on broken ones at their line in any folder, and leave other files alone"


def moved(repository: Repository, article: Path) -> None:
    """Move the dataset into a folder, with a release, and run the hooks there."""
    config = repository.folder / ".pre-commit-config.yaml"
    words = config.read_text("utf-8")
    for name in ("validate", "build"):
        words = words.replace(f"- id: news-dataset-{name}\n", f"- id: news-dataset-{name}\n    args: [sets/one]\n")
    config.write_text(words, "utf-8")
    place = repository.folder / "sets" / "one"
    place.mkdir(parents=True)
    (repository.folder / "data").rename(place / "data")
    (place / "data" / "published").mkdir()
    (place / "data" / "published" / "manifest.json").write_text("{}", "utf-8")
    article = place / article.relative_to(repository.folder)
    article.write_text(article.read_text("utf-8").replace("genre:", "gener:"), "utf-8")
    for name, told in {"validate": f"sets/one/{ARTICLE}:", "build": "unknown_key gener"}.items():
        code, _, printed = repository.hooks(f"news-dataset-{name}")
        assert code == 1, printed
        assert told in printed, printed


def write(root: Path, repository: Repository) -> None:
    """Write the records of docs/ci.md, and the configuration that it shows."""
    page = (root / "docs" / "ci.md").read_text("utf-8")
    box = BOX.search(page)
    assert box, "docs/ci.md has no records"
    _, *parts = NAMED.split(box[1])
    for name, words in zip(parts[::2], parts[1::2], strict=True):
        path = repository.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(words, "utf-8")
    commit = repository.must("git", "-C", str(root), "rev-parse", "HEAD").strip()
    config = page.partition("# .pre-commit-config.yaml\n")[2].partition("```")[0]
    config = config.replace("REPOSITORY", str(root)).replace("COMMIT", commit)
    (repository.folder / ".pre-commit-config.yaml").write_text(config, "utf-8")
    repository.must("git", "init", "--quiet")


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1]).resolve()))
    except Exception as error:  # noqa: BLE001 (whatever the client raises, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
        sys.exit(1)
