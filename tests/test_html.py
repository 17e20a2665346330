"""The Nu HTML checker finds nothing on any kind of page, in either language."""

from flask import Flask

from tests.page_kinds import kinds_of_page
from tests.tools import NuChecker


def test_every_kind_of_page_is_valid_html(demo_site: Flask, nu_errors: NuChecker) -> None:
    client = demo_site.test_client()
    with demo_site.app_context():
        addresses = kinds_of_page(demo_site)
        documents = {name: client.get(path).get_data(as_text=True) for name, path in addresses.items()}
        documents |= {
            f"{name} in English": client.get(f"/en{path}").get_data(as_text=True)
            for name, path in addresses.items()
            if not path.startswith("/en/")
        }

    assert nu_errors(documents) == []
