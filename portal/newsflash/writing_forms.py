"""Forms of the news: an article, and withdrawing it."""

from typing import Any

from sqlalchemy import select
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField
from wtforms.validators import Optional, ValidationError

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.community.models import Organisation
from portal.community.policies import organisations_of
from portal.core.extensions import db
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField, VersionField
from portal.files.fields import ImageField
from portal.files.models import LONGEST_TITLE, StoredFile
from portal.newsflash import queries
from portal.newsflash.models import Article
from portal.newsflash.services import ArticleDraft

LONGEST_REASON = 500


class PictureField(HiddenField):
    """The token of a picture that was uploaded before."""

    shown: StoredFile | None = None
    """The picture itself; set by the form."""

    def display_text(self) -> str:
        """Return the title of the picture."""
        return self.shown.title if self.shown else ""


class ArticleForm(OnceMixin, PortalForm):
    """The form of an article. An uploaded picture is stored even when other fields are invalid."""

    needed_sometimes = ("image_alt",)
    title = LineField(lazy_gettext("Title"), 160)
    lead = ProseField(lazy_gettext("Opening sentences"), 600)
    body = ProseField(lazy_gettext("Text"), 30_000)
    image = ImageField(lazy_gettext("Picture"), carries_token=False)
    picture = PictureField(lazy_gettext("Picture"))
    """The token of a picture that was uploaded before."""
    image_alt = LineField(lazy_gettext("What does one see in the picture?"), LONGEST_TITLE, required=False)
    without_picture = BooleanField(lazy_gettext("Leave the picture out"))
    themes = SelectMultipleField(lazy_gettext("Focus points"))
    organisation = SelectField(lazy_gettext("On behalf of"))
    version = VersionField(validators=[Optional()])
    is_unfinished = False
    """Whether the form was filled from a draft with unsaved changes."""

    def __init__(self, user: User, article: Article | None, **kwargs: Any) -> None:
        """Load the choices of this user; `article` is the one being edited, None for a new one."""
        self.user, self.article = user, article
        super().__init__(**kwargs)
        themes = db.session.execute(select(Theme.slug, Theme.short_title).order_by(Theme.number))
        labels: Any = dict(themes.all())
        self.themes.choices = labels
        self._organisations = {row.slug: row for row in self._offered()}
        names: Any = {"": _("Only myself")} | {slug: row.name for slug, row in self._organisations.items()}
        self.organisation.choices = names
        self.organisation.flags.required = True  # "none" is one of the choices
        self.picture.shown = self.shown_picture

    @property
    def themes_by_slug(self) -> dict[str, Theme]:
        """Return the speerpunten by slug, to show each in its colour."""
        return {theme.slug: theme for theme in db.session.scalars(select(Theme))}

    @property
    def shown_picture(self) -> StoredFile | None:
        """Return the article's present picture, or an unclaimed upload of the user; None for any other token."""
        if self.without_picture.data or not self.picture.data:
            return None
        return queries.picture_for(self.picture.data, self.user, self.article)

    def note_uploaded_picture(self) -> None:
        """Note the token of an upload, so that it need not be uploaded again when other fields are invalid."""
        if self.image.file is not None:
            self.picture.data, self.without_picture.data = self.image.file.token, False
        self.picture.shown = self.shown_picture

    def validate(self, extra_validators: Any = None) -> bool:
        """Validate every field, and require a description for the picture."""
        valid = super().validate(extra_validators)
        self.note_uploaded_picture()
        if self.shown_picture and not self.image_alt.data:
            self.image_alt.errors = (_("Tell what one sees, for people who cannot see the picture."),)
        if self.image_alt.data and not self.picture.data and not self.image.errors:
            self.image_alt.errors = (_("There is no picture yet. Choose one, or leave this empty."),)
        return valid and not self.image_alt.errors

    @property
    def draft(self) -> ArticleDraft:
        """Return the contents for the services; the form must be valid."""
        themes = select(Theme).where(Theme.slug.in_(self.themes.data or ())).order_by(Theme.number)
        picture = self.shown_picture
        return ArticleDraft(
            title=self.title.data or "",
            lead=self.lead.data or "",
            body=self.body.data or "",
            themes=tuple(db.session.scalars(themes)),
            organisation=self._organisations.get(self.organisation.data or ""),
            image=picture,
            image_alt=self.image_alt.data or "",
        )

    def _offered(self) -> list[Organisation]:
        """Return the organisations to choose from: the user's own (all for editors), and the article's present one."""
        if self.user.is_editor:
            all_of_them = select(Organisation).where(Organisation.merged_into_id.is_(None)).order_by(Organisation.name)
            return list(db.session.scalars(all_of_them))
        own = list(organisations_of(self.user))
        present = self.article.organisation if self.article else None
        return [*own, present] if present and present not in own else own


class WithdrawForm(PortalForm):
    """The reason for withdrawing an article: optional for its author, required for an editor."""

    reason = ProseField(lazy_gettext("Why?"), LONGEST_REASON, required=False)

    def __init__(self, *args: Any, must_explain: bool, **kwargs: Any) -> None:
        """Create the form; `must_explain` makes the reason required."""
        super().__init__(*args, **kwargs)
        self.must_explain = must_explain
        self.reason.flags.required = must_explain

    def validate_reason(self, field: ProseField) -> None:
        """Require a reason when an editor withdraws the article; the author is mailed that reason."""
        if self.must_explain and not (field.data or "").strip():
            raise ValidationError(_("Tell the author why."))


def fields_of(article: Article) -> dict[str, Any]:
    """Return an article as form fields."""
    return {
        "title": article.title,
        "lead": article.lead,
        "body": article.body,
        "picture": article.image.token if article.image else "",
        "image_alt": article.image.alt if article.image else "",
        "themes": [theme.slug for theme in article.themes],
        "organisation": article.organisation.slug if article.organisation else "",
        "version": article.version,
    }
