"""Tables of a release out of the engine's database: ordered by key, streamed into Parquet, hashed, and nested again."""

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

ROWS = 125_000
"""The rows of a row group."""

RECORDS_AT_ONCE = 16_000
"""How many records are nested again at once: fewer would read the tables more often, more take memory."""

MOST_PARTS = 1_000
"""How many values a column may have that divides a table: each is a file."""

_OPEN = 100  # files that are written at the same time; some systems allow a process no more than 256

_ABSENT = "__HIVE_DEFAULT_PARTITION__"  # the name that readers of such folders know
_LINES = 2_048  # rows whose lines are made at once, since each line is a copy of its row
_AT_ONCE = 2 * 2**20  # bytes whose lines are made together
_LONGEST = 200  # characters of the name of a folder
_BARE = ("int32", "double", "bool")  # kinds that JSON writes without quotes


class TableWriter:
    """A Parquet file that grows; all its row groups but the last are of the same size.

    Args:
        path: the file.
        table: the table.
        about: what its metadata says beside the table's own.
    """

    def __init__(self, path: Path, table: Table, about: Mapping[str, str]) -> None:
        self.schema = arrow_schema(table, about)
        self._writer = new_table(path, self.schema)
        self._waiting: list[pa.Table] = []
        self._is_empty = True

    def __enter__(self) -> TableWriter:
        """Return the object."""
        return self

    def __exit__(self, *_: object) -> None:
        """Write what waits, and the end of the file."""
        import pyarrow as pa

        self._flush(1)
        if self._is_empty:
            self._writer.write_table(pa.Table.from_batches([], self.schema))  # empty_table() would import pandas
        self._writer.close()

    def add(self, rows: pa.Table) -> None:
        """Append rows, which have at least the columns of the table."""
        self._waiting.append(rows.select(self.schema.names))
        if sum(map(len, self._waiting)) >= ROWS:
            self._flush(ROWS)

    def through(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Yield batches of rows after they were appended."""
        import pyarrow as pa

        for batch in batches:
            self.add(pa.Table.from_batches([batch]))
            yield batch

    def _flush(self, least: int) -> None:
        import pyarrow as pa

        if not self._waiting:
            return
        waiting = pa.concat_tables(self._waiting).combine_chunks()
        while len(waiting) >= least:
            self._writer.write_table(as_schema(waiting.slice(0, ROWS), self.schema), row_group_size=ROWS)
            waiting, self._is_empty = waiting.slice(ROWS), False
        self._waiting = [waiting] if len(waiting) else []


def write_table(
    database: DuckDBPyConnection, name: str, path: Path, about: Mapping[str, str], profile: Profile
) -> Content:
    """Write a table, ordered by its key, from the rows that the engine kept; return its rows and their hash."""
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
        for batch in connection.sql(query).to_arrow_reader(ROWS):
            writer.add(pa.Table.from_batches([batch]))
    count, total = _summed(connection, table, source_of(name))
    return Content(count, hash_of_sum(total))


def content_of(database: DuckDBPyConnection, table: Table, batches: Iterable[pa.RecordBatch]) -> Content:
    """Return how many rows there are, and their hash: the same as ``tabular.content_hash`` gives."""
    count, total = summed(database, table, batches)
    return Content(count, hash_of_sum(total))


def summed(database: DuckDBPyConnection, table: Table, batches: Iterable[pa.RecordBatch]) -> tuple[int, int]:
    """Return how many rows there are, and the sum of the SHA-256 of their lines, of which their hash is made."""
    connection, count, total = database.cursor(), 0, 0
    for batch in batches:
        size = max(1, len(batch) * _AT_ONCE // max(1, decoded_bytes(batch)))
        for start in range(0, len(batch), size):
            connection.register("batch", batch.slice(start, size))
            some, part = _summed(connection, table, "FROM batch")
            count, total = count + some, total + part
    return count, total


def ordered_content_of(database: DuckDBPyConnection, table: Table, batches: Iterable[pa.RecordBatch]) -> OrderedContent:
    """Return how many rows there are, and their hash as older releases have it: of all lines, in order."""
    connection, count, digest = database.cursor(), 0, sha256()
    connection.execute("SET preserve_insertion_order = true")
    for batch in batches:
        connection.register("batch", batch)
        lines = connection.sql(f"SELECT {row_line(table)} || chr(10) AS line FROM batch")
        for some in lines.to_arrow_reader(_LINES):
            digest.update(_bytes(some.column("line")))
        count += len(batch)
    return OrderedContent(count, digest.hexdigest())


def _summed(connection: DuckDBPyConnection, table: Table, rows: str) -> tuple[int, int]:
    """Return the number of rows that a query gives, and the sum of the SHA-256 of their lines."""
    # By 64 bits at a time: DuckDB adds no larger numbers without loss.
    sums = ", ".join(f"coalesce(sum(concat('0x', substr(hash, {at}, 16))::UBIGINT), 0)" for at in (1, 17, 33, 49))
    query = f"SELECT count(*), {sums} FROM (SELECT sha256({row_line(table)}) AS hash FROM ({rows}))"
    ((count, *parts),) = connection.execute(query).fetchall()
    return int(count), sum(int(part) << 64 * at for at, part in enumerate(reversed(parts)))


def source_of(name: str) -> str:
    """Return SQL for the rows of a table; those of records and entities are made of the records'."""
    if name == "records":
        parts = [
            f"SELECT id, '{one.record_type}' AS type, coalesce({quoted(one.label_field)}, id) AS label "
            f"FROM full_{one.table}"
            for one in RECORDS
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
    """Return SQL for a row as a line of canonical JSON: every column in its place, null where it has no value."""
    cells = [
        f"'{',' if at else ''}{text_literal(chr(34) + field.name + chr(34))[1:-1]}:' || "
        f"coalesce({_json(field.name, field.kind in _BARE, True)}, 'null')"
        for at, field in enumerate(table.fields)
    ]
    # One function of many arguments: a chain of || would copy the line once for each column.
    return f"concat('{{', {', '.join(cells)}, '}}')"


def _json(name: str, is_bare: bool, is_escaped: bool) -> str:
    """Return SQL for a value as JSON writes it; texts of records hold no control characters."""
    value = f"{quoted(name)}::VARCHAR"
    if is_bare:
        return value
    if is_escaped:
        value = f"replace(replace({value}, '\\', '\\\\'), '\"', '\\\"')"
    return f"'\"' || {value} || '\"'"


def _object(model: type[Row]) -> str:
    """Return SQL for a row as an object with its keys in the order of the model, absent ones left out."""
    lists, known, pairs = children(model), {column.name: column for column in columns(model)}, []
    said = properties(model)
    for name in model.model_fields:
        if name in lists:
            pairs.append(f"coalesce(',\"{name}\":' || \"_{name}\", '')")
            continue
        column = known[name]
        is_escaped = column.kind != "code" and not is_plain(said[name].get("pattern", "."))
        pair = f"',\"{name}\":' || {_json(name, column.kind in _BARE, is_escaped)}"
        pairs.append(f"coalesce({pair}, '')" if column.optional else pair)
    return f"'{{' || substr({' || '.join(pairs)}, 2) || '}}'"


def write_lines(
    database: DuckDBPyConnection, model: type[Record], folder: Path, path: Path, files: Sequence[Path] = ()
) -> None:
    """Write the records of a type as canonical JSON Lines, from the sorted tables in a folder.

    Args:
        database: any; its memory and its threads are used.
        model: the type.
        folder: where the tables are; of one in several files, each is sorted by key, and so are the files.
        path: the file to write.
        files: the files of the records that are written; none for all of them.
    """
    joins, lists = [], []
    for name, child in children(model).items():
        key, items = child.parent_key, f"string_agg({_object(child)}, ',' ORDER BY ordinal)"
        rows = read_parquet(files_of_table(folder, child.table))
        joins.append(
            f"LEFT JOIN (SELECT {key}, '[' || {items} || ']' AS \"_{name}\" FROM {rows} "
            f"WHERE {key} BETWEEN $1 AND $2 GROUP BY {key}) {name}_of ON {name}_of.{key} = p.id"
        )
        lists.append(f', "_{name}"')
    with new_file(path) as sink:
        for file in files or files_of_table(folder, model.table):
            own = f"SELECT p.*{''.join(lists)} FROM {read_parquet([file])} p {' '.join(joins)}"
            nested = f"{own} WHERE p.id BETWEEN $1 AND $2"
            query = f"SELECT {_object(model)} || chr(10) AS line FROM ({nested}) ORDER BY id"
            with open_file(file) as parents:
                for batch in ParquetFile(parents, file).batches(["id"], RECORDS_AT_ONCE):
                    if len(batch):
                        ends = [batch.column(0)[0].as_py(), batch.column(0)[len(batch) - 1].as_py()]
                        sink.write(_bytes(database.sql(query, params=ends).to_arrow_table().column("line")))


def files_of_table(folder: Path, table: str, ending: str = ".parquet") -> list[Path]:
    """Return the files of a table in a folder: ``<table>.parquet``, or those in a folder ``<table>``."""
    return sorted((folder / table).rglob(f"*{ending}")) or [folder / f"{table}{ending}"]


def read_parquet(files: Sequence[Path]) -> str:
    """Return SQL for the rows of files; what the names of their folders say is in the files, too."""
    names = ", ".join(text_literal(str(file)) for file in files)
    return f"read_parquet([{names}], hive_partitioning = false)"


def _bytes(lines: pa.ChunkedArray | pa.Array) -> memoryview:
    """Return texts, one behind the other, as the bytes that Arrow keeps them in."""
    import pyarrow as pa

    whole = lines.combine_chunks() if isinstance(lines, pa.ChunkedArray) else lines
    whole = whole.cast(pa.large_string())
    _, offsets, data = whole.buffers()
    if data is None:
        return memoryview(b"")
    ends = memoryview(offsets).cast("q")
    return memoryview(data)[ends[whole.offset] : ends[whole.offset + len(whole)]]


def divide(path: Path, table: Table, column: str, about: Mapping[str, str]) -> None:
    """Replace a file ``<table>.parquet`` by ``<table>/<column>=<value>/part-0.parquet``; the column stays in the files.

    A table without rows stays a file.

    Args:
        path: the file, sorted by key, as each of the new files is.
        table: the table.
        column: one of its columns; rows in which it is null come into ``<column>=__HIVE_DEFAULT_PARTITION__``.
        about: what the metadata of the files say beside the table's own.

    Raises:
        UsageError: it has more than a thousand values, or a value is too long for the name of a folder.
    """
    with open_file(path) as source:
        file = ParquetFile(source, path)
        values = _values(file, table.name, column)
        places = {value: path.with_suffix("") / _folder(table.name, column, value) for value in values}
        for start in range(0, len(values), _OPEN):
            some = {value: places[value] for value in values[start : start + _OPEN]}
            _write_divided(file, table, column, about, some)
    if values:
        remove(path)


def _values(file: ParquetFile, name: str, column: str) -> list[Any]:
    """Return the values of a column in the order in which they come."""
    import pyarrow.compute as pc

    values: dict[Any, None] = {}
    for batch in file.batches([column]):
        values |= dict.fromkeys(pc.unique(batch.column(0)).to_pylist())
        if len(values) > MOST_PARTS:
            raise UsageError(f"{name}.{column} has more than {MOST_PARTS} values to divide the table by")
    return [*values]


def _write_divided(
    file: ParquetFile, table: Table, column: str, about: Mapping[str, str], places: Mapping[Any, Path]
) -> None:
    """Write the rows that have some values in a column, each into the folder of its value."""
    import pyarrow as pa
    import pyarrow.compute as pc

    with ExitStack() as stack:
        writers = {}
        for value, place in places.items():
            place.mkdir(parents=True)
            writers[value] = stack.enter_context(TableWriter(place / "part-0.parquet", table, about))
        for batch in file.batches(file.schema.names):
            rows = pa.Table.from_batches([batch])
            found = rows.column(column)
            for value in pc.unique(found).to_pylist():
                if value in writers:
                    chosen = pc.is_null(found) if value is None else pc.equal(found, pa.scalar(value)).fill_null(False)
                    writers[value].add(rows.filter(chosen))


def _folder(name: str, column: str, value: Any) -> str:
    text = _ABSENT if value is None else quote(str(value).lower() if isinstance(value, bool) else str(value), safe="")
    if len(text) > _LONGEST:
        raise UsageError(f"{name}.{column} has a value too long for the name of a folder: {str(value)[:40]}…")
    return f"{column}={text}"
