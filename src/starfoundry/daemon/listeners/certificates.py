"""Private certificate authorities: one for the daemon, and one for its clients.

Their certificates pass a strict check by RFC 5280, which some clients make (Python from 3.13 on).
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from starfoundry.daemon.settings import CERTIFICATE_FILE, CLIENTS_FILE, KEY_FILE
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.local.secret import read_secret, write_secret

AUTHORITY_FILE = "ca.pem"
CLIENTS_KEY_FILE = "clients.key"
AUTHORITY_DAYS, SERVER_DAYS = 3650, 397


def make_certificates(directory: Path, hosts: Sequence[str], *, now: datetime) -> dict[str, Path]:
    """A new authority and a certificate for these names, in a private directory; the path of each file.

    The authority's key is not kept: to add a name, both are made again. Raises Refused if the files exist.
    """
    if not hosts:
        raise Refused.of("host", "", "each name or address by which callers reach the daemon")
    _make_private(directory)
    authority = _Authority.new("StarFoundry private authority", now)
    server_key = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([_name(host) for host in hosts])
    server = authority.sign(
        authority.begun("StarFoundry daemon", server_key, now, timedelta(days=SERVER_DAYS)).add_extension(
            names, critical=False
        ),
        ExtendedKeyUsageOID.SERVER_AUTH,
    )
    made = {
        "authority": (AUTHORITY_FILE, _pem(authority.certificate)),
        "certificate": (CERTIFICATE_FILE, _pem(server)),
        "key": (KEY_FILE, _private(server_key)),
    }
    taken = [name for name, _ in made.values() if (directory / name).exists()]
    if taken:
        raise Refused(f"{directory} already has {', '.join(taken)}; move them away to create new ones")
    for name, content in made.values():
        write_secret(directory / name, content)
    return {what: directory / name for what, (name, _) in made.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """A client certificate with its key, as PEM, and the SHA-256 by which the daemon knows it."""

    certificate: str
    key: str
    sha256: str


def make_client_certificate(directory: Path, name: str, *, lifetime: timedelta, now: datetime) -> ClientCertificate:
    """A certificate for a client of that name, from the authority of clients in the daemon's private directory.

    The authority is made the first time. Its key is kept and lets nobody in: the daemon also asks for a fingerprint
    that it was given. Raises Refused for files that cannot be used.
    """
    _make_private(directory)
    authority = _authority_of_clients(directory, now)
    key = ec.generate_private_key(ec.SECP256R1())
    made = authority.sign(authority.begun(name, key, now, lifetime), ExtendedKeyUsageOID.CLIENT_AUTH)
    return ClientCertificate(certificate=_pem(made), key=_private(key), sha256=made.fingerprint(hashes.SHA256()).hex())


def _authority_of_clients(directory: Path, now: datetime) -> "_Authority":
    file, key_file = directory / CLIENTS_FILE, directory / CLIENTS_KEY_FILE
    if file.exists() is not key_file.exists():
        raise Refused(
            f"{directory} has only one of {CLIENTS_FILE} and {CLIENTS_KEY_FILE}; move it away to create new ones"
        )
    if not file.exists():
        made = _Authority.new("StarFoundry clients", now)
        write_secret(key_file, _private(made.key))
        write_secret(file, _pem(made.certificate))
        return made
    try:
        key = serialization.load_pem_private_key(read_secret(key_file).encode(), password=None)
        certificate = x509.load_pem_x509_certificate(file.read_bytes())
    except (OSError, ValueError) as error:
        raise Refused(f"{file} with {key_file} cannot be used: {error}") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise Refused(f"{key_file} is not a key created by this program")
    return _Authority(certificate=certificate, key=key)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Authority:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls, name: str, now: datetime) -> "_Authority":
        key = ec.generate_private_key(ec.SECP256R1())
        subject = _subject(name)
        begun = _begun(subject, subject, key, now, timedelta(days=AUTHORITY_DAYS))
        is_one = x509.BasicConstraints(ca=True, path_length=0)
        bounded = begun.add_extension(is_one, critical=True).add_extension(_usage(signs=True), critical=True)
        return cls(certificate=bounded.sign(key, hashes.SHA256()), key=key)

    def begun(
        self, name: str, key: ec.EllipticCurvePrivateKey, now: datetime, lifetime: timedelta
    ) -> x509.CertificateBuilder:
        """A certificate to be signed."""
        return _begun(_subject(name), self.certificate.subject, key, now, lifetime)

    def sign(self, begun: x509.CertificateBuilder, use: x509.ObjectIdentifier) -> x509.Certificate:
        """The certificate, for one use only."""
        bounded = (
            begun.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([use]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False)
        )
        return bounded.sign(self.key, hashes.SHA256())


def _make_private(directory: Path) -> None:
    for each in (directory.parent, directory):  # both may be new, and the mode applies to the last only
        each.mkdir(mode=0o700, parents=True, exist_ok=True)


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode().strip()


def _private(key: ec.EllipticCurvePrivateKey) -> str:
    content = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return content.decode().strip()


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, lifetime: timedelta
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # tolerance for other clocks
        .not_valid_after(now + lifetime)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs: bool) -> x509.KeyUsage:
    """The use of a key: it signs certificates, or it proves who a caller is."""
    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
