"""Forms of owners and members: organisations, seats, claims and profiles."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, ClassVar

from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, Optional

from portal.accounts.fields import LONGEST_NAME, AddressField, NewPasswordField, check_password
from portal.accounts.models import User
from portal.community import profiles
from portal.community.labels import KIND_LABELS
from portal.community.models import Municipality, Visibility
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField, VersionField
from portal.core.web_address import web_address
from portal.files.fields import ImageField
from portal.mail import addresses

LOGO, PHOTO = (600, 600), (480, 480)
SUMMARY, BIO, REASON = 1200, 600, 1000
NOW, LATER = "nu", "later"
LONGEST_AHEAD = timedelta(days=400)
SHOWN_TO = [
    SelectChoice(Visibility.NOBODY.value, lazy_gettext("Nobody")),
    SelectChoice(Visibility.MEMBERS.value, lazy_gettext("Members")),
    SelectChoice(Visibility.EVERYONE.value, lazy_gettext("Everyone")),
]


class OrganisationForm(PortalForm):
    """The page of an organisation."""

    needed_sometimes = ("logo_alt",)
    version = VersionField()
    summary = ProseField(lazy_gettext("What your organisation is and does"), SUMMARY, required=False)
    website = LineField(lazy_gettext("Website"), 300, required=False)
    place = LineField(lazy_gettext("Place"), 80, required=False)
    logo = ImageField(lazy_gettext("Logo"), largest=LOGO)
    logo_alt = LineField(lazy_gettext("Description of the logo"), 200, required=False)
    remove_logo = BooleanField(lazy_gettext("Remove the logo"))

    def __init__(self, *args: Any, has_logo: bool, **kwargs: Any) -> None:
        """Take whether the organisation has a logo now."""
        self.has_logo = has_logo
        super().__init__(*args, **kwargs)

    def validate_website(self, field: Any) -> None:
        """Refuse what cannot be linked to."""
        if field.data and web_address(field.data) is None:
            raise ValidationError(_("Fill in a web address, such as https://www.school.nl."))

    def validate_logo_alt(self, field: Any) -> None:
        """Require an alt text with a new logo."""
        if self.logo.file is not None and not field.data:
            raise ValidationError(_("Say in a few words what the logo shows, such as “Logo of Museon”."))
        if self.logo.file is None and field.data and not self.has_logo and not self.logo.errors:
            raise ValidationError(_("There is no logo yet. Choose one, or leave this empty."))


class InviteForm(OnceMixin, PortalForm):
    """An invitation: mail address, role and ownership."""

    email = LineField(lazy_gettext("E-mail address"), addresses.MAX_LENGTH)
    role = LineField(lazy_gettext("Role at the organisation"), 120)
    is_owner = BooleanField(lazy_gettext("May edit the page and manage the places too"))

    def validate_email(self, field: Any) -> None:
        """Refuse anything but one plain address."""
        _one_address(field)


class SeatForm(PortalForm):
    """How the holder of a seat is shown."""

    role = LineField(lazy_gettext("Your role"), 120)
    bio = ProseField(lazy_gettext("About you, in this role"), BIO, required=False)
    is_public = BooleanField(lazy_gettext("Show my name and role on the page of the organisation"))


class LastDayForm(PortalForm):
    """Base of forms in which a seat ends: at once, or after a day."""

    needed_sometimes: ClassVar[tuple[str, ...]] = ("last_day",)
    when = RadioField(
        lazy_gettext("When does it end?"),
        choices=[SelectChoice(NOW, lazy_gettext("At once")), SelectChoice(LATER, lazy_gettext("After a day"))],
        default=NOW,
        validators=[InputRequired()],
    )
    last_day = DateField(lazy_gettext("Last day"), validators=[Optional()])

    def validate_last_day(self, field: Any) -> None:
        """Refuse a day in the past or too far ahead."""
        if self.when.data == LATER and field.data and not clock.today() <= field.data <= clock.today() + LONGEST_AHEAD:
            raise ValidationError(_("Choose a day from today on, within a year."))

    def validate(self, extra_validators: Any = None) -> bool:
        """Require a day when the seat does not end at once."""
        valid: bool = super().validate(extra_validators)
        if self.when.data == LATER and self.last_day.data is None and not self.last_day.errors:
            self.last_day.errors = [_("Fill in the last day.")]
            valid = False
        return valid

    def day(self) -> date:
        """Return the last day; "at once" is yesterday."""
        chosen: date | None = self.last_day.data
        return chosen if self.when.data == LATER and chosen else clock.today() - timedelta(days=1)


class EndForm(LastDayForm):
    """Ends a seat; leaving an organisation without an owner needs a confirmation."""

    leave = BooleanField(lazy_gettext("I know that nobody will look after this organisation then"))


class HandOverForm(LastDayForm):
    """Hands a seat over to a colleague, or to somebody invited by mail."""

    needed_sometimes = ("last_day", "email")
    successor = RadioField(lazy_gettext("Who takes over?"), choices=[], validators=[InputRequired()])
    email = LineField(lazy_gettext("E-mail address of your successor"), addresses.MAX_LENGTH, required=False)
    role = LineField(lazy_gettext("Role of your successor"), 120)

    BY_MAIL = "mail"

    def offer(self, colleagues: Iterable[User]) -> None:
        """Set the choices: these colleagues, and "by mail"."""
        choices = [SelectChoice(str(user.id), user.name) for user in colleagues]
        self.successor.choices = [*choices, SelectChoice(self.BY_MAIL, _("Somebody else, by e-mail"))]

    def validate_email(self, field: Any) -> None:
        """Require an address when the successor has no seat here yet."""
        if self.successor.data == self.BY_MAIL:
            if not field.data:
                raise ValidationError(_("Fill in the e-mail address of your successor."))
            _one_address(field)


class AcceptForm(PortalForm):
    """Accepts an invitation."""

    is_public = BooleanField(lazy_gettext("Show my name and role on the page of the organisation"))


class JoinForm(AcceptForm):
    """Accepts an invitation and creates an account."""

    name = LineField(lazy_gettext("Your name"), LONGEST_NAME, 2)
    email = AddressField(lazy_gettext("E-mail address"))
    password = NewPasswordField(lazy_gettext("Password"))

    def validate_password(self, field: NewPasswordField) -> None:
        """Refuse what is easily guessed of this person."""
        check_password(field, self.name.data or "", self.email.data or "")


class ClaimForm(PortalForm):
    """A claim: why this person represents the organisation."""

    role = LineField(lazy_gettext("Your role at the organisation"), 120)
    reason = ProseField(lazy_gettext("What should the editors know?"), REASON, required=False)


class AddOrganisationForm(OnceMixin, PortalForm):
    """An organisation that is not listed, and the member's role there."""

    name = LineField(lazy_gettext("Name of the organisation"), 200, least=2)
    kind = SelectField(lazy_gettext("Kind"), [InputRequired()])
    place = SelectField(lazy_gettext("Municipality"))
    website = LineField(lazy_gettext("Website"), 300, required=False)
    role = LineField(lazy_gettext("Your role at the organisation"), 120)
    reason = ProseField(lazy_gettext("How can the editors check that you work there?"), REASON, required=False)
    is_another = BooleanField(lazy_gettext("None of these: mine is another organisation"))
    next = HiddenField()

    def __init__(self, municipalities: Iterable[Municipality], **kwargs: Any) -> None:
        """Set the choices of municipality and kind."""
        super().__init__(**kwargs)
        self._places = {row.slug: row.name for row in municipalities}
        self.kind.choices = [("", _("Choose")), *((kind, str(label)) for kind, label in KIND_LABELS.items())]
        self.place.choices = [("", _("Elsewhere, or not known")), *self._places.items()]
        self.place.flags.required = True  # an empty choice is valid

    @property
    def place_name(self) -> str | None:
        """Return the name of the chosen municipality, None for elsewhere."""
        return self._places.get(self.place.data or "")

    def validate_website(self, field: Any) -> None:
        """Refuse what cannot be linked to."""
        if field.data and web_address(field.data) is None:
            raise ValidationError(_("Fill in a web address, such as https://www.school.nl."))


def _shown_to(label: Any) -> SelectField:
    """Return a required field with the visibilities; HTML forbids `required` on a list without an empty choice."""
    return SelectField(
        label,
        [InputRequired()],
        choices=SHOWN_TO,
        default=Visibility.MEMBERS.value,
        render_kw={"required": False},
    )


class ProfileForm(PortalForm):
    """A member's own profile, with the visibility of each part."""

    version = VersionField()
    name = LineField(lazy_gettext("Name"), 120, least=2)
    is_listed = BooleanField(lazy_gettext("Let members find me in the directory"))
    photo = ImageField(lazy_gettext("Photo"), largest=PHOTO)
    remove_photo = BooleanField(lazy_gettext("Remove the photo"))
    function = LineField(lazy_gettext("Function"), 120, required=False)
    expertise = ProseField(lazy_gettext("What I know about"), BIO, required=False)
    offers = ProseField(lazy_gettext("I offer"), BIO, required=False)
    seeks = ProseField(lazy_gettext("I am looking for"), BIO, required=False)
    photo_for = _shown_to(lazy_gettext("Who sees the photo?"))
    function_for = _shown_to(lazy_gettext("Who sees the function?"))
    expertise_for = _shown_to(lazy_gettext("Who sees what you know about?"))
    offers_for = _shown_to(lazy_gettext("Who sees what you offer?"))
    seeks_for = _shown_to(lazy_gettext("Who sees what you look for?"))
    contact_for = _shown_to(lazy_gettext("Who may write to you from your page?"))

    def texts(self) -> dict[str, str | None]:
        """Return the texts, by part."""
        return {part: self[part].data for part in profiles.TEXTS}

    def shown_to(self) -> dict[str, Visibility]:
        """Return the visibility of each part."""
        return {part: Visibility(self[f"{part}_for"].data) for part in profiles.PARTS}


def _one_address(field: Any) -> None:
    try:
        field.data = addresses.check(field.data or "")
    except addresses.BadAddress:
        raise ValidationError(_("Fill in an e-mail address, such as naam@school.nl.")) from None
