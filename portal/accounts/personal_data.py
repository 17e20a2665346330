"""The personal data in the tables of accounts."""

from typing import Any

from sqlalchemy import delete, func, select, true, update

from portal.accounts.models import AuditEntry, DeferredAction, OneTimeToken, Role, User, WebSession
from portal.accounts.second_factor_models import Identity, Passkey, RecoveryCode, TotpSecret
from portal.core.clock import now
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.models import OnceKey
from portal.core.personal_data import (
    FORMER_MEMBER,
    Basis,
    Contributions,
    Erase,
    Export,
    Person,
    Record,
    export_nothing,
    holds,
    rows_where,
    table_of,
)
from portal.core.redaction import Redaction

NOWHERE = "invalid"
"""A domain that never exists (RFC 2606)."""
WITH_ACCOUNT = lazy_gettext("As long as your account exists.")
ACCOUNT = ("id", "name", "email", "role", "language", "created_at", "confirmed_at", "disabled_at", "last_seen_at",
           "second_factor_at", "warned_inactive_at")  # fmt: skip


def of_user(model: type[Any], *columns: str) -> Export:
    """Return a function that exports the named columns of a person's rows."""

    def export(person: Person) -> list[Record]:
        table = table_of(model)
        return rows_where(table, table.c.user_id == person.id, columns)

    return export


def delete_of_user(model: type[Any]) -> Erase:
    """Return a function that deletes a person's rows through the session, so that pages and search follow."""

    def erase(person: Person, _contributions: Contributions) -> None:
        for row in db.session.scalars(select(model).where(model.user_id == person.id)).all():
            db.session.delete(row)

    return erase


def _export_account(person: Person) -> list[Record]:
    table = table_of(User)
    return rows_where(table, table.c.id == person.id, ACCOUNT)


def _erase_account(person: Person, _contributions: Contributions) -> None:
    """Replace the account by a row without personal data, because public content references it."""
    user = db.session.get_one(User, person.id)
    for column in User.__table__.columns:
        if column.nullable:
            setattr(user, column.key, None)
    user.name, user.email = FORMER_MEMBER, f"{person.id}@{NOWHERE}"
    user.role, user.language = Role.MEMBER, "nl"
    user.erased_at = now()


def _erase_errands(person: Person, _contributions: Contributions) -> None:
    mine = (DeferredAction.user_id == person.id) | (DeferredAction.email == person.email)
    db.session.execute(delete(DeferredAction).where(mine))


def _export_acts(person: Person) -> list[Record]:
    table = table_of(AuditEntry)
    mine = table.c.actor_id == person.id
    return rows_where(table, mine, ("at", "action", "subject_type", "subject_id", "subject_title", "note"))


def _erase_acts(person: Person, _contributions: Contributions) -> None:
    """Keep the audit entries without their actor, and without this person's name in the entries of others."""
    mine = AuditEntry.actor_id == person.id
    about = (AuditEntry.subject_type == User.__tablename__) & (AuditEntry.subject_id == person.id)
    db.session.execute(update(AuditEntry).where(mine).values(actor_id=None, actor_name=FORMER_MEMBER))
    db.session.execute(update(AuditEntry).where(about).values(subject_title=FORMER_MEMBER, details={}, note=None))
    redaction = Redaction(person)
    redaction.everywhere(AuditEntry, "note", "details")
    namesakes = (AuditEntry.subject_type == User.__tablename__) & (AuditEntry.subject_id != person.id)
    redaction.everywhere(AuditEntry, "subject_title", where=func.coalesce(~namesakes, true()))


holds(
    User.__tablename__,
    what=lazy_gettext("Your account: name, e-mail address, role, language and when you were last here"),
    purpose=lazy_gettext("To let you sign in and take part, and to show with your name who asks, offers or writes."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("Until you delete it, or 24 months after your last visit. A month before that you get a mail."),
    export=_export_account,
    erase=_erase_account,
)
holds(
    WebSession.__tablename__,
    what=lazy_gettext("On which browsers you are signed in"),
    purpose=lazy_gettext("To keep you signed in, and to let you end that from elsewhere."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("Until you sign out, at most 30 days."),
    export=of_user(WebSession, "browser", "created_at", "last_seen_at", "expires_at"),
    erase=delete_of_user(WebSession),
)
holds(
    OneTimeToken.__tablename__,
    what=lazy_gettext("Links that we mailed you to sign in or to confirm something"),
    purpose=lazy_gettext(
        "To know that the mailbox is yours. The link itself is kept as a code that nobody can read back."
    ),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("A day after the link stopped working."),
    export=of_user(OneTimeToken, "purpose", "email", "created_at", "expires_at", "used_at"),
    erase=delete_of_user(OneTimeToken),
)
holds(
    DeferredAction.__tablename__,
    what=lazy_gettext("What you asked on a form before we know that the address is yours"),
    purpose=lazy_gettext("To answer by mail, so that the screen tells nobody who has an account here."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("Until it is done, some seconds later."),
    export=export_nothing,
    erase=_erase_errands,
)
holds(
    TotpSecret.__tablename__,
    what=lazy_gettext("The secret of your authenticator app"),
    purpose=lazy_gettext("To check the second step of signing in."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("Until you take the app off your account."),
    export=of_user(TotpSecret, "created_at"),
    erase=delete_of_user(TotpSecret),
)
holds(
    RecoveryCode.__tablename__,
    what=lazy_gettext("Your recovery codes, as codes that nobody can read back"),
    purpose=lazy_gettext("To let you in when you lost your phone or passkey."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("Until you make new ones."),
    export=of_user(RecoveryCode, "created_at", "used_at"),
    erase=delete_of_user(RecoveryCode),
)
holds(
    Passkey.__tablename__,
    what=lazy_gettext("Your passkeys: their name and their public half"),
    purpose=lazy_gettext("To check the second step of signing in."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("Until you take the passkey off your account."),
    export=of_user(Passkey, "name", "created_at", "last_used_at"),
    erase=delete_of_user(Passkey),
)
holds(
    Identity.__tablename__,
    what=lazy_gettext("Your number at an organisation whose sign-in you use here"),
    purpose=lazy_gettext("To sign you in with the account of your school or employer."),
    basis=Basis.AGREEMENT,
    keep=WITH_ACCOUNT,
    export=of_user(Identity, "issuer", "subject", "created_at"),
    erase=delete_of_user(Identity),
)
holds(
    AuditEntry.__tablename__,
    what=lazy_gettext("The log of what editors and administrators did"),
    purpose=lazy_gettext("So that decisions can be explained and mistakes found."),
    basis=Basis.INTEREST,
    keep=lazy_gettext("Two years. When you delete your account your name is taken out at once."),
    export=_export_acts,
    erase=_erase_acts,
)
holds(
    OnceKey.__tablename__,
    what=lazy_gettext("Which form you just sent"),
    purpose=lazy_gettext("So that a form that is sent twice makes one post."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("A week."),
    export=export_nothing,
    erase=delete_of_user(OnceKey),
)
