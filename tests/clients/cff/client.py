"""Checks a CITATION.cff against its schema and the release: python client.py RELEASE [CITATION.cff].

Without a second argument the file is looked for in the root of the checkout, two folders above the release.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from ruamel.yaml import YAML

CHECK = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.citation-file-format"]


def main(release: Path, path: Path) -> str:
    """Return what was found to be in order; raise AssertionError otherwise."""
    about = json.loads((release / "manifest.json").read_text("utf-8"))["dataset"]
    assert path.is_file(), f"there is no {path}"
    done = subprocess.run([*CHECK, str(path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = YAML(typ="safe").load(path.read_text("utf-8"))
    pairs = {"title": "title", "version": "data_version", "license": "license", "abstract": "description"}
    wrong = [here for here, there in pairs.items() if found.get(here) != about[there]]
    assert not wrong, f"differs from the release: {', '.join(wrong)}"
    assert [one["name"] for one in found["authors"]] == [one["name"] for one in about["contributors"]], "other authors"
    with tempfile.TemporaryDirectory() as folder:
        broken = Path(folder) / "CITATION.cff"
        broken.write_text(path.read_text("utf-8").replace("type: dataset", "type: data set"), "utf-8")
        done = subprocess.run([*CHECK, str(broken)], capture_output=True, text=True, check=False)
    assert done.returncode == 1, "a wrong type is not noticed"
    return f"valid, {len(found)} fields, {len(found['authors'])} authors as in the release; a wrong type is noticed"


if __name__ == "__main__":
    try:
        folder = Path(sys.argv[1]).resolve()
        print(main(folder, Path(sys.argv[2]) if len(sys.argv) > 2 else folder.parent.parent / "CITATION.cff"))
    except Exception as error:  # noqa: BLE001 (whatever the client raises, one line says so)
        print(f"{type(error).__name__}: {' '.join(str(error).split())[:500]}")
        sys.exit(1)
