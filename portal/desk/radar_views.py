"""Views of the shortage radar: a page and an exported file."""

from flask import Response, request

from portal.core.i18n import gettext as _
from portal.core.lists.selection import QueryArguments
from portal.core.locale import local
from portal.core.spreadsheet import csv_file
from portal.core.web.access import editors
from portal.core.web.rendering import page
from portal.desk import radar
from portal.desk.blueprint import PATH, bp
from portal.search.services import LEAST_MISSES

RADAR = f"{PATH}zoeken"
BOARD = "/vraag-en-aanbod/"
PERIOD = "maanden"


def _period() -> tuple[int, list[tuple[str, str]]]:
    """Return the chosen number of months, and the unknown values of the query string."""
    asked = QueryArguments(request.args)
    chosen = asked.options(PERIOD, _("Months"), [str(months) for months in radar.PERIODS])
    return int(chosen[0]) if chosen else radar.PERIODS[-1], asked.ignored


@bp.get(RADAR)
@editors
def shortages() -> Response:
    """Show searches without results and unanswered requests."""
    months, ignored = _period()
    return page(
        "desk/radar.html",
        months=months,
        periods=radar.PERIODS,
        ignored=ignored,
        lines=radar.list_misses(months),
        least=LEAST_MISSES,
        unanswered=radar.count_unanswered(),
        by_category=radar.unanswered_by_category(local(BOARD)),
        by_theme=radar.unanswered_by_theme(local(BOARD)),
        days=radar.WAITED.days,
        path=local(PATH),
        radar=local(RADAR),
        file=f"{local(RADAR)}.csv?{PERIOD}={months}",
    )


@bp.get(f"{RADAR}.csv")
@editors
def shortages_file() -> Response:
    """Return the radar as CSV: searches, categories and themes with their counts."""
    months, _ignored = _period()
    rows: list[tuple[object, ...]] = [
        (_("Search without result"), row.words, row.count, f"{row.last:%Y-%m}") for row in radar.list_all_misses(months)
    ]
    rows += [
        (_("Unanswered request, by category"), row.label, row.count, "") for row in radar.unanswered_by_category(BOARD)
    ]
    rows += [
        (_("Unanswered request, by focus point"), row.label, row.count, "") for row in radar.unanswered_by_theme(BOARD)
    ]
    return csv_file("tekorten", (_("Kind"), _("What"), _("Number"), _("Last month")), rows)
