"""The documents of a CoNLL file as rows of cells, sentence by sentence, before it is known what the columns are."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from news_dataset.files import ReadError

_BEGIN = re.compile(r"#\s*begin document\s(?P<rest>.*)")
_PART = re.compile(r"part\s+(\S+)")
_END = re.compile(r"#\s*end document\b.*")
_NEW = re.compile(r"#\s*newdoc(?:\s+id\s*=\s*(?P<id>.*\S))?\s*")
_COLUMNS = re.compile(r"#\s*global\.columns\s*=\s*(?P<names>.*\S)\s*")
_COMMENT = re.compile(r"#\s*(?:newpar\b.*|[A-Za-z][\w.:()-]*\s*=.*)")
_DOCSTART = "-DOCSTART-"


@dataclass(frozen=True, slots=True)
class Row:
    """A line with its cells; ``line`` is its number from 1, ``raw`` its text."""

    line: int
    cells: list[str]
    raw: str


@dataclass(slots=True)
class Block:
    """A document of a file.

    ``key`` is its name, unique in the file unless the file repeats name and part; ``names`` are those of the columns,
    where the file gives them; ``is_begun`` tells whether it has a ``#begin document`` and no end yet; ``faults`` are
    lines that belong nowhere: line, what is wrong, content.
    """

    key: str
    line: int
    name: str = ""
    part: str = ""
    names: tuple[str, ...] = ()
    is_begun: bool = False
    sentences: list[list[Row]] = field(default_factory=list)
    faults: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def attributes(self) -> dict[str, str]:
        """The ``name`` and the ``part`` of the document, where the file gives them."""
        return {name: value for name, value in (("name", self.name), ("part", self.part)) if value}


def blocks_of(text: str, stem: str) -> list[Block]:
    """Return the documents of a file.

    Args:
        text: the text of the file.
        stem: the key of a document without a name, followed by its number where there are several documents.

    Raises:
        ReadError: it holds no line with a token.
    """
    lines = text.split("\n")
    tokens = [line for line in lines if line.strip() and not line.startswith("#")]
    reader = _BlockReader(2 * sum("\t" in line for line in tokens) > len(tokens))
    for number, line in enumerate(lines, 1):
        reader.read_line(number, line.removesuffix("\r"))
    reader.close(len(lines))
    blocks = [block for block in reader.blocks if block.sentences or block.faults or block.name]
    if not any(block.sentences for block in blocks):
        raise ReadError("bad_syntax", "holds no line with a token", (1, 1))
    names = Counter(block.name for block in blocks)
    for number, block in enumerate(blocks, 1):
        if block.name:
            block.key = f"{block.name}/{block.part}" if names[block.name] > 1 and block.part else block.name
        else:
            block.key = stem if len(blocks) == 1 else f"{stem}-{number}"
    return blocks


class _BlockReader:
    """Reads a file line by line; *has_tabs* tells whether only tabs separate cells."""

    def __init__(self, has_tabs: bool) -> None:
        self.has_tabs = has_tabs
        self.names: tuple[str, ...] = ()
        self.blocks = [Block("", 1)]
        self.rows: list[Row] = []
        self.is_between = False  # after the end of a document, where the next has not begun

    def read_line(self, number: int, line: str) -> None:
        """Read the next line."""
        if not line.strip():
            self.end_sentence()
        elif line.startswith("#") and self.read_comment(number, line):
            pass
        elif line.split(None, 1)[0] == _DOCSTART:
            self.begin(number)
        elif self.is_between:
            self.blocks[-1].faults.append((number, "is outside of a document", line))
        else:
            self.rows.append(Row(number, line.split("\t") if self.has_tabs else line.split(), line))

    def read_comment(self, number: int, line: str) -> bool:
        """Read a line that begins with ``#``; return False if it is the line of a token."""
        if match := _BEGIN.fullmatch(line):
            self.close(number)
            name, _, end = match["rest"].rpartition(";")
            part = _PART.fullmatch(end.strip())
            name = (name if part else match["rest"]).strip()
            is_bracketed = name.startswith("(") and name.endswith(")")
            self.begin(number, name[1:-1] if is_bracketed else name, part[1] if part else "")
            self.blocks[-1].is_begun = True
        elif _END.fullmatch(line):
            self.end_sentence()
            if not self.blocks[-1].is_begun:
                self.blocks[-1].faults.append((number, "ends a document, and none is open", line))
            self.blocks[-1].is_begun, self.is_between = False, True
        elif match := _NEW.fullmatch(line):
            self.begin(number, match["id"] or "")
        elif match := _COLUMNS.fullmatch(line):
            self.names = self.blocks[-1].names = tuple(match["names"].split())
        elif not _COMMENT.fullmatch(line):
            return self.has_tabs and "\t" not in line
        return True

    def begin(self, number: int, name: str = "", part: str = "") -> None:
        """Begin a document."""
        self.end_sentence()
        self.is_between = False
        self.blocks.append(Block("", number, name, part, self.names))

    def end_sentence(self) -> None:
        """End the sentence that is open, if any."""
        if self.rows:
            self.blocks[-1].sentences.append(self.rows)
            self.rows = []

    def close(self, number: int) -> None:
        """End the document that is open."""
        self.end_sentence()
        if self.blocks[-1].is_begun:
            message = f"the document that begins in line {self.blocks[-1].line} has no end before here"
            self.blocks[-1].faults.append((number, message, ""))
