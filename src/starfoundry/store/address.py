"""Database URLs: built from file paths and parsed back, so that no character of a path is read as an option."""

from pathlib import Path
from urllib.parse import quote, unquote

from starfoundry.kernel.errors import Refused

_BEGINNING = "sqlite:///"
_EXAMPLE = "sqlite:////path/to/starfoundry.db"


def url_of(file: Path) -> str:
    """The database URL of a file, whatever characters its path contains."""
    return _BEGINNING + quote(str(file))


def file_of(url: str) -> Path:
    """The absolute path of the file a database URL names. Raises Refused for any other kind of URL and for options."""
    path = unquote(url.removeprefix(_BEGINNING))
    if not url.startswith(_BEGINNING) or path in ("", ":memory:") or "\0" in path:
        raise Refused.of("database.url", _without_password(url), f"a database URL of a SQLite file such as {_EXAMPLE}")
    if "?" in url:
        raise Refused.of("database.url", url, f"a URL without options ({_EXAMPLE}; a ? in a path is written %3F)")
    return Path(path).absolute()


def read_only_uri(file: Path) -> str:
    """SQLite's own URI of the file, for reading only: it never creates the file."""
    return f"file://{quote(str(file.absolute()))}?mode=ro"


def _without_password(url: str) -> str:
    beginning, at, rest = url.rpartition("@")
    return f"{beginning.rpartition(':')[0]}:***@{rest}" if at else url
