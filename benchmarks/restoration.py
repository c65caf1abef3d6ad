"""How long 5,000 spans of a text of one megabyte take: ``python benchmarks/restoration.py``.

The text is invented from a fixed seed. Once the copy is the text itself (goal: less than 2 s), once typography is
folded and boilerplate stands on top (goal: less than 15 s).
"""

from __future__ import annotations

import platform
import random
import re
import resource
import sys
import time
import unicodedata
from collections import Counter

from news_dataset.restoration import restore
from news_dataset.spans import Span, Text

BYTES, SPANS = 1_000_000, 5_000


def invented(dice: random.Random) -> str:
    """Return paragraphs of a megabyte; a few are repeated, some words are frequent, as in news."""
    syllables = [a + b for a in "bdfklmnprst" for b in ("a", "e", "i", "o", "u", "é", "ü")]
    words = ["".join(dice.choices(syllables, k=dice.randint(1, 4))) for _ in range(20_000)]
    words[:6] = ["Mira’s", "“harbour”", "80\u00a0000", "1½", "–", "船が"]
    weights = [1 / (rank + 1) for rank in range(len(words))]
    paragraphs: list[str] = []
    size = 0
    while size < BYTES:
        new = " ".join(dice.choices(words, weights, k=dice.randint(20, 90))) + "."
        paragraphs.append(new if dice.random() < 0.98 or not paragraphs else dice.choice(paragraphs))
        size += len(paragraphs[-1].encode()) + 2
    return "\n\n".join(paragraphs)


def spans_of(text: Text, dice: random.Random) -> list[Span]:
    """Return spans of one to twenty words."""
    words = [match for match in re.finditer(r"\S+", text.words) if any(map(str.isalnum, match[0]))]
    firsts = [dice.randrange(len(words) - 20) for _ in range(SPANS)]
    return [text.span(words[first].start(), words[first + dice.randrange(20)].end()) for first in firsts]


def copied(words: str) -> str:
    """Return a copy with plain quotation marks, other line ends and normal form, and a line on top."""
    plain = words.translate({ord("’"): "'", ord("“"): '"', ord("”"): '"', 0xA0: " "}).replace("\n\n", "\r\n")
    return "Subscribe to our newsletter\r\n" + unicodedata.normalize("NFD", plain)


def peak() -> float:
    """Return the most memory this process has used, in MiB."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


def main() -> None:
    """Print seconds, states and memory."""
    dice = random.Random(20_310_504)
    text = Text(invented(dice))
    spans = spans_of(text, dice)
    print(f"Python {platform.python_version()}, Unicode {unicodedata.unidata_version}, {platform.machine()}")
    print(f"{len(text.words.encode()):,} bytes, {len(text.words):,} code points, {len(spans):,} spans")
    print(f"text and spans made: peak {peak():,.0f} MiB")
    for name, words, goal in (("hash equal", text.words, 2), ("hash not equal", copied(text.words), 15)):
        began = time.perf_counter()
        found = restore(spans, Text(words), text.sha256)
        seconds = time.perf_counter() - began
        states = ", ".join(f"{count:,} {state}" for state, count in sorted(Counter(one.state for one in found).items()))
        print(f"{name}: {seconds:.2f} s (goal: less than {goal} s), peak {peak():,.0f} MiB; {states}")


if __name__ == "__main__":
    main()
