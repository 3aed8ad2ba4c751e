"""Writers of exported tables as CSV or Parquet, in batches."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from starfoundry.kernel.errors import Refused
from starfoundry.kernel.instants import rfc3339
from starfoundry.terminal.rendering.table_files.csv_lines import csv_lines
from starfoundry.terminal.rendering.table_files.parquet import arrow_type, require_pyarrow

if TYPE_CHECKING:
    from starfoundry.wire.daemon_pb2 import ExportColumn, ExportPiece, ExportValues

PARTIAL = ".partial"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Writer(Protocol):
    """Takes the pieces of one table."""

    def write(self, piece: "ExportPiece") -> None:
        """Write the rows of one piece."""

    def close(self) -> None:
        """End the file."""


class CsvWriter:
    """Writes RFC 4180: a header line, times as RFC 3339, unknown values empty. `put` takes the text."""

    def __init__(self, put: Callable[[str], object], columns: "Sequence[ExportColumn]") -> None:
        self._put = put
        self._columns = columns
        put(csv_lines([[column.name for column in columns]]))

    def write(self, piece: "ExportPiece") -> None:
        """Write the rows of one piece."""
        columns = [_cells(column.type, values) for column, values in zip(self._columns, piece.values, strict=True)]
        self._put(csv_lines(zip(*columns, strict=True)))

    def close(self) -> None:
        """Nothing is left to write."""


class CsvFile(CsvWriter):
    """The same into a file."""

    def __init__(self, file: Path, columns: "Sequence[ExportColumn]") -> None:
        self._file = file.open("w", encoding="utf-8", newline="")
        super().__init__(self._file.write, columns)

    def close(self) -> None:
        """End the file."""
        self._file.close()


class ParquetWriter:
    """Writes Parquet: a row group for each piece; the unit and meaning of a column are in the metadata of its field.

    Raises Unavailable without pyarrow.
    """

    def __init__(self, file: Path, columns: "Sequence[ExportColumn]", about: dict[str, str]) -> None:
        self._arrow, parquet = require_pyarrow()
        fields = [
            self._arrow.field(
                each.name, arrow_type(self._arrow, each.type), metadata={"unit": each.unit, "meaning": each.meaning}
            )
            for each in columns
        ]
        self._schema = self._arrow.schema(fields, metadata=about)
        self._columns = columns
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")

    def write(self, piece: "ExportPiece") -> None:
        """Write the rows of one piece."""
        arrays = [
            self._arrow.array(_values(column.type, values), type=field.type)
            for column, values, field in zip(self._columns, piece.values, self._schema, strict=True)
        ]
        self._writer.write_table(self._arrow.table(arrays, schema=self._schema))

    def close(self) -> None:
        """Write the end of the file, without which nobody can read it."""
        self._writer.close()


@contextmanager
def written_whole(file: Path, *, force: bool) -> Iterator[Path]:
    """A file to write beside `file`, which takes its name once it is whole; nothing is left of one that is not.

    Raises Refused where a file lies already and `force` does not say to replace it, or where none can be made.
    """
    if file.exists() and not force:
        raise Refused.of("file", str(file), "the name of a new file, or --force to replace it")
    partial = file.with_name(file.name + PARTIAL)
    try:
        yield partial
        partial.replace(file)
    except OSError as error:
        raise Refused(f"{file} cannot be written: {error.strerror or error}") from None
    finally:
        partial.unlink(missing_ok=True)


def _values(type_: str, values: "ExportValues") -> list[Any]:
    """The values of one column, None for unknown ones."""
    found: list[Any] = list(values.integers or values.texts)
    if type_ == "TIME":
        found = [_EPOCH + timedelta(microseconds=each) for each in found]
    for place in values.unknown:
        found[place] = None
    return found


def _cells(type_: str, values: "ExportValues") -> list[Any]:
    """The values of one column as CSV has them."""
    found = _values(type_, values)
    return [rfc3339(each) for each in found] if type_ == "TIME" else found
