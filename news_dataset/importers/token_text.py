"""Texts that are built from tokens: one space between tokens, one line feed between sentences (``SPACE_JOINED``)."""

from __future__ import annotations

from collections.abc import Sequence

from news_dataset.annotations import Fragments
from news_dataset.importers.soundness import Fault

Token = tuple[int, int]
"""A token: number of the sentence, number in the sentence, both from 0."""


class TokenText:
    r"""A text made of tokens, with the place of each token.

    Args:
        sentences: the tokens of each sentence.

    Example:
        >>> text = TokenText([["Port", "Example", "."], ["Yes", "."]])
        >>> text.text
        'Port Example .\nYes .'
        >>> text.fragments([(0, 0), (0, 1), (1, 0)])
        ((0, 12), (15, 18))
    """

    def __init__(self, sentences: Sequence[Sequence[str]]) -> None:
        self.text = "\n".join(" ".join(tokens) for tokens in sentences)
        self._sentences = sentences
        self._starts: dict[Token, int] = {}
        begin = 0
        for number, tokens in enumerate(sentences):
            start = begin
            for index, token in enumerate(tokens):
                self._starts[number, index] = start
                start += len(token) + 1
            begin = max(start, begin + 1)  # an empty sentence is an empty line
        self.tokens = list(self._starts)

    def fault(self, tokens: Sequence[Token]) -> Fault | None:
        """Return what is wrong with tokens to be marked; None where nothing is."""
        if len(set(tokens)) < len(tokens):
            return "bad_line", "has a token twice"
        if not all(token in self._starts for token in tokens):
            return "offset_outside", "refers to a token that the document does not have"
        return None

    def words(self, tokens: Sequence[Token]) -> str:
        """Return the words of tokens, joined by spaces."""
        return " ".join(self._sentences[sentence][index] for sentence, index in tokens)

    def fragments(self, tokens: Sequence[Token]) -> Fragments:
        """Return a fragment for each run of neighbouring tokens, in the given order."""
        fragments: list[tuple[int, int]] = []
        following: Token | None = None
        for sentence, index in tokens:
            start = self._starts[sentence, index]
            end = start + len(self._sentences[sentence][index])
            if (sentence, index) == following:
                fragments[-1] = (fragments[-1][0], end)
            else:
                fragments.append((start, end))
            following = sentence, index + 1
        return tuple(fragments)
