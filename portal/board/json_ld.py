"""Posts as schema.org JSON-LD, for search engines."""

from typing import Any

from portal.board.levels import levels_label
from portal.board.models import Kind, Post
from portal.core.formatting import iso
from portal.core.web.navigation import absolute

INTERNSHIPS = {"stageplaats": "INTERN", "afstudeerplaats": "INTERN", "praktijkplaats": "INTERN"}
JOBS = {
    **INTERNSHIPS,
    "leerbaan": "OTHER",
    "leerwerkplek": "OTHER",
    "traineeplek": "TEMPORARY",
    "werkervaringsplek": "TEMPORARY",
    "startersbeurs": "TEMPORARY",
}
"""Categories that offer a place to work or learn, with the schema.org employment type."""


def describe_post(post: Post) -> dict[str, Any]:
    """Return a JobPosting for an offered place with a known organisation and municipality, else an Offer or Demand."""
    is_job = post.kind == Kind.OFFER and post.category.slug in JOBS
    data = _job(post) if is_job and post.organisation and post.municipality else _offer(post)
    return {"@context": "https://schema.org", **data}


def _job(post: Post) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "JobPosting",
        "title": post.title,
        "description": post.body_html,
        "identifier": {"@type": "PropertyValue", "name": post.category.label, "value": str(post.id)},
        "url": absolute(post.path),
        "datePosted": iso(post.published_at) if post.published_at else None,
        "validThrough": _ends(post),
        "employmentType": JOBS[post.category.slug],
        "hiringOrganization": _organisation(post),
        "jobLocation": {"@type": "Place", "address": _address(post)},
        "directApply": False,
        "totalJobOpenings": post.places,
        "qualifications": post.requirements,
        "educationRequirements": levels_label(post.levels) or None,
        "inLanguage": "nl",
    }
    return _known(data)


def _offer(post: Post) -> dict[str, Any]:
    offered = post.kind == Kind.OFFER
    data: dict[str, Any] = {
        "@type": "Offer" if offered else "Demand",
        "name": post.title,
        "description": post.excerpt,
        "url": absolute(post.path),
        "category": post.category.label,
        "itemOffered": {"@type": "Service", "name": post.title, "serviceType": post.category.label},
        "availability": f"https://schema.org/{'InStock' if post.is_open else 'Discontinued'}",
        "validFrom": iso(post.published_at) if post.published_at else None,
        "validThrough": _ends(post),
        "areaServed": {"@type": "City", "name": post.municipality.name} if post.municipality else None,
    }
    if post.organisation:
        # schema.org has no property for who seeks a Demand, only `seeks` on the organisation
        data |= {"offeredBy": _organisation(post)} if offered else {"@reverse": {"seeks": _organisation(post)}}
    return _known(data)


def _organisation(post: Post) -> dict[str, Any]:
    assert post.organisation is not None
    organisation = post.organisation
    return {"@type": "Organization", "name": organisation.name, "url": absolute(organisation.path)}


def _address(post: Post) -> dict[str, Any]:
    place = post.municipality.name if post.municipality else None
    return _known({"@type": "PostalAddress", "addressLocality": place, "addressCountry": "NL"})


def _ends(post: Post) -> str | None:
    moment = post.closed_at or post.expires_at
    return iso(moment) if moment else None


def _known(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value is not None}
