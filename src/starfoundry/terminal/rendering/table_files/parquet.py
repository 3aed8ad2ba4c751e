"""Parquet files: their library, which is an extra, and the types of their columns."""

from typing import Any

from starfoundry.kernel.errors import Unavailable


def require_pyarrow() -> tuple[Any, Any]:
    """The modules pyarrow and pyarrow.parquet; raises Unavailable without them."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise Unavailable("Parquet needs pyarrow: pip install 'starfoundry[export]'; CSV does not need it") from None
    return pa, parquet


def arrow_type(arrow: Any, name: str) -> Any:  # noqa: ANN401  (pyarrow has no types)
    """The type of a column of INTEGER, NUMBER, TIME or anything else, which is text."""
    match name:
        case "INTEGER":
            return arrow.int64()
        case "NUMBER":
            return arrow.float64()
        case "TIME":
            return arrow.timestamp("us", tz="UTC")
        case _:
            return arrow.string()
