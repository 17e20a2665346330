"""Removal of a person's name and address from texts that remain after an account is erased."""

import html
import json
import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, String, Text, cast, inspect, or_, select

from portal.core.extensions import db
from portal.core.personal_data import FORMER_MEMBER, Person
from portal.core.text import render_markdown, slugify

NO_ADDRESS = "(adres verwijderd)"
"""Replaces an e-mail address; part of the content, so Dutch in every language."""
RENDERED = "_html"
"""Suffix of the column with the HTML of a Markdown column: `body_html` beside `body`."""
NOT_TEXT = frozenset({"slug", "token", "uid"})
SHORTEST = 60
"""Minimum length of columns that people write in; shorter columns hold codes."""


class Redaction:
    """Replaces a person's full name by "Oud-lid", and the e-mail address by a note.

    A name of one word ("Jan", "Redactie") is replaced only where it is the whole text, because within a sentence it may
    be an ordinary word.
    """

    def __init__(self, person: Person) -> None:
        """Prepare the patterns of a person's name and address."""
        self.name = " ".join(person.name.split())
        self.email = person.email
        words = [re.escape(word) for word in self.name.split()]
        self.is_distinct = len(words) > 1
        named = r"\s+".join(words)
        self._name = re.compile(rf"(?<!\w){named}(?!\w)" if self.is_distinct else rf"\A{named}\Z", re.IGNORECASE)
        self._email = re.compile(rf"(?<![\w.+-]){re.escape(self.email)}(?![\w-])", re.IGNORECASE)
        self._slug = re.compile(rf"(?<![a-z0-9]){slugify(self.name)}(?![a-z0-9])")

    def text(self, text: str) -> str:
        """Return a text without name and address, including the name as HTML or a slug writes it."""
        text = self._email.sub(NO_ADDRESS, text)
        if self.is_distinct:
            text = self._slug.sub(slugify(FORMER_MEMBER), text.replace(html.escape(self.name), FORMER_MEMBER))
        return self._name.sub(FORMER_MEMBER, text)

    def value(self, value: Any) -> Any:
        """Return a JSON value without name and address."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.value(one) for key, one in value.items()}
        return [self.value(one) for one in value] if isinstance(value, list) else value

    def columns(self, row: Any, names: Iterable[str]) -> bool:
        """Redact columns of a row; return whether anything changed."""
        changed = False
        for name in names:
            before = getattr(row, name)
            after = self.value(before)
            if after != before:
                room = getattr(inspect(type(row)).column_attrs[name].columns[0].type, "length", None)
                setattr(row, name, after[:room] if isinstance(after, str) else after)
                changed = True
        return changed

    def publication(self, row: Any) -> None:
        """Redact all texts of a publication, render its HTML again, and derive its slug from its new title."""
        names = _text_columns(type(row))
        sources = {name.removesuffix(RENDERED) for name in names if name.endswith(RENDERED)} & names
        title = row.title
        for name in sources:
            if self.columns(row, [name]):
                setattr(row, f"{name}{RENDERED}", render_markdown(getattr(row, name) or ""))
        self.columns(row, {name for name in names if not name.endswith(RENDERED)})
        if row.title != title:
            row.slug = slugify(row.title)

    def everywhere(self, model: type[Any], *names: str, where: ColumnElement[bool] | None = None) -> None:
        """Redact columns in every row of a table that holds the name or address; `where` limits the rows."""
        statement = select(model).where(or_(*(self._holds(cast(getattr(model, name), Text)) for name in names)))
        for row in db.session.scalars(statement if where is None else statement.where(where)):
            self.columns(row, names)

    def _holds(self, column: ColumnElement[str]) -> ColumnElement[bool]:
        """Return the condition that a column contains the name or address, including its JSON and HTML spelling."""
        written = {self.name, self.email, json.dumps(self.name)[1:-1], html.escape(self.name), slugify(self.name)}
        return or_(*(column.icontains(text, autoescape=True) for text in sorted(written)))


def _text_columns(model: type[Any]) -> set[str]:
    """Return the names of the columns that people write in."""
    types = {column.key: column.columns[0].type for column in inspect(model).column_attrs}
    roomy = {name for name, kind in types.items() if isinstance(kind, String) and (kind.length or SHORTEST) >= SHORTEST}
    return roomy - NOT_TEXT
