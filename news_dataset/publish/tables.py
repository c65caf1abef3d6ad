"""Write tables as sorted Parquet files and as JSON Lines, and hash their rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from news_dataset.engine.database import cursor
from news_dataset.errors import UsageError
from news_dataset.files import open_file
from news_dataset.filesystem import new_file, remove
from news_dataset.frames import as_schema
from news_dataset.manifest import Content, OrderedContent
from news_dataset.parquet import ParquetFile, decoded_bytes, new_table
from news_dataset.patterns import is_plain
from news_dataset.profile import Profile
from news_dataset.records import BY_TYPE, ENTITY_TYPES, RECORDS, Record, Row
from news_dataset.records.columns import children, columns, properties
from news_dataset.rules import quoted, text_literal
from news_dataset.tabular import Table, arrow_schema, code_rows, hash_of_sum, tables

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyConnection

ROW_GROUP_ROWS = 125_000

NESTED_RECORDS = 16_000
"""How many records are nested at once: fewer would read the tables more often, more would take more memory."""

MAX_PARTITIONS = 1_000
"""The maximum number of values in a column that divides a table: each becomes a file."""

_OPEN_FILES = 100  # written at the same time; some systems allow a process no more than 256
_NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"  # the name that readers of such folders know
_LINE_ROWS = 2_048  # rows turned into lines at once, since each line is a copy of its row
_LINE_BYTES = 2 * 2**20  # bytes turned into lines at once
_MAX_FOLDER_NAME = 200  # characters
_UNQUOTED = ("int32", "double", "bool")  # kinds that JSON writes without quotes


class TableWriter:
    """Write a Parquet file whose row groups, except the last, have the same size.

    Args:
        path: the file.
        table: the table.
        about: metadata of the file beside those of the table.
    """

    def __init__(self, path: Path, table: Table, about: Mapping[str, str]) -> None:
        self.schema = arrow_schema(table, about)
        self._writer = new_table(path, self.schema)
        self._buffered: list[pa.Table] = []
        self._is_empty = True

    def __enter__(self) -> TableWriter:
        """Return the object."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write the rows still buffered, and the footer."""
        import pyarrow as pa

        self._flush(1)
        if self._is_empty:
            self._writer.write_table(pa.Table.from_batches([], self.schema))  # empty_table() would import pandas
        self._writer.close()

    def add(self, rows: pa.Table) -> None:
        """Append rows, which have at least the columns of the table."""
        self._buffered.append(rows.select(self.schema.names))
        if sum(map(len, self._buffered)) >= ROW_GROUP_ROWS:
            self._flush(ROW_GROUP_ROWS)

    def through(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Append each batch, and yield it again."""
        import pyarrow as pa

        for batch in batches:
            self.add(pa.Table.from_batches([batch]))
            yield batch

    def _flush(self, min_rows: int) -> None:
        """Write row groups while at least *min_rows* rows are buffered."""
        import pyarrow as pa

        if not self._buffered:
            return
        rows = pa.concat_tables(self._buffered).combine_chunks()
        while len(rows) >= min_rows:
            group = as_schema(rows.slice(0, ROW_GROUP_ROWS), self.schema)
            self._writer.write_table(group, row_group_size=ROW_GROUP_ROWS)
            rows, self._is_empty = rows.slice(ROW_GROUP_ROWS), False
        self._buffered = [rows] if len(rows) else []


def write_table(
    database: DuckDBPyConnection, name: str, path: Path, about: Mapping[str, str], profile: Profile
) -> Content:
    """Write a table from the engine's rows, ordered by key; return its rows and hash."""
    import pyarrow as pa

    table, connection = tables(profile)[name], cursor(database)
    if name == "codes":
        # As lists of Python: to make Arrow arrays of these would import pandas, a tenth of the time of a small build.
        lists = [[getattr(row, field.name) for row in code_rows(profile)] for field in table.fields]
        cells = [f"unnest(${at}::VARCHAR[]) AS {quoted(field.name)}" for at, field in enumerate(table.fields, 1)]
        connection.execute(f"CREATE OR REPLACE TEMP TABLE full_codes AS SELECT {', '.join(cells)}", lists)
    names = ", ".join(quoted(field.name) for field in table.fields)
    query = f"SELECT {names} FROM ({source_of(name)}) ORDER BY {', '.join(table.key)}"
    with TableWriter(path, table, about) as writer:
        for batch in connection.sql(query).to_arrow_reader(ROW_GROUP_ROWS):
            writer.add(pa.Table.from_batches([batch]))
    count, total = _sum_of_query(connection, table, source_of(name))
    return Content(count, hash_of_sum(total))


def content_of(database: DuckDBPyConnection, table: Table, batches: Iterable[pa.RecordBatch]) -> Content:
    """Return the number of rows, and their hash as by ``tabular.content_hash``."""
    count, total = sum_of_hashes(database, table, batches)
    return Content(count, hash_of_sum(total))


def sum_of_hashes(database: DuckDBPyConnection, table: Table, batches: Iterable[pa.RecordBatch]) -> tuple[int, int]:
    """Return the number of rows, and the sum of the SHA-256 of their lines of JSON."""
    connection, count, total = database.cursor(), 0, 0
    for batch in batches:
        size = max(1, len(batch) * _LINE_BYTES // max(1, decoded_bytes(batch)))
        for start in range(0, len(batch), size):
            connection.register("batch", batch.slice(start, size))
            rows, part = _sum_of_query(connection, table, "FROM batch")
            count, total = count + rows, total + part
    return count, total


def ordered_content_of(database: DuckDBPyConnection, table: Table, batches: Iterable[pa.RecordBatch]) -> OrderedContent:
    """Return the number of rows and the hash of older releases: of all lines in order."""
    connection, count, digest = database.cursor(), 0, sha256()
    connection.execute("SET preserve_insertion_order = true")
    for batch in batches:
        connection.register("batch", batch)
        lines = connection.sql(f"SELECT {row_line(table)} || chr(10) AS line FROM batch")
        for part in lines.to_arrow_reader(_LINE_ROWS):
            digest.update(_bytes(part.column("line")))
        count += len(batch)
    return OrderedContent(count, digest.hexdigest())


def _sum_of_query(connection: DuckDBPyConnection, table: Table, query: str) -> tuple[int, int]:
    """Return the number of rows of a query, and the sum of the SHA-256 of their lines."""
    # In four parts of 64 bits (16 hex digits) each: DuckDB adds no larger numbers without loss.
    sums = ", ".join(f"coalesce(sum(concat('0x', substr(hash, {start}, 16))::UBIGINT), 0)" for start in (1, 17, 33, 49))
    hashes = f"SELECT sha256({row_line(table)}) AS hash FROM ({query})"
    ((count, *parts),) = connection.execute(f"SELECT count(*), {sums} FROM ({hashes})").fetchall()
    return int(count), sum(int(part) << 64 * place for place, part in enumerate(reversed(parts)))


def source_of(name: str) -> str:
    """Return SQL for the rows of a table; two of them are unions of others."""
    if name == "records":
        parts = [
            f"SELECT id, '{model.record_type}' AS type, coalesce({quoted(model.label_field)}, id) AS label "
            f"FROM full_{model.table}"
            for model in RECORDS
        ]
        return " UNION ALL ".join(parts)
    if name == "entities":
        parts = [
            f"SELECT id, '{kind}' AS type, name, country, wikidata FROM full_{BY_TYPE[kind].table}"
            for kind in ENTITY_TYPES
        ]
        return " UNION ALL ".join(parts)
    return f"SELECT * FROM full_{name}"


def row_line(table: Table) -> str:
    """Return SQL for a row as a line of canonical JSON, null included."""
    cells = [
        f"'{',' if number else ''}{text_literal(chr(34) + field.name + chr(34))[1:-1]}:' || "
        f"coalesce({_json_value(field.name, field.kind in _UNQUOTED, True)}, 'null')"
        for number, field in enumerate(table.fields)
    ]
    # One function of many arguments: a chain of || would copy the line once for each column.
    return f"concat('{{', {', '.join(cells)}, '}}')"


def _json_value(name: str, is_unquoted: bool, needs_escapes: bool) -> str:
    """Return SQL for the value of a column in JSON; texts hold no control characters."""
    value = f"{quoted(name)}::VARCHAR"
    if is_unquoted:
        return value
    if needs_escapes:
        value = f"replace(replace({value}, '\\', '\\\\'), '\"', '\\\"')"
    return f"'\"' || {value} || '\"'"


def _json_object(model: type[Row]) -> str:
    """Return SQL for a row as a JSON object: keys in the model's order, without null.

    The children of field ``x`` are expected as JSON in a column ``_x``.
    """
    lists, by_name, pairs = children(model), {column.name: column for column in columns(model)}, []
    schemas = properties(model)
    for name in model.model_fields:
        if name in lists:
            pairs.append(f"coalesce(',\"{name}\":' || \"_{name}\", '')")
            continue
        column = by_name[name]
        needs_escapes = column.kind != "code" and not is_plain(schemas[name].get("pattern", "."))
        pair = f"',\"{name}\":' || {_json_value(name, column.kind in _UNQUOTED, needs_escapes)}"
        pairs.append(f"coalesce({pair}, '')" if column.optional else pair)
    return f"'{{' || substr({' || '.join(pairs)}, 2) || '}}'"


def write_lines(
    database: DuckDBPyConnection, model: type[Record], folder: Path, path: Path, files: Sequence[Path] = ()
) -> None:
    """Write the records of a type as canonical JSON Lines, from Parquet files.

    Args:
        database: any database, for its memory and threads.
        model: the record type.
        folder: the folder of the tables; each file is sorted by key, and so are the files of one table.
        path: the file to write.
        files: the files of records to write; empty for all files of the table.
    """
    joins, lists = [], []
    for name, child in children(model).items():
        key, items = child.parent_key, f"string_agg({_json_object(child)}, ',' ORDER BY ordinal)"
        rows = read_parquet(files_of_table(folder, child.table))
        joins.append(
            f"LEFT JOIN (SELECT {key}, '[' || {items} || ']' AS \"_{name}\" FROM {rows} "
            f"WHERE {key} BETWEEN $1 AND $2 GROUP BY {key}) {name}_of ON {name}_of.{key} = p.id"
        )
        lists.append(f', "_{name}"')
    with new_file(path) as sink:
        for file in files or files_of_table(folder, model.table):
            joined = f"SELECT p.*{''.join(lists)} FROM {read_parquet([file])} p {' '.join(joins)}"
            nested = f"{joined} WHERE p.id BETWEEN $1 AND $2"
            query = f"SELECT {_json_object(model)} || chr(10) AS line FROM ({nested}) ORDER BY id"
            with open_file(file) as parents:
                for batch in ParquetFile(parents, file).batches(["id"], NESTED_RECORDS):
                    if len(batch):
                        ends = [batch.column(0)[0].as_py(), batch.column(0)[len(batch) - 1].as_py()]
                        sink.write(_bytes(database.sql(query, params=ends).to_arrow_table().column("line")))


def files_of_table(folder: Path, table: str, ending: str = ".parquet") -> list[Path]:
    """Return the files in the folder ``<table>``, else ``<table>.parquet``."""
    return sorted((folder / table).rglob(f"*{ending}")) or [folder / f"{table}{ending}"]


def read_parquet(files: Sequence[Path]) -> str:
    """Return SQL for the rows of files; names of folders add no columns."""
    names = ", ".join(text_literal(str(file)) for file in files)
    return f"read_parquet([{names}], hive_partitioning = false)"


def _bytes(lines: pa.ChunkedArray | pa.Array) -> memoryview:
    """Return texts joined, as the UTF-8 bytes in Arrow's own buffer, without a copy."""
    import pyarrow as pa

    array = lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines
    array = array.cast(pa.large_string())
    _, offset_buffer, data = array.buffers()
    if data is None:
        return memoryview(b"")
    offsets = memoryview(offset_buffer).cast("q")
    return memoryview(data)[offsets[array.offset] : offsets[array.offset + len(array)]]


def divide(path: Path, table: Table, column: str, about: Mapping[str, str]) -> None:
    """Divide ``<table>.parquet`` into ``<table>/<column>=<value>/part-0.parquet``.

    The column stays in the files. A table without rows stays one file.

    Args:
        path: the file, sorted by key, as each of the new files will be.
        table: the table.
        column: one of its columns; rows where it is null go to ``<column>=__HIVE_DEFAULT_PARTITION__``.
        about: metadata of the files beside those of the table.

    Raises:
        UsageError: the column has more than ``MAX_PARTITIONS`` values, or one too long for the name of a folder.
    """
    with open_file(path) as source:
        file = ParquetFile(source, path)
        values = _values(file, table.name, column)
        folders = {value: path.with_suffix("") / _folder_name(table.name, column, value) for value in values}
        for start in range(0, len(values), _OPEN_FILES):
            batch = {value: folders[value] for value in values[start : start + _OPEN_FILES]}
            _write_partitions(file, table, column, about, batch)
    if values:
        remove(path)


def _values(file: ParquetFile, name: str, column: str) -> list[Any]:
    """Return the distinct values of a column, null included, in order of appearance.

    Raises:
        UsageError: they are more than ``MAX_PARTITIONS``.
    """
    import pyarrow.compute as pc

    values: dict[Any, None] = {}
    for batch in file.batches([column]):
        values |= dict.fromkeys(pc.unique(batch.column(0)).to_pylist())
        if len(values) > MAX_PARTITIONS:
            raise UsageError(f"{name}.{column} has more than {MAX_PARTITIONS} values to divide the table by")
    return [*values]


def _write_partitions(
    file: ParquetFile, table: Table, column: str, about: Mapping[str, str], folders: Mapping[Any, Path]
) -> None:
    """Write the rows of each given value to its folder; skip other rows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    with ExitStack() as stack:
        writers = {}
        for value, folder in folders.items():
            folder.mkdir(parents=True)
            writers[value] = stack.enter_context(TableWriter(folder / "part-0.parquet", table, about))
        for batch in file.batches(file.schema.names):
            rows = pa.Table.from_batches([batch])
            cells = rows.column(column)
            for value in pc.unique(cells).to_pylist():
                if value in writers:
                    mask = pc.is_null(cells) if value is None else pc.equal(cells, pa.scalar(value)).fill_null(False)
                    writers[value].add(rows.filter(mask))


def _folder_name(table: str, column: str, value: Any) -> str:
    """Return the name of a partition's folder, ``<column>=<value>`` percent-encoded."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    name = _NULL_PARTITION if value is None else quote(text, safe="")
    if len(name) > _MAX_FOLDER_NAME:
        raise UsageError(f"{table}.{column} has a value too long for the name of a folder: {text[:40]}…")
    return f"{column}={name}"
