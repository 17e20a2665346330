"""Pages of the examples library."""

from flask import Blueprint, Response, abort, request, url_for

from portal.core.web.access import public
from portal.core.web.navigation import absolute
from portal.core.web.rendering import page, wants_fragment
from portal.examples import forms, queries
from portal.examples.forms import ExampleFilter
from portal.examples.models import Example

bp = Blueprint("examples", __name__)


@bp.get("/voorbeelden/")
@public
def index() -> Response:
    """List initiatives, filtered by type, sector, target group and condition, with the ten conditions for success."""
    examples, conditions = queries.examples(), queries.conditions()
    known = forms.known(examples, queries.types(), conditions)
    wanted = ExampleFilter.parse(request.args, known)
    options, found = wanted.options(examples, forms.options_of, known), wanted.matching(examples, forms.options_of)
    return page(
        "examples/index.html",
        fragment="results",
        is_part=wants_fragment(),
        labels=wanted.labels(),
        options=options,
        counts=[(name, choices, "checkbox") for name, choices in options.items()],
        chips=wanted.chips(known, url_for(".index")),
        ignored=wanted.ignored,
        found=found,
        examples=examples,
        conditions=conditions,
    )


@bp.get("/voorbeelden/<slug>")
@public
def show(slug: str) -> Response:
    """Show an initiative."""
    example = queries.get_example(slug) or abort(404)
    return page(
        "examples/show.html",
        example=example,
        alike=queries.related(example),
        linked_data=linked_data(example),
    )


def linked_data(example: Example) -> dict[str, object]:
    """Return an initiative as schema.org JSON-LD."""
    return {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": absolute(example.path),
        "url": absolute(example.path),
        "headline": example.name,
        "description": example.summary,
        "inLanguage": "nl",
        "articleSection": example.type.title,
        "keywords": example.sectors,
    }
