"""`spacetraders export`: whole tables as files for other tools."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from starfoundry.kernel.errors import Refused
from starfoundry.terminal.arguments.options import Terminal, with_terminal
from starfoundry.terminal.arguments.time_options import since_option, until_option
from starfoundry.terminal.rendering import formats
from starfoundry.terminal.rendering.stdio import emit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starfoundry.daemon.export.files import Writer
    from starfoundry.wire.daemon_pb2 import ExportPiece

TABLES = ("ledger", "tasks", "market-history", "decisions")
FORMATS = ("csv", "parquet")


@click.command()
@click.argument("table", type=click.Choice(TABLES))
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--format", "format_", type=click.Choice(FORMATS), help="The format; default: the extension of FILE, else csv."
)
@click.option("--force", is_flag=True, help="Replace an existing file.")
@since_option()
@until_option()
@with_terminal
def export(
    terminal: Terminal, table: str, file: Path | None, format_: str | None, force: bool, since: str, until: str
) -> None:
    """Write a whole table of a player to FILE, as CSV or Parquet; without FILE as CSV to standard output.

    The columns with their types and units are listed in docs/export.md. Parquet needs pyarrow:
    pip install 'starfoundry[export]'.
    """
    from starfoundry.wire.daemon_pb2 import ExportTableRequest

    chosen = format_ or ("parquet" if file is not None and file.suffix == ".parquet" else "csv")
    request = ExportTableRequest(player_id=terminal.player_id(), table=table, since=since, until=until)
    if file is None:
        _require_printable(terminal, chosen)
        _write(terminal.stream("ExportTable", request), _printer)
        return
    from starfoundry.daemon.export.files import written_whole

    with written_whole(file, force=force) as partial:
        pieces = terminal.stream("ExportTable", request)
        rows = _write(pieces, lambda first: _writer(chosen, partial, first, table))
    size = file.stat().st_size
    answer = terminal.player() | {"table": table, "file": str(file), "format": chosen, "rows": rows, "bytes": size}
    terminal.show(answer, f"{file}: {rows:,} rows of {table}, {size:,} bytes of {chosen}")


def _require_printable(terminal: Terminal, chosen: str) -> None:
    if chosen != "csv":
        raise Refused.of("file", "", "the name of a file: Parquet cannot be printed")
    if terminal.as_json:
        raise Refused.of("output", "json", f"{formats.TABLE} when rows are printed; or give a FILE")


def _write(pieces: "Iterator[ExportPiece]", opened: "Callable[[ExportPiece], Writer]") -> int:
    """Write every piece and return the number of rows."""
    writer, rows = opened(next(pieces)), 0
    try:
        for piece in pieces:
            writer.write(piece)
            rows += piece.rows
    finally:
        writer.close()
    return rows


def _printer(first: "ExportPiece") -> "Writer":
    from starfoundry.daemon.export.files import CsvWriter

    return CsvWriter(lambda text: emit(text.removesuffix("\n")), first.columns)


def _writer(chosen: str, file: Path, first: "ExportPiece", table: str) -> "Writer":
    from starfoundry.daemon.export.files import CsvFile, ParquetWriter

    if chosen == "csv":
        return CsvFile(file, first.columns)
    about = {"table": table, "agent": first.agent, "universe": first.universe}
    return ParquetWriter(file, first.columns, about | {"since": first.since, "until": first.until})
