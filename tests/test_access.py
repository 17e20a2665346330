"""The audience of every route; a route that is missing in the table fails the test."""

import pytest
from flask import Blueprint, Flask
from flask.testing import FlaskClient

from portal.core.web import access
from portal.core.web.access import Audience

TABLE = {
    "accounts.change_address": Audience.MEMBERS,
    "accounts.codes": Audience.MEMBERS,
    "accounts.confirm": Audience.TOKEN_HOLDERS,
    "accounts.confirm_address": Audience.TOKEN_HOLDERS,
    "accounts.end_other_sessions": Audience.MEMBERS,
    "accounts.end_session": Audience.MEMBERS,
    "accounts.factors": Audience.HALF_SIGNED_IN,
    "accounts.forgot": Audience.VISITORS,
    "accounts.magic_link": Audience.VISITORS,
    "accounts.magic_link_use": Audience.TOKEN_HOLDERS,
    "accounts.passkey_new": Audience.HALF_SIGNED_IN,
    "accounts.passkey_new_question": Audience.HALF_SIGNED_IN,
    "accounts.passkey_sign_in": Audience.VISITORS,
    "accounts.passkey_sign_in_question": Audience.VISITORS,
    "accounts.passkey_step": Audience.HALF_SIGNED_IN,
    "accounts.passkey_step_question": Audience.HALF_SIGNED_IN,
    "accounts.password": Audience.MEMBERS,
    "accounts.prove": Audience.HALF_SIGNED_IN,
    "accounts.register": Audience.VISITORS,
    "accounts.remove_app": Audience.MEMBERS,
    "accounts.remove_passkey": Audience.MEMBERS,
    "accounts.reset": Audience.TOKEN_HOLDERS,
    "accounts.second_step": Audience.HALF_SIGNED_IN,
    "accounts.set_up_app": Audience.HALF_SIGNED_IN,
    "accounts.settings": Audience.MEMBERS,
    "accounts.sign_in": Audience.VISITORS,
    "accounts.sign_out": Audience.VISITORS,
    "accounts.single_sign_on_join": Audience.VISITORS,
    "accounts.single_sign_on_return": Audience.VISITORS,
    "accounts.single_sign_on_start": Audience.VISITORS,
    "accounts.single_sign_on_tie": Audience.MEMBERS,
    "accounts.single_sign_on_untie": Audience.MEMBERS,
    "accounts.underway": Audience.VISITORS,
    "home.index": Audience.PUBLIC,
    "home.contributions": Audience.MEMBERS,
    "board.index": Audience.PUBLIC,
    "board.show": Audience.PUBLIC,
    "board.feed": Audience.PUBLIC,
    "board.writing_guide": Audience.PUBLIC,
    "board.submit": Audience.MEMBERS,
    "board.edit": Audience.MEMBERS,
    "board.keep_draft": Audience.MEMBERS,
    "board.drop_draft": Audience.MEMBERS,
    "board.extend": Audience.MEMBERS,
    "board.extend_by_link": Audience.TOKEN_HOLDERS,
    "board.withdraw": Audience.MEMBERS,
    "board.fulfil": Audience.MEMBERS,
    "board.converse": Audience.MEMBERS,
    "board.reopen": Audience.MEMBERS,
    "board.copy": Audience.MEMBERS,
    "board.add_organisation": Audience.MEMBERS,
    "community.add": Audience.MEMBERS,
    "agenda.index": Audience.PUBLIC,
    "agenda.archive": Audience.PUBLIC,
    "agenda.show": Audience.PUBLIC,
    "agenda.event_calendar": Audience.PUBLIC,
    "agenda.calendar": Audience.PUBLIC,
    "agenda.submit": Audience.MEMBERS,
    "agenda.keep_draft": Audience.MEMBERS,
    "agenda.drop_draft": Audience.MEMBERS,
    "agenda.edit": Audience.MEMBERS,
    "agenda.postpone": Audience.MEMBERS,
    "agenda.cancel": Audience.MEMBERS,
    "agenda.withdraw": Audience.MEMBERS,
    "newsflash.news": Audience.PUBLIC,
    "newsflash.article": Audience.PUBLIC,
    "newsflash.feed": Audience.PUBLIC,
    "newsflash.issues": Audience.PUBLIC,
    "newsflash.issue": Audience.PUBLIC,
    "newsflash.submit": Audience.MEMBERS,
    "newsflash.keep_draft": Audience.MEMBERS,
    "newsflash.drop_draft": Audience.MEMBERS,
    "newsflash.edit": Audience.MEMBERS,
    "newsflash.withdraw": Audience.MEMBERS,
    "actionplan.index": Audience.PUBLIC,
    "actionplan.theme": Audience.PUBLIC,
    "actionplan.action": Audience.PUBLIC,
    "community.index": Audience.PUBLIC,
    "community.show": Audience.PUBLIC,
    "community.signatories": Audience.PUBLIC,
    "community.member": Audience.PUBLIC,
    "community.directory": Audience.MEMBERS,
    "community.profile_edit": Audience.MEMBERS,
    "community.edit": Audience.MEMBERS,
    "community.claim": Audience.MEMBERS,
    "community.seats": Audience.MEMBERS,
    "community.edit_seat": Audience.MEMBERS,
    "community.end_seat": Audience.MEMBERS,
    "community.hand_over": Audience.MEMBERS,
    "community.change_owner": Audience.MEMBERS,
    "community.invite": Audience.MEMBERS,
    "community.revoke_invitation": Audience.MEMBERS,
    "community.invitation": Audience.TOKEN_HOLDERS,
    "examples.index": Audience.PUBLIC,
    "examples.show": Audience.PUBLIC,
    "pages.about": Audience.PUBLIC,
    "pages.participate": Audience.PUBLIC,
    "pages.privacy": Audience.PUBLIC,
    "pages.accessibility": Audience.PUBLIC,
    "search.feed": Audience.PUBLIC,
    "search.index": Audience.PUBLIC,
    "search.opensearch": Audience.PUBLIC,
    "search.suggestions": Audience.PUBLIC,
    "files.media": Audience.PUBLIC,
    "mail.one_click": Audience.TOKEN_HOLDERS,
    "mail.outbox": Audience.ADMINISTRATORS,
    "mail.preferences": Audience.MEMBERS,
    "mail.retry": Audience.ADMINISTRATORS,
    "mail.retry_all": Audience.ADMINISTRATORS,
    "mail.trial": Audience.ADMINISTRATORS,
    "avg.index": Audience.MEMBERS,
    "avg.download": Audience.MEMBERS,
    "avg.delete": Audience.MEMBERS,
    "avg.deleted": Audience.VISITORS,
    "avg.user_data": Audience.ADMINISTRATORS,
    "avg.download_user_data": Audience.ADMINISTRATORS,
    "operations.healthz": Audience.PUBLIC,
    "operations.readyz": Audience.PUBLIC,
    "operations.metrics": Audience.TOKEN_HOLDERS,
    "operations.robots": Audience.PUBLIC,
    "operations.sitemap_xml": Audience.PUBLIC,
    "operations.security_txt": Audience.PUBLIC,
    "operations.favicon": Audience.PUBLIC,
    "administration.act": Audience.ADMINISTRATORS,
    "administration.end_seat": Audience.ADMINISTRATORS,
    "administration.index": Audience.ADMINISTRATORS,
    "administration.settings": Audience.ADMINISTRATORS,
    "administration.user": Audience.ADMINISTRATORS,
    "administration.users": Audience.ADMINISTRATORS,
    "desk.audit": Audience.EDITORS,
    "desk.audit_file": Audience.EDITORS,
    "desk.case": Audience.EDITORS,
    "desk.index": Audience.EDITORS,
    "desk.report": Audience.VISITORS,
    "desk.shortages": Audience.EDITORS,
    "desk.shortages_file": Audience.EDITORS,
    "desk.synonym_delete": Audience.EDITORS,
    "desk.synonym_edit": Audience.EDITORS,
    "desk.synonym_groups": Audience.EDITORS,
    "desk.synonym_new": Audience.EDITORS,
    "desk.synonyms_take_over": Audience.EDITORS,
}


def test_every_route_is_in_the_table_for_the_same_people(site: Flask) -> None:
    declared = {rule.endpoint: access.audience_of(site, rule.endpoint) for rule in site.url_map.iter_rules()}

    assert declared == TABLE


def test_a_route_that_does_not_say_for_whom_stops_the_start() -> None:
    app = Flask("undeclared")
    blueprint = Blueprint("secret", __name__)
    blueprint.add_url_rule("/secret", "show", lambda: "secret")
    app.register_blueprint(blueprint)

    with pytest.raises(access.UndeclaredRoute, match="/secret"):
        access.check_routes(app)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("path", ["/", "/vraag-en-aanbod/", "/zoeken", "/healthz"])
def test_other_methods_are_refused(client: FlaskClient, method: str, path: str) -> None:
    response = client.open(path, method=method, headers={"X-HTTP-Method-Override": "GET"})

    assert response.status_code == 405
