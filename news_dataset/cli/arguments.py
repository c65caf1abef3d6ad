"""The arguments of the command; what they run is imported only when it runs."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

Run = Callable[[argparse.Namespace], int]
_EXIT_CODES = (
    "exit codes: 0 ok, 1 the data is invalid, 2 usage, 3 refused as unsafe or over a limit, 4 integrity, "
    "5 environment, 70 a bug"
)

_FORMS = """\
csv     OUT is a folder: <table>.csv, UTF-8, null is an empty cell; datapackage.json says types and keys. A text that
        a spreadsheet could take for a formula has an apostrophe before it.
jsonl   OUT is a folder: <table>.jsonl, a flat object per row of the table, null where a column has no value. (The
        release has JSON Lines of another kind: a whole record a line, with its children inside.)
sqlite  OUT is a file: typed tables with keys, references and indexes, and full-text search in gist and quote of
        statements and in finding of assessments:
          SELECT s.id, s.gist FROM statements_fts JOIN statements AS s ON s.rowid = statements_fts.rowid
          WHERE statements_fts MATCH 'tariff' ORDER BY rank;
docs/exporting.md shows how pandas, DuckDB and others read them."""
_PAGE = (
    "The page holds all it needs and loads nothing; open it in any current browser. With --text it holds the words of "
    "the article: whether it may be passed on is then a matter of the article's rights."
)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="news-dataset", description="An evidence-linked dataset of news, and the tool that keeps it honest.",
        epilog=_EXIT_CODES, allow_abbrev=False,
    )  # fmt: skip
    top.add_argument("--version", action="version", version=_version())
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _reading(commands)
    _keeping(commands)
    _exporting(commands)
    _exploring(commands)
    return top


def _reading(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    info = _command(commands, "info", "show title, licence, versions and what is in the dataset", "look:info")
    tables = _command(commands, "tables", "list the tables with their rows", "look:tables")
    for command in (info, tables):
        _add_folder(command)
    describe = _command(commands, "describe", "show the columns of a table", "look:describe")
    describe.add_argument("table", metavar="TABLE", help="name of a table")
    get = _command(commands, "get", "print a record as JSON", "look:get")
    get.add_argument("id", metavar="ID", help="id of a record, such as person/lee-jae-myung")
    _add_folder(get)
    explain = _command(commands, "explain", "print the manual page of an issue code", "look:explain")
    explain.add_argument("code", metavar="CODE", nargs="?", help="an issue code; without one, all are listed")


def _keeping(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    validate = _command(commands, "validate", "check records; report everything in one pass", "keep:validate")
    validate.add_argument("paths", metavar="PATH", nargs="*", type=Path, default=[Path()],
                          help="a dataset's folder, a release, or Parquet or JSON Lines of any size (default: this "
                          "folder)")  # fmt: skip
    validate.add_argument("--text", type=Path, metavar="FILE|DIR", help="text of an article, or a folder of texts, "
                          "to check spans and quotations against")  # fmt: skip
    validate.add_argument("--schema", metavar="X.Y", help="the version of the schemas that the records follow "
                          "(default: what dataset.yaml or the manifest says, else the newest)")  # fmt: skip
    validate.add_argument("--format", choices=("text", "json", "github"), default="text", help="form of the report")
    validate.add_argument("--issues", type=Path, metavar="OUT.parquet", help="write all issues as a table")
    validate.add_argument("--hash", action="store_true", help="compare every file of a large release with its "
                          "manifest (of a small one they always are)")  # fmt: skip
    build = _command(commands, "build", "validate the records and publish them as a release", "keep:build")
    build.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, default=Path(),
                       help="the dataset's folder, with data/curated (default: this folder); or one with JSON Lines of "
                       "any size, <plural>.jsonl")  # fmt: skip
    build.add_argument("-o", "--output", type=Path, metavar="DIR", help="where the release goes "
                       "(default: published beside curated)")  # fmt: skip
    build.add_argument("--partition-by", metavar="TABLE.COLUMN", action="append", default=[], help="of JSON Lines: "
                       "divide a table by a column, as articles.language; may be repeated")  # fmt: skip
    build.add_argument("--check", action="store_true", help="write nothing; fail if the release is not up to date")
    verify = _command(commands, "verify", "check a release against its manifest", "keep:verify")
    verify.add_argument("folder", metavar="DIR", nargs="?", type=Path,
                        help="a release (default: data/published, else that of the package)")  # fmt: skip
    diff = _command(commands, "diff", "show how the records of two datasets differ", "changes:diff")
    diff.add_argument("old", metavar="OLD", type=Path, help="a release, or a folder of records (a folder that "
                      "holds both: the release; name its data/curated for the records)")  # fmt: skip
    diff.add_argument("new", metavar="NEW", type=Path, help="the same, later")
    diff.add_argument("--format", choices=("text", "markdown", "jsonl"), default="text", help="form of the output")
    _agreeing(commands)
    _curating(commands)
    schema = _command(commands, "schema", "write the JSON Schemas", "keep:write_schemas")
    schema.add_argument("folder", metavar="DIR", nargs="?", type=Path, help="where (default: schemas/<version>)")
    way = schema.add_mutually_exclusive_group()
    way.add_argument("--check", action="store_true", help="write nothing; fail if a file differs from the models")
    way.add_argument("--diff", nargs=2, metavar=("OLD", "NEW"), help="show what changed between two versions (folders, "
                     "or versions such as 1.0, or the words frozen and current); fail if a change breaks")  # fmt: skip


def _agreeing(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    agreement = _command(commands, "agreement", "show how far two annotations of a text agree", "changes:agreement")
    agreement.add_argument("a", metavar="A", type=Path, help="a dataset's folder (its curated records are read), "
                           "a layer or a release; the reference")  # fmt: skip
    agreement.add_argument("b", metavar="B", type=Path, help="the same, by another reader")
    agreement.add_argument("--format", choices=("text", "json"), default="text", help="form of the output")


def _curating(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    new = _command(commands, "new", "print a commented template of a record", "desk:new")
    new.add_argument("type", metavar="TYPE", help="a record type, such as person or statement")
    new.add_argument("slug", metavar="SLUG", nargs="?", help="the slug of its id, such as lee-jae-myung")
    new.add_argument("--article", metavar="ID", help="the article that a statement or assessment belongs to")
    new.add_argument("--in", dest="folder", metavar="FOLDER", type=Path, default=Path(),
                     help="the dataset's folder, for the next free number (default: this folder)")  # fmt: skip
    anchor = _command(commands, "anchor", "replace words to be found by offsets and digests", "desk:anchor")
    anchor.add_argument("--text", type=Path, metavar="FILE", required=True, help="the text of the article")
    anchor.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="a YAML file, or a folder of records")
    restore = _command(commands, "restore", "print every span with its words in your copy of the text", "desk:restore")
    restore.add_argument("--text", type=Path, metavar="FILE", required=True, help="your copy of the article's text")
    restore.add_argument("--article", metavar="ID", help="the article (default: the one whose text it is)")
    restore.add_argument("--format", choices=("text", "jsonl"), default="text", help="form of the output")
    restore.add_argument("--in", dest="folder", metavar="FOLDER", type=Path, help="a dataset's folder or a release "
                         "(default: this folder if it has data/published, else the package's)")  # fmt: skip
    fmt = _command(commands, "fmt", "write YAML files in canonical form; values and comments stay", "desk:fmt")
    fmt.add_argument("paths", metavar="PATH", nargs="*", type=Path, default=[Path()],
                     help="YAML files or folders (default: this folder)")  # fmt: skip
    fmt.add_argument("--check", action="store_true", help="write nothing; fail if a file is not in canonical form")


def _exporting(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    export = _command(commands, "export", "write all tables as CSV, JSON Lines or SQLite", "export:export")
    export.formatter_class = argparse.RawDescriptionHelpFormatter
    export.epilog = _FORMS
    export.add_argument("--to", choices=("csv", "jsonl", "sqlite"), required=True, help="the form")
    export.add_argument("-o", "--output", type=Path, metavar="OUT", required=True,
                        help="a new or empty folder (csv, jsonl), or a file (sqlite)")  # fmt: skip
    _add_folder(export)


def _exploring(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    explore = _command(commands, "explore", "write one page to look at a dataset in a browser", "explore:explore")
    explore.epilog = _PAGE
    explore.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, help="a dataset's folder or a release "
                         "(default: the dataset that came with the package)")  # fmt: skip
    explore.add_argument("--text", type=Path, metavar="FILE|DIR", help="your own copy of an article's text, or a "
                         "folder of texts; their words go into the page")  # fmt: skip
    explore.add_argument("-o", "--output", type=Path, metavar="PAGE", required=True,
                         help="the page, such as page.html: a new file, or an earlier page")  # fmt: skip


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, summary: str, target: str
) -> argparse.ArgumentParser:
    """Add a command that runs ``module:function`` of this package."""

    def run(options: argparse.Namespace) -> int:
        module, _, function = target.partition(":")
        return int(getattr(import_module(f"news_dataset.cli.{module}"), function)(options))

    command = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )
    command.set_defaults(run=run)
    return command


def _add_folder(command: argparse.ArgumentParser) -> None:
    command.add_argument("--in", dest="folder", metavar="FOLDER", type=Path, help="a dataset's folder or a release "
                         "(default: the dataset that came with the package)")  # fmt: skip


def _version() -> str:
    from news_dataset import __version__

    return f"news-dataset {__version__}"
