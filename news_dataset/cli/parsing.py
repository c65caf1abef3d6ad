"""Parse command lines, and name what a misspelt command, option or value probably means."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from news_dataset.markup import escape, shortened


class Parser(argparse.ArgumentParser):
    """Parse arguments; escape the words of the command line that an error repeats, and name what may be meant."""

    _given: Sequence[str] = ()

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Parse arguments, and keep them for an error."""
        self._given = args or ()
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Print an error, with the option that an unknown one is near to, and exit."""
        known = [name for action in self._actions for name in action.option_strings if action.help != argparse.SUPPRESS]
        given = [word.partition("=")[0] for word in self._given if word.startswith("--")]
        near = [f"{near}, not {name}" for name in given if name not in known and (near := _nearest(name, known))]
        hint = f"; did you mean {near[0]}?" if near else ""
        super().error(escape(shortened(message) + hint))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        """Refuse a value that is not among the choices of an argument; name the nearest, or all."""
        choices = [str(choice) for choice in action.choices or ()]
        if choices and value not in choices:
            near = _nearest(str(value), choices)
            hint = f"did you mean {near}?" if near else f"choose from {', '.join(choices)}"
            if list(self._given[:1]) == ["-C"]:  # as git has it
                hint = "-C goes after the command"
            raise argparse.ArgumentError(action, f"invalid choice: {value!r} ({hint})")


def _nearest(word: str, names: Sequence[str]) -> str:
    """Return the name that a word is probably a misspelling of; empty if none is near."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, names, 1)), "")
