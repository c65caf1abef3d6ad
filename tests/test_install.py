"""The wheel where it is used: without a home, in a plain locale, read only, without a network; and as it was built."""

from __future__ import annotations

import compileall
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from email import message_from_bytes
from hashlib import sha256
from pathlib import Path

import pytest

import news_dataset as nd
from news_dataset.tabular import content_hash
from tests.conftest import ROOT

EPOCH = "1700000000"
SHOW = """
import json, sys
import news_dataset as nd
from news_dataset.tabular import content_hash
hashes = {name: content_hash(nd.load(name, as_="arrow").to_pylist()) for name in nd.tables()}
print(json.dumps([nd.__file__, hashes]))
"""
FRAMES = "import news_dataset as nd; print(len(nd.load_all()), len(nd.who_said_what()), len(nd.timeline()))\n"
VERIFY = "report = nd.Dataset().verify(); report.raise_for_errors(); print(report.counts())\n"
NAMES = 'for name in nd.load("names", as_="records"): print(name["name"])\n'
DEAF = """
import sys
def hook(event, arguments):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib.Request", "subprocess.")):
        raise SystemExit(f"it tried {event}")
sys.addaudithook(hook)
"""


def run(site: Path, code: str, *before: str, env: dict[str, str] | None = None) -> str:
    """Run code from the root folder with *site* first on the path; *before* are the words before the interpreter."""
    # -I leaves the checkout out of the path; its own editable install is further down than the wheel
    start = f"import sys; sys.path.insert(0, {str(site)!r})\n"
    command = [*before, sys.executable, "-I", "-c", start + code]
    done = subprocess.run(command, cwd="/", env=env or {}, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def shown(output: str) -> tuple[Path, dict[str, str]]:
    """Return what SHOW printed: where the package lies, and the content hash of each table."""
    place, hashes = json.loads(output.splitlines()[0])
    return Path(place).parent.parent, hashes


@pytest.fixture(scope="module")
def contents() -> dict[str, str]:
    """The content hash of each table of the checkout, which are those of its manifest."""
    found: dict[str, str] = {name: content_hash(nd.load(name, as_="records")) for name in nd.tables()}
    manifest = json.loads((ROOT / "data/published/manifest.json").read_text("utf-8"))
    assert found == {name: table["content_hash"] for name, table in manifest["tables"].items()}
    return found


def snapshot(folder: Path) -> dict[str, tuple[str, int]]:
    """Return every path of a folder with its content and the time of its last change."""
    return {
        path.relative_to(folder).as_posix(): (
            sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
            path.stat().st_mtime_ns,
        )
        for path in folder.rglob("*")
    }


@pytest.fixture
def readonly(wheel: Path) -> Iterator[Path]:
    """The wheel as pip leaves it, with compiled modules, and nobody may write there."""
    # not below pytest's folders, which only their owner may enter
    folder = Path(tempfile.mkdtemp())
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    assert compileall.compile_dir(folder, quiet=1)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


def powerless(folder: Path) -> Sequence[str]:
    """Return the words that run a command as somebody who may read a folder and not write there."""
    uid = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    capabilities = ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
    code = (
        f"import os, pyarrow; os.listdir({str(folder)!r})\n"
        f"try: open({str(folder / 'new')!r}, 'w')\n"
        "except PermissionError: print('no')"
    )
    for words in [uid, capabilities] if os.geteuid() == 0 else [[]]:
        if not words or shutil.which(words[0]):
            done = subprocess.run([*words, sys.executable, "-I", "-c", code], cwd="/", capture_output=True, text=True)
            if done.stdout == "no\n":
                return words
    pytest.skip("root may write everywhere, and setpriv cannot take that power away here")


@pytest.mark.parametrize(
    "env",
    [{}, {"LC_ALL": "C", "TZ": "Pacific/Kiritimati"}, {"TZ": "America/Los_Angeles", "HOME": "/nowhere"}],
    ids=["empty", "plain", "nowhere"],
)
def test_every_table_is_the_same_everywhere(installed: Path, contents: dict[str, str], env: dict[str, str]) -> None:
    """From the root folder, without a home, in any locale and time zone; names print in their own scripts."""
    output = run(installed, SHOW + NAMES, env=env)

    assert shown(output) == (installed, contents)
    assert {"이재명", "石破茂"} <= set(output.splitlines())


def test_a_read_only_installation_is_enough(readonly: Path, contents: dict[str, str]) -> None:
    """By somebody who may not write there; no file is added or changed, no compiled module either."""
    before, words = snapshot(readonly), powerless(readonly)

    assert shown(run(readonly, SHOW + FRAMES + VERIFY, *words)) == (readonly, contents)
    assert snapshot(readonly) == before


def test_nothing_is_written_where_it_could_be(readonly: Path, contents: dict[str, str]) -> None:
    """The same where the permissions would allow it, so that it is not they who keep the folder clean."""
    for path in [readonly, *readonly.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    before = snapshot(readonly)

    assert shown(run(readonly, SHOW + FRAMES + VERIFY)) == (readonly, contents)
    assert snapshot(readonly) == before


def test_no_connection_is_tried(installed: Path, contents: dict[str, str]) -> None:
    """Neither a name is looked up, nor an address called, nor a program started."""
    assert shown(run(installed, DEAF + SHOW + FRAMES + VERIFY)) == (installed, contents)
    with pytest.raises(AssertionError, match=r"it tried socket\.getaddrinfo"):  # negative control: the hook hears
        run(installed, DEAF + "import socket; socket.getaddrinfo('localhost', 1)")


def test_it_works_without_a_network(installed: Path, contents: dict[str, str]) -> None:
    """In a network of its own that has nothing but an idle loopback."""
    words = ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]
    if not shutil.which("unshare") or subprocess.run([*words, "true"], capture_output=True).returncode:
        pytest.skip("unshare cannot take the network away here")
    alone = "import socket; assert {name for _, name in socket.if_nameindex()} <= {'lo'}\n"

    assert shown(run(installed, alone + SHOW + FRAMES + VERIFY, *words)) == (installed, contents)


def test_an_editable_installation_is_the_checkout(contents: dict[str, str], tmp_path: Path) -> None:
    """It loads the same as the wheel, from the checkout's own data, not from a copy beside it."""
    build("wheel:editable", ROOT, tmp_path / "dist")
    with zipfile.ZipFile(next((tmp_path / "dist").glob("*.whl"))) as archive:
        archive.extractall(tmp_path / "site")
    # as the interpreter does at its start, and before the environment's own packages
    add = f"import site; n = len(sys.path); site.addsitedir({str(tmp_path / 'site')!r}); sys.path[:0] = sys.path[n:]\n"
    where = 'print(nd.path("people"))\n'
    output = run(tmp_path / "site", add + SHOW + where)

    assert shown(output) == (ROOT, contents)
    assert output.splitlines()[1] == str(ROOT / "data" / "published" / "people.parquet")


def build(target: str, source: Path, out: Path) -> None:
    """Build a distribution of the tree in *source* at a given time."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(out)]
    env = {"PATH": os.environ["PATH"], "SOURCE_DATE_EPOCH": EPOCH}
    subprocess.run(command, cwd=source, check=True, capture_output=True, env=env)


def copied(to: Path, time: int, mode: int) -> Path:
    """Copy what a distribution is made of; files get another time and other permissions."""
    left = shutil.ignore_patterns(
        ".git", ".venv", "dist", "build", "__pycache__", ".*_cache", ".hypothesis", ".bench", "node_modules"
    )
    shutil.copytree(ROOT, to, ignore=left)
    for path in to.rglob("*"):
        os.utime(path, (time, time))
        if path.is_file():
            path.chmod(mode | path.stat().st_mode & 0o111)
    return to


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both distributions, built in two folders; and the wheel built from the unpacked sdist."""
    home = tmp_path_factory.mktemp("built")
    trees = {"here": copied(home / "here", 1600000000, 0o644)}
    trees["there"] = copied(home / "a b" / "there", 1650000000, 0o600)
    for name, tree in trees.items():
        for target in ("sdist", "wheel"):
            build(target, tree, home / name / "dist")
    with tarfile.open(next((home / "here" / "dist").glob("*.tar.gz"))) as archive:
        archive.extractall(home / "unpacked", filter="data")
    build("wheel", next((home / "unpacked").iterdir()), home / "sdist" / "dist")
    return {name: home / name / "dist" for name in (*trees, "sdist")}


def hashes(folder: Path, pattern: str) -> list[tuple[str, str]]:
    """Return name and hash of the files of a folder."""
    return [(path.name, sha256(path.read_bytes()).hexdigest()) for path in folder.glob(pattern)]


def test_two_builds_give_the_same_bytes(built: dict[str, Path]) -> None:
    """In folders of other names, from files of another time and other permissions."""
    assert len(hashes(built["here"], "*")) == 2
    assert hashes(built["here"], "*.whl") == hashes(built["there"], "*.whl")
    assert hashes(built["here"], "*.tar.gz") == hashes(built["there"], "*.tar.gz")


def test_the_sdist_gives_the_same_wheel(built: dict[str, Path]) -> None:
    """Pure Python, and byte for byte that of the tree."""
    ((name, _),) = found = hashes(built["sdist"], "*.whl")

    assert found == hashes(built["here"], "*.whl")
    assert name == f"news_dataset-{nd.__version__}-py3-none-any.whl"


def test_the_sdist_is_the_repository(built: dict[str, Path]) -> None:
    """All that is tracked, so that its tests run; and nothing else."""
    listed = [
        subprocess.run(["git", "ls-files", *which], cwd=ROOT, capture_output=True, text=True)
        for which in ([], ["--others", "--exclude-standard"])
    ]
    if listed[0].returncode:
        pytest.skip("this is no clone of the repository")
    tracked, new = (set(names.stdout.splitlines()) for names in listed)
    with tarfile.open(next(built["here"].glob("*.tar.gz"))) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers()} - {"PKG-INFO"}

    assert {name for name in tracked if (ROOT / name).exists()} - names == set()
    assert names - tracked - new == set()


def test_the_metadata_say_what_it_is_and_what_one_may_do(wheel: Path) -> None:
    """Licences of code and data, with their text; the README; and no address that nobody answers at."""
    with zipfile.ZipFile(wheel) as archive:
        inside = f"news_dataset-{nd.__version__}.dist-info/"
        metadata = message_from_bytes(archive.read(inside + "METADATA"))
        licence = archive.read(inside + "licenses/LICENSE").decode()

    assert metadata["License-Expression"] == "MIT AND CC-BY-4.0 AND BSD-3-Clause AND ISC AND OFL-1.1"
    assert metadata.get_all("License-File") == ["LICENSE", "news_dataset/explorer/vendor/LICENCES.txt"]
    assert licence == (ROOT / "LICENSE").read_text("utf-8")
    assert "MIT License\n" in licence
    assert "https://creativecommons.org/licenses/by/4.0/legalcode" in licence
    assert nd.info()["license"] == "CC-BY-4.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["Description-Content-Type"] == "text/markdown"
    assert str(metadata.get_payload()).startswith("# news_dataset\n")
    assert metadata.get_all("Project-URL") is None


def test_no_thread_outlives_the_reading_of_a_file(installed: Path) -> None:
    """A thread that still holds a file's bytes when the interpreter ends could abort it, after all went well."""
    if not Path("/proc/self/task").is_dir():
        pytest.skip("this system does not list the threads of a process")
    count = "threads = lambda: len(os.listdir('/proc/self/task'))\n"
    start = f"import os, pyarrow.compute, pyarrow.parquet\n{count}before = threads()\n"
    load = 'for name in nd.tables(): nd.load(name, as_="arrow")\n'
    published = (
        "from pathlib import Path; from news_dataset.validation import ids_of_release\n"
        f"assert len(ids_of_release(Path({str(ROOT)!r}) / 'data/published')) > 200\n"
    )
    output = run(installed, f"{start}import news_dataset as nd\n{load}{published}print(threads() - before)")

    assert output == "0\n"
