"""Releasing: the page's commands as they read, the check of a tag, and workflows that trust nobody by name only."""

from __future__ import annotations

import os
import re
import runpy
import shlex
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml

import news_dataset as nd
from tests.conftest import RELEASE_FILES, ROOT

PAGE = (ROOT / "docs" / "releasing.md").read_text("utf-8")
BOX = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PUBLISHING = {("id-token", "write"), ("attestations", "write")}
TRIGGERS = {"push", "pull_request", "schedule", "workflow_dispatch"}
"""What starts a workflow with no more rights than who starts it has."""
VERSION = nd.info()["data_version"].removesuffix(".dev")
PINNED = re.compile(r"^[\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")
# PKG-INFO stands in an unpacked sdist, which may be the checkout, and would fix the version
LEFT = shutil.ignore_patterns(
    ".git", ".venv", "dist", "build", "__pycache__", ".*_cache", ".hypothesis", ".bench", "node_modules", "PKG-INFO"
)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the checkout's files, in which they are package 0.1.0 and data 2026.11.0."""
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    folder = tmp_path_factory.mktemp("releasing") / "clone"
    shutil.copytree(ROOT, folder, ignore=LEFT)
    changelog = "# Changelog\n\n## Unreleased\n\n- Example.\n\n## 0.1.0 - 2026-11-30\n\n- Example.\n"
    (folder / "CHANGELOG.md").write_text(changelog, "utf-8")
    if nd.info()["data_version"] != "2026.11.0":
        bash(folder, "sed -i 's/^data_version: .*/data_version: 2026.11.0/' data/dataset.yaml && news-dataset build")
    bash(folder, "git init -q -b main && git add . && git commit -q -m 'Example' && git tag v0.1.0")
    return folder


def bash(folder: Path, script: str) -> str:
    """Run a script in a folder, as somebody called Example, and return what it prints on both streams."""
    programs, python = folder.parent / "bin", shlex.quote(sys.executable)
    programs.mkdir(exist_ok=True)
    # -m: the code of the clone, since the folder comes first on the path
    for name, line in {"news-dataset": f"{python} -m news_dataset", "python": python}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec {line} "$@"\n', "utf-8")
        (programs / name).chmod(0o755)
    env = {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "HOME": str(folder.parent), "LC_ALL": "C.UTF-8"}
    for who in ("AUTHOR", "COMMITTER"):
        env |= {f"GIT_{who}_NAME": "Example", f"GIT_{who}_EMAIL": "example@example.org"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def walked(clone: Path) -> list[str]:
    """What the boxes of the page print, one after the other in one shell."""
    mark = "----- next box"
    script = f"\necho '{mark}'\n".join(body for kind, body in BOX.findall(PAGE) if kind == "sh")
    return bash(clone, script).split(f"{mark}\n")


def test_the_page_leads_to_a_release(walked: list[str], clone: Path) -> None:
    """Each step does what the page says of it."""
    _, numbers, built, compared, packed, _, verified = walked

    assert numbers.splitlines()[-1] == "not yet: the release in data/published still has the old number"
    assert "Schema 1.2, data 2026.11.0." in numbers
    assert f"release    checked {RELEASE_FILES:>6}  skipped     0  failed    0\n" in built
    assert "tables, data 2026.12.0, schema 1.2\n" in built
    assert built.splitlines()[-1] == f"ok: 0 errors, 0 warnings; checked {RELEASE_FILES}, skipped 0, failed 0"
    assert compared == "The records in ../last-release/data/published and data/published are the same.\n"
    assert packed.startswith("v0.2.0 may be released\n")
    assert re.findall(r"dist/(\S+)$", packed, re.MULTILINE)[-2:] == [
        "news_dataset-0.2.0-py3-none-any.whl",
        "news_dataset-0.2.0.tar.gz",
    ]
    assert verified == "", "it says nothing where all is well"
    assert bash(clone, "git describe; git status --porcelain") == "v0.2.0\n"


def test_the_wheel_is_that_of_the_tag(walked: list[str], clone: Path) -> None:
    """It holds the new numbers, and is dated by the commit."""
    assert walked
    seconds = int(bash(clone, "git log -1 --pretty=%ct"))
    with zipfile.ZipFile(clone / "dist" / "news_dataset-0.2.0-py3-none-any.whl") as archive:
        manifest = archive.read("news_dataset/_published/manifest.json").decode()
        dates = {info.date_time for info in archive.infolist()}

    assert '"data_version": "2026.12.0"' in manifest
    assert len(dates) == 1
    assert bash(clone, f"date -u -d @{seconds - seconds % 2} '+%Y %m %d %H %M %S'").split() == [
        f"{part:02}" for part in dates.pop()
    ]


def test_a_lost_id_would_be_seen(walked: list[str], clone: Path) -> None:
    """Negative control of the comparison: against a tag whose data were others."""
    assert walked
    script = "git worktree add -q ../older v0.1.0 && rm -r ../older/data && cp -r examples/second-article/data ../older"
    compared = bash(clone, f"{script}; news-dataset diff ../older/data/published data/published")

    assert "removed  article/port-example" in compared


def test_every_box_is_run_or_says_why_not() -> None:
    """No other kind of box, and the ones that are not run begin with what they need."""
    boxes = BOX.findall(PAGE)

    assert len(boxes) * 2 == len(re.findall("^```", PAGE, re.MULTILINE))
    assert {kind for kind, _ in boxes} == {"sh", "text"}
    assert {body.split(maxsplit=1)[0] for kind, body in boxes if kind == "text"} == {"(takes", "(needs"}


@pytest.fixture
def tagged(tmp_path: Path) -> Path:
    """A folder with what the check of a tag reads, ready for the release of v9.8.7."""
    for name in (".ci/release.py", "data/published/manifest.json"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8").replace(f"{VERSION}.dev", VERSION), "utf-8")
    (tmp_path / "news_dataset").mkdir()
    (tmp_path / "news_dataset/__init__.py").write_text('__version__ = "9.8.7"\n', "utf-8")
    about = nd.info()
    versions = f"Schema {about['schema_version']}, data {VERSION}."
    section = f"## 9.8.7 - 2026-12-01\n\n{versions}\n\n### Data\n\n- More.\n"
    words = f"# Changelog\n\n## Unreleased\n\n{section}\n## 9.8.6\n\n- Old.\n"
    (tmp_path / "CHANGELOG.md").write_text(words, "utf-8")
    return tmp_path


def verdict(folder: Path, tag: str = "v9.8.7") -> tuple[int, str]:
    """Return exit code and output of the check of a tag."""
    command = [sys.executable, str(folder / ".ci" / "release.py"), tag]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    return done.returncode, done.stdout + done.stderr


def test_a_tag_that_fits_may_be_released(tagged: Path) -> None:
    """One line, exit code 0."""
    assert verdict(tagged) == (0, "v9.8.7 may be released\n")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("9.8.7 - 2026-12-01", "9.8.7", "CHANGELOG.md has no section for it: write ## 9.8.7 - YYYY-MM-DD"),
        ("9.8.7 - 2026-12-01", "9x8.7 - 2026-12-01", "CHANGELOG.md has no section for it: write ## 9.8.7 - YYYY-MM-DD"),
        ("Unreleased\n", "Unreleased\n\n- New.\n", "CHANGELOG.md still has lines under Unreleased: move them to 9.8.7"),
        ("- More.", "More.", "CHANGELOG.md says nothing under 9.8.7 - 2026-12-01"),
        ("Schema 1.2", "Schema 1.3", "CHANGELOG.md does not name the other two versions under 9.8.7 - 2026-12-01"),
    ],
)  # fmt: skip
def test_a_changelog_that_does_not_fit_is_refused(tagged: Path, old: str, new: str, reason: str) -> None:
    """With the reason."""
    path = tagged / "CHANGELOG.md"
    words = path.read_text("utf-8")
    assert words.count(old) == 1
    path.write_text(words.replace(old, new), "utf-8")

    code, said = verdict(tagged)
    assert (code, said.count("\n")) == (1, 1)
    assert said.startswith(reason)


def test_a_draft_is_refused(tagged: Path) -> None:
    """Its data could change under their version."""
    for name in ("data/published/manifest.json", "CHANGELOG.md"):
        words = (tagged / name).read_text("utf-8")
        (tagged / name).write_text(words.replace(VERSION, f"{VERSION}.dev"), "utf-8")
    code, said = verdict(tagged)
    assert (code, said.partition(":")[0]) == (1, f"data {VERSION}.dev is a draft")


@pytest.mark.parametrize("tag", ["9.8.7", "v9.8.6", "v9.8.7rc1"])
def test_another_tag_is_refused(tagged: Path, tag: str) -> None:
    """Also one without its v."""
    assert verdict(tagged, tag) == (1, f"the tag is {tag}, but the package is 9.8.7: it should be v9.8.7\n")


ONLY_GIT = re.compile(r"(git|touch) |commit=\$\(git ")
"""A line of a script that runs nothing of the repository, for a job that may push."""


def faults(text: str) -> list[str]:
    """Return what a workflow trusts that it should not."""
    workflow: dict[Any, Any] = yaml.safe_load(text)
    triggers = set(workflow[True])  # YAML 1.1 takes the word on for true
    found = [] if workflow.get("permissions") == {} else ["permissions are not closed first"]
    found += [f"{name} runs with the rights of the repository" for name in sorted(triggers - TRIGGERS)]
    for name, job in workflow["jobs"].items():
        allowed = set(job["permissions"].items()) if "permissions" in job else {("all", "of them")}
        lines = [line for step in job["steps"] for line in step.get("run", "").splitlines()]
        pushes = triggers == {"push"} and "environment" in job and all(ONLY_GIT.match(line) for line in lines)
        if allowed - {("contents", "read"), *PUBLISHING} - ({("contents", "write")} if pushes else set()):
            found.append(f"{name}: permissions")
        scripts = any("run" in step for step in job["steps"])
        if allowed & PUBLISHING and (triggers != {"push"} or "environment" not in job or scripts):
            found.append(f"{name}: a token that publishes")
        for step in job["steps"]:
            if "${{" in step.get("run", ""):  # what others may write would become part of a script
                found.append(f"{name}: an expression in a script")
            is_kept = (
                "checkout" in step.get("uses", "") and step.get("with", {}).get("persist-credentials") is not False
            )
            if is_kept and ("contents", "write") not in allowed:
                found.append(f"{name}: credentials stay in the clone")
    found += [f"unpinned {use}" for use in re.findall(r"uses: *(.*)", text) if not PINNED.match(use)]
    return found + ["a secret"] * ("secrets." in text)


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_are_pinned_and_may_do_little(path: Path) -> None:
    """Actions by the hash of their commit, permissions job by job, no secrets."""
    text = path.read_text("utf-8")
    uses = [step["uses"] for job in yaml.safe_load(text)["jobs"].values() for step in job["steps"] if "uses" in step]

    assert faults(text) == []
    assert len(uses) == len(re.findall(r"uses:", text)) > 0
    assert all(re.fullmatch(r"[^@]+@[0-9a-f]{40}", use) for use in uses)


def test_a_careless_workflow_is_noticed() -> None:
    """Negative control: every fault there is."""
    careless = """
on: [pull_request_target]
jobs:
  a:
    permissions: {contents: write, id-token: write}
    steps:
      - uses: actions/checkout@v6
      - run: echo ${{ github.ref_name }} ${{ secrets.TOKEN }}
  b:
    steps:
      - uses: actions/checkout@v6
      - uses: actions/setup-python@83679a892e2d95755f2dac6acb0bfd1e9ac5d548 # v6
"""
    assert faults(careless) == [
        "permissions are not closed first",
        "pull_request_target runs with the rights of the repository",
        "a: permissions",
        "a: a token that publishes",
        "a: an expression in a script",
        "b: permissions",
        "b: credentials stay in the clone",
        "unpinned actions/checkout@v6",
        "unpinned actions/checkout@v6",
        "unpinned actions/setup-python@83679a892e2d95755f2dac6acb0bfd1e9ac5d548 # v6",
        "a secret",
    ]


def test_an_action_is_one_version_everywhere() -> None:
    """One hash and one version for each action, in all workflows; the workflow of a release is there."""
    uses = {use for path in WORKFLOWS for use in re.findall(r"uses: *(.*)", path.read_text("utf-8"))}

    assert len({use.partition("@")[0] for use in uses}) == len(uses) == 6
    assert {path.name for path in WORKFLOWS} >= {"ci.yml", "release.yml"}


def test_what_is_published_is_what_was_tried() -> None:
    """One build; the job that publishes takes its files and nothing else, and attests them before."""
    jobs = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))["jobs"]
    script = [line.strip() for step in jobs["build"]["steps"] for line in step.get("run", "").splitlines()]
    names = [step["uses"].partition("@")[0] for step in jobs["publish"]["steps"]]

    assert script.index(".ci/run") < script.index("make audit") < script.index("make wheel")
    assert [line for line in script if "build" in line] == []
    assert jobs["publish"]["needs"] == "build"
    assert names == ["actions/download-artifact", "actions/attest-build-provenance", "pypa/gh-action-pypi-publish"]


def oldest(requirements: list[str], extras: dict[str, list[str]]) -> list[str]:
    """Return what ``.ci/oldest.py`` makes of dependencies."""
    function = runpy.run_path(str(ROOT / ".ci" / "oldest.py"))["oldest"]
    found: list[str] = function({"dependencies": requirements, "optional-dependencies": extras})
    return found


def test_every_dependency_has_an_oldest_version() -> None:
    """CI installs it and runs the tests; the versions of the lock are no older."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pins = dict(one.split("==") for one in oldest(project["dependencies"], project["optional-dependencies"]))
    lock = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.lock").read_text("utf-8"), re.MULTILINE))
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))["jobs"]

    assert {"duckdb", "pandas", "pyarrow", "pydantic", "polars", "matplotlib", "hypothesis"} <= set(pins)
    for name, version in pins.items():
        assert parts(version) <= parts(lock[name.partition("[")[0].lower()])
    assert {"run": "make oldest"} in jobs["oldest"]["steps"]
    assert jobs["oldest"]["steps"][1]["with"]["python-version"] == project["requires-python"].removeprefix(">=")


def parts(version: str) -> list[int]:
    """Return the numbers of a version."""
    return [int(part) for part in re.findall(r"\d+", version)]


def test_a_dependency_without_a_bound_is_refused() -> None:
    """Negative control: of users; a tool of maintainers is left out."""
    assert oldest(["a>=1.2"], {"x": ["b[c,d-e]>=3"], "dev": ["f", "g>=4"]}) == ["a==1.2", "b[c,d-e]==3", "g==4"]
    for one in ("a", "a>=1,<2", "a==1"):
        with pytest.raises(ValueError, match="has no lower bound"):
            oldest([one], {})


def test_the_release_runs_what_exists() -> None:
    """The programs and folders that the workflow names."""
    steps = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text("utf-8"))["jobs"]["build"]["steps"]
    script = "\n".join(step.get("run", "") for step in steps)
    named = set(re.findall(r"(?<![\w/.])((?:\.ci|tests)/\S+)", script))

    assert named == {
        ".ci/run",
        ".ci/release.py",
        "tests/clients/wheel/client.py",
        "tests/clients/wheel/requirements.txt",
    }
    assert all((ROOT / name).exists() for name in named)
    assert "SOURCE_DATE_EPOCH" in script


def test_requirements_of_clients_are_exact() -> None:
    """Every line of every client's environment names one version."""
    files = sorted((ROOT / "tests" / "clients").glob("*/requirements.txt"))
    lines = [line for path in files for line in path.read_text("utf-8").splitlines() if line and line[0] != "#"]

    assert {path.parent.name for path in files} >= {"duckdb_join", "wheel"}
    assert [line for line in lines if not re.match(r"[\w.\[\],-]+==[^ ]+", line)] == []
