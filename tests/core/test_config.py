"""Wrong settings stop the start with one clear line that names the variable."""

import stat
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
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=variable) as raised:
        from_environment({"PORTAL_INSTANCE": str(tmp_path), variable: value})

    assert "\n" not in str(raised.value)


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
