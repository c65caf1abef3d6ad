"""Texts that are built from tokens: one space between tokens, one line feed between sentences (``SPACE_JOINED``)."""

from __future__ import annotations

from collections.abc import Sequence

from news_dataset.annotations import Fragments

Token = tuple[int, int]
"""A token: number of the sentence, number in the sentence, both from 0."""


class TokenText:
    r"""A text from tokens, and where each of them is.

    Example:
        >>> text = TokenText([["Port", "Example", "."], ["Yes", "."]])
        >>> text.text
        'Port Example .\nYes .'
        >>> text.fragments([(0, 0), (0, 1), (1, 0)])
        ((0, 12), (15, 18))
    """

    def __init__(self, sentences: Sequence[Sequence[str]]) -> None:
        self.text = "\n".join(" ".join(tokens) for tokens in sentences)
        self.tokens = [(number, at) for number, tokens in enumerate(sentences) for at in range(len(tokens))]
        self._sentences = sentences
        self._starts: dict[Token, int] = {}
        begin = 0
        for number, tokens in enumerate(sentences):
            at = begin
            for index, token in enumerate(tokens):
                self._starts[number, index] = at
                at += len(token) + 1
            begin = max(at, begin + 1)

    def has(self, token: Token) -> bool:
        """Return whether there is such a token."""
        return token in self._starts

    def words(self, tokens: Sequence[Token]) -> str:
        """Return tokens, joined by spaces."""
        return " ".join(self._sentences[sentence][index] for sentence, index in tokens)

    def fragments(self, tokens: Sequence[Token]) -> Fragments:
        """Return a fragment for each run of neighbouring tokens of a sentence, in the order given."""
        found: list[tuple[int, int]] = []
        last: Token | None = None
        for token in tokens:
            start = self._starts[token]
            end = start + len(self._sentences[token[0]][token[1]])
            if last is not None and token == (last[0], last[1] + 1):
                found[-1] = (found[-1][0], end)
            else:
                found.append((start, end))
            last = token
        return tuple(found)
