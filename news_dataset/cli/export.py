"""Commands that hand a dataset over: export to other programs, explore to people."""

from __future__ import annotations

from argparse import Namespace

from news_dataset.cli.folder import reading
from news_dataset.cli.output import say
from news_dataset.cli.progress import busy


def export(options: Namespace) -> int:
    """Write every table in another form."""
    dataset = reading(options.folder)
    with busy(f"export {options.output}"):
        rows = dataset.export(options.to, options.output)
    say(f"{options.output}: {sum(rows.values())} rows in {len(rows)} tables, as {options.to}")
    return 0


def explore(options: Namespace) -> int:
    """Write the page of a dataset."""
    dataset = reading(options.folder)
    with busy(f"explore {options.output}"):
        page = dataset.explore(options.output, text=options.text)
    what = f"{_counted(page.statements, 'statement')} of {_counted(page.articles, 'article')}"
    say(f"{page.path}: {what}{f', {page.texts} with text' if page.texts else ''}, {page.bytes / 1e6:.1f} MB")
    return 0


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
