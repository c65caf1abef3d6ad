"""One test over many items: all that fail are listed at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from inspect import Signature, signature
from typing import Any


def each(items: Iterable[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Call a test with each of some items (of a tuple with its parts), which are its first arguments.

    Each item has a ``tmp_path`` and a ``monkeypatch`` of its own; other fixtures are shared.
    """
    listed = [item if isinstance(item, tuple) else (item,) for item in items]

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        def loop(**fixtures: Any) -> None:
            failed = []
            for number, item in enumerate(listed):
                with ExitStack() as stack:
                    try:
                        test(*item, **_own(fixtures, number, stack))
                    except AssertionError as error:
                        failed.append(f"{item[0] if len(item) == 1 else item}: {error}")
            assert not failed, f"{len(failed)} of {len(listed)} fail:\n" + "\n".join(failed)

        fixtures = [*signature(test).parameters.values()][len(listed[0]) if listed else 1 :]
        loop.__name__, loop.__doc__, loop.__module__ = test.__name__, test.__doc__, test.__module__
        loop.__dict__["__signature__"] = Signature(fixtures)
        return loop

    assert listed, "there is nothing to test"
    return decorate


def _own(fixtures: dict[str, Any], number: int, stack: ExitStack) -> dict[str, Any]:
    own = dict(fixtures)
    if "tmp_path" in own:
        own["tmp_path"] = fixtures["tmp_path"] / str(number)
        own["tmp_path"].mkdir()
    if "monkeypatch" in own:
        own["monkeypatch"] = stack.enter_context(fixtures["monkeypatch"].context())
    return own
