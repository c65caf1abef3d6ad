"""Write invented documents for annotation tools, and their words: ``python -m tests.clients.annotations FOLDER``.

``uima``, ``label_studio`` and ``doccano`` hold what the exporters write; ``words.json`` the type and the words of each
fragment, by document: of all annotations under ``whole``, under ``one_fragment`` of those that doccano can say.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from news_dataset.annotations import Annotation, Document
from news_dataset.exporters import doccano, label_studio, uima

TEXT = "🙂 Mira Example said in Port Example:\r\n“It rains 🙂 and rains”, she said.\t日本"
"""Characters of two UTF-16 units before, inside and after words, and line ends of two characters."""


def span(words: str, nth: int = 0) -> tuple[int, int]:
    """Return where words are in the text."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return start, start + len(words)


DOCUMENTS = (
    Document(
        "", "port", TEXT, (
            Annotation("T1", "Person", (span("Mira Example"),), {"role": "mayor"}),
            Annotation("T2", "custom.Place", (span("Port Example"),)),
            Annotation("E1", "Says", (span("It rains 🙂 and rains"),), {"kind": "direct", "sure": True},
                       (("source", "T1"), ("place", "T2"))),
            Annotation("E2", "Says", (span("she said"), span("said")), {"labels": ("Says", "Repeats")},
                       (("source", "T1"),)),
            Annotation("R1", "Near", (), {}, (("Arg1", "T1"), ("Arg2", "T2"))),
            Annotation("T3", "Emoji", (span("🙂", 1),)),
            Annotation("T4", "Emoji", (span("🙂"),)),
        ), {"title": "An invented title"}, "ann"),
    Document("", "plain", "Rain.", (Annotation("", "Event", ((0, 4),)),)),
)  # fmt: skip


def words(document: Document, most: int) -> list[list[str]]:
    """Return type and words of each fragment of annotations with at most so many fragments, sorted."""
    text = document.text or ""
    found = [one for one in document.annotations if len(one.fragments) <= most]
    return sorted([one.type, text[start:end]] for one in found for start, end in one.fragments)


def main(folder: Path) -> None:
    """Write everything below a folder, which is made."""
    for name, write in (("uima", uima.write), ("label_studio", label_studio.write), ("doccano", doccano.write)):
        (folder / name).mkdir(parents=True)
        write(DOCUMENTS, folder / name)
    expected = {"whole": {one.id: words(one, 9) for one in DOCUMENTS},
                "one_fragment": {one.id: words(one, 1) for one in DOCUMENTS}}  # fmt: skip
    (folder / "words.json").write_text(json.dumps(expected, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
