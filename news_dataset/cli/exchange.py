"""The commands that bring records in from other tools, and write them for other tools."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from news_dataset.cli.folder import keeping, nearest, reading, tell_of_layers
from news_dataset.cli.output import busy, print_left, print_refusals, put, say, tell
from news_dataset.dataset import Dataset
from news_dataset.layered import folders_in
from news_dataset.markup import visible
from news_dataset.records import BY_TABLE
from news_dataset.reporters import counted

_LISTED = 20  # things that a format cannot say, which are printed


def export(options: Namespace) -> int:
    """Write every table in another form."""
    from news_dataset.exporters import ANNOTATED

    dataset = reading(options.folder)
    tell_of_layers(dataset, options.folder)
    left_out = dataset.lacking(options.to, text=options.text) if options.to in ANNOTATED else []
    for line in left_out[:_LISTED]:
        tell(visible(f"{options.to} cannot say: {line}"))
    if (more := len(left_out) - _LISTED) > 0:
        tell(f"… and {more} more things: Dataset.lacking({options.to!r}) lists them")
    with busy(f"export {options.output}"):
        rows = dataset.export(
            options.to, options.output, text=options.text, catalog=options.catalog, tag=options.tag
        )  # fmt: skip
    if options.to in ANNOTATED:
        what = f"{counted(rows['documents'], 'document')}, {counted(rows['annotations'], 'annotation')}"
        again = f"import --from {options.to} {options.output} FOLDER --mapping {options.output / 'import-mapping.yaml'}"
        is_read_again = options.to != "web-annotation" and rows["documents"]
        say(f"{options.output}: {what}, as {options.to}")
        home = options.folder or nearest(Path.cwd())
        if is_read_again and home and (home / "data" / "curated").is_dir():
            copied = f"{home / 'data'} to FOLDER/data without published, curated/articles and curated/statements"
            say(f"to read it again, first copy {copied}: no people and no codebooks are in it")
        if is_read_again:
            say(f"next: news-dataset {again}")
        return 0
    if options.to == "csv-template":
        say(
            f"{options.output}: {', '.join(rows)} to fill in, columns.csv says what with",
            f"import --from csv {options.output}",
        )
        return 0
    tag = (options.tag or dataset.info()["data_version"]) if options.to == "iceberg" else ""
    tagged = f", tag {tag}" if tag else ""
    say(f"{options.output}: {sum(rows.values())} rows in {len(rows)} tables, as {options.to}{tagged}")
    if tag:
        say(f'read: catalog.load_table("{next(iter(rows))}").scan().use_ref("{tag}").to_arrow()')
    return 0


def import_from(options: Namespace) -> int:
    """Bring in annotated documents, or records from spreadsheets, and say what was not taken over."""
    folder = Path() if options.suggest_mapping else keeping(options.folder)
    with busy(f"importing {options.source}"):
        done = Dataset(folder).import_from(
            options.form, options.source, text=options.text, mapping=options.mapping, strict=options.strict,
            suggest_mapping=options.suggest_mapping,
        )  # fmt: skip
    if options.suggest_mapping:
        put(done.mapping)
        return 0
    print_refusals(done.refusals)
    if done.refusals and not done.report.ok:
        tell("nothing was written")
        return done.report.exit_code
    print_left(done)
    if done.about:
        tell(f"before a release, fill in license, license_url and contributors in {done.about}")
    own = folder / "texts"
    texts = options.text if options.form == "csv" else own if own.is_dir() else None
    what = ", ".join(_number_of(number, name) for name, number in done.counts.items() if number)
    following = f"validate{f' --text {texts}' if texts else ''}{f' {folder}' if options.folder else ''}"
    if done.layers:
        say(f"in layers, and not in the dataset until they are merged: {', '.join(map(str, done.layers))}")
        first = [one for one in folders_in(done.layers[0].parent.parent) if one not in done.layers] or [folder]
        a, b = done.layers[:2] if len(done.layers) > 1 else (first[0], done.layers[0])
        following = f"agreement {a} {b}"
    say(f"imported {what}; next: news-dataset {following}")
    return done.report.exit_code


def _number_of(number: int, name: str) -> str:
    """Return how many there are of what a table, or a plural, names."""
    one = BY_TABLE[name].record_type if name in BY_TABLE else name.removesuffix("s")
    return f"{number} {one if number == 1 else name}"
