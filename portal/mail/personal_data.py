"""The personal data in the tables of mail: the outbox, and preferences."""

from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Basis, Contributions, Person, Record, holds, holds_none, rows_where, table_of
from portal.core.redaction import Redaction
from portal.mail import bounces, queries, services
from portal.mail.models import BouncedAddress, InboundMail, MailMessage, MailPreference, Notice


def _preferences(person: Person) -> list[Record]:
    table = table_of(MailPreference)
    return rows_where(table, table.c.user_id == person.id, ("kind", "is_wanted", "is_bundled", "changed_at"))


def _notices(person: Person) -> list[Record]:
    table = table_of(Notice)
    return rows_where(table, table.c.user_id == person.id, ("kind", "subject", "path", "created_at", "read_at"))


def _bounced(person: Person) -> list[Record]:
    table = table_of(BouncedAddress)
    return rows_where(table, table.c.address == person.email.lower(), ("address", "status", "count", "bounced_at"))


def _forget(person: Person, _contributions: Contributions) -> None:
    """Delete mail to this person, and remove the name from mail to others."""
    services.delete_old(person.id, person.email)
    Redaction(person).everywhere(MailMessage, "subject", "text", "html")
    Redaction(person).everywhere(Notice, "subject")


holds(
    MailMessage.__tablename__,
    what=lazy_gettext("Mail that the portal sends you"),
    purpose=lazy_gettext("To deliver it, once, also when a mail server is away for a while."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("Texts and address 30 days; that it was sent, without your data, a year."),
    export=lambda person: queries.of_person(person.id),
    erase=_forget,
)
holds(
    MailPreference.__tablename__,
    what=lazy_gettext("Which kinds of mail you want"),
    purpose=lazy_gettext("To send you only what you want to get."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("As long as your account exists."),
    export=_preferences,
    erase=_forget,
)
holds(
    BouncedAddress.__tablename__,
    what=lazy_gettext("Addresses from which our mail came back"),
    purpose=lazy_gettext("So that colleagues and who writes to you see that mail does not reach you."),
    basis=Basis.INTEREST,
    keep=lazy_gettext("Until mail from that address arrives, you confirm it, or your account is deleted."),
    export=_bounced,
    erase=lambda person, _contributions: bounces.clear(person.email),
)
holds_none("a hash of each mail that came in, without sender and text", InboundMail.__tablename__)
holds(
    Notice.__tablename__,
    what=lazy_gettext("What the portal told you, and whether you saw it"),
    purpose=lazy_gettext("To show it to you when you sign in, and to mail it once, as you choose."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("Three months."),
    export=_notices,
    erase=_forget,
)
