"""Settings of the daemon's process: each declared once, read from flags, environment, file, or default, in this order.

They are about the process (its data directory, its server). Trading settings of a coordinator are live configuration,
kept per container in the database.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from starfoundry.daemon.setting_values import (
    absolute_path,
    account_token,
    at_least_one,
    collector_address,
    host_and_port,
    one_of,
    port_or_address,
    server_address,
    speed,
    text,
    whole_number,
    yes_or_no,
)
from starfoundry.kernel.errors import FieldProblem, Refused
from starfoundry.store.address import url_of
from starfoundry.store.pruning import Bounds
from starfoundry.terminal.local.daemon_location import DaemonLocation

T = TypeVar("T")
D = TypeVar("D")

PREFIX = "STARFOUNDRY_"
TLS_DIRECTORY, CERTIFICATE_FILE, KEY_FILE, CLIENTS_FILE = "tls", "server.pem", "server.key", "clients.pem"
ACCOUNT_CREDENTIAL = "account.token"
KEY_IN_FILE, KEY_IN_KEYRING = "file", "keyring"
OFFICIAL_BASE_URL = "https://api.spacetraders.io/v2"

_FOR_THE_COMMAND_LINE = ("CONFIG", "CONTEXT", "OUTPUT", "PLAYER_ID", "AGENT_TOKEN", "SANDBOX_ADMIN_URL")
_FOR_REMOTE_DAEMONS = ("DAEMON", "DAEMON_CA", "DAEMON_CERT", "DAEMON_KEY", "TOKEN_FILE")


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxSettings:
    """The universe in the daemon's own process.

    `seed` None means that of the universe in the data directory, or 1 for a new one; `speed` 0 = as fast as possible.
    """

    enabled: bool = False
    seed: int | None = None
    speed: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenSettings:
    """The network address to serve at; `clients` is the file of the authority of client certificates."""

    host: str
    port: int
    certificate: Path | None = None
    key: Path | None = None
    clients: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one daemon. `ignored` lists unknown variables with our prefix.

    `safe_configuration` is for one start only, so no file and no variable can leave it on.
    """

    data_dir: Path
    socket: Path
    database_url: str
    base_url: str = OFFICIAL_BASE_URL
    account_token: str = field(default="", repr=False)
    token_key_store: str = KEY_IN_FILE
    sandbox: SandboxSettings = SandboxSettings()
    retention: Bounds = field(default_factory=Bounds)
    settings_file: Path | None = None
    ignored: tuple[str, ...] = ()
    safe_configuration: bool = False
    listen: ListenSettings | None = None
    metrics: ListenSettings | None = None
    traces_endpoint: str = ""
    forecast_workers: int = 1
    credentials: Path | None = None


KEYS = (
    "data_dir",
    "socket",
    "listen.address",
    "listen.certificate",
    "listen.key",
    "listen.clients",
    "metrics.address",
    "traces.endpoint",
    "database.url",
    "api.base_url",
    "api.account_token",
    "token_key.store",
    "sandbox.enabled",
    "sandbox.seed",
    "sandbox.speed",
    "retention.days",
    "retention.rows",
    "forecast.workers",
)
"""Every setting, by its name in the file."""

_SECRET = ("api.account_token",)


def variable(key: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + key.upper().replace(".", "_")


def load(place: DaemonLocation, *, flags: Mapping[str, object | None], environment: Mapping[str, str]) -> Settings:
    """The settings in force. Raises Refused naming each unknown key and invalid value.

    `flags` are by key, None if not given.
    """
    sources = [
        _from_credentials(environment),
        _flattened(place),
        _from_environment(environment),
        {k: v for k, v in flags.items() if v is not None},
    ]
    merged: dict[str, object] = {}
    for source in sources:
        merged |= source
    given = _Given(merged)
    enabled = given.read("sandbox.enabled", yes_or_no, False)  # noqa: FBT003  (the default)
    # A sandbox's agents do not exist elsewhere, so the two kinds of universe never share a database.
    database = place.data_dir / ("sandbox.db" if enabled else "starfoundry.db")
    settings = Settings(
        data_dir=place.data_dir,
        socket=place.socket,
        database_url=given.read("database.url", text, url_of(database)),
        base_url=given.read("api.base_url", server_address, OFFICIAL_BASE_URL),
        account_token=given.read("api.account_token", account_token, ""),
        token_key_store=given.read("token_key.store", one_of(KEY_IN_FILE, KEY_IN_KEYRING), KEY_IN_FILE),
        sandbox=SandboxSettings(
            enabled=enabled,
            seed=given.read("sandbox.seed", whole_number, None),
            speed=given.read("sandbox.speed", speed, 1.0),
        ),
        retention=Bounds(
            days=given.read("retention.days", at_least_one, Bounds().days),
            rows=given.read("retention.rows", at_least_one, Bounds().rows),
        ),
        listen=_listen(given, place.data_dir, "listen.address", host_and_port),
        metrics=_listen(given, place.data_dir, "metrics.address", port_or_address),
        traces_endpoint=given.read("traces.endpoint", collector_address, ""),
        forecast_workers=given.read("forecast.workers", at_least_one, 1),
        settings_file=place.settings_file,
        credentials=_credentials(environment),
        ignored=_ignored(environment),
    )
    given.refuse_what_was_wrong()
    if settings.sandbox.speed != 1 and not settings.sandbox.enabled:
        raise Refused.of("sandbox.speed", settings.sandbox.speed, "1 without the sandbox: no other time can be scaled")
    return settings


def _listen(
    given: "_Given", data_dir: Path, key_of_address: str, reader: Callable[[object], tuple[str, int]]
) -> ListenSettings | None:
    """The network address; the certificate is that of `spacetraders auth cert` unless another is named."""
    address = given.read(key_of_address, reader, None)
    made = [data_dir / TLS_DIRECTORY / name for name in (CERTIFICATE_FILE, KEY_FILE)]
    certificate = given.read("listen.certificate", absolute_path, made[0] if made[0].is_file() else None)
    key = given.read("listen.key", absolute_path, made[1] if made[1].is_file() else None)
    clients = given.read("listen.clients", absolute_path, data_dir / TLS_DIRECTORY / CLIENTS_FILE)
    if address is None:
        return None
    return ListenSettings(host=address[0], port=address[1], certificate=certificate, key=key, clients=clients)


class _Given:
    """The given values, read one by one; all invalid ones are reported together."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values
        self._problems: list[FieldProblem] = []

    def read(self, key: str, reader: Callable[[object], T], default: D) -> T | D:
        """The value parsed by `reader`; the default when it was not given, or is invalid."""
        if key not in self._values:
            return default
        try:
            return reader(self._values[key])
        except ValueError as allowed:
            shown = "(not shown)" if key in _SECRET else str(self._values[key])
            self._problems.append(FieldProblem(field=key, given=shown, allowed=str(allowed)))
            return default

    def refuse_what_was_wrong(self) -> None:
        """Raise Refused if any value was invalid."""
        if self._problems:
            message = "; ".join(f"{each.field} must be {each.allowed}, was {each.given!r}" for each in self._problems)
            raise Refused(message, fields=tuple(self._problems))


def _flattened(place: DaemonLocation) -> dict[str, object]:
    """The file's values by key. Raises Refused for unknown keys."""
    found: dict[str, object] = {}
    for name, value in place.settings.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{inner}": each for inner, each in value.items()}
        else:
            found[name] = value
    unknown = [key for key in found if key not in KEYS]
    if unknown:
        allowed = ", ".join(KEYS)
        raise Refused(
            f"{place.settings_file} has settings that do not exist: {', '.join(unknown)}; there are: {allowed}",
            fields=tuple(
                FieldProblem(field=key, given=str(found[key]), allowed=f"one of {allowed}") for key in unknown
            ),
        )
    return found


def _credentials(environment: Mapping[str, str]) -> Path | None:
    """The directory in which a service manager (systemd) has put secrets for this process."""
    given = environment.get("CREDENTIALS_DIRECTORY", "")
    return Path(given) if given else None


def _from_credentials(environment: Mapping[str, str]) -> dict[str, object]:
    directory = _credentials(environment)
    file = None if directory is None else directory / ACCOUNT_CREDENTIAL
    return {"api.account_token": file.read_text(encoding="utf-8")} if file is not None and file.is_file() else {}


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    return {key: environment[variable(key)] for key in KEYS if environment.get(variable(key))}


def _ignored(environment: Mapping[str, str]) -> tuple[str, ...]:
    known = {variable(key) for key in KEYS} | {PREFIX + name for name in (*_FOR_THE_COMMAND_LINE, *_FOR_REMOTE_DAEMONS)}
    return tuple(sorted(name for name in environment if name.startswith(PREFIX) and name not in known))
