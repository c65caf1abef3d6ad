"""Whether a place is as it was or as it is to be, to the byte, after a run in which something failed."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from tests.trust.faulty import Faulty, Run
from tests.trust.writers import Writer

Tree = dict[str, bytes | None]

CODES = {"killed": -9, "SIGTERM": 143, "SIGINT": 130}
"""The exit codes of kinds of faults; of any other it is 5."""

_OURS = re.compile(r"(^|/)\.([^/]+\.)?news-dataset-[^/]+")
_ASIDE = re.compile(r"(^|/)\.([^/]+)\.news-dataset-previous(?=$|/)")


def tree(folder: Path) -> Tree:
    """Return the files and folders in a folder, also hidden ones; a folder is None."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


def seen(found: Tree) -> Tree:
    """Return the files of a tree that readers see: not what is hidden, but what steps aside from its place."""
    files: Tree = {name: data for name, data in found.items() if data is not None}
    back = {_ASIDE.sub(r"\1\2", name): data for name, data in files.items() if _ASIDE.search(name)}
    return {name: data for name, data in back.items() if name not in files} | {
        name: data for name, data in files.items() if not _OURS.search(name)
    }


def pending(found: Tree) -> list[str]:
    """Return the journals in a tree of what was cut off."""
    return [
        name
        for name, data in found.items()
        if name.endswith(".news-dataset-journal") and (data or b"").startswith(b"-")
    ]


@dataclass(frozen=True)
class Case:
    """A writer, and what its place is like before, afterwards, and after it is run again.

    Args:
        writer: the writer.
        template: its place, before.
        changes: a letter for each change of the disk of a run without faults.
        old: the place before.
        new: the place after a run.
        again: how a second run ends.
        kept: the place after a second run.
    """

    writer: Writer
    template: Path
    changes: str
    old: Tree
    new: Tree
    again: int
    kept: Tree

    @classmethod
    def of(cls, writer: Writer, template: Path, faulty: Faulty) -> Case:
        """Prepare the place of a writer, and run it without faults."""
        (empty := template.with_name(f"{template.name}-empty")).mkdir(parents=True)
        faulty.prepare(empty)
        for step in writer.steps:
            if callable(step):
                step(faulty.place)
            elif (done := faulty.run(step)).code:
                raise AssertionError(f"{step}: {done}")
        shutil.copytree(faulty.place, template)
        old = tree(template)
        done = faulty.run(writer.words, exchanges=writer.exchanges)
        new = tree(faulty.place)
        assert done.code == 0, done
        assert new != old, writer
        assert not any(_OURS.search(name) for name in new), "something hidden is left"
        again = faulty.run(writer.words)
        return cls(writer, template, done.changes, old, new, again.code, tree(faulty.place))

    def faults(self, faulty: Faulty, kind: str, at: int) -> list[str]:
        """Run the writer with a fault, and then without; return what is wrong then."""
        faulty.prepare(self.template)
        done = faulty.run(self.writer.words, kind, at, exchanges=self.writer.exchanges)
        where = done.at.replace(f"{faulty.watched}/", "")
        return [f"{kind} at {at} ({where}): {one}" for one in self.wrong(faulty, kind, done, bool(done.at))]

    def wrong(self, faulty: Faulty, kind: str, done: Run, has_failed: bool) -> list[str]:
        """Return what is wrong after a run that may have failed in a way, and after another one."""
        found = tree(faulty.place)
        wrong = [*self._of_state(faulty, kind, done, found), *self._of_code(kind, done, found, has_failed)]
        if kind not in ("killed", "read-only from here") and not done.at.startswith("u"):
            wrong += [f"leaves {path.name} among temporary files" for path in faulty.temporary.iterdir()]
        if found not in (self.old, self.new):
            wrong += self._of_next(faulty, seen(found) == seen(self.new) and not pending(found))
        return wrong

    def _of_state(self, faulty: Faulty, kind: str, done: Run, found: Tree) -> list[str]:
        if seen(found) in (seen(self.old), seen(self.new)):
            return []
        journals = pending(found)
        if not journals:
            return ["a mix"]
        if kind not in ("killed", "read-only from here"):
            return [f"half-changed, though the command went on: {done.said.strip()}"]
        folder = journals[0].rpartition("/")[0]
        reader = faulty.run(["validate", folder])
        return [] if reader.code == 5 and "half-changed" in reader.said else [f"readers take a mix: {reader}"]

    def _of_code(self, kind: str, done: Run, found: Tree, has_failed: bool) -> list[str]:
        wrong = ["a traceback"] if "Traceback" in done.said else []
        wanted = CODES.get(kind, 5) if has_failed else 0
        is_done = seen(found) == seen(self.new)
        if done.code not in ({wanted, 0} if is_done and wanted != -9 else {wanted}):
            said = done.said.strip()[-300:]
            wrong.append(f"exit code {done.code} instead of {wanted}{', though all is written' * is_done}: {said}")
        return wrong

    def _of_next(self, faulty: Faulty, is_done: bool) -> list[str]:
        following = faulty.run(self.writer.words, exchanges=self.writer.exchanges)
        found, wanted = tree(faulty.place), self.kept if is_done else self.new
        wrong = [] if following.code == (self.again if is_done else 0) else [f"then exit code {following}"]
        differ = [name for name in {*found, *wanted} if found.get(name, 0) != wanted.get(name, 0)]
        return wrong + ([f"then there is left or changed: {sorted(differ)[:5]}"] if differ else [])
