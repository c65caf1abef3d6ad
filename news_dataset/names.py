"""Names of tables, columns, records and codes: a name that is known, or the nearest one."""

from __future__ import annotations

from collections.abc import Sequence

from news_dataset.errors import UnknownNameError


def known(name: str, among: Sequence[str], what: str) -> str:
    """Return *name* if it is known.

    Raises:
        KeyError: it is not; the message names the nearest one.
    """
    if name in among:
        return name
    from difflib import get_close_matches

    name = str(name)
    near = [one for one in among if name and one.startswith(name)] or get_close_matches(name, among, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(among)}" if len(among) < 40 else ""
    raise UnknownNameError(f"there is no {what} {name!r}; {hint}".rstrip("; "))
