"""The settings of the desk, and the kinds of mail it sends."""

from dataclasses import dataclass
from operator import itemgetter

from portal.core.i18n import lazy_gettext
from portal.core.storage import site_settings
from portal.core.storage.site_settings import Setting
from portal.mail import kinds

OVERDUE_DAYS = "desk.overdue_days"
REASONS = "desk.reasons"
CONTACT = "desk.contact"

DECISION_MAIL = kinds.register(
    kinds.Kind(
        "desk.decision", lazy_gettext("What the editors decided about what you sent in"), path_of=itemgetter("path")
    )
)
REPORT_MAIL = kinds.register(kinds.Kind("desk.report", lazy_gettext("What the editors did with your report")))
OVERDUE_MAIL = kinds.register(
    kinds.Kind(
        "desk.overdue",
        lazy_gettext("Cases at the editors' desk that wait too long"),
        may_switch_off=True,
        explanation=lazy_gettext("One mail a day, when something waits too long."),
        for_editors=True,
    )
)

site_settings.define(
    Setting(
        OVERDUE_DAYS,
        lazy_gettext("Working days until a case is overdue"),
        "2",
        hint=lazy_gettext("What waits longer stands out at the editors' desk, and the editors get a mail."),
        least=1,
        most=30,
    )
)
site_settings.define(
    Setting(
        CONTACT,
        lazy_gettext("How to reach the editors"),
        "",
        hint=lazy_gettext("One line under every decision that is mailed, such as a telephone number or an address."),
        longest=200,
    )
)
site_settings.define(
    Setting(
        REASONS,
        lazy_gettext("Ready-made reasons"),
        lazy_gettext("ready-made reasons: titles with their texts"),
        hint=lazy_gettext(
            "The first line is the title in the list, the lines below it the text that the sender gets. Put an empty "
            "line between two reasons."
        ),
        longest=6000,
        lines=16,
    )
)


@dataclass(frozen=True, slots=True)
class ReadyReason:
    """A ready-made reason: its title in the list, and the text it puts in the field."""

    number: int
    title: str
    text: str


def ready_reasons() -> list[ReadyReason]:
    """Return the ready-made reasons: each paragraph of the setting is one, its first line the title."""
    found: list[ReadyReason] = []
    for paragraph in site_settings.read(REASONS).replace("\r\n", "\n").split("\n\n"):
        title, _, text = paragraph.strip().partition("\n")
        if title and text.strip():
            found.append(ReadyReason(len(found) + 1, title.strip(), text.strip()))
    return found


def overdue_days() -> int:
    """Return the number of working days after which a case is overdue."""
    return site_settings.read_number(OVERDUE_DAYS)
