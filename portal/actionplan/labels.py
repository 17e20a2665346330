"""Labels of statuses, roles and financing."""

from portal.core.i18n import lazy_gettext

STATUS_LABELS = {
    "planned": lazy_gettext("planned"),
    "exploring": lazy_gettext("exploring"),
    "running": lazy_gettext("running"),
    "on_hold": lazy_gettext("on hold"),
    "done": lazy_gettext("done"),
    "stopped": lazy_gettext("stopped"),
}
FINANCING_LABELS = {
    "bekend": lazy_gettext("known"),
    "deels bekend": lazy_gettext("partly known"),
    "onbekend": lazy_gettext("unknown"),
    "geen": lazy_gettext("none"),
    "niet genoemd": lazy_gettext("not mentioned"),
}
"""How much the source says about financing, by the values in `actions.json`."""
ROLE_WORDS = {
    "lead": "trekker",
    "partner": "partner",
    "intended": "beoogd-partner",
    "mentioned": "genoemd",
}
"""The values of `PartyRole` as addresses name them."""
ROLE_LABELS = {
    "lead": lazy_gettext("Lead"),
    "partner": lazy_gettext("Partner"),
    "intended": lazy_gettext("Intended partner"),
    "mentioned": lazy_gettext("Mentioned"),
}
MATRIX_LABELS = {
    "po": lazy_gettext("primary education"),
    "vo": lazy_gettext("secondary education"),
    "praktijk-entree": lazy_gettext("practical training and entry level"),
    "mbo": lazy_gettext("vocational education"),
    "bedrijfsleven": lazy_gettext("employers"),
    "gemeente": lazy_gettext("municipality"),
    "overig": lazy_gettext("others"),
    "voorkomen-van-uitval": lazy_gettext("preventing drop-out"),
    "stageplaatsen": lazy_gettext("internships"),
    "lerarentekort": lazy_gettext("teacher shortage"),
}
"""The columns of the Rijswijk matrix: seven parties, then three focus points."""
