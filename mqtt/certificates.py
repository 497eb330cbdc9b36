"""The site's own authority and the broker's certificate, by which a device knows that it speaks with its own broker.

Nobody but this site's devices trusts the authority, and they trust no other. A Pi without a clock wakes up in 1970 or on
the day its system was made, so both are good from 1970 on; and they are good for decades, because a clinic whose devices
all stop on one day has lost more than a stolen key costs. Keys are P-256: TLS 1.3 with them adds 0.2 ms at the most to an
exchange.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

GOOD_FROM: Final = datetime(1970, 1, 1, tzinfo=UTC)
AUTHORITY_YEARS: Final = 50
SERVER_YEARS: Final = 20
"""From the day it is made; `nobat enroll` makes it anew in the last RENEWED_IN_ITS_LAST years, and devices notice nothing."""
RENEWED_IN_ITS_LAST_YEARS: Final = 5
_YEAR: Final = timedelta(days=365.25)


@dataclass(frozen=True, slots=True, repr=False)
class Certified:
    """A certificate and its private key, as PEM."""

    certificate: str
    key: str


def make_authority(site: str, today: datetime) -> Certified:
    """A new authority that signs certificates for brokers of `site` and nothing else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(f"Nobat authority of {site}")
    usage = x509.KeyUsage(**_USES | {"key_cert_sign": True, "crl_sign": True})
    certificate = (
        _certificate(name, name, key.public_key(), today + AUTHORITY_YEARS * _YEAR)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return _as_pem(certificate, key)


def make_server(authority: Certified, names: Sequence[str], today: datetime) -> Certified:
    """A certificate for a broker that devices reach by any of `names`: host names or addresses. Raises ValueError for what is
    neither, and for an authority that cannot be read."""
    signer = x509.load_pem_x509_certificate(authority.certificate.encode())
    signing_key = serialization.load_pem_private_key(authority.key.encode(), password=None)
    if not isinstance(signing_key, ec.EllipticCurvePrivateKey):
        raise ValueError("the authority's key is not one of ours")  # noqa: TRY004  to whoever asks it is a wrong value
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = (
        _certificate(_name(names[0]), signer.subject, key.public_key(), today + SERVER_YEARS * _YEAR)
        .add_extension(x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(**_USES | {"digital_signature": True}), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
        .sign(signing_key, hashes.SHA256())
    )
    return _as_pem(certificate, key)


def names_in(certificate: str) -> tuple[str, ...]:
    """The names that a broker's certificate is good for, the first first. Raises ValueError for what is no certificate."""
    found = x509.load_pem_x509_certificate(certificate.encode()).extensions
    try:
        names = found.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound as missing:
        raise ValueError("this certificate names no broker") from missing
    return tuple(str(name.value) for name in names)


def wants_renewal(certificate: str, today: datetime) -> bool:
    """Whether a certificate is in its last years. Raises ValueError for what is no certificate."""
    ends = x509.load_pem_x509_certificate(certificate.encode()).not_valid_after_utc
    return ends - today < RENEWED_IN_ITS_LAST_YEARS * _YEAR


_USES: Final = dict.fromkeys(
    (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
        "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    ),
    False,
)  # fmt: skip


def _certificate(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, ends: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(GOOD_FROM)
        .not_valid_after(ends)
    )


def _name(words: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, words[:64])])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _as_pem(certificate: x509.Certificate, key: ec.EllipticCurvePrivateKey) -> Certified:
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Certified(certificate.public_bytes(serialization.Encoding.PEM).decode(), secret.decode())
