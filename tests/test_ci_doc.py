"""The page on CI, its action and its hooks: run as they stand, outside the checkout, with the wheel installed."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
import yaml

from news_dataset.cli import main
from tests import test_curating as curating
from tests.conftest import IS_FULL, ROOT
from tests.running import assert_current
from tests.test_reporters_github import commands

PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
NAMED = re.compile(r"^# (\S+\.ya?ml)\n", re.MULTILINE)
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
MAKE, INSTALL, ADD, VALIDATE, FORM, RELEASE = STEPS
LIST = ".ci/action.lock"
PROJECT = (ROOT / "pyproject.toml").read_text("utf-8")


def pinned(name: str) -> dict[str, list[str]]:
    """Return version and hashes of each library in a list."""
    blocks = re.findall(
        r"^([\w.-]+)==(\S+) \\\n((?: +--hash=\S+(?: \\)?\n)+)", (ROOT / name).read_text("utf-8"), re.MULTILINE
    )
    return {library: [version, *hashes.split()] for library, version, hashes in blocks}


PINNED = pinned(LIST)

installed_programs = curating.walk  # the fixture: an empty folder and the programs of an installation


class Walk(curating.Walk):
    """Somebody who does what this page says; its boxes hold files of any folder."""

    def yaml(self, body: str) -> str:
        """Write files, with their folders."""
        for name, words in written(body).items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(words, "utf-8")
        return body


def written(body: str) -> dict[str, str]:
    """The files in a box by name."""
    _, *parts = NAMED.split(body)
    return dict(zip(parts[::2], parts[1::2], strict=True))


@pytest.fixture(scope="module")
def walk(installed_programs: curating.Walk) -> Walk:
    return Walk(installed_programs.folder, installed_programs.programs)


@pytest.fixture(scope="module")
def walked(walk: Walk) -> str:
    """The page as it would be if it showed what happens now."""
    return curating.BOX.sub(walk.do, PAGE)


def test_the_page_prints_what_it_says(walked: str) -> None:
    """Every command, to the character, with its exit code."""
    assert_current(ROOT / "docs" / "ci.md", walked)


def test_every_box_is_one_that_is_run(walk: Walk) -> None:
    """No box is overlooked, and the repository lies outside the checkout."""
    boxes = curating.BOX.findall(PAGE)

    assert len(boxes) * 2 == len(re.findall("^```", PAGE, re.MULTILINE))
    assert {kind for kind, _ in boxes} == {"console", "yaml", "diff"}
    assert not walk.folder.is_relative_to(ROOT)


def test_the_page_names_what_there_is() -> None:
    """Its hooks, its action's inputs and outcome, and the commands that they run."""
    files: dict[str, str] = {}
    for kind, body in curating.BOX.findall(PAGE):
        files |= written(body) if kind == "yaml" else {}
    config = yaml.safe_load(files[".pre-commit-config.yaml"])
    steps = yaml.safe_load(files[".github/workflows/records.yml"])["jobs"]["validate"]["steps"]

    assert [hook["id"] for hook in config["repos"][0]["hooks"]] == [hook["id"] for hook in HOOKS]
    assert all(f"`{hook['entry']}`" in PAGE for hook in HOOKS)
    assert f"$ {HOOKS[0]['entry']}; echo" in PAGE
    assert set(steps[-1]["with"]) <= set(ACTION["inputs"])
    assert all(f"`{name}`" in PAGE for name in ACTION["inputs"])
    assert all(re.search(r"@([0-9a-f]{40}|COMMIT)$", step["uses"]) for step in steps)


def test_the_page_has_every_key_of_the_json(
    walked: str, walk: Walk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the command writes them: one document, in ASCII."""
    monkeypatch.chdir(walk.folder)
    assert main(["validate", "--format", "json"]) == 1
    shown = capsys.readouterr().out
    report = json.loads(shown)
    rows = dict(re.findall(r"^\| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE))
    inner = {"counts": report["counts"], "issues": report["issues"][0], "checks": report["checks"][0]}

    assert shown.isascii()
    assert list(rows) == list(report)
    for name, keys in inner.items():
        assert set(re.findall(r"`(\w+)`", rows[name])) - {"error", "warning"} == set(keys)


# The hooks.


@pytest.mark.parametrize(
    ("path", "ids"),
    [
        ("data/curated/people/a.yaml", ["news-dataset-validate", "news-dataset-fmt"]),
        ("data/curated/people/a.json", ["news-dataset-validate"]),
        ("data/dataset.yaml", ["news-dataset-validate", "news-dataset-fmt"]),
        ("data/redirects.yaml", ["news-dataset-validate", "news-dataset-fmt"]),
        ("data/published/people.parquet", ["news-dataset-build"]),
        ("sets/one/data/curated/people/a.yaml", ["news-dataset-validate", "news-dataset-fmt"]),
        ("sets/one/data/published/views/claims.parquet", ["news-dataset-build"]),
        ("old-data/curated/people/a.yaml", []),
        ("data/dataset.yaml.orig", []),
    ],
)
def test_hooks_look_at_records(path: str, ids: list[str]) -> None:
    """And at nothing else; only ``fmt`` is given the files."""
    assert [hook["id"] for hook in HOOKS if re.search(hook["files"], path)] == ids
    assert [hook.get("pass_filenames", True) for hook in HOOKS] == [False, True, False]


# The action.


class Runner:
    """A runner: a workspace, its folders, and bash as GitHub starts it."""

    def __init__(self, workspace: Path, place: Path) -> None:
        self.workspace, self.temp, self.summary = workspace, place / "temp", place / "summary.md"
        self.temp.mkdir(parents=True)
        self.summary.touch()

    def run(self, step: dict[str, Any], inputs: dict[str, str]) -> tuple[int, str]:
        """Run a step and return its exit code and its log."""
        values = {name: inputs.get(name, one.get("default", "")) for name, one in ACTION["inputs"].items()}
        env = {
            name: re.sub(r"\$\{\{ inputs\.(\w+) \}\}", lambda found: values[found[1]], words)
            for name, words in step.get("env", {}).items()
        }
        env |= {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}", "RUNNER_TEMP": str(self.temp)}
        env |= {"GITHUB_WORKSPACE": str(self.workspace), "GITHUB_STEP_SUMMARY": str(self.summary)}
        env |= {"GITHUB_ACTION_PATH": str(ROOT), "GITHUB_ACTIONS": "true"}
        # Nothing is fetched: what the package needs is lent by the environment of the tests.
        env |= {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_NO_CACHE_DIR": "1"}
        script = self.temp / "script.sh"
        script.write_text(step["run"], "utf-8")
        command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(script)]
        done = subprocess.run(command, cwd=self.workspace, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return done.returncode, done.stdout.decode()

    def lend(self) -> None:
        """Put the libraries of the action's list, and no others, where pip would put them."""
        site = next((self.temp / "news-dataset").glob("lib/python*/site-packages"))
        for name in PINNED:
            parts = {
                file.parts[0] for file in distribution(name).files or () if file.parts[0] not in ("..", "__pycache__")
            }
            for part in parts:
                (site / part).symlink_to(Path(sysconfig.get_path("purelib")) / part)


@pytest.fixture(scope="module")
def runner(walked: str, walk: Walk, tmp_path_factory: pytest.TempPathFactory) -> Runner:
    """A runner on which the action has been installed from its own checkout."""
    found = Runner(walk.folder, tmp_path_factory.mktemp("runner"))
    # A stranger's repository may hold modules with any name
    for name in ("venv", "pip", "json", "news_dataset", "sitecustomize"):
        (walk.folder / f"{name}.py").write_text("raise SystemExit('a module of the repository was run')\n", "utf-8")
    assert found.run(MAKE, {}) == (0, "")
    found.lend()
    assert found.run(ADD, {}) == (0, "")
    return found


def test_the_action_does_what_the_page_shows(runner: Runner) -> None:
    """The planted mistake is reported at its line and fails the step; the summary lists it."""
    code, log = runner.run(VALIDATE, {})
    shown = PAGE.split("--format github; echo")[1].partition("\n")[2].partition("exit code 1")[0]

    assert (code, log) == (1, shown)
    assert "| error | `data/curated/articles/harbour-fair.yaml:6:1` | `unknown_key` |" in runner.summary.read_text(
        "utf-8"
    )


def test_the_action_passes_where_all_is_well(runner: Runner, tmp_path: Path) -> None:
    """Also with a path and a text of its own."""
    shutil.copytree(ROOT / "examples" / "second-article", tmp_path / "a set")
    (tmp_path / "a set" / "text.txt").rename(tmp_path / "a text.txt")
    code, log = runner.run(VALIDATE, {"path": str(tmp_path / "a set"), "text": str(tmp_path / "a text.txt")})

    assert code == 0
    assert log.splitlines()[-1].endswith("skipped 0, failed 0")
    assert commands(log) == []


EVIL = ("$(touch ran)", "`touch ran`", "; touch ran", '"; touch ran; "', "--help", "a b", "*")
INPUTS = [(name, evil) for name in ("path", "text") for evil in EVIL]


@pytest.mark.parametrize(("name", "evil"), INPUTS if IS_FULL else INPUTS[::2])
def test_inputs_are_words_to_the_shell(runner: Runner, name: str, evil: str) -> None:
    """Nothing of them is run, split or taken for an option: there is just no such path."""
    code, log = runner.run(VALIDATE, {name: evil})

    assert code == 2
    assert f"there is no {evil}" in log
    assert not (runner.workspace / "ran").exists()


def test_the_action_looks_at_form_and_release(runner: Runner, tmp_path: Path) -> None:
    """In any folder; where people write no records, and where no release is committed, there is nothing to look at."""
    place = shutil.copytree(ROOT / "examples" / "second-article", tmp_path / "sets" / "one")
    inputs, record = {"path": str(place)}, place / "data" / "curated" / "people" / "mira-example.yaml"
    done = [runner.run(step, inputs) for step in (FORM, RELEASE)]
    assert [code for code, _ in done] == [0, 0]
    assert [log.split()[0] for _, log in done] == ["form", "release"]

    record.write_text(f"{record.read_text('utf-8')}birth_date:   '1970'\n", "utf-8")
    assert [runner.run(step, inputs)[0] for step in (VALIDATE, FORM, RELEASE)] == [0, 1, 1]
    shutil.rmtree(place / "data" / "published")
    assert runner.run(RELEASE, inputs) == (0, "")
    assert runner.run(FORM, {"path": str(ROOT / "data" / "published")}) == (0, "")


def test_the_list_of_the_action_is_pinned_hashed_and_short() -> None:
    """As in the other list, without pandas; of what the package needs it leaves out what it may."""
    needed = set(
        re.findall(r'^    "([\w-]+)>=', PROJECT.partition("dependencies = [")[2].partition("]")[0], re.MULTILINE)
    )
    asked = set(re.findall(r"^[A-Za-z]\w*$", (ROOT / ".ci" / "action.in").read_text("utf-8"), re.MULTILINE))

    assert needed - asked == {"pandas", "rfc3339-validator", "rfc3986-validator", "tqdm"}
    assert {name.lower() for name in asked} <= set(PINNED)
    assert PINNED.items() <= pinned("requirements.lock").items()
    assert "--require-hashes --only-binary :all: --no-deps" in INSTALL["run"]
    assert f'{LIST}"' in INSTALL["run"]


def test_no_input_is_written_into_a_script() -> None:
    """They come in through the environment; every step says its shell, and nothing foreign is used."""
    assert all("${{" not in step["run"] for step in STEPS)
    assert {step["shell"] for step in STEPS} == {"bash"}
    assert not any("uses" in step for step in STEPS)
