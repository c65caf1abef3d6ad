"""Whether a tag may become a release: ``python .ci/release.py v1.2.3``.

Exits 0 with one line, or 1 with a line for each reason why not. It reads the checkout that it lies in, and needs
nothing but Python.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent


def reasons(tag: str) -> Iterator[str]:
    """Yield each reason why *tag* may not be released."""
    version = re.findall(r'^__version__ = "(.*)"$', read("news_dataset/__init__.py"), re.MULTILINE)[0]
    if tag != f"v{version}":
        yield f"the tag is {tag}, but the package is {version}: it should be v{version}"
    parts = re.split(r"^## (.*)\n", read("CHANGELOG.md"), flags=re.MULTILINE)[1:]
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    if sections.get("Unreleased", "").strip():
        yield f"CHANGELOG.md still has lines under Unreleased: move them to {version}"
    heading = next((one for one in sections if re.fullmatch(rf"{re.escape(version)} - \d{{4}}-\d\d-\d\d", one)), None)
    if heading is None:
        yield f"CHANGELOG.md has no section for it: write ## {version} - YYYY-MM-DD"
        return
    if "\n- " not in sections[heading]:
        yield f"CHANGELOG.md says nothing under {heading}"
    about = json.loads(read("data/published/manifest.json"))["dataset"]
    if about["data_version"].endswith(".dev"):
        yield f"data {about['data_version']} is a draft: take .dev away in data/dataset.yaml, and news-dataset build"
    versions = f"Schema {about['schema_version']}, data {about['data_version']}."
    if versions not in sections[heading].splitlines():
        yield f"CHANGELOG.md does not name the other two versions under {heading}: write the line “{versions}”"


def read(name: str) -> str:
    """Return the text of a file of the checkout."""
    return (ROOT / name).read_text("utf-8")


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    if len(sys.argv) != 2:
        sys.exit("usage: python .ci/release.py TAG")
    found = list(reasons(sys.argv[1]))
    print("\n".join(found) or f"{sys.argv[1]} may be released")
    sys.exit(1 if found else 0)
