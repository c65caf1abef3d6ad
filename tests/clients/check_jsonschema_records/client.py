"""The command check-jsonschema, with patterns as in ECMAScript, judges records and corpus: ``client.py REPOSITORY``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).parents[3]))  # the root of the checkout

from tests.clients.verdicts import run

# Whatever it tried to fetch would fail: a proxy that is not there.
CLOSED = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"), "http://127.0.0.1:9")


def judge(schema: Any, documents: list[Any]) -> list[bool]:
    """Judge all documents by one call of the command."""
    with tempfile.TemporaryDirectory() as folder:
        names = [f"{place}.json" for place in range(len(documents))]
        for name, document in zip(names, documents, strict=True):
            (Path(folder) / name).write_text(json.dumps(document), "utf-8")
        (Path(folder) / "schema").write_text(json.dumps(schema), "utf-8")
        command = [sys.executable, "-m", "check_jsonschema", "--no-cache", "--output-format", "json"]
        done = subprocess.run(
            [*command, "--schemafile", "schema", *names],
            cwd=folder,
            env=os.environ | CLOSED,
            capture_output=True,
            text=True,
        )
    said = json.loads(done.stdout)
    if said.get("parse_errors"):
        raise ValueError(f"{said['parse_errors'][0]}")
    refused = {error["filename"] for error in said["errors"]}
    if (done.returncode == 0) == bool(refused):
        raise ValueError(f"exit code {done.returncode} with {len(refused)} files refused")
    return [name not in refused for name in names]


run("check-jsonschema", judge)
