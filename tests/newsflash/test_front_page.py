"""The news of the front page: the latest nieuwsflits leads, with what was published since right after its opening."""

from datetime import UTC, date, datetime

from portal.core.storage.database import transaction
from tests.newsflash.conftest import Newsroom, Reader

STORIES = ".front-lead .card-title"


def test_the_latest_issue_opens_with_what_came_since_behind_its_first_story(reader: Reader, newsroom: Newsroom) -> None:
    old = newsroom.article("Oud", at=datetime(2025, 12, 1, 12, tzinfo=UTC))
    one, two = newsroom.article("Een", themes=("zorg", "techniek")), newsroom.article("Twee")
    newsroom.issue(1, old, day=date(2025, 12, 4))
    newsroom.issue(2, one, two, day=date(2026, 1, 8))
    newsroom.article("Sindsdien", at=datetime(2026, 1, 9, 12, tzinfo=UTC))
    front = reader.get("/")

    assert front.texts(STORIES) == ["Een", "Sindsdien", "Twee"]
    assert front.texts(".front-lead .issue-number") == ["nr. 2"]
    marks = [int(number) for number in front.texts(".front-lead .is-large .theme-number")]
    assert len(marks) == 2
    assert marks == sorted(marks)


def test_without_any_issue_the_newest_articles_stand_there(reader: Reader, newsroom: Newsroom) -> None:
    newsroom.article("Eerst", at=datetime(2026, 1, 1, 12, tzinfo=UTC))
    newsroom.article("Later", at=datetime(2026, 1, 2, 12, tzinfo=UTC))
    assert reader.get("/").texts(STORIES) == ["Later", "Eerst"]


def test_a_changed_headline_shows_at_once(reader: Reader, newsroom: Newsroom) -> None:
    article = newsroom.article("Eerst")
    assert reader.get("/").texts(STORIES) == ["Eerst"]
    with transaction():
        article.title = "Beter"
    assert reader.get("/").texts(STORIES) == ["Beter"]
