"""A private certificate authority, and a certificate from it for the daemon."""

import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from starfoundry.daemon.settings import CERTIFICATE_FILE, KEY_FILE
from starfoundry.kernel.errors import Refused
from starfoundry.terminal.local.secret import write_secret

AUTHORITY_FILE = "ca.pem"
AUTHORITY_DAYS, SERVER_DAYS = 3650, 397


def make_certificates(directory: Path, hosts: Sequence[str], *, now: datetime) -> dict[str, Path]:
    """A new authority and a certificate for these names, in a private directory; the path of each file.

    The authority's key is not kept: to add a name, both are made again. Raises Refused if the files exist.
    """
    if not hosts:
        raise Refused.of("host", "", "each name or address by which callers reach the daemon")
    for each in (directory.parent, directory):  # both may be new, and the mode applies to the last only
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    authority_key, server_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "StarFoundry private authority")])
    authority = (
        _begun(authority_name, authority_name, authority_key, now, AUTHORITY_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(authority_key, hashes.SHA256())
    )
    server_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "StarFoundry daemon")])
    server = (
        _begun(server_name, authority_name, server_key, now, SERVER_DAYS)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([_name(host) for host in hosts]), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(authority_key, hashes.SHA256())
    )
    key = server_key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    made = {
        "authority": (AUTHORITY_FILE, authority.public_bytes(serialization.Encoding.PEM)),
        "certificate": (CERTIFICATE_FILE, server.public_bytes(serialization.Encoding.PEM)),
        "key": (KEY_FILE, key),
    }
    taken = [name for name, _ in made.values() if (directory / name).exists()]
    if taken:
        raise Refused(f"{directory} has {', '.join(taken)} already; move them away to make new ones")
    for name, content in made.values():
        write_secret(directory / name, content.decode().strip())
    return {what: directory / name for what, (name, _) in made.items()}


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # tolerance for other clocks
        .not_valid_after(now + timedelta(days=days))
    )


def _name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
