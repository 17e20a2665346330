"""Forms of administrators: a role, the settings, and the filter of accounts (never fails on unknown values)."""

from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from wtforms import IntegerField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, NumberRange

from portal.accounts.models import Role
from portal.administration.queries import STANDINGS, AccountFilter
from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.lists.selection import QueryArguments
from portal.core.storage import site_settings
from portal.core.storage.site_settings import Setting
from portal.core.web.forms import LineField, PortalForm, ProseField

ROLES = {
    Role.MEMBER: lazy_gettext("Member"),
    Role.EDITOR: lazy_gettext("Editor"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
}


class RoleForm(PortalForm):
    """The role of an account."""

    role = SelectField(
        lazy_gettext("Role"),
        [InputRequired()],
        choices=[SelectChoice(role.value, label) for role, label in ROLES.items()],
    )


def _name(key: str) -> str:
    return key.replace(".", "_")


def _field(setting: Setting) -> object:
    if setting.is_number:
        return IntegerField(setting.label, [InputRequired(), NumberRange(setting.least, setting.most)])
    if setting.lines > 1:
        return ProseField(setting.label, most=setting.longest, required=False)
    return LineField(setting.label, most=setting.longest, required=False)


def settings_form() -> PortalForm:
    """Return the form with a field for every setting, filled with the stored values."""
    settings = site_settings.defined()
    kind = type("SettingsForm", (PortalForm,), {_name(setting.key): _field(setting) for setting in settings})
    kept = site_settings.read_all()
    form: PortalForm = kind(data={_name(setting.key): kept[setting.key] for setting in settings})
    return form


def setting_values(form: PortalForm) -> dict[str, str]:
    """Return the values that were filled in, by key of the setting."""
    values = {setting.key: form[_name(setting.key)].data for setting in site_settings.defined()}
    return {key: "" if value is None else str(value).replace("\r\n", "\n") for key, value in values.items()}


def hints(form: PortalForm) -> list[tuple[object, str, int]]:
    """Return (field, hint, number of lines) of every setting, in order."""
    return [(form[_name(setting.key)], str(setting.hint), setting.lines) for setting in site_settings.defined()]


def parse(args: MultiDict[str, str]) -> tuple[AccountFilter, list[tuple[str, str]]]:
    """Return the filter of the accounts, and the unknown values of the query string as (label, value)."""
    asked = QueryArguments(args)
    roles = asked.options("rol", _("Role"), [role.value for role in Role])
    standings = asked.options("stand", _("State"), STANDINGS)
    wanted = AccountFilter(asked.words(), next(iter(roles), ""), next(iter(standings), ""))
    return wanted, asked.ignored


def address(path: str, wanted: AccountFilter, number: int = 1) -> str:
    """Return the address of the list of accounts with this filter."""
    pairs = {
        "q": wanted.words,
        "rol": wanted.role,
        "stand": wanted.standing,
        "pagina": str(number) if number > 1 else "",
    }
    query = urlencode({name: value for name, value in pairs.items() if value})
    return f"{path}?{query}" if query else path
