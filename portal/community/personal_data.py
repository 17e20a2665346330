"""The personal data in the tables of community: seats, invitations, claims and profiles."""

from sqlalchemy import delete, or_, update

from portal.accounts.personal_data import delete_of_user, of_user
from portal.community.models import Claim, Invitation, Profile, Seat
from portal.core.extensions import db
from portal.core.i18n import lazy_gettext
from portal.core.personal_data import Basis, Contributions, Person, Record, holds, holds_none, rows_where, table_of
from portal.files import services as files
from portal.files.models import StoredFile

holds_none("facts about organisations", "organisation", "organisation_name", "organisation_parent", "municipality")


def _export_invitations(person: Person) -> list[Record]:
    table = table_of(Invitation)
    mine = or_(table.c.email == person.email, table.c.accepted_by_id == person.id)
    return rows_where(table, mine, ("organisation_id", "email", "role", "created_at", "expires_at", "accepted_at"))


def _erase_invitations(person: Person, _contributions: Contributions) -> None:
    """Delete invitations to this person; remove this person's name from those sent."""
    mine = or_(Invitation.email == person.email, Invitation.accepted_by_id == person.id)
    db.session.execute(delete(Invitation).where(mine))
    by = Invitation.invited_by_id == person.id
    db.session.execute(update(Invitation).where(by).values(invited_by_id=None))


def _erase_profile(person: Person, _contributions: Contributions) -> None:
    profile = db.session.get(Profile, person.id)
    if profile is None:
        return
    photo = db.session.get(StoredFile, profile.photo_id) if profile.photo_id else None
    db.session.delete(profile)
    db.session.flush()
    if photo is not None:
        files.delete(photo)


holds(
    Seat.__tablename__,
    what=lazy_gettext("Your seats: at which organisation you are, in which role, from when until when"),
    purpose=lazy_gettext("To show on whose behalf you speak, and to let you do what belongs to that."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("As long as your account exists; an ended seat too, so that the tie stays known."),
    export=of_user(Seat, "organisation_id", "role", "bio", "is_public", "since", "until"),
    erase=delete_of_user(Seat),
)
holds(
    Invitation.__tablename__,
    what=lazy_gettext("Invitations to take a seat: the address they were sent to"),
    purpose=lazy_gettext("To let colleagues speak for their organisation too."),
    basis=Basis.INTEREST,
    keep=lazy_gettext("A month after it ran out or was accepted."),
    export=_export_invitations,
    erase=_erase_invitations,
)
holds(
    Claim.__tablename__,
    what=lazy_gettext("That you asked to look after the page of an organisation, and why"),
    purpose=lazy_gettext("To let the editors check that you may."),
    basis=Basis.AGREEMENT,
    keep=lazy_gettext("As long as your account exists."),
    export=of_user(Claim, "organisation_id", "role", "reason", "state", "created_at", "decided_at"),
    erase=delete_of_user(Claim),
)
holds(
    Profile.__tablename__,
    what=lazy_gettext("Your profile: photo, function, expertise, what you offer and seek"),
    purpose=lazy_gettext("So that others find you. You choose per part who sees it."),
    basis=Basis.CONSENT,
    keep=lazy_gettext("Until you empty it or delete your account."),
    export=of_user(
        Profile,
        *("is_listed", "function", "expertise", "offers", "seeks"),
        *("photo_for", "function_for", "expertise_for", "offers_for", "seeks_for", "created_at", "updated_at"),
    ),
    erase=_erase_profile,
)
