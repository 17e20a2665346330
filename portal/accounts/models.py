"""People who write on the portal."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.extensions import Model
from portal.core.models import Public, Timestamped


class User(Public, Timestamped, Model):
    """A person. The address is for mail only and is never shown."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254), unique=True)
