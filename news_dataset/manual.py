"""The manual pages of issue codes, each with a wrong and a right example."""

from __future__ import annotations

import textwrap

from news_dataset import checks, upkeep
from news_dataset.checks import examples
from news_dataset.errors import known

CODES = checks.CODES | upkeep.CODES
_EXAMPLES = examples.EXAMPLES | upkeep.EXAMPLES


def page(name: str) -> str:
    """Return the manual page of a code.

    Raises:
        KeyError: there is no such code; the message names the nearest.
    """
    code = CODES[known(name, list(CODES), "issue code")]
    parts = [f"{code.name} (layer {code.layer}, exit code {code.exit_code})", code.manual]
    for title, snippet in zip(("wrong", "right"), _EXAMPLES[code.name], strict=True):
        parts.append(f"{title}:\n{textwrap.indent(snippet.rstrip(), '    ')}")
    return "\n\n".join(parts)


def contents() -> str:
    """Return a line for each code: its name, its layer, its manual page in one sentence."""
    wide, layers = max(map(len, CODES)), max(len(code.layer) for code in CODES.values())
    return "\n".join(
        f"{code.name:<{wide}}  {code.layer:<{layers}}  {code.manual.partition(chr(10))[0]}" for code in CODES.values()
    )
