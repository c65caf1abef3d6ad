"""The arguments of the command; what they run is imported only when it runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from news_dataset import __version__
from news_dataset.markup import escape, shortened

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction["_Parser"]

_EXIT_CODES = (
    "exit codes: 0 ok, 1 the data is invalid, 2 usage, 3 refused as unsafe or over a limit, 4 integrity, "
    "5 environment, 70 a bug"
)

_HAD_IN = ("info", "tables", "get", "export", "new", "restore")
_OWN = "default: the dataset of this folder or of its nearest parent"
_READ = f"{_OWN}; where there is none, the one that came with the package"
_SQL = (
    "Besides the tables there are the views claims, who_said_what, timeline and claim_sources. The query can read "
    "nothing else, and write nothing: news-dataset sql 'select kind, count(*) from claims group by kind'"
)

_FORMS = """\
csv     OUT is a folder: <table>.csv, views/<view>.csv, UTF-8, null is an empty cell; datapackage.json says types and
        keys. A text that a spreadsheet could take for a formula has an apostrophe before it.
jsonl   OUT is a folder: <table>.jsonl, a flat object per row of the table, null where a column has no value. (The
        release has JSON Lines of another kind: a whole record a line, with its children inside.)
csv-template
        OUT is a folder: statements.csv, assessments.csv and sources.csv to write records in, for news-dataset import;
        columns.csv says what their columns hold.
sqlite  OUT is a file: typed tables with keys, references and indexes, views, and full-text search in gist and quote of
        statements and in finding of assessments:
          SELECT s.id, s.gist FROM statements_fts JOIN statements AS s ON s.rowid = statements_fts.rowid
          WHERE statements_fts MATCH 'tariff' ORDER BY rank;
iceberg OUT is a folder for the metadata of Iceberg. The Parquet files of a release become tables of the catalog, where
        they lie and uncopied; so publish each version in a folder of its own. All tables get one tag:
          news-dataset export --to iceberg --catalog sqlite:///catalog.db --tag 2026.11 -o warehouse
brat, doccano, label-studio, uima, web-annotation
        OUT is a folder of articles, mentions and statements for an annotation tool, with --text; import-mapping.yaml
        in it makes the same records again: news-dataset import. What the format cannot say is listed before.
docs/exporting.md shows how pandas, DuckDB and others read them."""
_IMPORTS = """\
brat          folder or zip of .txt and .ann          doccano       JSON Lines, a file for each annotator
uima          XMI or JSON CAS, as INCEpTION exports   spans         JSON Lines with spans, as of Prodigy
label-studio  JSON with data and annotations          conll, tokens columns or JSON of tokens; the text is built of them
plover        event records of PLOVER                 popolo        people: Popolo JSON, congress-legislators YAML
csv           spreadsheets of export --to csv-template: all records are written, or none and why

Texts go to texts/, which is never published. What cannot be taken over as it is goes to quarantine.jsonl, what the
mapping has no rule for to import-leftovers.jsonl; both are counted. docs/importing.md has examples."""
_MERGED = (
    "Each difference is a comment '# decide:' above the line concerned, which says what both have. Decide, delete the "
    "comment, and go on; grep -rn '# decide:' finds the next. docs/adjudicating.md shows the whole."
)
_PAGE = (
    "The page holds all it needs and loads nothing; open it in any current browser. With --text it holds the words of "
    "the article: whether it may be passed on is then a matter of the article's rights."
)


class _Parser(argparse.ArgumentParser):
    """A parser whose complaints are escaped: they repeat words of the command line, which may be names of files."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong, and exit."""
        super().error(escape(shortened(message)))


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    top = _Parser(
        prog="news-dataset", description="An evidence-linked dataset of news, and the tool that keeps it honest.",
        epilog=_EXIT_CODES, allow_abbrev=False,
    )  # fmt: skip
    top.add_argument("--version", action="version", version=f"news-dataset {__version__}")
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    _reading(commands)
    _keeping(commands)
    _exporting(commands)
    return top


def _reading(commands: Commands) -> None:
    info = _command(commands, "info", "show title, licence, versions and what is in the dataset")
    tables = _command(commands, "tables", "list the tables with their rows")
    for command in (info, tables):
        _add_folder(command, _READ)
    describe = _command(commands, "describe", "show the columns of a table or view")
    describe.add_argument("table", metavar="TABLE", help="name of a table or view")
    get = _command(commands, "get", "print a record as JSON")
    get.add_argument("record_id", metavar="ID", help="id of a record, such as person/lee-jae-myung")
    sql = _command(commands, "sql", "print what a SELECT selects from tables and views")
    sql.epilog = _SQL
    sql.add_argument("query", metavar="QUERY", help="one SELECT in the SQL of DuckDB")
    claims = _command(commands, "claims", "print the claims, whether they were said, and whether they are so")
    _add_folder(claims, _READ)
    claims.add_argument("--include-withdrawn", action="store_true", help="also those of articles that were withdrawn")
    for command in (claims, sql):
        command.add_argument("--format", choices=("table", "csv", "jsonl"), default="table", help="form of the output")
    explain = _command(commands, "explain", "print the manual page of an issue code")
    explain.add_argument("code", metavar="CODE", nargs="?", help="an issue code; without one, all are listed")
    for command in (describe, get, sql, explain):
        _add_option(command, _READ)


def _keeping(commands: Commands) -> None:
    validate = _command(commands, "validate", "check records; report everything in one pass")
    validate.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="a dataset's folder, a release, or "
                          f"Parquet or JSON Lines of any size ({_OWN})")  # fmt: skip
    validate.add_argument("--text", type=Path, metavar="FILE|DIR", help="text of an article, or a folder of texts, "
                          "to check spans and quotations against")  # fmt: skip
    validate.add_argument("--schema", metavar="X.Y", help="the version of the schemas that the records follow "
                          "(default: what dataset.yaml or the manifest says, else the newest)")  # fmt: skip
    validate.add_argument("--format", choices=("text", "json", "github"), default="text", help="form of the report")
    validate.add_argument("--issues", type=Path, metavar="OUT.parquet", help="write all issues as a table")
    validate.add_argument("--hash", dest="hashed", action="store_true", help="compare every file of a large release "
                          "with its manifest (of a small one they always are)")  # fmt: skip
    _add_memory(validate)
    _add_engine(validate)
    build = _command(commands, "build", "validate the records and publish them as a release")
    _add_folder(build, _OWN, "the dataset's folder, with data/curated; or one with JSON Lines of any size, "
                "<plural>.jsonl")  # fmt: skip
    build.add_argument("-o", "--output", type=Path, metavar="DIR", help="where the release goes "
                       "(default: published beside curated)")  # fmt: skip
    build.add_argument("--partition-by", metavar="TABLE.COLUMN", action="append", default=[], help="divide "
                       "a table by a column into files, as articles.language; may be repeated")  # fmt: skip
    build.add_argument("--release", action="store_true", help="refuse a draft, whose data_version ends in .dev")
    build.add_argument("--check", action="store_true", help="write nothing; fail if the release is not up to date")
    _add_memory(build)
    _add_engine(build)
    verify = _command(commands, "verify", "check a release against its manifest")
    _add_folder(verify, _OWN, "a release, or a dataset's folder that holds one")
    _comparing(commands)
    _curating(commands)
    schema = _command(commands, "schema", "write the JSON Schemas into schemas/<version>")
    _add_folder(schema, _OWN, "the dataset's folder")
    way = schema.add_mutually_exclusive_group()
    way.add_argument("--check", action="store_true", help="write nothing; fail if a file differs from the models")
    way.add_argument("--diff", nargs=2, metavar=("OLD", "NEW"), help="show what changed between two versions (folders, "
                     "or versions such as 1.0, or the words frozen and current); fail if a change breaks")  # fmt: skip


def _comparing(commands: Commands) -> None:
    diff = _command(commands, "diff", "show how the records of two datasets differ")
    diff.add_argument("old", metavar="OLD", type=Path, help="a release, or a folder of records (a folder that "
                      "holds both: the release; name its data/curated for the records)")  # fmt: skip
    diff.add_argument("new", metavar="NEW", type=Path, help="the same, later")
    diff.add_argument("--format", choices=("text", "markdown", "jsonl"), default="text", help="form of the output")
    agreement = _command(commands, "agreement", "show how far two annotations of a text agree")
    agreement.add_argument("a", metavar="A", type=Path, help="a dataset's folder (its curated records are read), "
                           "a layer or a release; the reference")  # fmt: skip
    agreement.add_argument("other", metavar="B", type=Path, help="the same, by another reader")
    agreement.add_argument("more", type=Path, nargs="*", help=argparse.SUPPRESS)  # to be refused in a sentence
    agreement.add_argument("--format", choices=("text", "json"), default="text", help="form of the output")
    adjudicate = _command(commands, "adjudicate", "merge two annotations of a text, and mark where they differ")
    adjudicate.epilog = _MERGED
    adjudicate.add_argument("a", metavar="A", type=Path, help="a dataset's folder (its curated records are read), "
                            "a layer or a release; its records are kept where both have one")  # fmt: skip
    adjudicate.add_argument("other", metavar="B", type=Path, help="the same, by another reader")
    adjudicate.add_argument("more", type=Path, nargs="*", help=argparse.SUPPRESS)
    _add_option(adjudicate, "default: the one that A or B belongs to", "the dataset that the merged layer goes into, "
                "as layers/adjudicated beside curated")  # fmt: skip
    adjudicate.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="a new folder for the merged layer instead"
    )


def _curating(commands: Commands) -> None:
    init = _command(commands, "init", "start a dataset in a folder")
    init.add_argument("folder", metavar="FOLDER", type=Path, help="a new folder, or one that holds nothing of the kind")
    new = _command(commands, "new", "write a commented template of a record into the dataset")
    new.add_argument("type", metavar="TYPE", help="a record type, such as person or statement")
    new.add_argument("slug", metavar="SLUG", nargs="?", help="the slug of its id, such as mira-example")
    new.add_argument("--article", metavar="ID", help="the article that a statement or assessment belongs to, of "
                     "which it gets the next free number (default: the only one)")  # fmt: skip
    new.add_argument("-o", "--output", choices=("-",), help="- to print the template and write nothing")
    _add_option(new, _OWN)
    anchor = _command(commands, "anchor", "replace words to be found by offsets and digests")
    anchor.add_argument("--text", type=Path, metavar="FILE|DIR", required=True, help="the text of the article, or a "
                        "folder of texts")  # fmt: skip
    anchor.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="a YAML file, or a folder of records "
                        f"({_OWN})")  # fmt: skip
    carry = _command(commands, "carry", "carry an article's records to a text that has changed")
    carry.add_argument("article", metavar="ARTICLE", help="id of the article")
    carry.add_argument("--text", type=Path, metavar="FILE", required=True, help="its new text")
    _add_option(carry, _OWN)
    rename = _command(commands, "rename", "give a record another id, everywhere; the old one is redirected")
    rename.add_argument("record_id", metavar="OLD", help="id of a record, such as person/lee-jae-myung")
    rename.add_argument("new", metavar="NEW", help="its new id, of the same type")
    _add_option(rename, _OWN)
    restore = _command(commands, "restore", "print every span with its words in your copy of the text")
    restore.add_argument("--text", type=Path, metavar="FILE", required=True, help="your copy of the article's text")
    restore.add_argument("--article", metavar="ID", help="the article (default: the one whose text it is)")
    restore.add_argument("--format", choices=("text", "jsonl"), default="text", help="form of the output")
    _add_option(restore, _READ)
    fmt = _command(commands, "fmt", "write YAML files in canonical form; values and comments stay")
    fmt.add_argument("paths", metavar="PATH", nargs="*", type=Path, help=f"YAML files or folders ({_OWN})")
    fmt.add_argument("--check", action="store_true", help="write nothing; fail if a file is not in canonical form")
    _importing(commands)


def _importing(commands: Commands) -> None:
    from news_dataset.importers import FORMATS

    imported = _command(commands, "import", "bring in annotated documents, or records from spreadsheets")
    imported.formatter_class = argparse.RawDescriptionHelpFormatter
    imported.epilog = _IMPORTS
    imported.add_argument("--from", dest="form", choices=FORMATS, required=True, help="what the source is")
    imported.add_argument("source", metavar="SRC", type=Path, help="a file, folder or zip archive")
    _add_folder(imported, _OWN, "the dataset's folder; a new one is started")
    imported.add_argument("--mapping", type=Path, metavar="FILE", help="what becomes which record (default: what the "
                          "names of types and roles suggest)")  # fmt: skip
    imported.add_argument("--suggest-mapping", action="store_true", help="print such a mapping, and write nothing")
    imported.add_argument("--strict", action="store_true", help="fail (exit 1) if anything is in quarantine")
    imported.add_argument("--text", type=Path, metavar="FILE|DIR", help="of csv: text of an article, or a folder of "
                          "texts, in which the words are found")  # fmt: skip
    imported.add_argument("-C", action=_Replaced, help=argparse.SUPPRESS)


def _exporting(commands: Commands) -> None:
    export = _command(commands, "export", "write all tables as CSV, JSON Lines or SQLite, or annotations for a tool")
    export.formatter_class = argparse.RawDescriptionHelpFormatter
    export.epilog = _FORMS
    _add_folder(export, _READ)
    export.add_argument("--to", required=True, help="the form",
                        choices=("brat", "csv", "csv-template", "doccano", "iceberg", "jsonl", "label-studio",
                                 "sqlite", "uima", "web-annotation"))  # fmt: skip
    export.add_argument("-o", "--output", type=Path, metavar="OUT", required=True, help="a new or empty folder, "
                        "a file (sqlite), or a folder (iceberg)")  # fmt: skip
    export.add_argument("--text", type=Path, metavar="FILE|DIR", help="of an annotation tool: your own copy of an "
                        "article's text, or a folder of texts")  # fmt: skip
    export.add_argument("--catalog", metavar="URI|NAME", help="of iceberg: sqlite:///FILE or another URI, or the name "
                        "of a catalog in .pyiceberg.yaml")  # fmt: skip
    export.add_argument("--tag", help="of iceberg: the tag of all tables (default: the data version)")
    explore = _command(commands, "explore", "write one page to look at a dataset in a browser")
    explore.epilog = _PAGE
    _add_folder(explore, _READ)
    explore.add_argument("--text", type=Path, metavar="FILE|DIR", help="your own copy of an article's text, or a "
                         "folder of texts; their words go into the page")  # fmt: skip
    explore.add_argument("--include-withdrawn", action="store_true", help="also what withdrawn articles claim")
    explore.add_argument("-o", "--output", type=Path, metavar="PAGE", required=True,
                         help="the page, such as page.html: a new file, or an earlier page")  # fmt: skip


def _command(commands: Commands, name: str, summary: str) -> argparse.ArgumentParser:
    """Add a command that runs the function of its name in ``cli.commands``."""

    def run(options: argparse.Namespace) -> int:
        from news_dataset.cli import commands

        return int(getattr(commands, {"import": "import_from"}.get(name, name))(options))  # a keyword of Python

    command = commands.add_parser(
        name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", allow_abbrev=False
    )
    command.set_defaults(run=run)
    if name in _HAD_IN:
        command.add_argument("--in", action=_Replaced, help=argparse.SUPPRESS)
    return command


class _Replaced(argparse.Action):
    """An option that is gone: one sentence says what took its place."""

    def __call__(
        self, parser: argparse.ArgumentParser, namespace: argparse.Namespace, values: object, option: str | None = None
    ) -> None:
        takes_operand = any(action.dest == "folder" and not action.option_strings for action in parser._actions)
        now = f"a plain operand here: {parser.prog} … FOLDER" if takes_operand else f"here: {parser.prog} -C FOLDER"
        became = "" if option == "-C" else " has become -C FOLDER,"
        parser.exit(2, f"news-dataset: {option}{became or ' FOLDER is'} {now}\n")


def _add_folder(command: argparse.ArgumentParser, default: str, what: str = "a dataset's folder or a release") -> None:
    command.add_argument("folder", metavar="FOLDER", nargs="?", type=Path, help=f"{what} ({default})")


def _add_option(command: argparse.ArgumentParser, default: str, what: str = "a dataset's folder or a release") -> None:
    command.add_argument("-C", dest="folder", metavar="FOLDER", type=Path, help=f"{what} ({default})")


def _add_memory(command: argparse.ArgumentParser) -> None:
    command.add_argument("--memory", metavar="SIZE", help="how much memory may be taken, as 1GB or 512MB (default: "
                         "half of the machine's, at most 4 GB); what does not fit is put on the disk")  # fmt: skip


def _add_engine(command: argparse.ArgumentParser) -> None:
    command.add_argument("--engine", choices=("duckdb", "spark"), default="duckdb", help="what checks Parquet tables "
                         "and JSON Lines: this process, or a Spark cluster (extra spark)")  # fmt: skip
    command.add_argument("--master", metavar="URL", help="the master of the cluster, as spark://host:7077 (default: "
                         "what spark-submit was given, else all processors of this machine)")  # fmt: skip
