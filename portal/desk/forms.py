"""Forms of the desk: decisions, reports, and the filter of the audit log (never fails on unknown values)."""

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than the stubs
from wtforms.validators import InputRequired, ValidationError

from portal.core.i18n import gettext as _
from portal.core.i18n import lazy_gettext
from portal.core.lists.selection import QueryArguments
from portal.core.web.forms import LineField, OnceMixin, PortalForm, ProseField
from portal.desk.audit_log import LogFilter
from portal.desk.labels import grounds
from portal.desk.models import LONGEST_TEXT, Ground
from portal.desk.settings import ReadyReason
from portal.mail import addresses

LONGEST_EMAIL = 254


class DecisionForm(PortalForm):
    """An editor's decision on a case."""

    needed_sometimes = ("reason",)
    ready = SelectField(lazy_gettext("Ready-made reasons"), validate_choice=False)
    reason = ProseField(lazy_gettext("Reason, as the sender reads it"), most=LONGEST_TEXT, required=False)
    seen = HiddenField()
    needs_reason = False
    """Whether the chosen decision requires a reason."""

    def offer(self, reasons: list[ReadyReason]) -> None:
        """Set the ready-made reasons as choices."""
        listed = [SelectChoice(str(reason.number), reason.title) for reason in reasons]
        self.ready.choices = [SelectChoice("", _("Choose a reason")), *listed]

    def fill_in(self, reasons: list[ReadyReason]) -> None:
        """Insert the chosen reason in the text field: in place of another ready-made one, else below the text."""
        chosen = next((reason.text for reason in reasons if str(reason.number) == self.ready.data), "")
        typed = (self.reason.data or "").strip()
        if chosen and typed and not any(_same(typed, reason.text) for reason in reasons):
            self.reason.data = f"{typed}\n\n{chosen}"
        elif chosen:
            self.reason.data = chosen

    def validate_reason(self, field: Field) -> None:
        """Require a reason for a decision that the sender must understand."""
        if self.needs_reason and not field.data:
            raise ValidationError(_("Write the reason: the sender gets it by mail."))


def _same(one: str, other: str) -> bool:
    return one.split() == other.split()


class ReportForm(OnceMixin, PortalForm):
    """A report about content or a person."""

    needed_sometimes = ("text",)
    ground = RadioField(
        lazy_gettext("What is wrong?"),
        [InputRequired()],
    )
    text = ProseField(lazy_gettext("Explain it"), most=LONGEST_TEXT, required=False)
    wants_answer = BooleanField(lazy_gettext("Mail me what the editors did"))
    email = LineField(lazy_gettext("Your e-mail address"), most=LONGEST_EMAIL, required=False)
    homepage = StringField(lazy_gettext("Leave this empty"))

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        """Set the reasons that apply to this kind of thing as choices."""
        super().__init__(*args, **kwargs)
        self.ground.choices = [SelectChoice(ground.value, label) for ground, label in grounds(kind).items()]

    def validate_text(self, field: Field) -> None:
        """Require an explanation when the reason is "other"."""
        if self.ground.data == Ground.OTHER and not field.data:
            raise ValidationError(_("Tell what is wrong."))

    def validate_email(self, field: Field) -> None:
        """Refuse anything but one plain mail address."""
        if field.data:
            try:
                field.data = addresses.check(field.data)
            except addresses.BadAddress as error:
                raise ValidationError(_("Fill in an e-mail address, such as naam@school.nl.")) from error

    @property
    def is_from_a_machine(self) -> bool:
        """Return whether the invisible field (a honeypot for bots) is filled in."""
        return bool(self.homepage.data)


def parse_log(args: MultiDict[str, str], known: list[str]) -> tuple[LogFilter, list[tuple[str, str]]]:
    """Return the filter of the audit log, and the unknown values of the query string as (label, value)."""
    asked = QueryArguments(args)
    actions = asked.options("handeling", _("Act"), known)
    wanted = LogFilter(
        words=asked.words(),
        action=actions[0] if actions else "",
        actor=asked.words("wie"),
        since=_day(asked, "van", _("From")),
        until=_day(asked, "tot", _("Up to and including")),
    )
    if wanted.since and wanted.until and wanted.since > wanted.until:
        wanted = replace(wanted, since=wanted.until, until=wanted.since)
    return wanted, asked.ignored


def _day(asked: QueryArguments, name: str, label: str) -> date | None:
    text = asked.words(name)
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        day = None
    if text and (day is None or not 2000 <= day.year <= 2200):
        asked.ignored.append((label, text))
        return None
    return day


def log_address(path: str, wanted: LogFilter, number: int = 1) -> str:
    """Return the address of the log with this filter."""
    pairs = [
        ("q", wanted.words),
        ("handeling", wanted.action),
        ("wie", wanted.actor),
        ("van", wanted.since.isoformat() if wanted.since else ""),
        ("tot", wanted.until.isoformat() if wanted.until else ""),
        ("pagina", str(number) if number > 1 else ""),
    ]
    query = urlencode([(name, value) for name, value in pairs if value])
    return f"{path}?{query}" if query else path
