"""The forms with which people answer a post, write to somebody, and write in a thread."""

from dataclasses import replace
from typing import Any

from wtforms import Field, RadioField, SelectField
from wtforms.validators import ValidationError

from portal.accounts.fields import AddressField
from portal.accounts.models import User
from portal.answers import labels
from portal.answers.conduct_models import LONGEST_REPORT
from portal.answers.models import (
    LONGEST_DAYS,
    LONGEST_MESSAGE,
    LONGEST_NAME,
    LONGEST_ORGANISATION,
    LONGEST_SUBJECT,
    Guest,
    MessageKind,
    OneClick,
    Reason,
)
from portal.answers.services import AnswerDraft
from portal.board.models import Kind, Post
from portal.community.models import Organisation
from portal.community.policies import organisations_of
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.web.access import viewer
from portal.core.web.fields import CountField
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField
from portal.files.fields import HeldFilesField

MOST_PLACES = 999
MOST_FILES = 6


class MessageForm(OnceMixin, PortalForm):
    """A message in a thread; members can add files, as with a post."""

    body = ProseField(lazy_gettext("Your message"), LONGEST_MESSAGE)
    places = CountField(lazy_gettext("How many places, lessons or pupils"), most=MOST_PLACES)
    days = LineField(lazy_gettext("On which days"), LONGEST_DAYS, required=False)
    files = HeldFilesField(lazy_gettext("Add pictures or PDF files"), most=MOST_FILES)

    def __init__(self, *args: Any, is_guest: bool | None = None, **kwargs: Any) -> None:
        """Leave the files out for somebody without an account; by default that is who did not sign in."""
        super().__init__(*args, **kwargs)
        if viewer() is None if is_guest is None else is_guest:
            del self.files

    @property
    def draft(self) -> AnswerDraft:
        """Return what was written."""
        files = tuple(self.files.files) if "files" in self else ()
        return AnswerDraft(self.body.data or "", places=self.places.data, days=self.days.data or None, files=files)


class AnswerForm(MessageForm):
    """The first message: an answer to a post."""

    needed_sometimes = ("named", "named_email")
    kind = RadioField(lazy_gettext("Your answer"), default=MessageKind.CAN)
    named = LineField(lazy_gettext("Who is it?"), LONGEST_NAME, 2, required=False)
    named_email = AddressField(lazy_gettext("E-mail address of this person"), required=False)

    def __init__(self, post: Post, *args: Any, **kwargs: Any) -> None:
        """Word the choices for a request or an offer."""
        super().__init__(*args, **kwargs)
        can = _("I can help with this") if post.kind == Kind.REQUEST else _("I would like to use this")
        self.kind.choices = [
            (MessageKind.CAN, can),
            (MessageKind.KNOWS, _("I know somebody for this")),
            (MessageKind.TEXT, _("I have a question first")),
        ]

    def validate_named(self, field: Field) -> None:
        """Require a name for somebody one knows."""
        if self.kind.data == MessageKind.KNOWS and not field.data:
            raise ValidationError(_("Fill in who it is."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate every field, and require the address of somebody one knows."""
        valid = super().validate(extra_validators)
        if self.kind.data == MessageKind.KNOWS and not (self.named_email.data or self.named_email.errors):
            self.named_email.errors = [_("Fill in the address, so that we can mail a link to the post.")]
            return False
        return valid

    @property
    def passes_on(self) -> bool:
        """Return whether the post is mailed to somebody."""
        return bool(self.kind.data == MessageKind.KNOWS)

    @property
    def draft(self) -> AnswerDraft:
        """Return what was written."""
        draft = replace(super().draft, kind=MessageKind(self.kind.data))
        if self.passes_on:
            return replace(draft, named=self.named.data, named_email=self.named_email.data)
        return draft


class OnBehalfMixin:
    """Adds a choice on whose behalf a member writes."""

    organisation = SelectField(lazy_gettext("On behalf of"))
    _known: dict[str, Organisation]

    def offer(self, user: User) -> None:
        """Offer the organisations at which the member has a seat."""
        self._known = {row.slug: row for row in organisations_of(user)}
        if self._known:
            self.organisation.choices = [*((slug, row.name) for slug, row in self._known.items()), ("", _("Myself"))]
        else:
            del self.organisation

    @property
    def chosen_organisation(self) -> Organisation | None:
        """Return the organisation on whose behalf the member writes, None for in person."""
        return self._known.get(self.organisation.data or "") if self._known else None


class GuestMixin:
    """Adds who somebody without an account is."""

    name = LineField(lazy_gettext("Your name"), LONGEST_NAME, 2)
    guest_organisation = LineField(lazy_gettext("Your school or organisation"), LONGEST_ORGANISATION, 2)
    email = AddressField(lazy_gettext("E-mail address"))

    @property
    def guest(self) -> Guest:
        """Return the guest, who is not stored yet."""
        return Guest(
            name=self.name.data or "", email=self.email.data or "", organisation=self.guest_organisation.data or ""
        )


class MemberAnswerForm(OnBehalfMixin, AnswerForm):
    """The answer of a member, in person or on behalf of an organisation."""

    def __init__(self, post: Post, user: User, *args: Any, **kwargs: Any) -> None:
        """Offer the organisations of the member."""
        super().__init__(post, *args, **kwargs)
        self.offer(user)


class GuestAnswerForm(GuestMixin, AnswerForm):
    """The answer of somebody without an account."""


class ContactForm(MessageForm):
    """A first message to an organisation or a member, about a subject instead of a post."""

    subject = LineField(lazy_gettext("What is it about?"), LONGEST_SUBJECT, 3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Leave out what belongs with an answer to a post."""
        super().__init__(*args, **kwargs)
        del self.places
        del self.days

    @property
    def draft(self) -> AnswerDraft:
        """Return what was written."""
        return AnswerDraft(self.body.data or "", files=tuple(self.files.files) if "files" in self else ())


class MemberContactForm(OnBehalfMixin, ContactForm):
    """What a member writes to an organisation or another member."""

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        """Offer the organisations of the member."""
        super().__init__(*args, **kwargs)
        self.offer(user)


class GuestContactForm(GuestMixin, ContactForm):
    """What somebody without an account writes to an organisation or a member."""


class NoteForm(OnceMixin, PortalForm):
    """A word with a change of state: what was agreed, or why it did not work out."""

    needed_sometimes = ("reason",)
    reason = SelectField(lazy_gettext("Why not?"))
    note = ProseField(lazy_gettext("What do you want to say about it?"), 1000, required=False)
    must_explain = False
    """Whether the pressed button asks for a reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the reasons."""
        super().__init__(*args, **kwargs)
        self.reason.choices = [("", _("Choose a reason")), *labels.reasons().items()]
        self.reason.data = self.reason.data or ""

    def validate_reason(self, field: Field) -> None:
        """Require a reason when it does not work out."""
        if self.must_explain and not field.data:
            raise ValidationError(_("Choose why not. The other side reads it."))

    @property
    def chosen_reason(self) -> Reason | None:
        """Return the reason, None when it was not asked."""
        return Reason(self.reason.data) if self.must_explain and self.reason.data else None


class ReportForm(OnceMixin, PortalForm):
    """What is wrong with a thread, for the editors."""

    text = ProseField(lazy_gettext("What is wrong?"), LONGEST_REPORT)


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
