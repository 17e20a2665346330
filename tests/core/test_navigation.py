"""The main menu marks the section in which a page stands."""

import pytest
from flask import Flask

from portal.accounts.models import User
from tests.people import client_of


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/organisaties/", ["Organisaties"]),
        ("/ondertekenaars/", ["Actieagenda"]),
        ("/leden/", []),
        ("/account/profiel", []),
        ("/agenda/archief", ["Agenda"]),
    ],
)
def test_the_menu_marks_the_section_of_a_page(app: Flask, member: User, path: str, section: list[str]) -> None:
    assert client_of(app, member).get(path).texts(".site-nav [aria-current]") == section
