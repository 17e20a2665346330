"""When a part of several machines is gone: nobody reads an error, nothing is lost, and it heals by itself."""

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from threading import Event
from typing import Self

import pytest
import requests
from sqlalchemy import text

from portal.core.extensions import db
from tests.files.makers import picture
from tests.people import PASSWORD
from tests.scale import nginx
from tests.scale.cluster import BOARD, Browser, Cluster, known_person, place, until, upload_photo
from tests.servers import RedisServer, S3Server

pytestmark = [pytest.mark.postgres, pytest.mark.timeout(300)]
CUT_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()
"""
PATHS = (BOARD, "/", "/agenda/", "/zoeken?q=stage", "/nieuws/", "/healthz", "/organisaties/", f"{BOARD}?soort=vraag")
READERS, ROUNDS, READS = 6, 2, 20
"""How many read at once, how often the machine is killed, and how many reads there are at least before what is next."""


class Load:
    """People who read while things happen; `statuses` counts their answers, 0 for none."""

    def __init__(self, browser: Callable[[], Browser]) -> None:
        """Take what gives each reader a browser."""
        self._browser = browser
        self._stop = Event()
        self.statuses = Counter[int]()

    def __enter__(self) -> Self:
        self._pool = ThreadPoolExecutor(READERS)
        self._readers = [self._pool.submit(self._read, number) for number in range(READERS)]
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        self._pool.shutdown()

    def _read(self, turn: int) -> None:
        browser = self._browser()
        while not self._stop.is_set():
            turn += 1
            try:
                self.statuses[browser.get(PATHS[turn % len(PATHS)]).status_code] += 1
            except requests.RequestException:
                self.statuses[0] += 1

    def wait_for_more(self) -> None:
        """Wait until some more reads were answered."""
        before = self.statuses.total()
        until(lambda: self.statuses.total() > before + READS)


def kill_and_start(cluster: Cluster, load: Load) -> None:
    """Kill -9 the first machine while people read, let them read on, start it again, and let them read on."""
    load.wait_for_more()
    cluster.servers[cluster.addresses[0]].kill()
    load.wait_for_more()
    cluster.servers[cluster.addresses[0]].start()
    cluster.wait_for(0)


def test_one_machine_is_killed_under_load_and_no_read_fails(
    cluster: Cluster, record_property: Callable[[str, object], None]
) -> None:
    """CHECKS 100, O4: it comes back and takes its part again."""
    with Load(cluster.browser) as load:
        for _round in range(ROUNDS):
            kill_and_start(cluster, load)
        before = cluster.proxy.answered[cluster.addresses[0]]
        until(lambda: cluster.proxy.answered[cluster.addresses[0]] > before + READS)
    record_property("reads", load.statuses.total())
    record_property("failed reads", load.statuses.total() - load.statuses[200])

    assert cluster.proxy.passed_over > 0
    assert set(load.statuses) == {200}


def test_the_proxy_of_the_readme_passes_over_a_machine_that_is_killed(
    cluster: Cluster, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    """The set-up for nginx is there to be copied: it is tried as it stands, with our addresses and without TLS."""
    with nginx.running(tmp_path, cluster.addresses) as front:
        with Load(partial(Browser, front, "127.0.0.1")) as load:
            for _round in range(ROUNDS):
                kill_and_start(cluster, load)
            load.wait_for_more()
        record_property("reads", load.statuses.total())
        assert set(load.statuses) == {200}

        visitor = Browser(front, "127.0.0.1")
        assert visitor.get(BOARD).headers["Content-Security-Policy"]
        answers = [visitor.sign_in("niemand@example.org", "geraden wachtwoord").status_code for _try in range(11)]
        assert answers == [422] * 10 + [429]


def test_one_worker_is_killed_and_the_other_goes_on(cluster: Cluster, editor: Browser) -> None:
    """CHECKS 100: nothing is lost."""
    cluster.workers[0].kill()
    visitor = cluster.browser(1)
    assert place(editor, "Draaibank zoekt leerling").status_code == 303
    until(lambda: visitor.tree("/zoeken?q=draaibank").css_first("mark") is not None)
    cluster.workers[0].start()


def test_redis_may_vanish_and_come_back(cluster: Cluster, editor: Browser, redis_of_all: RedisServer) -> None:
    """Pages come, writes are taken and found, guesses are counted; nobody does anything to heal it."""
    person = known_person("zonder-redis@example.org")
    redis_of_all.stop()
    for machine in (0, 1):
        for path in ("/", BOARD, "/zoeken?q=stage"):
            assert cluster.browser(machine).get(path).status_code == 200
    assert place(editor, "Boormachine met uitleg").status_code == 303
    until(lambda: cluster.browser(1).tree("/zoeken?q=boormachine").css_first("mark") is not None)
    answers = [cluster.browser(number % 2).sign_in(person.email, "geraden wachtwoord") for number in range(11)]
    assert [answer.status_code for answer in answers] == [422] * 10 + [429]

    redis_of_all.start()

    def is_used_again() -> bool:
        cluster.browser(0).get(f"/agenda/?q=&n={time.monotonic()}")
        return bool(redis_of_all.client.keys("*:page:*"))

    until(is_used_again)


def test_after_the_database_was_restarted_every_page_comes(cluster: Cluster) -> None:
    """Its connections are dead then: nobody may notice."""
    for machine in (0, 1):
        assert cluster.browser(machine).get(BOARD).status_code == 200
    db.session.remove()
    with db.engine.begin() as connection:
        assert connection.execute(text(CUT_OTHERS)).all()
    for machine in (0, 1):
        for number in range(4):
            assert cluster.browser(machine).get(f"{BOARD}?n={number}").status_code == 200


def test_the_object_store_may_vanish_and_come_back(cluster: Cluster, s3_server: S3Server) -> None:
    """CHECKS 104: pages come all the same; what cannot be stored is not said to be."""
    person = known_person("zonder-opslag@example.org")
    browser = cluster.browser(0)
    browser.sign_in(person.email, PASSWORD)
    path = upload_photo(browser)
    s3_server.stop()
    try:
        assert browser.get(path).status_code == 503
        assert cluster.browser(1).get(BOARD).status_code == 200
        photo = {"photo": ("ik.jpg", picture(), "image/jpeg")}
        assert browser.post_form("/account/profiel", {"function": "Lasser"}, files=photo).status_code == 503
        assert "Lasser" not in browser.get("/account/profiel").text
    finally:
        s3_server.start()
    until(lambda: browser.get(path).status_code == 200)
