"""Print the oldest version that ``pyproject.toml`` allows of each direct dependency, extras and tools included.

``make oldest`` installs them and runs the tests there. A dependency without a lower bound has no oldest version and is
left out, unless it is one that users install: that is an error.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TOOLS = "dev"  # the extra that only maintainers install


def oldest(project: dict[str, Any]) -> list[str]:
    """Return each direct dependency at its lower bound.

    Raises:
        ValueError: a dependency that users install has no lower bound.
    """
    given = {"": project["dependencies"], **project["optional-dependencies"]}
    found = set()
    for extra, requirements in given.items():
        for one in requirements:
            if match := re.fullmatch(r"([\w.-]+(?:\[[\w,-]+\])?)>=([\d.]+)", one):
                found.add(f"{match[1]}=={match[2]}")
            elif extra != TOOLS:
                raise ValueError(f"{one} has no lower bound, or more than that")
    return sorted(found)


if __name__ == "__main__":
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    sys.stdout.write("\n".join(oldest(about)) + "\n")
