"""Settings that administrators change at `/beheer/instellingen`, stored in the database.

A feature defines its settings at import with a default; code reads them with `read` and `read_number`.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.extensions import Model, db
from portal.core.models import Public
from portal.core.storage.types import UtcDateTime


class SiteSetting(Public, Model):
    """The stored value of a setting that was changed. Values may show on public pages."""

    __tablename__ = "site_setting"

    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, onupdate=now)


@dataclass(frozen=True, slots=True)
class Setting:
    """Defines a setting: `label`, `hint` and `default` are lazy messages; with `most` it is a whole number."""

    key: str
    label: str
    default: str
    hint: str = ""
    longest: int = 200
    lines: int = 1
    least: int = 0
    most: int | None = None

    @property
    def is_number(self) -> bool:
        """Whether its value is a whole number, between `least` and `most`."""
        return self.most is not None


_settings: dict[str, Setting] = {}


def define(setting: Setting) -> Setting:
    """Define a setting; defining it again replaces it."""
    return _settings.setdefault(setting.key, setting)


def defined() -> list[Setting]:
    """Return every setting, in order of definition."""
    return list(_settings.values())


def read(key: str) -> str:
    """Return the text of a setting; raises KeyError for an undefined key."""
    setting = _settings[key]
    kept = db.session.scalar(select(SiteSetting.value).where(SiteSetting.key == key))
    return str(setting.default) if kept is None else kept


def read_number(key: str) -> int:
    """Return a setting as a whole number; its default when the stored value is not one."""
    text = read(key)
    return int(text) if text.isascii() and text.isdigit() else int(str(_settings[key].default))


def read_all() -> dict[str, str]:
    """Return the text of every defined setting by key."""
    kept = {row.key: row.value for row in db.session.scalars(select(SiteSetting))}
    return {key: kept.get(key, str(setting.default)) for key, setting in _settings.items()}


def write(key: str, value: str) -> None:
    """Store a setting within the running transaction; raises KeyError for an undefined key."""
    _ = _settings[key]
    row = db.session.get(SiteSetting, key)
    if row is None:
        db.session.add(SiteSetting(key=key, value=value))
    else:
        row.value = value
