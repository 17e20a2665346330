"""Signing in to a mail server, and encryption: what PORTAL_MAIL_URL promises."""

import ssl
import subprocess
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from flask import Flask

from portal.core.config import Settings
from portal.mail import transports
from portal.mail.transports import ServerTrouble
from tests.mail.postbox import Postbox, listening
from tests.tools import find_program


@pytest.fixture
def settings(app: Flask) -> Settings:
    """Return the settings of the application."""
    found: Settings = app.config["SETTINGS"]
    return found


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """Return a certificate for localhost that signs itself, and the server's side of it."""
    folder = tmp_path_factory.mktemp("tls")
    key, public = folder / "key.pem", folder / "public.pem"
    command = [find_program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-keyout", str(key), "-out", str(public), "-subj", "/CN=localhost"]
    subprocess.run([*command, "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, key)
    return public, context


@pytest.fixture
def trusted(certificate: tuple[Path, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this machine trust the certificate for the length of a test."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


def deliver(settings: Settings, url: str) -> None:
    """Send one mail to an address."""
    message = EmailMessage()
    message["Message-ID"], message["To"] = "<1@example.org>", "noor@example.org"
    message.set_content("Hallo")
    transport = transports.create(replace(settings, mail_url=url))
    try:
        transport.deliver(message, "portal@example.org", "noor@example.org")
    finally:
        transport.close()


def named(postbox: Postbox, scheme: str, who: str = "") -> str:
    """Return the address of a postbox by the name on its certificate."""
    return postbox.url.replace("smtp://127.0.0.1", f"{scheme}://{who}localhost")


def check_password(_server: object, _session: object, _envelope: object, _mechanism: str, data: object) -> AuthResult:
    """Let in whoever knows the password."""
    well = (getattr(data, "login", b""), getattr(data, "password", b"")) == (b"portal", b"p@ss/word")
    return AuthResult(success=well, handled=False)  # aiosmtpd answers


@pytest.mark.filterwarnings("ignore:Requiring AUTH:UserWarning")  # it never leaves this machine
def test_a_password_is_given_as_written_with_percent_signs(settings: Settings) -> None:
    options = {"authenticator": check_password, "auth_required": True, "auth_require_tls": False}
    with listening(Postbox(), **options) as postbox:
        deliver(settings, named(postbox, "smtp", "portal:p%40ss%2Fword@"))

        assert postbox.addressees == ["noor@example.org"]
        with pytest.raises(ServerTrouble) as raised:
            deliver(settings, named(postbox, "smtp", "portal:wrong@"))
    assert "wrong" not in str(raised.value)


@pytest.mark.usefixtures("trusted")
def test_starttls_with_a_certificate_that_is_good(settings: Settings, certificate: tuple[Path, ssl.SSLContext]) -> None:
    with listening(Postbox(), tls_context=certificate[1], require_starttls=True) as postbox:
        deliver(settings, named(postbox, "smtp+starttls"))

    assert postbox.addressees == ["noor@example.org"]


def test_a_certificate_that_nobody_vouches_for_gets_no_mail(
    settings: Settings, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    with (
        listening(Postbox(), tls_context=certificate[1], require_starttls=True) as postbox,
        pytest.raises(ServerTrouble, match="certificate"),
    ):
        deliver(settings, named(postbox, "smtp+starttls"))

    assert postbox.messages == []


@pytest.mark.usefixtures("trusted")
def test_the_certificate_must_have_the_name(settings: Settings, certificate: tuple[Path, ssl.SSLContext]) -> None:
    with (
        listening(Postbox(), tls_context=certificate[1], require_starttls=True) as postbox,
        pytest.raises(ServerTrouble, match="certificate"),
    ):
        deliver(settings, postbox.url.replace("smtp://", "smtp+starttls://"))

    assert postbox.messages == []


def test_a_server_without_encryption_gets_no_mail_when_it_was_asked_for(settings: Settings) -> None:
    """Whoever takes STARTTLS out of the conversation gets nothing."""
    with listening(Postbox()) as postbox, pytest.raises(ServerTrouble):
        deliver(settings, named(postbox, "smtp+starttls"))

    assert postbox.messages == []


@pytest.mark.usefixtures("trusted")
def test_tls_from_the_start(settings: Settings, certificate: tuple[Path, ssl.SSLContext]) -> None:
    with listening(Postbox(), ssl_context=certificate[1]) as postbox:
        deliver(settings, named(postbox, "smtps"))

    assert postbox.addressees == ["noor@example.org"]


def test_a_folder_that_cannot_be_written_is_trouble(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(ServerTrouble, match="folder"):
        deliver(settings, (tmp_path / "file").as_uri())
