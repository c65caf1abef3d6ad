"""Everything in the package that writes files: a place to begin with, and what is run there."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.conftest import ROOT

NOT_A_CHANGE = shutil.ignore_patterns("published", ".*")
EXAMPLE = ROOT / "examples" / "match-report"
PERSON = "d/data/curated/people/zoe-sample.yaml"
STATEMENT = "d/data/curated/statements/harbour-cup/02.yaml"
_BUILD = ["build", "d"]


@dataclass(frozen=True)
class Writer:
    """A command that writes.

    Args:
        words: the command, or ``:name`` for a function of this module.
        steps: what makes the place that it is run in: functions of the folder, or commands.
        exchanges: whether the system can exchange two names.
        every: 1 if each change of the disk fails; 8 for each eighth, where another writer goes the same way.
    """

    words: list[str]
    steps: tuple[Callable[[Path], None] | list[str], ...] = ()
    exchanges: bool = True
    every: int = 1


def edit(name: str, old: str, new: str) -> Callable[[Path], None]:
    """Return a step that replaces words in a file."""

    def step(place: Path) -> None:
        path = place / name
        words = path.read_text("utf-8")
        assert old in words, (name, old)
        path.write_text(words.replace(old, new), "utf-8")

    return step


def dataset(place: Path) -> None:
    """Copy the example, with its text."""
    shutil.copytree(EXAMPLE / "data", place / "d" / "data", ignore=NOT_A_CHANGE)
    shutil.copy(EXAMPLE / "text.txt", place / "text.txt")


def lines(place: Path) -> None:
    """Leave what ``build`` makes of the example, as JSON Lines with what lies beside them."""
    (place / "lines").mkdir()
    for path in (place / "d/data/published").glob("*.jsonl"):
        if path.stat().st_size:
            shutil.copy(path, place / "lines")
    shutil.copytree(place / "d/data/codebooks", place / "lines" / "codebooks")
    shutil.copy(place / "d/data/dataset.yaml", place / "lines")
    shutil.rmtree(place / "d")


def layers(place: Path) -> None:
    """Give the dataset two layers, which differ."""
    for name in ("a", "b"):
        for table in ("articles", "statements"):
            shutil.copytree(place / "d/data/curated" / table, place / "d/data/layers" / name / table)
    edit("d/data/layers/b/statements/harbour-cup/01.yaml", "twelfth", "12th")(place)


def annotated(place: Path) -> None:
    """Leave documents for an import."""
    texts = [f"Mira Example said in part {number} that it rains." for number in range(3)]
    lines = [{"id": f"part-{at}", "text": text, "spans": [{"start": 0, "end": 12, "label": "PERSON"}]}
             for at, text in enumerate(texts)]  # fmt: skip
    (place / "in.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in lines), "utf-8")


def events(place: Path) -> None:
    """Leave event records, whose import makes codebooks."""
    event = {"id": "1", "event": "STRIKE", "date": "2026-05-01", "language": "en", "text": "The crew went on strike."}
    (place / "events.json").write_text(json.dumps([event]), "utf-8")


def somebody(place: Path) -> None:
    """Leave a folder that holds something else."""
    (place / "new").mkdir()
    (place / "new" / "notes.txt").write_text("mine", "utf-8")


def sheets(place: Path) -> None:
    """Leave spreadsheets of sources."""
    (place / "sheets").mkdir()
    words = "id,publisher,url,kind,language\n"
    rows = [f"source/paper-{at},Example Press,https://example.org/{at},news,en\n" for at in range(3)]
    (place / "sheets" / "sources.csv").write_text(words + "".join(rows), "utf-8")


def save() -> None:
    """Add three people to the dataset, from Python."""
    import news_dataset as nd

    ds = nd.Dataset.open("d")
    for name in ("Ann Example", "Bo Example", "Cy Example"):
        ds.add({"id": f"person/{name.lower().replace(' ', '-')}", "name": name})
    ds.save()


def create() -> None:
    """Start a dataset, from Python."""
    import news_dataset as nd

    nd.Dataset.create("new", title="Created")


def naive(words: str = "new", pause: float = 0) -> None:
    """Replace files in place, one after the other: the control."""
    for number in range(20):
        with open(f"files/{number}", "w", encoding="utf-8") as file:
            file.write(f"{words} {number}\n")
        time.sleep(pause)


def naive_other() -> None:
    """Write other words in place."""
    naive("other")


def naive_slow() -> None:
    """Take some time."""
    naive(pause=0.02)


def naive_large() -> None:
    """Write more than there was."""
    naive("new" * 10_000)


def files(place: Path) -> None:
    """Leave the files that ``naive`` replaces."""
    (place / "files").mkdir()
    for number in range(20):
        (place / "files" / str(number)).write_text(f"old {number}\n", "utf-8")


NAIVE, NAIVE_OTHER, NAIVE_SLOW, NAIVE_LARGE = (
    Writer([f":naive{kind}"], (files,)) for kind in ("", "_other", "_slow", "_large")
)
"""The controls, which replace files in place."""

_DRAFT = edit("d/data/dataset.yaml", "2026.12.0.dev", "2026.12.0")
_NEXT = edit("d/data/dataset.yaml", "2026.12.0", "2026.12.1")
_CHANGE = edit(PERSON, "Zoë Sample", "Zoe Sample")
_SPREAD = edit(PERSON, "name: Zoë", "name:   Zoë"), edit(STATEMENT, "kind: ", "kind:   ")
_WORDS = (
    edit("d/data/curated/statements/harbour-cup/01.yaml", "{words: Mira Example scored in the 12th minute, span: "
         "'215-253 32 9b482d3e5b35a4de 1ffb71e7 40779bdd'}", "{find: Mira Example scored in the 12th minute}"),
    edit("d/data/curated/statements/harbour-cup/03.yaml", "evidence:", "note: More.\nevidence:"),
)  # fmt: skip


def _export(form: str, out: str = "out") -> Writer:
    return Writer(["export", "d", "--to", form, "-o", out], (dataset,))


def _annotated(form: str) -> Writer:
    return Writer(["export", "d", "--to", form, "--text", "text.txt", "-o", "out"], (dataset,))


def _copied(place: Path, form: str) -> None:
    edit("text.txt", "Win the", f"Won the {form}")(place)


WRITERS: dict[str, Writer] = {
    "fmt": Writer(["fmt", "d"], (dataset, ["fmt", "d"], *_SPREAD)),
    "anchor": Writer(["anchor", "d", "--text", "text.txt"], (dataset, *_WORDS)),
    "rename": Writer(["rename", "person/zoe-sample", "person/zoe-example", "-C", "d"], (dataset,)),
    "carry": Writer(["carry", "article/harbour-cup", "--text", "text.txt", "-C", "d"],
                    (dataset, partial(_copied, form="great"))),
    "save": Writer([":save"], (dataset,)),
    "create": Writer([":create"], every=4),
    "init": Writer(["init", "new"]),
    "init beside other files": Writer(["init", "new"], (somebody,), every=4),
    "new": Writer(["new", "person", "bo-other", "-C", "d"], (dataset,)),
    "schema": Writer(["schema", "d"], (dataset,)),
    "schema again": Writer(["schema", "d"], (dataset, ["schema", "d"], edit("d/data/dataset.yaml", "the claim is",
                                                                            "a claim is"))),
    "import": Writer(["import", "--from", "spans", "in.jsonl", "new"], (annotated,)),
    "import with codes": Writer(["import", "--from", "plover", "events.json", "new"], (events,), every=4),
    "import into a dataset": Writer(["import", "--from", "spans", "in.jsonl", "d"], (dataset, annotated)),
    "import of spreadsheets": Writer(["import", "--from", "csv", "sheets", "d"], (dataset, sheets)),
    "adjudicate": Writer(["adjudicate", "d/data/layers/a", "d/data/layers/b"], (dataset, layers)),
    "validate --issues": Writer(["validate", "lines", "--issues", "i.parquet"], (dataset, _BUILD, lines)),
    "explore": Writer(["explore", "d", "-o", "page.html"], (dataset,)),
    "explore again": Writer(["explore", "d", "-o", "page.html"],
                            (dataset, ["explore", "d", "-o", "page.html"], _CHANGE)),
    "export to csv": _export("csv"),
    "export to csv-template": _export("csv-template"),
    "export to jsonl": _export("jsonl"),
    "export to sqlite": _export("sqlite", "a.db"),
    "export to sqlite again": Writer(["export", "d", "--to", "sqlite", "-o", "a.db"],
                                     (dataset, ["export", "d", "--to", "sqlite", "-o", "a.db"], _CHANGE)),
    **{f"export to {form}": _annotated(form) for form in ("brat", "doccano", "label-studio", "uima",
                                                          "web-annotation")},
    "build": Writer(_BUILD, (dataset,), every=8),
    "build again": Writer(_BUILD, (dataset, _BUILD, _CHANGE)),
    "build again, without exchange": Writer(_BUILD, (dataset, _BUILD, _CHANGE), exchanges=False, every=8),
    "build --release": Writer([*_BUILD, "--release"], (dataset, _DRAFT), every=8),
    "build --release again": Writer([*_BUILD, "--release"], (dataset, _DRAFT, [*_BUILD, "--release"], _NEXT, _CHANGE),
                                    every=8),
    "build of lines": Writer(["build", "lines", "-o", "out"], (dataset, _BUILD, lines), every=8),
}  # fmt: skip
