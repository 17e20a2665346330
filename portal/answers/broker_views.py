"""Pages of brokers at the desk: silent threads, one of them with its facts, and who is broker for what."""

from typing import Any

from flask import Response, abort

from portal.accounts.models import User
from portal.actionplan import queries as actionplan
from portal.answers import broker_forms, brokers, labels, promise, queries
from portal.answers.blueprint import bp
from portal.answers.models import Side
from portal.answers.promise_models import BrokerCase
from portal.answers.services import NotPossibleNow
from portal.board import queries as board
from portal.community import queries as community
from portal.core import clock
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.storage import idempotency
from portal.core.web.access import editors, viewer
from portal.core.web.forms import form_page, notify
from portal.core.web.navigation import absolute
from portal.core.web.rendering import page, redirect_to
from portal.core.working_days import working_days
from portal.publishing.writing import action

DESK = "/redactie/"
BROKER = f"{DESK}makelaar"
FITTING = 5
REFER, CLOSE = "verwijzen", "sluiten"
"""Values of the field `do`; any other value writes to the waiting side."""


@bp.get(BROKER)
@editors
def broker() -> Response:
    """List the threads in which one side stays silent too long, one's own first."""
    user: User = viewer()
    rows = [(case, _facts(case)) for case in brokers.list_cases()]
    return page(
        "answers/broker.html",
        mine=[row for row in rows if row[0].broker_id == user.id],
        others=[row for row in rows if row[0].broker_id != user.id],
        path=local(DESK),
        here=local(BROKER),
    )


@bp.route(f"{BROKER}/<int:case_id>", methods=["GET", "POST"])
@editors
def broker_case(case_id: int) -> Response:
    """Show the facts of a silent thread; POST writes to the waiting side, refers it to another party, or closes."""
    user: User = viewer()
    case = brokers.get_case(case_id) or abort(404)
    posts = board.related(case.thread.post, FITTING) if case.thread.post is not None else []
    form = broker_forms.BrokerForm(posts, refers=action() == REFER)
    if form.validate_on_submit():
        return _act(case, user, form)
    return form_page(
        "answers/broker_case.html",
        form,
        case=case,
        facts=_facts(case),
        state_label=labels.states()[case.thread.state],
        may_act=case.is_open and brokers.may_act(user, case),
        has_words=brokers.has_words(case) and queries.get_participant(case.thread, user) is not None,
        path=local(DESK),
        here=local(BROKER),
    )


def _act(case: BrokerCase, user: User, form: broker_forms.BrokerForm) -> Response:
    here, words = f"{BROKER}/{case.id}", form.words.data or ""

    def write() -> str:
        if action() == REFER:
            brokers.link_case(case, user, words, absolute(form.path))
        elif action() == CLOSE:
            brokers.close_case(case, user, words)
        else:
            brokers.answer_case(case, user, words)
        return here

    try:
        idempotency.write_once(user.id, f"broker-{case.id}", form.once.data, write)
    except NotPossibleNow:
        notify(_("This conversation needs no broker any more. Nothing was sent."))
        return redirect_to(local(here))
    notify(_("Done. %(name)s gets a mail about it.", name=brokers.waiting_name(case)))
    return redirect_to(local(BROKER))


def _facts(case: BrokerCase) -> dict[str, Any]:
    """Return what a broker sees of a thread: who, since when and how far, and none of its words."""
    thread = case.thread
    school = promise.keeps_school_holidays(thread, Side(case.side))
    return {
        "silent": brokers.silent_name(case),
        "waiting": brokers.waiting_name(case),
        "messages": queries.count_messages(thread),
        "days": working_days(case.waiting_since, clock.today(), school=school),
    }


@bp.route(f"{BROKER}/verdeling", methods=["GET", "POST"])
@editors
def broker_duties() -> Response:
    """Show and change who is broker for each municipality and theme."""
    user: User = viewer()
    people, places, themes = queries.list_editors(), community.municipalities(), actionplan.themes()
    chosen = {
        f"m-{duty.municipality_id}" if duty.municipality_id else f"t-{duty.theme_id}": str(duty.user_id)
        for duty in brokers.list_duties()
    }
    form = broker_forms.duties_form(people, places, themes, chosen)
    if form.validate_on_submit():
        brokers.set_duties(
            user,
            {place: form.chosen("m", place, people) for place in places},
            {theme: form.chosen("t", theme, people) for theme in themes},
        )
        notify(_("Saved. New cases go to these brokers."))
        return redirect_to(local(BROKER))
    return form_page("answers/broker_duties.html", form, path=local(DESK), here=local(BROKER))
