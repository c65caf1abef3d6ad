"""What the samples of real corpora hold, as regular expressions, ``json`` and ``csv`` find it in their files.

Nothing here knows how an importer works, so that what one makes of them can be compared.
"""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from tests.conftest import SHARED

SAMPLES = SHARED / "samples"
ROLES = {"Cue": "cue", "Source": "source", "Message": "content", "Topic": "topic", "Addr": "addressee",
         "Medium": "medium", "PTC": "ptc", "Evidence": "evidence"}  # fmt: skip
MARK = re.compile(r"\(((?:SRC|TAR|OTH|EVT|LOC)(?:/(?:SRC|TAR|OTH|EVT|LOC))*): ?((?:[^()]|\([^()]*\))*)\)")

Spans = tuple[tuple[int, int], ...]


class Tokens:
    """A text that is built of tokens: a blank between them, and a line feed between sentences."""

    def __init__(self, sentences: Sequence[Sequence[str]]) -> None:
        self.text = "\n".join(" ".join(one) for one in sentences)
        self.at: dict[tuple[int, int], tuple[int, int]] = {}
        start = 0
        for number, sentence in enumerate(sentences):
            for place, word in enumerate(sentence):
                self.at[number, place] = (start, start + len(word))
                start += len(word) + 1

    def spans(self, tokens: Sequence[tuple[int, int]]) -> Spans:
        """Return start and end of each run of neighbours in a sentence."""
        runs: list[list[tuple[int, int]]] = []
        for one in tokens:
            if runs and runs[-1][-1] == (one[0], one[1] - 1):
                runs[-1].append(one)
            else:
                runs.append([one])
        return tuple((self.at[run[0]][0], self.at[run[-1]][1]) for run in runs)


def speeches(source: Path) -> dict[str, tuple[str, list[dict[str, Spans]]]]:
    """Return for each speech its text, and for each annotation the places of its roles."""
    found = {}
    for path in source.glob("*.json"):
        data = json.loads(path.read_text("utf-8"))
        tokens = Tokens([one["Tokens"] for one in data["Sentences"]])
        found[path.stem] = tokens.text, [
            {ROLES[role]: tokens.spans([tuple(map(int, one.split(":"))) for one in places])  # type: ignore[misc]
             for role, places in frame.items() if places}
            for frame in data["Annotations"]
        ]  # fmt: skip
    return found


@cache
def documents() -> dict[str, tuple[Tokens, list[tuple[str, Spans]]]]:
    """Return for each document of the columns its tokens, and the chain and place of each mention."""
    found = {}
    for path in (SAMPLES / "meantime").glob("*.conll"):
        for name, body in re.findall(
            r"#begin document \((.*?)\); part 000\n(.*?)#end document", path.read_text(), re.S
        ):
            cells = [line.split("\t") for line in body.splitlines() if line]
            sentences = [[one[3] for one in some] for _, some in groupby(cells, lambda one: one[1])]
            tokens, opened = Tokens(sentences), dict[str, list[tuple[int, int]]]()
            chains: list[tuple[str, Spans]] = []
            for number, place, tag in ((int(one[1]), int(one[2]), one[4]) for one in cells):
                for part in tag.replace(" ", "").split("|") if tag != "-" else ():
                    chain = part.strip("()")
                    if part.startswith("("):
                        opened.setdefault(chain, []).append((number, place))
                    if part.endswith(")"):
                        first = opened[chain].pop()
                        chains.append((chain, ((tokens.at[first][0], tokens.at[number, place][1]),)))
            found[f"{name}@{path.stem}"] = tokens, chains
    return found


def listed() -> list[dict[str, Any]]:
    """Return the lists of mentions of the four languages, each with the name of its document."""
    return [
        one | {"document": f"{one['conll_doc_key']}@meantime_{path.name.split('_')[1].removesuffix('.json')}"}
        for path in sorted((SAMPLES / "meantime").glob("mentions_*.json"))
        for one in json.loads(path.read_text("utf-8"))
    ]


def instances() -> tuple[list[str], list[list[str]]]:
    """Return the header and the lines of the list of instances."""
    with open(SAMPLES / "meantime" / "list_instances.csv", encoding="utf-8", newline="") as file:
        header, *table = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    return header, [row for row in table if row]


def events() -> list[dict[str, Any]]:
    """Return the event records of PLOVER."""
    text = next((SAMPLES / "plover_gsr").glob("*.txt")).read_text("utf-8")
    return [one for one in json.loads(text) if one["event"] != "DOCUMENT"]


def marks_of(one: dict[str, Any]) -> Counter[str] | None:
    """Return how many marks of each label the markup of a record has, if any; None where it is not its text."""
    if not isinstance(one["textInfo"], dict):
        return Counter()
    markup, marks = one["textInfo"]["markup"], Counter[str]()
    while found := MARK.search(markup):
        marks[found[1]] += 1
        markup = markup[: found.start()] + found[2] + markup[found.end() :]
    return marks if markup == one["text"] else None


def actors(given: Any) -> list[dict[str, Any]]:
    """Return the participants of a role: one without a name where it is empty, or a text alone."""
    if isinstance(given, list):
        return given
    return [] if given is None else [{"actorText": given or None}]


def short(name: str) -> str:
    """Return a name as a label: seven words of it at most, and one blank between them."""
    words = " ".join(name.split())
    ends = [one.end() for one in re.finditer(r"\w+", words)]
    return words if len(ends) < 8 else words[: ends[6]] + "…"
