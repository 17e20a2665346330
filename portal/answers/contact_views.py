"""Writing to an organisation or a member from their page, with or without an account; it begins a thread."""

from http import HTTPStatus

from flask import Response, abort

from portal.accounts.models import User
from portal.answers import pending, queries, services, threads
from portal.answers.answer_forms import GuestContactForm, MemberContactForm
from portal.answers.blueprint import bp
from portal.answers.places import is_over_limit
from portal.community import profiles
from portal.community import queries as community
from portal.community.models import Organisation
from portal.core.i18n import gettext as _
from portal.core.locale import local
from portal.core.web import limits
from portal.core.web.access import viewer, visitors
from portal.core.web.body_limits import takes_files
from portal.core.web.forms import form_page
from portal.core.web.rendering import page, redirect_to
from portal.publishing import submissions

KIND = "contact"
CONTACTS_PER_DAY, DAY = 20, 86_400
CONTACTS_PER_ADDRESS = 100
"""Of guests behind one IP address, such as a school."""


@bp.route("/organisaties/<slug>/bericht", methods=["GET", "POST"])
@takes_files
@visitors
def contact_organisation(slug: str) -> Response:
    """Write to an organisation; who has a seat there reads it, else the editors."""
    organisation = community.get_organisation(slug)
    if organisation is None or not organisation.is_listed or organisation.merged_into_id is not None:
        abort(404)
    return _answer(organisation)


@bp.route("/leden/<int:user_id>/bericht", methods=["GET", "POST"])
@takes_files
@visitors
def contact_member(user_id: int) -> Response:
    """Write to a member who allows that; 404 for everybody else."""
    user: User | None = viewer()
    to = profiles.get_contactable(user, user_id)
    if to is None and user is None:  # alike for who does not exist, and nothing that was written is lost
        abort(HTTPStatus.UNAUTHORIZED)
    return _answer(to or abort(404))


def _answer(to: Organisation | User) -> Response:
    user: User | None = viewer()
    return _as_member(user, to) if user is not None else _as_guest(to)


def _as_member(user: User, to: Organisation | User) -> Response:
    form = MemberContactForm(user)
    if form.validate_on_submit() and not is_over_limit(form, KIND, user.id, CONTACTS_PER_DAY):
        subject, draft, behalf = form.subject.data or "", form.draft, form.chosen_organisation
        try:
            path = submissions.submit(
                user, KIND, form.once.data, lambda: services.start_contact(to, subject, user, draft, behalf)
            )
        except services.Blocked:
            form.form_errors.append(threads.refused_text())
        else:
            thread = queries.get_thread(int(path.rpartition("/")[2])) or abort(404)
            place = queries.get_participant(thread, user) or abort(404)
            threads.say_sent(thread, place, _("Your message is sent. You get a mail as soon as there is a reply."))
            return redirect_to(local(path))
    return form_page("answers/contact.html", form, to=to, is_guest=False)


def _as_guest(to: Organisation | User) -> Response:
    form = GuestContactForm()
    if form.validate_on_submit() and not is_over_limit(form, KIND, form.email.data, CONTACTS_PER_DAY):
        limits.hit(f"{KIND}-guest", limits.address(), CONTACTS_PER_ADDRESS, DAY)
        pending.submit_guest_answer(to, form.guest, form.draft, form.once.data, subject=form.subject.data or "")
        return page("answers/underway.html", back=to.path, email=form.email.data)
    return form_page("answers/contact.html", form, to=to, is_guest=True)
