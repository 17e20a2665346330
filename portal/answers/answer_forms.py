"""The forms with which people answer a post and write in a thread."""

from dataclasses import replace
from typing import Any

from wtforms import RadioField, SelectField

from portal.accounts.fields import AddressField
from portal.accounts.models import User
from portal.answers.models import (
    LONGEST_DAYS,
    LONGEST_MESSAGE,
    LONGEST_NAME,
    LONGEST_ORGANISATION,
    Guest,
    MessageKind,
    OneClick,
)
from portal.answers.services import AnswerDraft
from portal.board.models import Kind, Post
from portal.community.models import Organisation
from portal.community.policies import organisations_of
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.web.fields import CountField
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField

MOST_PLACES = 999


class MessageForm(OnceMixin, PortalForm):
    """A message in a thread."""

    body = ProseField(lazy_gettext("Your message"), LONGEST_MESSAGE)
    places = CountField(lazy_gettext("How many places, lessons or pupils"), most=MOST_PLACES)
    days = LineField(lazy_gettext("On which days"), LONGEST_DAYS, required=False)

    @property
    def draft(self) -> AnswerDraft:
        """Return what was written."""
        return AnswerDraft(self.body.data or "", places=self.places.data, days=self.days.data or None)


class AnswerForm(MessageForm):
    """The first message: an answer to a post."""

    kind = RadioField(lazy_gettext("Your answer"), default=MessageKind.CAN)

    def __init__(self, post: Post, *args: Any, **kwargs: Any) -> None:
        """Word the choices for a request or an offer."""
        super().__init__(*args, **kwargs)
        can = _("I can help with this") if post.kind == Kind.REQUEST else _("I would like to use this")
        self.kind.choices = [(MessageKind.CAN, can), (MessageKind.TEXT, _("I have a question first"))]

    @property
    def draft(self) -> AnswerDraft:
        """Return what was written."""
        return replace(super().draft, kind=MessageKind(self.kind.data))


class MemberAnswerForm(AnswerForm):
    """The answer of a member, in person or on behalf of an organisation."""

    organisation = SelectField(lazy_gettext("On behalf of"))

    def __init__(self, post: Post, user: User, *args: Any, **kwargs: Any) -> None:
        """Offer the organisations at which the member has a seat."""
        super().__init__(post, *args, **kwargs)
        self._known = {row.slug: row for row in organisations_of(user)}
        if self._known:
            self.organisation.choices = [*((slug, row.name) for slug, row in self._known.items()), ("", _("Myself"))]
        else:
            del self.organisation

    @property
    def chosen_organisation(self) -> Organisation | None:
        """Return the organisation on whose behalf the member answers, None for in person."""
        return self._known.get(self.organisation.data or "") if "organisation" in self else None


class GuestAnswerForm(AnswerForm):
    """The answer of somebody without an account."""

    name = LineField(lazy_gettext("Your name"), LONGEST_NAME, 2)
    guest_organisation = LineField(lazy_gettext("Your school or organisation"), LONGEST_ORGANISATION, 2)
    email = AddressField(lazy_gettext("E-mail address"))

    @property
    def guest(self) -> Guest:
        """Return the guest, who is not stored yet."""
        return Guest(name=self.name.data, email=self.email.data, organisation=self.guest_organisation.data)


class NoteForm(OnceMixin, PortalForm):
    """A word with a change of state: what was agreed, or why it did not work out."""

    note = ProseField(lazy_gettext("What do you want to say about it?"), 1000, required=False)


class ColleagueForm(PortalForm):
    """Which colleague may read along."""

    colleague = SelectField(lazy_gettext("Colleague"), coerce=int)

    def __init__(self, people: list[User], *args: Any, **kwargs: Any) -> None:
        """Offer these people."""
        super().__init__(*args, **kwargs)
        self.colleague.choices = [(person.id, person.name) for person in people]


class OneClickForm(PortalForm):
    """What somebody adds to an answer with one click; a yes needs a word, which is filled in."""

    words = ProseField(lazy_gettext("Your answer"), LONGEST_MESSAGE, required=False)

    def __init__(self, act: OneClick, *args: Any, **kwargs: Any) -> None:
        """Fill in a short yes, or ask why not."""
        super().__init__(*args, data={"words": _("Yes, that is possible.")} if act == OneClick.YES else None, **kwargs)
        self._act = act

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """Put the short yes back where it was removed."""
        well = super().validate(*args, **kwargs)
        if self._act == OneClick.YES and not (self.words.data or "").strip():
            self.words.data = _("Yes, that is possible.")
        return well
