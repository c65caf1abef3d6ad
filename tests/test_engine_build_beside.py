"""What stands beside JSON Lines: assertions of dataset.yaml and redirects, judged by the tables."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import yaml

from news_dataset import manifest, publish
from news_dataset.collection import Collection
from news_dataset.errors import InvalidDataError
from news_dataset.issues import Report
from news_dataset.validation import checked
from tests.building import build_lines
from tests.conftest import ROOT

PUBLISHED = ROOT / "data" / "published"


def test_what_the_dataset_asserts(lines: Path, tmp_path: Path) -> None:
    """Rows, coverage, redirects and ids that stay: judged by the tables as the small build judges the records."""
    out = shutil.copytree(PUBLISHED, tmp_path / "out")
    about = yaml.safe_load((lines / "dataset.yaml").read_text("utf-8"))
    about |= {"row_counts": [{"table": "people", "min": 99}, {"table": "codes", "max": 999}], "keeps_ids": True}
    about["coverage"] = [
        {"of": of, "min_percent": 100} for of in ("facts_assessed", "statements_with_content_evidence")
    ]
    (lines / "dataset.yaml").write_text(yaml.safe_dump(about), "utf-8")
    redirect = {"old_id": "person/a", "new_id": "person/nobody", "reason": "merged", "release": "2026.01.0"}
    (lines / "redirects.yaml").write_text(yaml.safe_dump([redirect]), "utf-8")
    published = manifest.read(out)
    small = {tally.code: tally for tally in checks_of(lines, tmp_path).tallies}
    report = told(lines, out)
    large = {
        tally.code: tally for tally in report.tallies if tally.code in ("row_count", "low_coverage", "bad_redirect")
    }

    assert {code: (tally.checked, tally.failed) for code, tally in large.items()} == {
        code: (small[code].checked, small[code].failed) for code in large
    }
    assert {issue.code for issue in report.errors} >= {"row_count", "bad_redirect"}
    assert manifest.read(out) == published


def checks_of(lines: Path, tmp_path: Path) -> Report:
    """What the checks say of the same records, dataset.yaml and redirects, read into memory."""
    found = [Collection.open(path) for path in sorted(lines.iterdir())]
    return checked(
        Collection(
            tmp_path,
            tuple(document for one in found for document in one.documents),
            tuple(entry for one in found for entry in one.entries),
        )
    )


def test_an_id_that_is_lost(lines: Path, tmp_path: Path) -> None:
    """One of the release that is there already needs a redirect."""
    out, path = tmp_path / "out", lines / "assessments.jsonl"
    kept = path.read_text("utf-8")
    found = [json.loads(line) for line in kept.splitlines()]
    aspects = {one["aspect"] for one in found if one["target"] == found[0]["target"]}
    more = {name: value for name, value in found[0].items() if name != "correct_value"}
    more |= {"id": more["id"][:-2] + "99", "aspect": min({"coding", "attribution", "quantity"} - aspects)}
    path.write_text(kept + json.dumps(more), "utf-8")
    build_lines(lines, out)
    path.write_text(kept, "utf-8")
    rewritten(lines, keeps_ids=True)
    report = told(lines, out)

    assert [(issue.code, issue.message.partition(" ")[0]) for issue in report.errors] == [("lost_id", more["id"])]
    redirect = {"old_id": more["id"], "reason": "withdrawn", "release": "2026.12.0"}
    (lines / "redirects.yaml").write_text(yaml.safe_dump([redirect]), "utf-8")
    assert told(lines, out).ok
    assert publish.verify(out).tables["redirects"].rows == 1


def rewritten(lines: Path, **changes: object) -> None:
    """Change dataset.yaml."""
    about = yaml.safe_load((lines / "dataset.yaml").read_text("utf-8"))
    (lines / "dataset.yaml").write_text(yaml.safe_dump(about | changes), "utf-8")


def told(lines: Path, out: Path) -> Report:
    """What a build reports, if it fails; else that nothing is wrong."""
    try:
        return build_lines(lines, out)
    except InvalidDataError as error:
        return Report(error.report.issues, error.report.tallies) if isinstance(error.report, Report) else Report(())
