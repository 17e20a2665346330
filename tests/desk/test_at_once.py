"""Many editors decide about the same case at the same moment."""

from concurrent.futures import ThreadPoolExecutor

from flask import Flask

from portal.accounts.models import Role, User
from portal.core.extensions import db
from portal.desk import services
from portal.desk.labels import Decision
from portal.publishing import desk
from portal.publishing.services import history
from tests.desk.conftest import HandIn, mails
from tests.people import make_user

MANY = 8


def test_one_decision_counts(app: Flask, hand_in: HandIn) -> None:
    """CHECKS 108: one is carried out and mailed, all others hear that they were too late."""
    article_id = hand_in().id
    editors = [make_user(f"Redacteur {number}", Role.EDITOR).id for number in range(MANY)]

    def decide(number: int) -> str:
        with app.test_request_context():
            editor = db.session.get(User, editors[number])
            assert editor is not None
            decision = Decision.APPROVE if number % 2 else Decision.REFUSE
            try:
                services.decide("artikel", article_id, editor, decision, "Reden.")
            except services.AlreadyDecided as error:
                return error.entry.actor_name if error.entry else "?"
            else:
                return "won"
            finally:
                db.session.remove()

    with ThreadPoolExecutor(MANY) as pool:
        outcomes = list(pool.map(decide, range(MANY)))

    assert outcomes.count("won") == 1
    winner = f"Redacteur {outcomes.index('won')}"
    assert {outcome for outcome in outcomes if outcome != "won"} == {winner}
    assert len(mails()) == 1
    case = desk.find_case("artikel", article_id)
    assert case is not None
    assert len(history(case.subject)) == 2
