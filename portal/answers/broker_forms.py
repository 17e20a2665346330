"""The forms of brokers: helping a thread on, and who is broker for what."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from wtforms import SelectField, ValidationError

from portal.accounts.models import User
from portal.actionplan.models import Theme
from portal.board import queries as board
from portal.board.cards import PostCard
from portal.board.models import Post
from portal.community import queries as community
from portal.community.models import Municipality
from portal.core.formatting import bdi
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField

LONGEST_WORDS, LONGEST_ADDRESS = 2000, 300


class BrokerForm(OnceMixin, PortalForm):
    """Write to the waiting side, refer it to another post or organisation, or close; buttons choose what."""

    words = ProseField(lazy_gettext("Your message"), LONGEST_WORDS, 3)
    post = SelectField(lazy_gettext("Only to refer: a post that fits"))
    address = LineField(lazy_gettext("Or the address of another post or organisation"), LONGEST_ADDRESS, required=False)

    def __init__(self, posts: Sequence[PostCard], *, refers: bool) -> None:
        """Offer these posts; a form that `refers` must name a post or an organisation."""
        super().__init__()
        self.post.choices = [("", _("None of these")), *((str(row.id), row.title) for row in posts)]
        self._refers = refers

    @property
    def path(self) -> str:
        """Return the path of the post or organisation that was chosen, "" for none."""
        if self.post.data:
            post = board.get_public_post(int(self.post.data))
            return post.path if post is not None else ""
        return _path_of(self.address.data or "")

    def validate_address(self, field: LineField) -> None:
        """Refuse an address at which nobody can be reached."""
        if self._refers and not self.post.errors and not self.path:
            raise ValidationError(_("Choose a post, or fill in the address of an open post or organisation here."))


def _path_of(address: str) -> str:
    """Return the path of an open post or a listed organisation from its address, "" for anything else."""
    parts = urlsplit(address.strip())
    host = urlsplit(current_app.config["BASE_URL"]).netloc
    if parts.netloc not in ("", host):
        return ""
    folder, _slash, name = parts.path.removeprefix("/en").strip("/").partition("/")
    if folder == "vraag-en-aanbod":
        number = name.partition("-")[0]
        post: Post | None = board.get_public_post(int(number)) if number.isascii() and number.isdigit() else None
        return post.path if post is not None and post.is_active else ""
    if folder == "organisaties":
        organisation = community.get_organisation(name)
        return organisation.path if organisation is not None and organisation.is_listed else ""
    return ""


class DutiesForm(PortalForm):
    """Who is broker for each municipality and theme; its fields depend on what there is (`duties_form`)."""

    municipalities: list[Municipality]
    themes: list[Theme]

    def fields_of(self, kind: str) -> Iterator[Any]:
        """Return the fields of the municipalities ("m") or the themes ("t")."""
        return (field for name, field in self._fields.items() if name.startswith(f"{kind}-"))

    def chosen(self, kind: str, row: Municipality | Theme, editors: Sequence[User]) -> User | None:
        """Return the editor who was chosen for a row."""
        found = self._fields[f"{kind}-{row.id}"].data
        return next((editor for editor in editors if str(editor.id) == found), None)


def duties_form(
    editors: Sequence[User], municipalities: list[Municipality], themes: list[Theme], chosen: dict[str, str]
) -> DutiesForm:
    """Return the form with a field for each municipality and theme; `chosen` are their values now."""
    names = {f"m-{row.id}": row.name for row in municipalities} | {f"t-{row.id}": row.short_title for row in themes}
    fields = {name: SelectField(bdi(label), default=chosen.get(name, "")) for name, label in names.items()}
    form: DutiesForm = type("FilledDutiesForm", (DutiesForm,), fields)()
    for name in names:
        form[name].choices = [("", _("Whoever has the least to do")), *((str(one.id), one.name) for one in editors)]
    return form
