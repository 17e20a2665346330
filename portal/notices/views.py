"""The list of notices, and the counter in the menu."""

from flask import Response, current_app, request
from sqlalchemy.exc import SQLAlchemyError

from portal.accounts.models import User
from portal.core.locale import local
from portal.core.web.access import members, person, viewer
from portal.core.web.rendering import page, redirect_to, wants_fragment
from portal.notices import jobs as jobs  # registers them
from portal.notices import queries, services
from portal.notices.blueprint import PATH
from portal.notices.blueprint import bp as bp


@bp.app_context_processor
def unread() -> dict[str, int]:
    """Return `notices_unread`, how many notices this person did not see, for the menu."""
    try:
        user = person()
        return {"notices_unread": queries.count_unread(user) if user else 0}
    except SQLAlchemyError:
        current_app.logger.warning("notices_not_counted")
        return {"notices_unread": 0}


@bp.get(PATH)
@members
def index() -> Response:
    """List what a member was told, newest first."""
    notices = queries.list_notices(viewer())
    return page("notices/index.html", notices=notices, newest=notices[0].id if notices else 0)


@bp.post(f"{PATH}gelezen")
@members
def read() -> Response:
    """Record that the notices were seen; htmx sends this when the list is shown."""
    user: User = viewer()
    sent = request.form.get("melding", "")
    services.mark_read(user, int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else 0)
    return Response(status=204) if wants_fragment() else redirect_to(local(PATH))
