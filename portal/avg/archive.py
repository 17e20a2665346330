"""A person's data as a ZIP file: JSON for programs, an HTML page to read, and the uploaded files."""

import json
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from flask import current_app, render_template
from sqlalchemy import select

from portal.accounts.models import User
from portal.avg import services
from portal.avg.labels import field_label
from portal.core import clock, personal_data
from portal.core.extensions import db
from portal.core.personal_data import Holding, Person, Record
from portal.files import storage
from portal.files.models import StoredFile

NAME = "mijn-gegevens.zip"


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table about a person."""

    holding: Holding
    rows: list[Record]


def collect_parts(person: Person) -> list[Part]:
    """Return everything that is stored about a person, per table; tables without rows are left out."""
    found = personal_data.export(person)
    return [Part(holding, found[holding.table]) for holding in personal_data.holdings() if holding.table in found]


def build_archive(user: User) -> bytes:
    """Return the content of a ZIP file with everything that is stored about a person."""
    person, made_at = services.person_of(user), clock.now()
    mine = collect_parts(person)
    whole = {
        "portal": current_app.config["SITE_NAME"],
        "made_at": made_at.isoformat(),
        "data": {part.holding.table: part.rows for part in mine},
    }
    page = render_template("avg/archive.html", parts=mine, made_at=made_at, field_label=field_label)
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        archive.writestr("gegevens.json", json.dumps(whole, ensure_ascii=False, indent=2))
        archive.writestr("gegevens.html", page)
        for name, content in _files(person):
            archive.writestr(f"bestanden/{name}", content)
    return buffer.getvalue()


def _files(person: Person) -> list[tuple[str, bytes]]:
    found = []
    for file in db.session.scalars(select(StoredFile).where(StoredFile.owner_id == person.id)):
        try:
            found.append((f"{file.id}.{file.extension}", storage.read(file.name)))
        except FileNotFoundError:
            continue
    return found
