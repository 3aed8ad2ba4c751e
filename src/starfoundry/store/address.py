"""Addresses of databases: built from paths and read back, so that no letter of a path is taken for an option."""

from pathlib import Path
from urllib.parse import quote, unquote

from starfoundry.kernel.errors import Refused

_BEGINNING = "sqlite:///"
_EXAMPLE = "sqlite:////path/to/starfoundry.db"


def url_of(file: Path) -> str:
    """The database URL of a file, whatever letters its path has."""
    return _BEGINNING + quote(str(file))


def file_of(url: str) -> Path:
    """The file that a database URL names, absolute; raises Refused for every other kind of URL, and for options."""
    path = unquote(url.removeprefix(_BEGINNING))
    if not url.startswith(_BEGINNING) or path in ("", ":memory:") or "\0" in path:
        raise Refused.of("database.url", _without_password(url), f"a database URL of a SQLite file such as {_EXAMPLE}")
    if "?" in url:
        raise Refused.of("database.url", url, f"a URL without options ({_EXAMPLE}; a ? in a path is written %3F)")
    return Path(path).absolute()


def read_only_uri(file: Path) -> str:
    """The file as SQLite itself takes it, to be read and never made."""
    return f"file://{quote(str(file.absolute()))}?mode=ro"


def _without_password(url: str) -> str:
    beginning, at, rest = url.rpartition("@")
    return f"{beginning.rpartition(':')[0]}:***@{rest}" if at else url
