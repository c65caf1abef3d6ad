"""Read untrusted Parquet files; every table is read through this module.

A file of a few kilobytes can decode to gigabytes (a page of zeros, a long text repeated a million times). So rows are
decoded in batches of limited size, and counted against a budget. Rows that pass have the columns of their table, text
in UTF-8, days that Python knows, and finite numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, BinaryIO

from news_dataset.errors import IntegrityError, UnsafeInputError
from news_dataset.frames import SINGLE_THREAD_BYTES, kind_of

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa
    import pyarrow.parquet as pq

    from news_dataset.tabular import Table

BUDGET = 64 * 2**20
"""How many bytes the decoded rows of any file may take, each occurrence of a text counted."""

RATIO = 256
"""How many bytes they may take per byte of a larger file; tables of real statements take up to 80."""

CELL = 32
"""How many bytes a value counts at least, since rows of nulls or of one number take no space in a file."""

ROWS = 131_072
"""How many rows are decoded at once: a usual row group; in parts it would take three times as long."""

_TEXT = ("BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY")
_DAYS = (-719_162, 2_932_896)  # 0001-01-01 and 9999-12-31, in days from 1970-01-01


class ParquetFile:
    """A Parquet file that is decoded within a budget of memory.

    Args:
        source: the open file, or its bytes.
        place: how messages name it.

    Raises:
        IntegrityError: it is not a Parquet file, or has two columns with one name.
    """

    def __init__(self, source: BinaryIO | bytes, place: object) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        self.place = place
        self.source = pa.BufferReader(source) if isinstance(source, bytes) else pa.PythonFile(source, "r")
        try:
            self.size = self.source.size()
            self._file = pq.ParquetFile(self.source, page_checksum_verification=True)
            self.schema: pa.Schema = self._file.schema_arrow
            names = Counter(self.schema.names)
        except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
            raise IntegrityError(f"{place} is not a Parquet file") from error
        self.metadata: Any = self._file.metadata
        self.rows: int = self.metadata.num_rows
        self._checked_chunks: set[tuple[int, str]] = set()
        if duplicates := [name for name, count in names.items() if count > 1]:
            raise IntegrityError(f"{place} has a column that no table has: {duplicates[0]}, twice")

    def read(self, columns: Sequence[str]) -> pa.Table:
        """Return all rows, with the columns named, in that order.

        Raises:
            UnsafeInputError, IntegrityError: as ``batches``.
        """
        import pyarrow as pa

        wanted = list(columns)
        self._check_chunks(wanted, None)
        if self._size_at_most(wanted) <= BUDGET:
            try:
                return self._file.read(columns=wanted, use_threads=self.size > SINGLE_THREAD_BYTES).select(wanted)
            except (pa.ArrowException, OSError) as error:
                raise self.damaged(error) from error
        schema = pa.schema([self.schema.field(name) for name in wanted], self.schema.metadata)
        return pa.Table.from_batches(self.batches(wanted), schema).unify_dictionaries()

    def batches(
        self, columns: Sequence[str], rows: int = ROWS, groups: Sequence[int] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Yield rows in batches, with the columns named, in that order.

        Args:
            columns: their names.
            rows: how many rows a batch has at most.
            groups: the numbers of the row groups; None for all.

        Raises:
            UnsafeInputError: the rows would take more memory than the size of the file allows.
            IntegrityError: the file is damaged.
        """
        import pyarrow as pa

        wanted = list(columns)
        self._check_chunks(wanted, groups)
        add = self.budget(wanted, groups)
        try:
            at_once = min(rows, self.rows_at_once(wanted, groups))
            for batch in self._file.iter_batches(
                at_once, columns=wanted, row_groups=None if groups is None else list(groups)
            ):
                add(batch)
                yield batch.select(wanted)
        except (pa.ArrowException, OSError) as error:
            raise self.damaged(error) from error

    def budget(self, columns: Sequence[str], groups: Sequence[int] | None = None) -> Callable[[pa.RecordBatch], None]:
        """Return a function that counts decoded batches, and raises ``UnsafeInputError`` once they take too much.

        Raises:
            UnsafeInputError: the sizes in the footer are too much already.
        """
        most = max(BUDGET, RATIO * self.size)
        chunks = self._chunks(columns, groups)
        spent = sum(rows * CELL + max(0, chunk.total_uncompressed_size) for _, rows, _, chunk in chunks)

        def add(batch: pa.RecordBatch | None) -> None:
            nonlocal spent
            spent += decoded_bytes(batch) if batch is not None else 0
            if spent > most:
                fault = f"{self.place} has {self.size:,} bytes, and its rows would take more than {most:,}"
                raise UnsafeInputError(f"{fault}; it is refused as one that may be meant to exhaust memory")

        add(None)
        return add

    def groups(self, condition: Any) -> list[int] | None:
        """Return the numbers of the row groups in which rows may meet a condition, by their statistics; None for all.

        Args:
            condition: an expression of ``pyarrow.dataset``; None for all rows.

        Raises:
            IntegrityError: the file is damaged.
        """
        import pyarrow as pa
        import pyarrow.dataset as ds

        from news_dataset.parquet_pages import has_sound_statistics, plan

        if condition is None or not has_sound_statistics(self.source):
            return None
        try:
            plan(self.size, self.metadata, self.schema.names, None)
            fragment = ds.ParquetFileFormat().make_fragment(self.source)
            return [group.id for group in fragment.subset(condition).row_groups]
        except (pa.ArrowException, OSError) as error:
            raise self.damaged(error) from error

    def rows_at_once(self, columns: Sequence[str], groups: Sequence[int] | None = None) -> int:
        """Return how many rows to decode at once, from 1 to ``ROWS``.

        Their texts then take about a quarter of ``BUDGET`` even if each row repeats the longest text of its column.

        Args:
            columns: names of the columns to decode.
            groups: numbers of the row groups to decode; None for all.

        Raises:
            IntegrityError: the footer contradicts itself.
            ArrowException, OSError: the file is damaged; ``damaged`` gives the error to raise.
        """
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        longest: dict[str, int] = {}
        for group, rows, name, chunk in self._chunks(columns, groups):
            size = chunk.total_uncompressed_size
            if chunk.physical_type not in _TEXT or rows * size <= BUDGET // 64:  # small, whatever is repeated
                continue
            if "DELTA_BYTE_ARRAY" in chunk.encodings:  # texts share beginnings, so one may be as long as all together;
                # the limit keeps columns of many short texts quick, and ``budget`` ends what is larger
                longest[name] = max(longest.get(name, 0), min(size, BUDGET // 128))
                continue
            file = pq.ParquetFile(self.source, read_dictionary=[name], metadata=self._file.metadata, pre_buffer=False)
            for batch in file.iter_batches(1, row_groups=[group], columns=[name]):  # its dictionary comes whole
                texts = batch.column(0)
                texts = texts.dictionary if pa.types.is_dictionary(texts.type) else texts
                longest[name] = max(longest.get(name, 0), pc.max(pc.binary_length(texts)).as_py() or 0)
                break
        return max(1, min(ROWS, BUDGET // 4 // max(1, sum(longest.values()))))

    def damaged(self, error: Exception) -> IntegrityError:
        """Return the error to raise for a file that cannot be decoded; raise a ``MemoryError`` at once."""
        if isinstance(error, MemoryError):  # Arrow has a subclass of its own
            raise error
        reason = str(error).partition("\n")[0]
        return IntegrityError(f"{self.place} is damaged, or not a Parquet file: {reason}")

    def _check_chunks(self, columns: Sequence[str], groups: Sequence[int] | None) -> None:
        """Check that the footer does not contradict itself, and that pages are not larger than it says.

        Raises:
            IntegrityError: it does, or they are.
        """
        import pyarrow as pa

        from news_dataset.parquet_pages import PageError, plan, uncompressed_size

        try:
            plan(self.size, self.metadata, columns, groups)
        except (pa.ArrowException, OSError) as error:
            raise self.damaged(error) from error
        for group, rows, name, chunk in self._chunks(columns, groups):
            if (group, name) in self._checked_chunks:
                continue
            try:
                size = uncompressed_size(self.source, chunk, rows)
            except (PageError, OSError) as error:
                raise IntegrityError(f"{self.place} is damaged: the pages of {name}: {error}") from error
            if size > max(0, chunk.total_uncompressed_size):
                claim = f"{self.place} claims {chunk.total_uncompressed_size:,} bytes for {name}"
                raise IntegrityError(f"{claim}, and its pages have {size:,}")
            self._checked_chunks.add((group, name))

    def _size_at_most(self, columns: Sequence[str]) -> int:
        """Return how many bytes columns take at most, if each row repeats all texts of its row group."""
        return sum(
            rows * CELL + max(0, chunk.total_uncompressed_size) * (rows if chunk.physical_type in _TEXT else 1)
            for _, rows, _, chunk in self._chunks(columns)
        )

    def _chunks(
        self, columns: Sequence[str], groups: Sequence[int] | None = None
    ) -> Iterator[tuple[int, int, str, Any]]:
        """Yield for each column chunk its row group, how many rows this has, its name, and its entry in the footer.

        Raises:
            IntegrityError: a row group has a negative number of rows.
        """
        about, wanted = self._file.metadata, set(columns)
        names = [
            about.schema.column(index).path for index in range(about.num_columns)
        ]  # a chunk may have another, or none
        columns_wanted = [(index, name) for index, name in enumerate(names) if name.partition(".")[0] in wanted]
        for group in range(about.num_row_groups) if groups is None else groups:
            entry = about.row_group(group)
            if entry.num_rows < 0:
                raise IntegrityError(f"{self.place} is damaged: row group {group} has {entry.num_rows:,} rows")
            for index, name in columns_wanted:
                yield group, entry.num_rows, name, entry.column(index)


def new_table(path: Path, schema: pa.Schema, codes: Sequence[str] | bool = True) -> pq.ParquetWriter:
    """Create a Parquet file with page checksums, and return its writer.

    Args:
        path: the file, which must not exist.
        schema: its columns.
        codes: the columns whose texts are in dictionaries; true for all.
    """
    import pyarrow.parquet as pq

    from news_dataset.filesystem import new_file

    new_file(path).close()  # pyarrow would overwrite a file, and follow a link
    return pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=codes, write_page_checksum=True)


def check_columns(schema: pa.Schema, table: Table | None, place: object, *, strict: bool) -> None:
    """Check that a file has the columns of its table.

    Args:
        schema: the columns of the file.
        table: the table; None if the models do not know it, so that only the kinds of its columns are checked.
        place: how messages name the file.
        strict: whether each column must be there, with exactly the type that it has in a release.

    Raises:
        IntegrityError: a column is missing, unknown, or of another type.
    """
    import pyarrow as pa

    wanted = {field.name: field for field in table.fields} if table else {}
    other = f"{place} has other columns than the table {table.name}" if table else ""
    for field in schema:
        kind = kind_of(field.type)
        if table and field.name not in wanted:
            raise IntegrityError(f"{other}: {field.name} is not known")
        if kind is None and (strict or pa.types.is_nested(field.type)):
            raise IntegrityError(f"{place} has a column that no table has: {field.name}")
        if strict and table and kind != wanted[field.name].kind:
            raise IntegrityError(f"{other}: {field.name} is {field.type}")
    for name, field in wanted.items():
        if name not in schema.names and (strict or not field.nullable):
            raise IntegrityError(f"{other}: {name} is missing")


def check_rows(rows: pa.Table | pa.RecordBatch, table: Table | None, place: object) -> None:
    """Check decoded rows: text in UTF-8, days in the years 1 to 9999, finite numbers, no null in a required column.

    Raises:
        IntegrityError: they are not.
    """
    import pyarrow as pa

    try:
        rows.validate(full=True)
    except pa.ArrowException as error:
        raise IntegrityError(f"{place} holds text that is not UTF-8, or is damaged") from error
    required = {field.name for field in table.fields if not field.nullable} if table else set()
    for field, column in zip(rows.schema, rows.columns, strict=True):
        if column.null_count and field.name in required:
            raise IntegrityError(f"{place} holds a row without {field.name}")
        if wrong := _unusable_value(column):
            raise IntegrityError(f"{place} holds {wrong} in {field.name}")


def decoded_bytes(batch: pa.RecordBatch) -> int:
    """Return how many bytes the values of a batch take, with texts of dictionaries counted in every row."""
    return sum(map(_decoded_size, batch.columns))


def _decoded_size(column: pa.Array) -> int:
    """Return the bytes that an array takes decoded; of a dictionary, its texts once per row, without offsets."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_dictionary(column.type):
        return int(column.nbytes)
    return int(pc.sum(pc.binary_length(column.dictionary).take(column.indices)).as_py() or 0)


def _unusable_value(column: pa.ChunkedArray | pa.Array) -> str:
    """Return what in a column programs cannot use, in words: a day or a number; empty if there is nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_date32(column.type):
        ends = pc.min_max(column.cast(pa.int32())).as_py()
        if ends["min"] is not None and not _DAYS[0] <= ends["min"] <= ends["max"] <= _DAYS[1]:
            return "a day outside the years 1 to 9999"
    if pa.types.is_floating(column.type) and pc.all(pc.is_finite(column)).as_py() is False:
        return "a number that is not finite"
    return ""
