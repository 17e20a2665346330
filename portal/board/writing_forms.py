"""Forms of the board: create or edit a post, and close one."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    Field,
    MultipleFileField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms.validators import Optional, ValidationError

from portal.accounts.models import User
from portal.board import attachments, labels, policies, queries
from portal.board.levels import LEVELS
from portal.board.models import Kind, Post, PostAttachment
from portal.board.services import PostDraft
from portal.community.models import Organisation
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.web.fields import CountField, DayField
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField, VersionField
from portal.files import kinds

LONGEST_TITLE, LONGEST_BODY, LONGEST_PERIOD, LONGEST_REQUIREMENTS = 160, 10_000, 160, 300
LONGEST_REASON = 500
MOST_PLACES = 9999
FURTHEST = timedelta(days=365)


class TokensField(Field):
    """Tokens of files that were uploaded before, one hidden input each."""

    takes_many = True
    titles: Sequence[str] = ()
    """The description of each file; set by the form."""

    def display_text(self) -> str:
        """Return the descriptions of the files, as text."""
        return ", ".join(title or _("Without a title") for title in self.titles)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read the tokens, without duplicates."""
        self.data = list(dict.fromkeys(str(value) for value in valuelist))

    def process_data(self, value: Any) -> None:
        """Set the initial tokens."""
        self.data = list(value or ())


class PostForm(OnceMixin, PortalForm):
    """The form of an offer or request."""

    kind = RadioField(lazy_gettext("Do you offer or ask something?"), validate_choice=False)
    category = SelectField(lazy_gettext("Category"))
    title = LineField(lazy_gettext("Title"), LONGEST_TITLE, least=5)
    body = ProseField(lazy_gettext("Text"), LONGEST_BODY, least=20)
    themes = SelectMultipleField(lazy_gettext("Focus points"))
    levels = SelectMultipleField(lazy_gettext("For which levels?"))
    municipality = SelectField(lazy_gettext("Municipality"))
    organisation = SelectField(lazy_gettext("On behalf of"))
    period = LineField(lazy_gettext("When?"), LONGEST_PERIOD, required=False)
    places = CountField(lazy_gettext("Number of places"), most=MOST_PLACES)
    reply_by = DayField(lazy_gettext("Reply no later than"), [Optional()])
    requirements = LineField(lazy_gettext("Conditions"), LONGEST_REQUIREMENTS, required=False)
    files = TokensField(lazy_gettext("Attachments"))
    uploads = MultipleFileField(
        lazy_gettext("Add pictures or PDF files"),
        render_kw={"accept": kinds.PICTURES_AND_DOCUMENTS},
    )
    version = VersionField(validators=[Optional()])
    is_unfinished = False
    """Whether the form was filled from a draft with unsaved changes."""

    def __init__(self, actor: User, post: Post | None, **kwargs: Any) -> None:
        """Load the choices of this user; `post` is the post being edited, None for a new one."""
        self.author, self.post = post.author if post else actor, post
        self.descriptions = attachments.read_descriptions(kwargs.get("formdata") or MultiDict())
        super().__init__(**kwargs)
        reference = queries.reference()
        self.kind.choices = list(labels.kind_questions().items())
        categories = ((row.slug, row.label) for row in reference.categories.rows)
        self.category.choices = [("", _("Choose a category")), *categories]
        self.themes.choices = [(row.slug, row.label) for row in reference.themes.rows]
        self.levels.choices = list(LEVELS.items())
        places = ((row.slug, row.label) for row in reference.municipalities.rows)
        self.municipality.choices = [("", _("The whole region")), *places]
        self._organisations = {row.slug: row for row in self._offered()}
        self.organisation.choices = [
            ("", _("Myself, %(name)s", name=self.author.name)),
            *((slug, row.name) for slug, row in self._organisations.items()),
        ]
        for name in ("kind", "category"):
            self[name].flags.required = True
        for name in ("municipality", "organisation"):  # "none" is one of the choices
            self[name].flags.required = True
            self[name].data = self[name].data or ""
        self.attachments: list[PostAttachment] = attachments.usable_attachments(self.files.data, actor, post)
        self.files.data = [row.file.token for row in self.attachments]
        self.files.titles = [self.descriptions.get(row.file.token, row.file.title) for row in self.attachments]

    def _offered(self) -> list[Organisation]:
        """Return the organisations of the author, and the one that the post already has."""
        own = policies.organisations(self.author)
        present = self.post.organisation if self.post else None
        return [*own, present] if present and present not in own else own

    def validate_kind(self, field: RadioField) -> None:
        """Require a kind."""
        if field.data not in tuple(Kind):
            raise ValidationError(_("Choose whether you offer or ask something."))

    def validate_category(self, field: SelectField) -> None:
        """Require a category."""
        if not field.data:
            raise ValidationError(_("Choose the category that fits best."))

    def validate_reply_by(self, field: DayField) -> None:
        """Refuse a day in the past, unless the post already had it, and a day more than a year ahead."""
        same = self.post is not None and field.data == self.post.reply_by
        if field.data is None:
            return
        if field.data < clock.today() and not same:
            raise ValidationError(_("This day is over already. Choose today or later."))
        if field.data > clock.today() + FURTHEST:
            raise ValidationError(_("Choose a day within a year from now."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate every field, and require a description for each file."""
        valid = super().validate(extra_validators)
        self.files.errors = attachments.missing_descriptions(self.attachments, self.descriptions)
        return valid and not self.uploads.errors and not self.files.errors

    @property
    def draft(self) -> PostDraft:
        """Return the contents for the services; the form must be valid."""
        return PostDraft(
            kind=Kind(self.kind.data),
            category=self.category.data,
            title=self.title.data or "",
            body=self.body.data or "",
            themes=tuple(self.themes.data or ()),
            levels=tuple(self.levels.data or ()),
            municipality=self.municipality.data or None,
            period=self.period.data or None,
            places=self.places.data,
            reply_by=self.reply_by.data,
            requirements=self.requirements.data or None,
        )

    @property
    def chosen_organisation(self) -> Organisation | None:
        """Return the organisation on whose behalf the post is, None for the author in person."""
        return self._organisations.get(self.organisation.data or "")


class CloseForm(PortalForm):
    """The reason for closing a post: optional for its owner, required for an editor."""

    reason = ProseField(lazy_gettext("What do you want to tell about it?"), LONGEST_REASON, required=False)

    def __init__(self, *args: Any, must_explain: bool = False, **kwargs: Any) -> None:
        """Create the form; `must_explain` makes the reason required."""
        super().__init__(*args, **kwargs)
        self.must_explain = must_explain
        self.reason.flags.required = must_explain

    def validate_reason(self, field: ProseField) -> None:
        """Require a reason when an editor closes the post; the author is mailed that reason."""
        if self.must_explain and not field.data:
            raise ValidationError(_("Tell the author why."))


def fields_of(post: Post) -> dict[str, Any]:
    """Return a post as form fields."""
    return {
        "kind": post.kind,
        "category": post.category.slug,
        "title": post.title,
        "body": post.body,
        "themes": [theme.slug for theme in post.themes],
        "levels": post.levels,
        "municipality": post.municipality.slug if post.municipality else "",
        "organisation": post.organisation.slug if post.organisation else "",
        "period": post.period or "",
        "places": post.places,
        "reply_by": post.reply_by,
        "requirements": post.requirements or "",
        "files": [row.file.token for row in post.attachments],
        "version": post.version,
    }
