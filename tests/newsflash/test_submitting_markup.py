"""The pages where one writes news are valid HTML, in both languages (CHECKS 81, 90)."""

from flask import Flask

from portal.accounts.models import User
from tests.newsflash.test_submitting import only_article, picture, send
from tests.people import client_of
from tests.tools import NuChecker


def test_every_form_of_an_article_is_valid_html(
    app: Flask, signatory: User, editor: User, nu_errors: NuChecker
) -> None:
    sigrid, eva = client_of(app, signatory), client_of(app, editor)
    send(sigrid, image=picture(), image_alt="Een brug")
    article = only_article()
    pages = {"preview": send(sigrid, do="voorbeeld", image=picture(), image_alt="Een brug"),
             "errors": send(sigrid, title="", image=picture())}  # fmt: skip
    sigrid.post_form("/nieuws/insturen", {"do": "bewaar", "title": "Half"})
    paths = ["/nieuws/insturen", article.path, f"/nieuws/{article.id}/bewerken", f"/nieuws/{article.id}/intrekken"]
    for client, who in ((sigrid, "signatory"), (eva, "editor")):
        pages |= {f"{who} {prefix}{path}": client.get(f"{prefix}{path}") for path in paths for prefix in ("", "/en")}
    sigrid.post_form(f"/nieuws/{article.id}/intrekken")
    pages |= {"withdrawn": sigrid.get(article.path), "gone": app.test_client().get(article.path)}

    assert {name: page.status_code for name, page in pages.items() if page.status_code not in (200, 410, 422)} == {}
    assert nu_errors({name: page.get_data(as_text=True) for name, page in pages.items()}) == []
