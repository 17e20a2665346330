"""Wrong settings stop the start with one clear line that names the variable."""

import stat
import sys
from pathlib import Path

import pytest

from portal.cli import main
from portal.core.config import KNOWN, ROOT, ConfigurationError, from_environment


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORT", "many"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "\uff15\uff10\uff10\uff10"),
        ("PORTAL_DATABASE_URL", "mysql://localhost/portal"),
        ("PORTAL_BASE_URL", "portal.example.org"),
        ("PORTAL_BASE_URL", "ftp://portal.example.org"),
        ("PORTAL_BASE_URL", "https://portal.example.org/sub"),
        ("PORTAL_BASE_URL", "https://user@portal.example.org"),
        ("PORTAL_BASE_URL", "http://[half"),
        ("PORTAL_SECRET_KEY", "short"),
        ("PORTAL_SEARCH", "elastic"),
        ("PORTAL_SEARCH", "postgres"),  # the database is SQLite here
        ("PORTAL_LOG_LEVEL", "loud"),
        ("PORTAL_LIMITS", "none"),
        ("PORTAL_LIMITS", "0"),
        ("PORTAL_NAME", " "),
        ("PORTAL_NAME", "two\nlines"),
        ("PORTAL_CONTACT", "nobody"),
        ("PORTAL_INSTANCE", "/proc/portal"),
        ("PORTAL_MAIL_FROM", "nobody"),
        ("PORTAL_MAIL_FROM", "Portal <a@example.org>"),
        ("PORTAL_MAIL_URL", "mail.example.org:587"),
        ("PORTAL_MAIL_URL", "http://mail.example.org"),
        ("PORTAL_MAIL_URL", "smtp://"),
        ("PORTAL_MAIL_URL", "smtp://mail.example.org:many"),
        ("PORTAL_MAIL_URL", "smtp://mail.example.org/path"),
        ("PORTAL_MAIL_URL", "smtp://user:secret@mail.example.org"),
        ("PORTAL_MAIL_URL", "file://host/folder"),
        ("PORTAL_MAIL_URL", "file:///"),
        ("PORTAL_INBOUND_DOMAIN", "no domain"),
        ("PORTAL_INBOUND_URL", "imaps://mail.example.org/INBOX"),
        ("PORTAL_INBOUND_URL", "pop3://user:secret@mail.example.org"),
        ("PORTAL_INBOUND_URL", "imap://user:secret@mail.example.org"),
        ("PORTAL_INBOUND_URL", "imaps://user:secret@mail.example.org:many"),
        ("PORTAL_REDIS_URL", "redis.example.org:6379"),
        ("PORTAL_REDIS_URL", "http://redis.example.org"),
        ("PORTAL_REDIS_URL", "redis://"),
        ("PORTAL_REDIS_URL", "redis://[half"),
        ("PORTAL_REDIS_URL", "redis://host:many"),
        ("PORTAL_FILES_URL", "/var/files"),
        ("PORTAL_FILES_URL", "file://host/folder"),
        ("PORTAL_FILES_URL", "file:///"),
        ("PORTAL_FILES_URL", "s3://"),
        ("PORTAL_FILES_URL", "s3://key:secret@bucket"),
        ("PORTAL_FILES_URL", "s3://bucket?endpoint=minio:9000"),
        ("PORTAL_FILES_URL", "s3://bucket?secret=x"),
        ("PORTAL_FILES_URL", "gs://bucket"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=variable) as raised:
        from_environment({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_SECRET_KEY": "k" * 40, variable: value})

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("variable", "value"), [("PORTAL_REDIS_URL", "redis://10.0.0.6/0"), ("PORTAL_FILES_URL", "s3://bucket")]
)
def test_what_several_machines_share_asks_for_a_key_that_they_share(tmp_path: Path, variable: str, value: str) -> None:
    """Else each would make its own, and a form of one would not pass at the other."""
    with pytest.raises(ConfigurationError, match="PORTAL_SECRET_KEY") as raised:
        from_environment({"PORTAL_INSTANCE": str(tmp_path), variable: value})

    assert "\n" not in str(raised.value)
    from_environment({"PORTAL_INSTANCE": str(tmp_path), variable: value, "PORTAL_SECRET_KEY": "k" * 40})


def test_what_is_wrong_with_an_address_is_said_without_its_password(tmp_path: Path) -> None:
    for variable, value in (("PORTAL_REDIS_URL", "amqp://:geheim@host"), ("PORTAL_FILES_URL", "s3://a:geheim@b")):
        with pytest.raises(ConfigurationError) as raised:
            from_environment({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_SECRET_KEY": "k" * 40, variable: value})
        assert "geheim" not in str(raised.value)


def test_a_bucket_is_read_from_its_address(tmp_path: Path) -> None:
    url = "s3://bucket/portal/files/?endpoint=https://s3.example.org&region=eu-west-1"
    settings = {"PORTAL_INSTANCE": str(tmp_path), "PORTAL_SECRET_KEY": "k" * 40, "PORTAL_FILES_URL": url}
    place = from_environment(settings).files

    assert (place.bucket, place.prefix, place.region) == ("bucket", "portal/files", "eu-west-1")
    assert place.endpoint == "https://s3.example.org"


def test_a_misspelled_setting_is_named_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"PORTAL_DATABSE_URL.*PORTAL_DATABASE_URL"):
        from_environment({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_DATABSE_URL": "sqlite:///x"})


def test_the_command_says_it_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path))
    monkeypatch.setenv("PORT", "http")

    assert main(["check"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("portal: PORT ")


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = from_environment({"PORTAL_INSTANCE": str(tmp_path)})
    second = from_environment({"PORTAL_INSTANCE": str(tmp_path)})

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 32
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


def test_two_portals_have_different_keys(tmp_path: Path) -> None:
    keys = {from_environment({"PORTAL_INSTANCE": str(tmp_path / name)}).secret_key for name in ("a", "b")}

    assert len(keys) == 2


def test_every_setting_is_documented() -> None:
    example = (ROOT / ".env.example").read_text(encoding="utf-8")

    assert [name for name in KNOWN if f"{name}=" not in example] == []


@pytest.mark.parametrize("url", ["smtp://user:geheim@mail.example.org", "ftp://user:geheim@mail.example.org"])
def test_a_password_is_not_repeated(tmp_path: Path, url: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        from_environment({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_MAIL_URL": url})

    assert "geheim" not in str(raised.value)


def test_without_settings_mail_goes_to_a_folder_and_comes_from_the_contact(tmp_path: Path) -> None:
    settings = from_environment({"PORTAL_INSTANCE": str(tmp_path), "PORTAL_CONTACT": "hulp@example.org"})

    assert (settings.mail_url, settings.mail_from) == ((tmp_path / "mail").as_uri(), "hulp@example.org")


def test_what_stood_open_for_others_is_closed_at_the_next_start(tmp_path: Path) -> None:
    instance = tmp_path / "instance"
    from_environment({"PORTAL_INSTANCE": str(instance)})
    (instance / "portal.db").touch()
    (instance / "files").mkdir()
    for path in (instance, instance / "files", instance / "portal.db"):
        path.chmod(0o755)
    from_environment({"PORTAL_INSTANCE": str(instance)})

    assert [path for path in (instance, *instance.iterdir()) if path.stat().st_mode & 0o077] == []


@pytest.mark.parametrize(
    "arguments", [["migrate-to", "postgresql://portal@localhost/portal"], ["check"]], ids=lambda given: given[0]
)
def test_without_the_extra_of_postgresql_one_line_says_what_to_install(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)  # as where it is not installed
    monkeypatch.setenv("PORTAL_INSTANCE", str(tmp_path))
    monkeypatch.setenv("PORTAL_LOG_LEVEL", "error")
    if arguments == ["check"]:
        monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://portal@localhost/portal")

    assert main(arguments) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "pip install 'portal[postgresql]'" in line
