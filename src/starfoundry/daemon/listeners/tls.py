"""TLS 1.3 of the listeners, with the certificate that the files hold at each handshake."""

import logging
import ssl
import stat
from pathlib import Path

from starfoundry.daemon.settings import ListenSettings
from starfoundry.kernel.errors import Refused

_log = logging.getLogger(__name__)


def tls_context(listen: ListenSettings, protocol: str, *, knows_clients: bool = False) -> ssl.SSLContext | None:
    """TLS 1.3 with the certificate of the address, for that application protocol; None where none is named.

    Files that change are read again at the next handshake; where they cannot be used the last good ones stay. With
    `knows_clients` a client may show a certificate of the authority of clients. Raises Refused for files that cannot
    be used.
    """
    if listen.certificate is None:
        return None
    return _RenewedContext(listen, protocol, listen.clients if knows_clients else None).first


class _RenewedContext:
    """The context of the files as they are. `first` is the one to serve with; it hands each handshake to the newest."""

    def __init__(self, listen: ListenSettings, protocol: str, clients: Path | None) -> None:
        self._listen = listen
        self._protocol = protocol
        self._clients = clients
        self._state = self._state_of_files()
        self._newest = self.first = self._read()
        self.first.sni_callback = self._hand_over

    def _hand_over(self, handshake: ssl.SSLObject, _name: str | None, _context: ssl.SSLContext) -> None:
        """Called by OpenSSL at the beginning of each handshake, whether or not the client names a server."""
        state = self._state_of_files()
        if state != self._state:
            self._state = state
            try:
                self._newest = self._read()
            except Refused as error:
                _log.error("the certificate in use stays: %s", error.message)
            else:
                _log.info("the certificate was read again", extra={"certificate": str(self._listen.certificate)})
        handshake.context = self._newest

    def _state_of_files(self) -> tuple[tuple[int, int, int] | None, ...]:
        return tuple(map(_state_of, (self._listen.certificate, self._listen.key, self._clients)))

    def _read(self) -> ssl.SSLContext:
        certificate, key = self._listen.certificate, self._listen.key
        assert certificate is not None, "there is one"
        assert key is not None, "they go together"
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.num_tickets = 0  # each connection shows its certificate
        context.set_alpn_protocols([self._protocol])
        try:
            if key.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
                raise Refused(f"{key} may be read by others; make it private again: chmod 600 {key}")
            context.load_cert_chain(certificate, key)
            if self._clients is not None:
                context.verify_mode = ssl.CERT_OPTIONAL  # of the first context it goes for all: it may come later
                if self._clients.exists():
                    context.load_verify_locations(self._clients)
        except (OSError, ssl.SSLError) as error:
            raise Refused(f"{certificate} with {key} cannot be used: {error}") from None
        return context


def _state_of(file: Path | None) -> tuple[int, int, int] | None:
    """A mark that changes when a file does; None if it is not there."""
    try:
        facts = None if file is None else file.stat()
    except OSError:
        return None
    return None if facts is None else (facts.st_ino, facts.st_size, facts.st_mtime_ns)
