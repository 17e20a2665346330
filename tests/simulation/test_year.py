"""The short form of `python -m tests.simulation --year`: some weeks of a small network, checked by counting."""

from flask import Flask

from tests.simulation import counting
from tests.simulation.year import SHORT, Network


def test_the_promise_holds_in_a_network_that_lives_for_some_weeks(app: Flask) -> None:
    network = Network(SHORT)
    network.run()

    found = counting.report(network.ledger, network.ended)

    assert found.faults == []
    assert found.reminders > 0
    assert found.handed_over > 0
    assert found.with_promise > found.without_promise
