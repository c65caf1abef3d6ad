"""Commands in a folder that means harm: they read nothing outside it, run nothing in it, write nothing to it."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import ROOT
from tests.trust.harness import Harness, Outcome
from tests.trust.hostile import MODULES, SETTINGS, Tree, hijacked, irregular, releases

MANY = 100_000
"""Files in a folder of the irregular tree, in a whole run."""

SECONDS = 600
_STRACE = shutil.which("strace")
_OPTIONS = (
    "-f",
    "-y",
    "-qq",
    "--seccomp-bpf",
    "-s",
    "4096",
    "-e",
    "trace=open,openat,openat2,execve,execveat,socket,connect",
)
_PROGRAMS = ("python", "plot")
_OF_SYSTEM = ("/usr/", "/lib", "/etc/", "/proc/", "/sys/", "/dev/")
_PYTHON = """
import sys, news_dataset as nd
ds = nd.Dataset.open(".")
{}
"""
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("validate",), ("validate", "--format", "github", "--", "."), ("validate", "data/curated/people"),
    ("fmt", "--check", "."), ("fmt",), ("build", "--check", "--", "."), ("build", "-o", "{out}"), ("verify",),
    ("info",), ("tables",), ("claims",), ("describe", "people"), ("schema", "--check"), ("explain", "unknown_key"),
    ("get", "person/lee-jae-myung"), ("sql", "select count(*) from statements"), ("diff", ".", "."),
    ("export", "--to", "csv", "-o", "{out}"), ("export", "--to", "sqlite", "-o", "{out}"), ("explore", "-o", "{out}"),
    ("agreement", "data/layers/layer-a", "data/layers/layer-b"), ("import", "--from", "brat", ".", "{out}"),
    ("import", "--from", "csv", ".", "{out}"), ("import", "--from", "label-studio", ".", "{out}"),
    ("python", _PYTHON.format("ds.load_all(); ds.sql('select 1 as one'); ds.claims()")),
    ("plot", _PYTHON.format("import matplotlib; matplotlib.use('agg'); ds.plot.timeline(); ds.plot.verdicts()")),
    ("action",),
)  # fmt: skip
"""What is run in each folder; ``python`` is a program of a user, ``action`` the steps of action.yml.

``plot`` is one that draws: matplotlib itself reads settings in the working folder and asks fontconfig for fonts, so
only what it runs and writes in the folder is looked at.
"""

FEW = (("validate",), ("fmt", "--check", "."), ("info",), ("build", "-o", "{out}"), ("action",))
"""What is run in the folder of very many files."""


@dataclass(frozen=True)
class Runner:
    """Runs commands as users have them, under strace where it is installed.

    Args:
        folder: where an environment and the outputs go.
    """

    folder: Path

    @property
    def python(self) -> Path:
        """The interpreter of the environment."""
        return self.folder / "news-dataset" / "bin" / "python"

    def made(self) -> Runner:
        """Make an environment that has this checkout, and the libraries of the one that runs the tests."""
        environment = self.python.parent.parent
        venv.create(environment, symlinks=True)
        site = next(environment.glob("lib/python3*/site-packages"))
        paths = [str(ROOT), *(path for path in sys.path if path.endswith("-packages"))]
        (site / "news_dataset.pth").write_text("\n".join(paths) + "\n", "utf-8")
        script = self.python.with_name("news-dataset")  # as pip writes it
        script.write_text(
            f"#!{self.python}\nimport sys\nfrom news_dataset.cli import main\nsys.exit(main())\n", "utf-8"
        )
        script.chmod(0o755)
        for name in ("home", "tmp"):
            (self.folder / name).mkdir()
        return self

    def run(self, command: Sequence[str], tree: Tree) -> tuple[subprocess.CompletedProcess[bytes], str]:
        """Run a command in a tree; return how it ended, and what strace saw."""
        out, log = self.folder / "out", self.folder / "log"
        shutil.rmtree(out, ignore_errors=True)
        out.unlink(missing_ok=True)
        words = [word.format(out=out) for word in command[1:]] if command[0] not in _PROGRAMS else list(command[1:])
        start = {
            "python": [str(self.python), "-P", "-c"],
            "plot": [str(self.python), "-P", "-c"],
            "action": ["bash", "-c", _action()],
        }.get(command[0], [str(self.python.with_name("news-dataset")), command[0]])
        traced = [_STRACE, *_OPTIONS, "-o", str(log)] if _STRACE else []
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(self.folder / "home"), "TMPDIR": str(self.folder / "tmp"),
            "RUNNER_TEMP": str(self.folder), "GITHUB_ACTION_PATH": str(ROOT), "DATASET": ".", "TEXT": "",
            "PYTHONDONTWRITEBYTECODE": "1",
        }  # fmt: skip
        done = subprocess.run([*traced, *start, *words], cwd=tree.folder, env=environment, capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=SECONDS, check=False)  # fmt: skip
        return done, log.read_text("utf-8", "backslashreplace") if traced else ""

    def wrong(self, command: Sequence[str], tree: Tree) -> list[str]:
        """Return what a command did in a tree that none may do."""
        before = tree.state()
        try:
            done, log = self.run(command, tree)
        except subprocess.TimeoutExpired:
            return ["it hangs"]
        said = done.stdout + done.stderr
        found = [*self._forbidden(log, tree, runs_shell=command[0] == "action")] if command[0] != "plot" else []
        if done.returncode not in (0, 1, 2, 3, 4, 5) and not (command[0] in _PROGRAMS and done.returncode == 1):
            found.append(f"exit {done.returncode}: {said[-300:]!r}")
        if b"Traceback" in said and command[0] not in _PROGRAMS:
            found.append(f"traceback: {said[-300:]!r}")
        if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", said):
            found.append("raw control characters")
        if ran := tree.has_run:
            found.append(f"it runs {ran.split()}")
            tree.mark.unlink()
        return found + (["it writes to the folder"] if tree.state() != before else [])

    def _forbidden(self, log: str, tree: Tree, *, runs_shell: bool) -> Iterator[str]:
        """Yield what a log of strace shows that may not be."""
        ours = (ROOT / "news_dataset", ROOT / "schemas", ROOT / "data" / "published", self.folder)
        allowed = [*map(str, ours), sys.prefix, sys.base_prefix, *sys.path[1:], *_OF_SYSTEM]
        programs = 0
        for line in log.splitlines():
            if re.search(r" (connect|socket)\(.*AF_(INET|NETLINK)", line):
                yield f"a socket: {line[:200]}"
            programs += bool(re.search(r" execve(at)?\(.* = 0$", line))
            opened = re.search(r" open(at2?)?\(.*\) = \d+<(.*)>$", line)
            if opened is None:
                continue
            path = opened[2]
            if path.startswith(f"{tree.folder}/") or path == str(tree.folder):
                if _is_bait(path):
                    yield f"it opens {path}"
            elif path.startswith(f"{tree.outside}") or "/environ" in path or not any(map(path.startswith, allowed)):
                yield f"it reads outside: {path}"
        if programs > 1 and not runs_shell:
            yield f"it runs {programs - 1} other programs"


def _is_bait(path: str) -> bool:
    name = path.rpartition("/")[2]
    kind = name.rpartition(".")[2]
    return name in SETTINGS or kind in ("pkl", "pickle", "joblib", "pth") or (kind == "py" and name[:-3] in MODULES)


def _action() -> str:
    """Return the steps of action.yml that look at the folder, as the runner's shell gets them."""
    text = (ROOT / "action.yml").read_text("utf-8")
    steps = re.findall(r"run: \|\n((?: {8}.*\n)+)", text)
    wanted = [step for step in steps if "-m news_dataset" in step]
    assert len(wanted) == 3
    keep = "|| { code=$?; [ $code -gt $worst ] && worst=$code; }"
    return "\n".join(["worst=0", *(f"({step}) {keep}" for step in wanted), "exit $worst"])


def run(share: float, folder: Path) -> Outcome:
    """Run every command in every tree; a slice some of them."""
    (folder / "tools").mkdir()
    runner = Runner(folder / "tools").made()
    failures = []
    trees = {"hijacked": hijacked(folder / "hijacked"), "irregular": irregular(folder / "irregular", 100)}
    trees |= {f"release {number}": tree for number, tree in enumerate(releases(folder / "releases"))}
    chosen = [(name, command) for name in trees for command in COMMANDS]
    if share < 1:
        chosen = random.Random(11).sample(chosen, max(2, round(len(chosen) * share)))
    else:
        trees["many files"] = irregular(folder / "many", MANY)
        chosen += [("many files", command) for command in FEW]
    for name, command in chosen:
        failures += [f"{' '.join(command)[:60]} in {name}: {one}" for one in runner.wrong(command, trees[name])]
    control = _control(runner, hijacked(folder / "control"), failures)
    cases = len(chosen)
    if share == 1:
        passed = _suite_without_network(failures)
        cases, control = cases + passed, f"{control}; {passed:,} tests of the suite pass without a network"
    return Outcome(cases, failures, control)


def _control(runner: Runner, tree: Tree, failures: list[str]) -> str:
    """Do what no command may do: each must be seen."""
    (tree.folder / "link.yaml").symlink_to(tree.outside / "secret.yaml")
    bad = {
        "runs": "import sys; sys.path.insert(0, ''); import yaml",
        "reads outside": "open('link.yaml').read()",
        "writes": "open('new', 'w').close()",
        "a socket": "import socket; socket.socket().connect_ex(('127.0.0.1', 9))",
    }
    seen = 0
    for what, code in bad.items():
        found = runner.wrong(("python", code), tree)
        if any(what in one for one in found):
            seen += 1
        elif _STRACE or what in ("runs", "writes"):
            failures.append(f"control: {what} is not seen: {found}")
    return f"{seen} of {len(bad)} forbidden acts of a program in the folder are seen"


def _suite_without_network(failures: list[str]) -> int:
    """Run the tests, but those of Spark and these, where there is no network but the loopback; return how many pass."""
    if not shutil.which("unshare"):
        failures.append("unshare is not installed, so the tests were not run without a network")
        return 0
    command = f"ip link set lo up && exec {sys.executable} -m pytest -q -n 2 --dist loadfile -p no:cacheprovider"
    left_out = " ".join(f"--ignore={path.relative_to(ROOT)}" for path in (ROOT / "tests").glob("test_*.py")
                        if path.stem in ("test_trust", "test_engine_build_beside") or "spark" in path.stem)  # fmt: skip
    done = subprocess.run(["unshare", "-rn", "bash", "-c", f"{command} {left_out}"], cwd=ROOT, capture_output=True,
                          text=True, check=False)  # fmt: skip
    if done.returncode:
        failures.append(f"without a network: {done.stdout[-1500:]}{done.stderr[-500:]}")
    return int((re.findall(r"(\d+) passed", done.stdout) or ["0"])[-1])


HARNESS = Harness(
    "Commands in a hostile folder read nothing outside it, run nothing in it, write nothing to it, and use no network",
    run, 0.01,
)  # fmt: skip
