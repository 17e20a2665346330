"""Reports about content and persons."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.core.clock import now
from portal.core.extensions import Model
from portal.core.storage.types import UtcDateTime

LONGEST_TEXT = 2000
PERSON = "persoon"
"""The kind of a report about a person, as in its address; content uses the kind of its case."""


class ReportState(StrEnum):
    """The state of a report."""

    OPEN = "open"
    HANDLED = "handled"
    DISMISSED = "dismissed"


class Ground(StrEnum):
    """The reason of a report."""

    UNTRUE = "untrue"
    OUTDATED = "outdated"
    HURTFUL = "hurtful"
    PRIVACY = "privacy"
    ADVERTISING = "advertising"
    IMPOSTOR = "impostor"
    HARASSMENT = "harassment"
    OTHER = "other"


class Report(Model):
    """A report about a post, event, article or person; it remains when its subject is deleted."""

    __tablename__ = "report"
    __table_args__ = (Index("ix_report_kind_about_id", "kind", "about_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    """The kind of the reported content, or "persoon"."""
    about_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    """The title of the reported content, or name of the person, at the time of the report."""
    path: Mapped[str] = mapped_column(String(300), default="")
    ground: Mapped[Ground] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text, default="")
    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"), index=True)
    reporter_email: Mapped[str | None] = mapped_column(String(254))
    """The mail address of a visitor who wants an answer; removed once that mail is queued."""
    wants_answer: Mapped[bool] = mapped_column(default=False)
    state: Mapped[ReportState] = mapped_column(String(20), default=ReportState.OPEN, index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))

    reporter: Mapped[User | None] = relationship(foreign_keys=[reporter_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
