"""Profiles: reading them with the reader's rights, the members' directory, and saving."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload
from sqlalchemy.sql import ColumnElement

from portal.accounts.models import User
from portal.community.models import Organisation, Profile, Seat, Visibility
from portal.community.policies import is_current, may_see, may_see_profile
from portal.core import clock
from portal.core.extensions import db
from portal.core.storage.database import transaction
from portal.files import held
from portal.files import services as files
from portal.files.models import Reach, StoredFile
from portal.publishing.services import check_version

TEXTS = ("function", "expertise", "offers", "seeks")
PARTS = ("photo", *TEXTS)
REACH = {
    Visibility.NOBODY: Reach.OWNER,
    Visibility.MEMBERS: Reach.MEMBERS,
    Visibility.EVERYONE: Reach.EVERYONE,
}
PER_PAGE = 24
HAS = {"biedt": "offers", "zoekt": "seeks"}
"""The values of the directory's filter, and the profile part that each requires to be filled in."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member as seen by one reader; parts that the reader may not see are None."""

    id: int
    name: str
    path: str
    photo: StoredFile | None
    function: str | None
    expertise: str | None
    offers: str | None
    seeks: str | None
    seats: Sequence[Seat]

    @property
    def shows_anything(self) -> bool:
        """Return whether the reader sees more than a name."""
        return bool(self.photo or self.function or self.expertise or self.offers or self.seeks or self.seats)


def get_profile(user: User) -> Profile | None:
    """Return a person's profile, None when it was never filled in."""
    return db.session.get(Profile, user.id, options=[joinedload(Profile.photo)])


def as_seen_by(viewer: User | None, user: User, profile: Profile | None, seats: Sequence[Seat]) -> Person:
    """Return a member with only the parts that this reader may see."""
    shown: dict[str, StoredFile | str | None] = dict.fromkeys(PARTS)
    for part in PARTS if profile else ():
        if may_see(viewer, user, Visibility(getattr(profile, f"{part}_for"))):
            shown[part] = getattr(profile, part) or None
    return Person(user.id, user.name, user.path, seats=seats, **shown)  # type: ignore[arg-type]  # each part has its own type


def public_seats(users: Iterable[User]) -> dict[int, list[Seat]]:
    """Return the current seats that people agreed to have shown, by person id."""
    found: defaultdict[int, list[Seat]] = defaultdict(list)
    statement = (
        select(Seat)
        .join(Seat.organisation)
        .where(Seat.user_id.in_([user.id for user in users]), Seat.is_public, is_current())
        .options(contains_eager(Seat.organisation))
    )
    for seat in db.session.scalars(statement.order_by(Organisation.name, Seat.id)):
        found[seat.user_id].append(seat)
    return found


def get_member(user_id: int) -> User | None:
    """Return a member with an active account, None when there is none."""
    return db.session.scalar(select(User).where(User.id == user_id, *_active()))


def may_contact(viewer: User | None, person: Person, profile: Profile | None) -> bool:
    """Return whether a reader may write to a member as `as_seen_by` shows that one: who allows it, and is shown."""
    if profile is None or (viewer is not None and viewer.id == person.id):
        return False
    return may_see(viewer, profile.user, Visibility(profile.contact_for)) and is_shown_to(viewer, person, profile)


def is_shown_to(viewer: User | None, person: Person, profile: Profile | None) -> bool:
    """Return whether a reader may see the page of a member as `as_seen_by` shows that one."""
    listed = profile is not None and may_see_profile(viewer, profile)
    return person.shows_anything or listed or (viewer is not None and viewer.id == person.id)


def get_contactable(viewer: User | None, user_id: int) -> User | None:
    """Return a member to whom this reader may write; None when there is none."""
    user = get_member(user_id)
    profile = get_profile(user) if user else None
    if user is None or profile is None:
        return None
    person = as_seen_by(viewer, user, profile, public_seats([user])[user.id])
    return user if may_contact(viewer, person, profile) else None


def _active() -> tuple[ColumnElement[bool], ...]:
    return User.disabled_at.is_(None), User.erased_at.is_(None), User.confirmed_at.is_not(None)


@dataclass(frozen=True, slots=True)
class Directory:
    """One page of the members' directory."""

    people: Sequence[Person]
    count: int
    page: int

    @property
    def pages(self) -> int:
        """Return the number of pages, at least one."""
        return max(1, -(-self.count // PER_PAGE))


def list_members(viewer: User, words: str, has: Sequence[str], page: int) -> Directory:
    """Return a page of the listed members, by name, whose name or visible text contains all of these words.

    Only text that members may read is searched, so that hidden text cannot be guessed by searching.
    """
    wanted = (*_active(), Profile.is_listed, *map(_holds, words.split()), *_having(has))
    joined = select(Profile).join(Profile.user).where(*wanted)
    count = db.session.scalar(select(func.count()).select_from(joined.order_by(None).subquery())) or 0
    rows = db.session.scalars(
        joined.options(contains_eager(Profile.user), joinedload(Profile.photo))
        .order_by(func.lower(User.name), User.id)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    ).all()
    seats = public_seats([row.user for row in rows])
    return Directory([as_seen_by(viewer, row.user, row, seats[row.user_id]) for row in rows], count, page)


def _holds(word: str) -> ColumnElement[bool]:
    shown = [and_(getattr(Profile, part).icontains(word, autoescape=True), _is_shown(part)) for part in TEXTS]
    at = (
        select(Seat.id)
        .join(Seat.organisation)
        .where(
            Seat.user_id == User.id, Seat.is_public, is_current(), Organisation.name.icontains(word, autoescape=True)
        )
    )
    return or_(User.name.icontains(word, autoescape=True), at.exists(), *shown)


def _having(has: Sequence[str]) -> list[ColumnElement[bool]]:
    """Return the SQL condition for members who offer or seek something; either one, when both are asked."""
    parts = [and_(getattr(Profile, HAS[name]).is_not(None), _is_shown(HAS[name])) for name in has]
    return [or_(*parts)] if parts else []


def _is_shown(part: str) -> ColumnElement[bool]:
    """Return the SQL condition for profiles of which members may read a part."""
    chosen: ColumnElement[bool] = getattr(Profile, f"{part}_for").in_((Visibility.MEMBERS, Visibility.EVERYONE))
    return chosen


def update_profile(
    user: User,
    version: int | None,
    name: str,
    is_listed: bool,
    texts: dict[str, str | None],
    shown_to: dict[str, Visibility],
    photo: StoredFile | None = None,
    *,
    contact_for: Visibility = Visibility.MEMBERS,
    remove_photo: bool = False,
) -> Profile:
    """Save a profile, with an uploaded file as photo; raises EditConflict when it changed since the form was opened."""
    with transaction() as session:
        profile = get_profile(user)
        if profile is None:
            profile = Profile(user=user, version=1)
            session.add(profile)
        else:
            session.refresh(profile)
            check_version(profile, version)
            profile.version += 1
        user.name = name
        profile.is_listed, profile.updated_at = is_listed, clock.now()
        for part in TEXTS:
            setattr(profile, part, texts[part] or None)
        for part in PARTS:
            setattr(profile, f"{part}_for", shown_to[part])
        profile.contact_for = contact_for
        _change_photo(profile, user, photo, remove=remove_photo)
        session.flush()
        return profile


def _change_photo(profile: Profile, user: User, photo: StoredFile | None, *, remove: bool) -> None:
    """Replace or remove the photo, and set who may fetch it."""
    old = profile.photo
    if photo is not None:
        profile.photo = held.claim(photo, user.name)
    elif remove:
        profile.photo = None
    if profile.photo is not None:
        files.set_reach(profile.photo, REACH[Visibility(profile.photo_for)])
    if old is not None and old is not profile.photo:
        db.session.flush()
        files.delete(old)
