"""Settings, read from the environment and checked at start. The code contains no secret defaults."""

import difflib
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from email_validator import EmailNotValidError, validate_email

from portal.core import service_urls
from portal.core.service_urls import LOOPBACK
from portal.core.service_urls import ConfigurationError as ConfigurationError
from portal.core.service_urls import FilesLocation as FilesLocation

ROOT = Path(__file__).resolve().parents[2]
KNOWN = (
    "PORTAL_BASE_URL",
    "PORTAL_CONTACT",
    "PORTAL_DATABASE_URL",
    "PORTAL_FILES_URL",
    "PORTAL_HOST",
    "PORTAL_INBOUND_DOMAIN",
    "PORTAL_INBOUND_URL",
    "PORTAL_INSTANCE",
    "PORTAL_LIMITS",
    "PORTAL_LOG_LEVEL",
    "PORTAL_MAIL_FROM",
    "PORTAL_MAIL_URL",
    "PORTAL_METRICS_TOKEN",
    "PORTAL_NAME",
    "PORTAL_OIDC_CLIENT_ID",
    "PORTAL_OIDC_CLIENT_SECRET",
    "PORTAL_OIDC_ISSUER",
    "PORTAL_OIDC_NAME",
    "PORTAL_PROXY",
    "PORTAL_REDIS_URL",
    "PORTAL_SEARCH",
    "PORTAL_SECRET_KEY",
)
INSTANCE_FILES = (
    "portal.db", "portal.db-wal", "portal.db-shm", "portal.db.moved", "secret_key",
    "files", "mail", "search", "senders",
)  # fmt: skip
"""Files and folders that the portal writes in its instance folder; only their owner gets permissions."""
GROUP_AND_OTHERS = stat.S_IRWXG | stat.S_IRWXO
LOG_LEVELS = ("debug", "info", "warning", "error")
SECRET_KEY_LENGTH = 32
METRICS_TOKEN_LENGTH = 20
MAIL_SCHEMES = ("smtp", "smtps", "smtp+starttls", "file")


@dataclass(frozen=True, slots=True)
class SingleSignOn:
    """An OpenID Connect provider that people may sign in with."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True, slots=True)
class Settings:
    """All checked settings of a running portal; `.env.example` documents them."""

    instance: Path
    database_url: str
    secret_key: str
    base_url: str
    host: str
    port: int
    name: str
    search: str
    log_level: str
    limits: float
    contact: str
    proxy: str | None
    mail_url: str
    mail_from: str
    single_sign_on: SingleSignOn | None
    inbound_domain: str | None = None
    """The domain of the addresses to which people answer a mail; None when the portal takes no mail."""
    inbound_url: str | None = None
    """The mailbox in which that mail arrives; None when a mail server hands it to `portal receive`."""
    redis_url: str | None = None
    metrics_token: str | None = None
    files: FilesLocation = field(default_factory=FilesLocation)

    @property
    def hostname(self) -> str:
        """Return the host name of the public address, as in `portal.example.org`."""
        return urlsplit(self.base_url).hostname or ""


def from_environment(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check all settings. Raises ConfigurationError with a one-line message."""
    _refuse_misspelled(environ)
    instance = Path(environ.get("PORTAL_INSTANCE") or ROOT / "instance").resolve()
    _make_folder(instance)
    host = environ.get("PORTAL_HOST", "127.0.0.1")
    port = _port(environ.get("PORT", "5000"))
    shown_host = f"[{host}]" if ":" in host else host
    contact = _address("PORTAL_CONTACT", environ.get("PORTAL_CONTACT", "redactie@example.org"))
    service_urls.require_shared_key(environ)
    mail_from = _address("PORTAL_MAIL_FROM", environ.get("PORTAL_MAIL_FROM") or contact)
    inbound_url = service_urls.parse_inbound_url(environ.get("PORTAL_INBOUND_URL"))
    database_url = _database_url(environ.get("PORTAL_DATABASE_URL") or f"sqlite:///{instance}/portal.db")
    return Settings(
        instance=instance,
        database_url=database_url,
        secret_key=_secret_key(environ.get("PORTAL_SECRET_KEY"), instance),
        base_url=_base_url(environ.get("PORTAL_BASE_URL") or f"http://{shown_host}:{port}"),
        host=host,
        port=port,
        name=_name(environ.get("PORTAL_NAME", "Geslaagd in het vak")),
        search=_search(environ.get("PORTAL_SEARCH") or "whoosh", database_url),
        log_level=_one_of("PORTAL_LOG_LEVEL", environ.get("PORTAL_LOG_LEVEL", "info"), LOG_LEVELS),
        limits=_limits(environ.get("PORTAL_LIMITS", "1")),
        contact=contact,
        proxy=_proxy(environ.get("PORTAL_PROXY")),
        mail_url=_mail_url(environ.get("PORTAL_MAIL_URL") or (instance / "mail").as_uri()),
        mail_from=mail_from,
        single_sign_on=_single_sign_on(environ),
        inbound_domain=_inbound_domain(environ.get("PORTAL_INBOUND_DOMAIN"), inbound_url, mail_from),
        inbound_url=inbound_url,
        redis_url=service_urls.parse_redis_url(environ.get("PORTAL_REDIS_URL")),
        metrics_token=_metrics_token(environ.get("PORTAL_METRICS_TOKEN")),
        files=service_urls.parse_files_url(environ.get("PORTAL_FILES_URL")),
    )


def _refuse_misspelled(environ: Mapping[str, str]) -> None:
    for name in environ:
        if name.startswith("PORTAL_") and name not in KNOWN:
            close = difflib.get_close_matches(name, KNOWN, n=1, cutoff=0.85)
            if close:
                raise ConfigurationError(f"{name} is not a setting; did you mean {close[0]}?")


def _make_folder(instance: Path) -> None:
    try:
        instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"PORTAL_INSTANCE: cannot make {instance}: {error.strerror}") from error
    if not os.access(instance, os.W_OK):
        raise ConfigurationError(f"PORTAL_INSTANCE: cannot write in {instance}")
    for path in (instance, *(instance / name for name in INSTANCE_FILES)):
        _keep_private(path)


def _keep_private(path: Path) -> None:
    """Remove the permissions of group and others from a file or folder, if we own it."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return
    is_shared = bool(status.st_mode & stat.S_ISVTX)  # a shared folder such as /tmp must stay accessible
    if status.st_mode & GROUP_AND_OTHERS and status.st_uid == os.geteuid() and not is_shared:
        path.chmod(stat.S_IMODE(status.st_mode) & ~GROUP_AND_OTHERS)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise ConfigurationError(f"PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def _database_url(url: str) -> str:
    scheme = url.partition("://")[0].partition("+")[0]
    if scheme not in ("sqlite", "postgresql"):
        raise ConfigurationError("PORTAL_DATABASE_URL must start with sqlite:/// or postgresql://")
    if scheme == "postgresql":
        service_urls.require_package("PORTAL_DATABASE_URL", "psycopg", "postgresql")
    return url


def _search(engine: str, database_url: str) -> str:
    """Return the name of the search engine; `postgres` requires that the portal's own database is PostgreSQL."""
    if _one_of("PORTAL_SEARCH", engine, ("whoosh", "postgres")) == "postgres" and database_url.startswith("sqlite"):
        raise ConfigurationError("PORTAL_SEARCH=postgres needs a PORTAL_DATABASE_URL that starts with postgresql://")
    return engine


def _base_url(url: str) -> str:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or parts.path.strip("/") or parts.query or parts.fragment or parts.username:
        raise ConfigurationError(f"PORTAL_BASE_URL must look like https://portal.example.org, not {url!r}")
    return url.rstrip("/")


def _name(name: str) -> str:
    if not name.strip() or len(name) > 60 or not name.isprintable():
        raise ConfigurationError("PORTAL_NAME must be 1 to 60 printable characters")
    return name.strip()


def _address(variable: str, address: str) -> str:
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ConfigurationError(f"{variable} must be an e-mail address, not {address!r}: {error}") from error


def _mail_url(url: str) -> str:
    """Return the checked mail URL. Error messages leave the URL out, because it may contain a password."""
    try:
        parts = urlsplit(url)
        port_is_well = parts.port is None or parts.port > 0
    except ValueError:
        raise ConfigurationError("PORTAL_MAIL_URL cannot be read") from None
    if parts.scheme not in MAIL_SCHEMES or parts.query or parts.fragment or not port_is_well:
        raise ConfigurationError("PORTAL_MAIL_URL must look like smtp://user:password@host:port, or file:///folder")
    if parts.scheme == "file":
        if parts.netloc or not parts.path.strip("/"):
            raise ConfigurationError("PORTAL_MAIL_URL must name a folder: file:///folder")
    elif not parts.hostname or parts.path.strip("/"):
        raise ConfigurationError("PORTAL_MAIL_URL must name a host, and no path")
    if parts.scheme == "smtp" and parts.password and parts.hostname not in LOOPBACK:
        raise ConfigurationError("PORTAL_MAIL_URL would send its password in the clear: use smtps or smtp+starttls")
    return url


def _inbound_domain(domain: str | None, inbound_url: str | None, mail_from: str) -> str | None:
    """Return the domain of the addresses that mail is answered to: as set, or that of our sender for a mailbox."""
    if not domain:
        return mail_from.rpartition("@")[2].lower() if inbound_url else None
    return _address("PORTAL_INBOUND_DOMAIN", f"antwoord@{domain}").rpartition("@")[2].lower()


def _proxy(address: str | None) -> str | None:
    """Return the IP address of the reverse proxy whose X-Forwarded-For header is trusted."""
    if not address:
        return None
    try:
        return str(ip_address(address))
    except ValueError as error:
        raise ConfigurationError(f"PORTAL_PROXY must be the IP address of the proxy, not {address!r}") from error


def _metrics_token(token: str | None) -> str | None:
    """Return the bearer token for `/metrics`; None disables that page."""
    if not token:
        return None
    if len(token) < METRICS_TOKEN_LENGTH or not token.isascii() or not token.isprintable():
        raise ConfigurationError(f"PORTAL_METRICS_TOKEN must have at least {METRICS_TOKEN_LENGTH} plain characters")
    return token


def _one_of(variable: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise ConfigurationError(f"{variable} must be {' or '.join(allowed)}, not {value!r}")
    return value


def _single_sign_on(environ: Mapping[str, str]) -> SingleSignOn | None:
    """Return the OpenID Connect provider; None when no issuer is set."""
    issuer = environ.get("PORTAL_OIDC_ISSUER", "")
    if not issuer:
        return None
    parts = urlsplit(issuer)
    local = parts.scheme == "http" and parts.hostname in LOOPBACK
    if not (parts.scheme == "https" or local) or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(f"PORTAL_OIDC_ISSUER must look like https://login.example.org, not {issuer!r}")
    given = {name: environ.get(f"PORTAL_OIDC_{name}", "") for name in ("CLIENT_ID", "CLIENT_SECRET")}
    for name, value in given.items():
        if not value:
            raise ConfigurationError(f"PORTAL_OIDC_{name} must be set when PORTAL_OIDC_ISSUER is")
    name = environ.get("PORTAL_OIDC_NAME", "").strip() or parts.hostname
    if len(name) > 60 or not name.isprintable():
        raise ConfigurationError("PORTAL_OIDC_NAME must be at most 60 printable characters")
    return SingleSignOn(issuer, given["CLIENT_ID"], given["CLIENT_SECRET"], name)


def _limits(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        scale = -1.0
    if not 0 < scale <= 1_000_000:
        raise ConfigurationError(f"PORTAL_LIMITS must be a number above 0 (1 is normal), not {text!r}")
    return scale


def _secret_key(given: str | None, instance: Path) -> str:
    """Return the given key, or the one stored in the instance folder, created at first start (mode 600)."""
    if given is not None:
        if len(given) < SECRET_KEY_LENGTH:
            raise ConfigurationError(f"PORTAL_SECRET_KEY must have at least {SECRET_KEY_LENGTH} characters")
        return given
    path = instance / "secret_key"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        stored = path.read_text().strip()
        if len(stored) < SECRET_KEY_LENGTH:
            raise ConfigurationError(
                f"PORTAL_SECRET_KEY is not set and {path} holds no key; remove that file"
            ) from None
        return stored
    key = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key
