"""A daemon on another machine: its address, the certificate that authenticates it, and our token.

The variables STARFOUNDRY_DAEMON (HOST:PORT), STARFOUNDRY_DAEMON_CA and STARFOUNDRY_TOKEN_FILE name them;
STARFOUNDRY_DAEMON_CERT and STARFOUNDRY_DAEMON_KEY a client certificate in the token's place. The token may also be sent
to a daemon on this machine, to act as its holder.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from starfoundry.kernel.errors import Refused
from starfoundry.terminal.local.daemon_location import expanded
from starfoundry.terminal.local.file_ownership import read_trusted
from starfoundry.terminal.local.secret import read_secret

if TYPE_CHECKING:
    import grpc

ADDRESS, CERTIFICATE, TOKEN_FILE = "STARFOUNDRY_DAEMON", "STARFOUNDRY_DAEMON_CA", "STARFOUNDRY_TOKEN_FILE"
OWN_CERTIFICATE, OWN_KEY = "STARFOUNDRY_DAEMON_CERT", "STARFOUNDRY_DAEMON_KEY"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteDaemon:
    """The connection parameters of a daemon over the network; `address` is empty for one on this machine.

    `own_certificate` and `own_key` are a client certificate; empty without one.
    """

    address: str = ""
    authority: str = ""
    token: str = ""
    own_certificate: str = ""
    own_key: str = field(default="", repr=False)

    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata sent with each call."""
        return (("authorization", f"Bearer {self.token}"),) if self.token else ()

    def channel(self, options: "tuple[tuple[str, int], ...]") -> "grpc.Channel":
        """A channel to the daemon; without a CA certificate only within this machine."""
        import grpc

        if not self.authority:
            return grpc.insecure_channel(self.address, options=options)
        credentials = grpc.ssl_channel_credentials(
            root_certificates=self.authority.encode(),
            private_key=self.own_key.encode() or None,
            certificate_chain=self.own_certificate.encode() or None,
        )
        return grpc.secure_channel(self.address, credentials, options=options)


def remote(environment: Mapping[str, str] | None = None) -> RemoteDaemon:
    """The parameters from the environment. Raises Missing or Refused for an unusable file or an address without one."""
    environment = os.environ if environment is None else environment
    address = environment.get(ADDRESS, "").strip()
    token_file, certificate = environment.get(TOKEN_FILE, ""), environment.get(CERTIFICATE, "")
    own_certificate, own_key = environment.get(OWN_CERTIFICATE, ""), environment.get(OWN_KEY, "")
    if bool(own_certificate) is not bool(own_key):
        raise Refused(f"{OWN_CERTIFICATE} and {OWN_KEY} go together: name both files, or none")
    if own_certificate and not certificate:
        raise Refused(
            f"{OWN_CERTIFICATE} is shown over TLS only: {CERTIFICATE} must name the daemon's authority (ca.pem)"
        )
    host, colon, port = address.rpartition(":")
    if address and not (host and colon and port.isdecimal()):
        raise Refused.of(ADDRESS, address, "HOST:PORT")
    if address and not certificate and host not in LOOPBACK:
        raise Refused(f"{ADDRESS} is on another machine, so {CERTIFICATE} must name the file of its authority (ca.pem)")
    return RemoteDaemon(
        address=address,
        authority=read_trusted(expanded(certificate)) if certificate else "",
        token=read_secret(expanded(token_file)) if token_file else "",
        own_certificate=read_trusted(expanded(own_certificate)) if own_certificate else "",
        own_key=read_secret(expanded(own_key)) if own_key else "",
    )
