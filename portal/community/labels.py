"""Labels of the kinds of organisations, and the words by which search finds them."""

from portal.core.i18n import lazy_gettext

KIND_LABELS = {
    "po": lazy_gettext("Primary education"),
    "vo": lazy_gettext("Secondary education"),
    "mbo": lazy_gettext("Vocational education (mbo)"),
    "hbo": lazy_gettext("University of applied sciences (hbo)"),
    "wo": lazy_gettext("University (wo)"),
    "gemeente": lazy_gettext("Municipality"),
    "rijk": lazy_gettext("National government"),
    "branche": lazy_gettext("Sector organisation"),
    "werkgever": lazy_gettext("Employer"),
    "zorg": lazy_gettext("Care and welfare"),
    "kenniscentrum": lazy_gettext("Knowledge centre"),
    "netwerk": lazy_gettext("Network"),
    "stichting": lazy_gettext("Foundation"),
    "museum": lazy_gettext("Museum"),
    "overig": lazy_gettext("Other"),
}
"""The kinds in `organisations.json`, in the order of all lists: schools, government, employers, others."""
KIND_WORDS = {
    "po": "basisschool basisonderwijs primair onderwijs po",
    "vo": "middelbare school voortgezet onderwijs vo vmbo havo vwo",
    "mbo": "mbo roc aoc beroepsonderwijs",
    "hbo": "hbo hogeschool hoger beroepsonderwijs",
    "wo": "wo universiteit wetenschappelijk onderwijs",
    "gemeente": "gemeente overheid",
    "rijk": "rijksoverheid ministerie overheid",
    "branche": "brancheorganisatie werkgeversorganisatie",
    "werkgever": "werkgever bedrijf",
    "zorg": "zorginstelling zorg welzijn",
}
"""Dutch words that find organisations of a kind, even if their pages do not contain them."""
