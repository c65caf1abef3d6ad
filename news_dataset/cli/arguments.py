"""Define the arguments of the command; its code is imported when it runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from news_dataset import __version__
from news_dataset.cli.parsing import Parser
from news_dataset.stores import View

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["Parser"]

_EXIT_CODES = (
    "exit codes: 0 ok, 1 the data is invalid, 2 usage, 3 refused as unsafe or over a limit, 4 integrity, "
    "5 environment, 70 a bug"
)

_ONCE_HAD_IN = ("info", "tables", "get", "export", "new", "restore")  # commands that once had an option --in
_PLACE = "a dataset's folder or a release"
_NEAREST = "default: the dataset of this folder or of its nearest parent"
_NEAREST_OR_BUNDLED = f"{_NEAREST}; if there is none, the one bundled with the package"
_SQL_EPILOG = (
    f"Besides the tables there are the views {', '.join(get_args(View))}. The query can read nothing else, and write "
    "nothing: news-dataset sql 'select kind, count(*) from claims group by kind'"
)

_EXPORT_EPILOG = """\
csv     OUT is a folder: <table>.csv, views/<view>.csv, UTF-8, null is an empty cell; datapackage.json has types and
        keys. A text that a spreadsheet could take for a formula gets an apostrophe in front.
jsonl   OUT is a folder: <table>.jsonl, one flat object per row, null where a column has no value. (The JSON Lines of a
        release are different: one whole record per line, with its children inside.)
csv-template
        OUT is a folder: statements.csv, assessments.csv and sources.csv to fill in for news-dataset import;
        columns.csv describes their columns.
sqlite  OUT is a file: typed tables with keys, references and indexes, views, and full-text search in gist and quote of
        statements and in finding of assessments:
          SELECT s.id, s.gist FROM statements_fts JOIN statements AS s ON s.rowid = statements_fts.rowid
          WHERE statements_fts MATCH 'tariff' ORDER BY rank;
iceberg OUT is a folder for the metadata of Iceberg. The Parquet files of a release become tables of the catalog without
        being copied; so publish each version in a folder of its own. All tables get one tag:
          news-dataset export --to iceberg --catalog sqlite:///catalog.db --tag 2026.11 -o warehouse
brat, doccano, label-studio, uima, web-annotation
        OUT is a folder of articles, mentions and statements for an annotation tool, with --text. Its
        import-mapping.yaml makes the same records again: news-dataset import. First it is listed what the format
        cannot say.
docs/exporting.md shows how to read them with pandas, DuckDB and others."""
_IMPORT_EPILOG = """\
brat          folder or zip of .txt and .ann          doccano       JSON Lines, one file per annotator
uima          XMI or JSON CAS, as INCEpTION exports   spans         JSON Lines with spans, as Prodigy exports
label-studio  JSON with data and annotations          conll, tokens columns or JSON of tokens; their text is joined
plover        event records of PLOVER                 popolo        people: Popolo JSON, congress-legislators YAML
csv           spreadsheets of export --to csv-template: all records are written, or none and why

Texts go to texts/, which is never published. Annotations that cannot be used as they are go to quarantine.jsonl, those
without a rule in the mapping to import-leftovers.jsonl; both are counted. docs/importing.md has examples."""
_ADJUDICATE_EPILOG = (
    "Each difference is marked by a comment '# decide:' above the line concerned, which shows both values. Decide, "
    "delete the comment, and go on; grep -rn '# decide:' finds the next. docs/adjudicating.md has an example."
)
_EXPLORE_EPILOG = (
    "The page is self-contained and loads nothing; open it in any current browser. With --text it contains the words "
    "of the article: whether it may be shared then depends on the article's rights."
)


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of a command line; print an error and exit where it is wrong."""
    options: argparse.Namespace
    options, rest = parser().parse_known_args(sys.argv[1:] if arguments is None else list(arguments))
    if rest:
        options.parser.error(f"unrecognized arguments: {' '.join(rest)}")
    return options


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = Parser(
        prog="news-dataset", description="An evidence-linked dataset of news, and the tool that keeps it honest.",
        epilog=_EXIT_CODES, allow_abbrev=False,
    )  # fmt: skip
    top.add_argument("--version", action="version", version=f"news-dataset {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _add_reading(commands)
    _add_checking(commands)
    _add_exporting(commands)
    return top


def _add_reading(commands: Commands) -> None:
    """Add the commands that only read a dataset."""
    info = _command(commands, "info", "show title, licence, versions and what is in the dataset")
    tables = _command(commands, "tables", "list the tables with their rows")
    for command in (info, tables):
        _add_folder(command, _NEAREST_OR_BUNDLED)
    describe = _command(commands, "describe", "show the columns of a table or view")
    describe.add_argument("table", metavar="TABLE", help="name of a table or view")
    get = _command(commands, "get", "print a record as JSON")
    get.add_argument("record_id", metavar="ID", help="id of a record, such as person/lee-jae-myung")
    sql = _command(commands, "sql", "run a SELECT over tables and views")
    sql.epilog = _SQL_EPILOG
    sql.add_argument("query", metavar="QUERY", help="one SELECT in DuckDB's SQL")
    claims = _command(
        commands, "claims", "print the claims with two verdicts: whether they said it, and whether it is so"
    )
    _add_folder(claims, _NEAREST_OR_BUNDLED)
    claims.add_argument("--include-withdrawn", action="store_true", help="include claims of withdrawn articles")
    for command in (claims, sql):
        command.add_argument("--format", choices=("table", "csv", "jsonl"), default="table", help="output format")
    explain = _command(commands, "explain", "print the manual page of an issue code")
    explain.add_argument("code", metavar="CODE", nargs="?", help="an issue code (default: list all codes)")
    for command in (describe, get, sql, explain):
        _add_folder_option(command, _NEAREST_OR_BUNDLED)


def _add_checking(commands: Commands) -> None:
    """Add the commands that check or write a dataset."""
    validate = _command(commands, "validate", "check records, and report all issues in one pass")
    validate.add_argument("paths", metavar="PATH", nargs="*", type=_path, help="a dataset's folder, a release, or "
                          f"Parquet or JSON Lines of any size ({_NEAREST})")  # fmt: skip
    validate.add_argument("--text", type=_path, metavar="FILE|DIR", help="text of an article, or a folder of texts, "
                          "to check spans and quotations against")  # fmt: skip
    validate.add_argument("--schema", metavar="X.Y", help="the schema version that the records follow "
                          "(default: the one in dataset.yaml or the manifest, else the newest)")  # fmt: skip
    validate.add_argument("--format", choices=("text", "json", "github"), default="text", help="report format")
    validate.add_argument("--issues", type=_path, metavar="OUT.parquet", help="write all issues as a table")
    validate.add_argument("--hash", dest="hashed", action="store_true", help="compare every file of a large release "
                          "with its manifest (files of a small one always are)")  # fmt: skip
    _add_memory(validate)
    _add_engine(validate)
    build = _command(commands, "build", "validate the records and publish them as a release")
    _add_folder(build, _NEAREST, "the dataset's folder, with data/curated; or one with JSON Lines of any size, "
                "<plural>.jsonl")  # fmt: skip
    build.add_argument("-o", "--output", type=_path, metavar="DIR", help="the folder of the release "
                       "(default: published beside curated)")  # fmt: skip
    build.add_argument("--partition-by", metavar="TABLE.COLUMN", action="append", default=[], help="divide "
                       "a table by a column, one file per value, as articles.language; may be repeated")  # fmt: skip
    build.add_argument("--release", action="store_true", help="refuse a draft, whose data_version ends in .dev, "
                       "and placeholders that init or import wrote")  # fmt: skip
    build.add_argument("--check", action="store_true", help="write nothing; fail if the release is not up to date")
    _add_memory(build)
    _add_engine(build)
    verify = _command(commands, "verify", "check a release against its manifest")
    _add_folder(verify, _NEAREST, "a release, or a dataset's folder that holds one")
    _add_comparing(commands)
    _add_curating(commands)
    schema = _command(commands, "schema", "write the JSON Schemas to schemas/<version>")
    _add_folder(schema, _NEAREST, "the dataset's folder")
    way = schema.add_mutually_exclusive_group()
    way.add_argument("--check", action="store_true", help="write nothing; fail if a file differs from the models")
    way.add_argument("--diff", nargs=2, metavar=("OLD", "NEW"), help="show what changed between two versions (folders, "
                     "versions such as 1.0, or the words frozen and current); fail on a breaking change")  # fmt: skip


def _add_comparing(commands: Commands) -> None:
    """Add the commands that take two datasets."""
    diff = _command(commands, "diff", "show how the records of two datasets differ")
    diff.add_argument("old", metavar="OLD", type=_path, help="a release, or a folder of records (if it holds both, the "
                      "release is read; name its data/curated for the records)")  # fmt: skip
    diff.add_argument("new", metavar="NEW", type=_path, help="the same, later")
    diff.add_argument("--format", choices=("text", "markdown", "jsonl"), default="text", help="output format")
    agreement = _command(commands, "agreement", "show how far two annotations of a text agree")
    agreement.add_argument("a", metavar="A", type=_path, help="a dataset's folder (its curated records are read), "
                           "a layer or a release; the reference")  # fmt: skip
    agreement.add_argument("other", metavar="B", type=_path, help="the same, by another annotator")
    agreement.add_argument("more", type=_path, nargs="*", help=argparse.SUPPRESS)  # refused with a helpful message
    agreement.add_argument("--format", choices=("text", "json"), default="text", help="output format")
    adjudicate = _command(commands, "adjudicate", "merge two annotations of a text, and mark where they differ")
    adjudicate.epilog = _ADJUDICATE_EPILOG
    adjudicate.add_argument("a", metavar="A", type=_path, help="a dataset's folder (its curated records are read), "
                            "a layer or a release; its records are kept where both have one")  # fmt: skip
    adjudicate.add_argument("other", metavar="B", type=_path, help="the same, by another annotator")
    adjudicate.add_argument("more", type=_path, nargs="*", help=argparse.SUPPRESS)
    _add_folder_option(adjudicate, "default: the one that A or B belongs to", "the dataset for the merged layer, which "
                       "goes to layers/adjudicated beside curated")  # fmt: skip
    adjudicate.add_argument(
        "-o", "--output", type=_path, metavar="OUT", help="a new folder for the merged layer instead"
    )


def _add_curating(commands: Commands) -> None:
    """Add the commands with which curators write records."""
    init = _command(commands, "init", "start a dataset in a folder")
    init.add_argument("folder", metavar="FOLDER", type=_path, help="a new folder, or one where nothing is overwritten")
    new = _command(commands, "new", "write a commented template of a record into the dataset")
    new.add_argument("type", metavar="TYPE", help="a record type, such as person or statement")
    new.add_argument("slug", metavar="SLUG", nargs="?", help="the slug of its id, such as mira-example")
    new.add_argument("--article", metavar="ID", help="the article of a statement or assessment, which gets the next "
                     "free number (default: the only one)")  # fmt: skip
    new.add_argument("-o", "--output", choices=("-",), help="- to print the template and write nothing")
    _add_folder_option(new, _NEAREST)
    anchor = _command(commands, "anchor", "replace words to find by their spans: offsets and digests")
    anchor.add_argument("--text", type=_path, metavar="FILE|DIR", required=True, help="the text of the article, or a "
                        "folder of texts")  # fmt: skip
    anchor.add_argument("paths", metavar="PATH", nargs="*", type=_path, help="a YAML file, or a folder of records "
                        f"({_NEAREST})")  # fmt: skip
    carry = _command(commands, "carry", "move an article's spans to a text that has changed")
    carry.add_argument("article", metavar="ARTICLE", help="id of the article")
    carry.add_argument("--text", type=_path, metavar="FILE|DIR", required=True, help="its new text, or a folder of "
                       "texts")  # fmt: skip
    _add_folder_option(carry, _NEAREST)
    rename = _command(commands, "rename", "give a record another id everywhere, and redirect the old one")
    rename.add_argument("record_id", metavar="OLD", help="id of a record, such as person/lee-jae-myung")
    rename.add_argument("new", metavar="NEW", help="its new id, of the same type; if another record has "
                        "it, the two are merged")  # fmt: skip
    _add_folder_option(rename, _NEAREST)
    restore = _command(commands, "restore", "print every span with its words in your copy of the text")
    restore.add_argument("--text", type=_path, metavar="FILE|DIR", required=True, help="your copy of the "
                         "article's text, or a folder of texts")  # fmt: skip
    restore.add_argument("--article", metavar="ID", help="the article (default: the one whose text it is; of a folder "
                         "all)")  # fmt: skip
    restore.add_argument("--format", choices=("text", "jsonl"), default="text", help="output format")
    _add_folder_option(restore, _NEAREST_OR_BUNDLED)
    fmt = _command(commands, "fmt", "rewrite YAML files in canonical form; values and comments stay")
    fmt.add_argument("paths", metavar="PATH", nargs="*", type=_path, help=f"YAML files or folders ({_NEAREST})")
    fmt.add_argument("--check", action="store_true", help="write nothing; fail if a file is not in canonical form")
    _add_importing(commands)


def _add_importing(commands: Commands) -> None:
    """Add the command ``import``."""
    from news_dataset.importers import FORMATS

    command = _command(commands, "import", "import annotated documents, or records from spreadsheets")
    command.formatter_class = argparse.RawDescriptionHelpFormatter
    command.epilog = _IMPORT_EPILOG
    command.add_argument("--from", dest="form", choices=FORMATS, required=True, help="the format of the source")
    command.add_argument("source", metavar="SRC", type=_path, help="a file, folder or zip archive")
    _add_folder(command, _NEAREST, "the dataset's folder; if it holds none, one is started")
    command.add_argument("--mapping", type=_path, metavar="FILE", help="maps types and roles to records (default: "
                         "import-mapping.yaml in SRC, else derived from their names)")  # fmt: skip
    command.add_argument("--suggest-mapping", action="store_true", help="print the derived mapping, and write nothing")
    command.add_argument("--strict", action="store_true", help="fail (exit 1) if anything is in quarantine")
    command.add_argument("--text", type=_path, metavar="FILE|DIR", help="for csv: text of an article, or a folder of "
                         "texts, in which to find the words")  # fmt: skip
    command.add_argument("-C", action=_Replaced, help=argparse.SUPPRESS)


def _add_exporting(commands: Commands) -> None:
    """Add the commands ``export`` and ``explore``."""
    export = _command(commands, "export", "write all tables as CSV, JSON Lines or SQLite, or annotations for a tool")
    export.formatter_class = argparse.RawDescriptionHelpFormatter
    export.epilog = _EXPORT_EPILOG
    _add_folder(export, _NEAREST_OR_BUNDLED)
    export.add_argument("--to", required=True, help="the format",
                        choices=("brat", "csv", "csv-template", "doccano", "iceberg", "jsonl", "label-studio",
                                 "sqlite", "uima", "web-annotation"))  # fmt: skip
    export.add_argument("-o", "--output", type=_path, metavar="OUT", required=True, help="a new or empty folder, "
                        "a file (sqlite), or a folder (iceberg)")  # fmt: skip
    export.add_argument("--text", type=_path, metavar="FILE|DIR", help="for an annotation tool: your own copy of an "
                        "article's text, or a folder of texts")  # fmt: skip
    export.add_argument("--catalog", metavar="URI|NAME", help="for iceberg: sqlite:///FILE or another URI, or the name "
                        "of a catalog in .pyiceberg.yaml")  # fmt: skip
    export.add_argument("--tag", help="for iceberg: the tag of all tables (default: the data version)")
    explore = _command(commands, "explore", "write one page to explore a dataset in a browser")
    explore.epilog = _EXPLORE_EPILOG
    _add_folder(explore, _NEAREST_OR_BUNDLED)
    explore.add_argument("--text", type=_path, metavar="FILE|DIR", help="your own copy of an article's text, or a "
                         "folder of texts; their words go into the page")  # fmt: skip
    explore.add_argument("--include-withdrawn", action="store_true", help="include claims of withdrawn articles")
    explore.add_argument("-o", "--output", type=_path, metavar="PAGE", required=True,
                         help="the page, such as page.html: a new file, or an earlier page")  # fmt: skip


def _path(given: str) -> Path:
    """Return an argument as a path; refuse an empty one, which a variable without a value leaves behind."""
    if not given:
        raise argparse.ArgumentTypeError("it is empty; expected a file or folder, such as . for the current one")
    return Path(given)


def _command(commands: Commands, name: str, summary: str) -> argparse.ArgumentParser:
    """Add a command, run by the function of its name in ``cli.commands``."""

    def run(options: argparse.Namespace) -> int:
        from news_dataset.cli import commands

        # import is a keyword of Python
        return int(getattr(commands, {"import": "import_from"}.get(name, name))(options))

    command = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )
    command.set_defaults(run=run, parser=command)
    if name in _ONCE_HAD_IN:
        command.add_argument("--in", action=_Replaced, help=argparse.SUPPRESS)
    return command


class _Replaced(argparse.Action):
    """Refuse an option that was removed, and name its replacement."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        takes_operand = any(action.dest == "folder" and not action.option_strings for action in parser._actions)
        now = f"a plain operand here: {parser.prog} … FOLDER" if takes_operand else f"here: {parser.prog} -C FOLDER"
        change = " FOLDER is" if option == "-C" else " has become -C FOLDER,"
        parser.exit(2, f"news-dataset: {option}{change} {now}\n")


def _add_folder(command: argparse.ArgumentParser, default: str, what: str = _PLACE) -> None:
    """Add the operand FOLDER; *default* is the end of its help text."""
    command.add_argument("folder", metavar="FOLDER", nargs="?", type=_path, help=f"{what} ({default})")


def _add_folder_option(command: argparse.ArgumentParser, default: str, what: str = _PLACE) -> None:
    """Add the option ``-C FOLDER``, for commands with other operands."""
    command.add_argument("-C", dest="folder", metavar="FOLDER", type=_path, help=f"{what} ({default})")


def _add_memory(command: argparse.ArgumentParser) -> None:
    """Add the option ``--memory``."""
    command.add_argument("--memory", metavar="SIZE", help="memory limit, such as 1GB or 512MB (default: half of the "
                         "machine's memory, at most 4 GB); data over the limit spill to disk")  # fmt: skip


def _add_engine(command: argparse.ArgumentParser) -> None:
    """Add the options that choose the engine."""
    command.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="where Parquet tables and "
                         "JSON Lines are checked: in this process, or on a Spark cluster (extra spark)")  # fmt: skip
    command.add_argument("--master", metavar="URL", help="the master of the cluster, such as spark://host:7077 "
                         "(default: the one given to spark-submit, else all processors of this machine)")  # fmt: skip
