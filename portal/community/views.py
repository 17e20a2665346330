"""Public pages: the register of organisations, one organisation, the signatories."""

from flask import Response, abort, make_response, redirect, request, url_for

from portal.community import agenda_provider, cards, forms, own, policies, queries
from portal.community.blueprint import bp
from portal.community.forms import RegisterFilter, SignatoryFilter
from portal.community.models import Organisation
from portal.core import panels
from portal.core.text import slugify
from portal.core.web import access
from portal.core.web.access import public
from portal.core.web.rendering import page, wants_fragment

__all__ = ["bp"]


@bp.get("/organisaties/")
@public
def index() -> Response:
    """List all organisations, filtered by name, kind, place, speerpunt and role."""
    entries = queries.register()
    known = forms.known(entries, queries.municipalities(), agenda_provider.get().topics())
    asked = RegisterFilter.parse(request.args, known)
    named = forms.with_words(entries, asked.words)
    found = asked.matching(named, forms.options_of)
    options = asked.options(named, forms.options_of, known)
    return page(
        "community/index.html",
        fragment="results",
        is_part=wants_fragment(),
        asked=asked,
        labels=asked.labels(),
        options=options,
        counts=[(name, choices, "checkbox") for name, choices in options.items()],
        chips=asked.chips(known, url_for(".index")),
        letters=cards.letters(found, asked.words),
        found=len(found),
        invented=sum(entry.is_invented for entry in found),
        signatories=sum(entry.is_signatory for entry in entries),
    )


@bp.get("/organisaties/<slug>")
@public
def show(slug: str) -> Response:
    """Show one organisation; alternative and former names, and merged organisations, redirect to the current page."""
    organisation = queries.get_organisation(slug)
    if organisation is None:
        return _by_other_name(slug)
    if not organisation.is_listed:
        abort(404)
    if organisation.merged_into:
        return _moved(organisation.merged_into.slug)
    may_see_seats = policies.may_see_seats(access.viewer(), organisation)
    return page(
        "community/organisation.html",
        organisation=organisation,
        may_manage=policies.may_manage(access.viewer(), organisation),
        may_see_seats=may_see_seats,
        unreachable=queries.unreachable_holders(queries.seats(organisation)) if may_see_seats else {},
        own=_own(organisation),
        people=queries.people(organisation),
        signing=agenda_provider.get().signing_of(organisation.id),
        panels=panels.panels_for("organisation", organisation),
        linked_data=cards.linked_data(organisation),
    )


def _own(organisation: Organisation) -> own.Own | None:
    """Return what the reader may do at an organisation; None for a reader without a seat there."""
    reader = access.viewer()
    mine = own.organisations(reader) if reader is not None else []
    return next((row for row in mine if row.organisation is organisation), None)


def _by_other_name(slug: str) -> Response:
    """Redirect from a former or alternative name to the organisation; to the register if several share the name."""
    plain = slugify(slug)
    if plain != slug and queries.get_organisation(plain):
        return _moved(plain)
    found = queries.by_other_name(plain)
    if len(found) > 1:
        return make_response(redirect(url_for(".index", q=plain.replace("-", " ")), 302))
    if not found:
        abort(404)
    return _moved((found[0].merged_into or found[0]).slug)


def _moved(slug: str) -> Response:
    return make_response(redirect(url_for(".show", slug=slug), 301))


@bp.get("/ondertekenaars/")
@public
def signatories() -> Response:
    """List who signed the action agenda, and for which topics."""
    signings = agenda_provider.get().signings()
    known = forms.kinds_of(signings)
    asked = SignatoryFilter.parse(request.args, known)
    found = asked.matching(signings, forms.kind_of)
    return page(
        "community/signatories.html",
        fragment="results",
        is_part=wants_fragment(),
        signings=signings,
        found=len(found),
        whole=cards.by_kind([row for row in found if row.whole_agenda]),
        topical=cards.by_kind([row for row in found if not row.whole_agenda]),
        kinds=asked.options(signings, forms.kind_of, known)[forms.KIND],
        chosen=asked.values(forms.KIND),
        ignored=asked.ignored,
    )


from portal.community import (  # noqa: E402  # hang on `bp`
    addition_views,  # noqa: F401
    claim_views,  # noqa: F401
    profile_views,  # noqa: F401
    seat_views,  # noqa: F401
    writing_views,  # noqa: F401
)
