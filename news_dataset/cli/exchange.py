"""Run the commands ``import`` and ``export``."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from news_dataset.cli.folder import dataset_to_read, folder_to_change, nearest, say_of_words, tell_of_layers
from news_dataset.cli.output import busy, print_import_issues, print_refusals, put, say, tell
from news_dataset.dataset import Dataset
from news_dataset.errors import UsageError
from news_dataset.layered import folders_in
from news_dataset.markup import operand, visible
from news_dataset.records import BY_TABLE
from news_dataset.reporters import counted

_MAX_LACKING = 20  # lines about what a format cannot express


def export(options: Namespace) -> int:
    """Export a dataset, and print what was written and what to do next."""
    from news_dataset.exporters import ANNOTATED

    dataset = dataset_to_read(options.folder)
    tell_of_layers(dataset, options.folder)
    lacking = dataset.lacking(options.to, text=options.text) if options.to in ANNOTATED else []
    for line in lacking[:_MAX_LACKING]:
        tell(visible(f"not in a {options.to} export: {line}"))
    if (more := len(lacking) - _MAX_LACKING) > 0:
        tell(f"… and {more} more things: Dataset.lacking({options.to!r}) lists them")
    with busy(f"export {options.output}"):
        rows = dataset.export(
            options.to, options.output, text=options.text, catalog=options.catalog, tag=options.tag
        )  # fmt: skip
    if options.to in ANNOTATED:
        _say_exported_annotations(options, rows["documents"], rows["annotations"])
        return 0
    if options.to == "csv-template":
        message = f"{options.output}: {', '.join(rows)} to fill in, columns.csv says what with"
        say(message, f"import --from csv --text FILE {operand(options.output)}")
        return 0
    tag = (options.tag or dataset.info()["data_version"]) if options.to == "iceberg" else ""
    tagged = f", tag {tag}" if tag else ""
    say(f"{options.output}: {sum(rows.values())} rows in {len(rows)} tables, as {options.to}{tagged}")
    if tag:
        say(f'read: catalog.load_table("{next(iter(rows))}").scan().use_ref("{tag}").to_arrow()')
    return 0


def _say_exported_annotations(options: Namespace, documents: int, annotations: int) -> None:
    """Print what an export for an annotation tool wrote, and how to import it again."""
    say(f"{options.output}: {counted(documents, 'document')}, {counted(annotations, 'annotation')}, as {options.to}")
    if options.text and documents:
        say_of_words(options.output)
    if options.to == "web-annotation" or not documents:  # there is no importer for the former
        return
    home = options.folder or nearest(Path.cwd())
    if home and (home / "data" / "curated").is_dir():
        copied = f"{home / 'data'} to FOLDER/data without published, curated/articles and curated/statements"
        say(f"to read it again, first copy {copied}: no people and no codebooks are in it")
    say(f"next: news-dataset import --from {options.to} {operand(options.output)} FOLDER")


def import_from(options: Namespace) -> int:
    """Import documents or spreadsheets, and print what was imported and what was not."""
    is_corpus = options.form != "csv"
    if is_corpus and not (options.suggest_mapping or options.folder or nearest(Path.cwd())):
        command = f"news-dataset import --from {options.form} {operand(options.source)} NEW-FOLDER"
        raise UsageError(f"no dataset in this folder or above it; say where to: {command}")
    folder = Path() if options.suggest_mapping else folder_to_change(options.folder)
    with busy(f"importing {options.source}"):
        done = Dataset(folder).import_from(
            options.form, options.source, text=options.text, mapping=options.mapping, strict=options.strict,
            suggest_mapping=options.suggest_mapping,
        )  # fmt: skip
    if options.suggest_mapping:
        put(done.mapping)
        return 0
    if done.found:
        tell(f"{done.found} says what the annotations become; --mapping FILE gives another")
    if done.found and done.about:
        tell("an export has no people, organizations, places, events or codes: docs/importing.md says what to copy")
    print_refusals(done.refusals)
    if done.refusals and not done.report.ok:
        tell("nothing was written")
        return done.report.exit_code
    print_import_issues(done)
    if done.about:
        tell(f"before a release, fill in title, license, license_url and contributors in {done.about}")
    imported_texts = folder / "texts"
    texts = options.text if not is_corpus else imported_texts if imported_texts.is_dir() else None
    what = ", ".join(_counted_plural(number, name) for name, number in done.counts.items() if number) or "nothing"
    where = f" {operand(folder)}" if options.folder else ""
    following = f"validate{f' --text {operand(texts)}' if texts else ''}{where}"
    if done.layers:
        say(f"in layers, and not in the dataset until they are merged: {', '.join(map(str, done.layers))}")
        earlier = [layer for layer in folders_in(done.layers[0].parent.parent) if layer not in done.layers] or [folder]
        a, b = done.layers[:2] if len(done.layers) > 1 else (earlier[0], done.layers[0])
        following = f"agreement {operand(a)} {operand(b)}"
    say(f"imported {what}; next: news-dataset {following}")
    return done.report.exit_code


def _counted_plural(number: int, plural: str) -> str:
    """Return a number with its noun, given the name of a table or another plural."""
    singular = BY_TABLE[plural].record_type if plural in BY_TABLE else plural.removesuffix("s")
    return f"{number} {singular if number == 1 else plural}"
