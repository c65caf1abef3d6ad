"""Records spoiled in every way that readers are known to differ on; some of them stay valid."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from typing import Any

Record = dict[str, Any]
Path = list[str | int]

# Written into the line as they stand here, since json.dumps would not write them.
RAW = [
    "1.0", "1e2", "-0", "1E0", "0.5", "NaN", "Infinity", "-Infinity", "9007199254740991", "9007199254740993",
    "9223372036854775807", "9223372036854775808", "18446744073709551616", "2147483647", "2147483648", "1000000000",
    "01", "+1", ".5", "1.", r'"\ud800"', r'"\udfff x"', r'"\u0041"', r'"a\/b"', r'"a\tb"', r'"\u00e9"', '"a\tb"',
    "tru", "True", "nul", "'x'", "1e400", "-1e400",
    "{}", "[]", "[[]]", "[null]", '{"a": 1, "a": 2}', "[" * 40 + "]" * 40,
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, 1, 2, 3, -1, 99999, "12", "", " ", "x", " x", "x ", "x\n", "x\u2028", "x\u202ey", "\u200b",
    "caf\u00e9", "\u0663", "statement/\u0663\u0663/01", "\U0001f600", "\u00a0x", "a" * 240, "a" * 241, "\ud55c" * 240,
    "\ud55c" * 241, "x" * 2000, "x" * 2001, "2025-02-29", "2024-02-29", "2024-2-3", "20240203", " 2024-02-03",
    "2024-02-03 ", "2024-02-03\n", "2024-02-03T00:00:00", "0000-01-01", "10000-01-01", "2025-13",
    "2025-08-23/2025-08-20",
    "XXXX-02-30", "2025-\u0660\u0668", "202X", "2025?", "../2025", "/", "..", "person/lee-jae-myung", "person/nobody",
    "statement/lee-ishiba-tokyo/01", "statement/other/01", "article/other", "event/none", "speaker", "speakers",
    "contnet", "something_else", "Content", "direct", "narrated", "reported", "fact", "CONSULT", "visit", "phone",
    "A" * 201, "event/" + "a" * 200, "0123456789abcdef", "0123456789ABCDEF", "0123456789abcde", "0123456789abcdeg",
    [], {}, [1], {"a": 1},
]  # fmt: skip
LINES = [b"", b" ", b"null", b"true", b"1", b'"x"', b"[]", b"{}", b"[{}]", b"\xff", b"\xef\xbb\xbf{}", b"{", b"\x00"]


def _paths(value: Any, above: Path) -> list[Path]:
    """Every place in a record but the whole."""
    inside: list[tuple[str | int, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [path for key, one in inside for path in ([*above, key], *_paths(one, [*above, key]))]


def _at(record: Record, path: Path) -> Any:
    found: Any = record
    for step in path:
        found = found[step]
    return found


class Spoiler:
    """Spoils records, always in the same way for one seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def line(self, record: Record) -> bytes:
        """A line with a record that was spoiled in one to three ways, or something else."""
        if self.random.random() < 0.03:
            return self.random.choice(LINES)
        record = copy.deepcopy(record)
        raw: list[str] = []
        for _ in range(self.random.choice([0, 1, 1, 1, 2, 3])):
            self.random.choice(self._ways)(self, record, raw)
        return self._written(record, raw)

    def _value(self) -> Any:
        """A value of its own, since what is spoiled next may be changed within it."""
        return copy.deepcopy(self.random.choice(VALUES))

    def _replace(self, record: Record, raw: list[str]) -> None:
        path = self.random.choice(_paths(record, []))
        old = _at(record, path)
        new = self._value()
        if isinstance(old, int) and not isinstance(old, bool) and self.random.random() < 0.5:
            new = old + self.random.choice([-1, 1, 10, -100, 10**6])
        _at(record, path[:-1])[path[-1]] = new

    def _raw(self, record: Record, raw: list[str]) -> None:
        path = self.random.choice(_paths(record, []))
        _at(record, path[:-1])[path[-1]] = f"@raw{len(raw)}@"
        raw.append(self.random.choice(RAW))

    def _drop(self, record: Record, raw: list[str]) -> None:
        path = self.random.choice(_paths(record, []))
        del _at(record, path[:-1])[path[-1]]

    def _add(self, record: Record, raw: list[str]) -> None:
        places = [[], *(path for path in _paths(record, []) if isinstance(_at(record, path), dict))]
        _at(record, self.random.choice(places))[
            self.random.choice(["extra", "Note", "note", "of", "parent", "kind", "date"])
        ] = self._value()

    def _list(self, record: Record, raw: list[str]) -> None:
        lists = [path for path in _paths(record, []) if isinstance(_at(record, path), list) and _at(record, path)]
        if lists:
            chosen = _at(record, self.random.choice(lists))
            what = self.random.randrange(4)
            if what == 0:
                chosen.append(copy.deepcopy(self.random.choice(chosen)))
            elif what == 1:
                self.random.shuffle(chosen)
            elif what == 2:
                chosen.insert(0, copy.deepcopy(chosen[-1]))
            else:
                chosen.pop(self.random.randrange(len(chosen)))

    def _again(self, record: Record, raw: list[str]) -> None:
        """A key that stands twice: the second is written raw behind the first."""
        key = self.random.choice(list(record))
        value = json.dumps(record[key] if self.random.random() < 0.5 else self._value())
        record[key] = f"@raw{len(raw)}@"
        raw.append(f"{value}, {json.dumps(key)}: {value}")

    def _order(self, record: Record, raw: list[str]) -> None:
        items = list(record.items())
        self.random.shuffle(items)
        record.clear()
        record.update(items)

    _ways: list[Callable[[Spoiler, Record, list[str]], None]] = [  # noqa: RUF012 (never changed)
        _replace, _replace, _replace, _raw, _drop, _drop, _add, _list, _list, _again, _order,
    ]  # fmt: skip

    def _written(self, record: Record, raw: list[str]) -> bytes:
        style = self.random.random()
        separators = (",", ":") if style < 0.7 else (", ", ": ") if style < 0.85 else (" ,", " : ")
        text = json.dumps(record, ensure_ascii=style > 0.95, separators=separators)
        for place, written in enumerate(raw):
            text = text.replace(f'"@raw{place}@"', written)
        line = text.encode("utf-8", "surrogatepass")
        chance = self.random.random()
        if chance < 0.05:
            at = self.random.randrange(len(line) + 1)
            byte = bytes([self.random.randrange(256)]).replace(b"\n", b"")
            line = line[:at] + byte + line[at + self.random.randrange(2) :]
        elif chance < 0.08:
            line = line[: self.random.randrange(len(line) + 1)]
        elif chance < 0.12:
            line = self.random.choice([line + b"\r", line + b" ", b" " + line, line + b",", line + line])
        elif chance < 0.15:  # commas between items too few or too many
            old, new = self.random.choice([(b"},{", b"}{"), (b"}]", b"},]"), (b"},{", b"},,{"), (b"[{", b"[,{")])
            line = line.replace(old, new, 1)
        return line
