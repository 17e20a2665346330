"""Anything at all in the parameters and paths of every route: one of a few plain answers, never an exception."""

from urllib.parse import quote, urlsplit

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.checks.walk import FEEDS, LISTS
from tests.fixtures import InspectingClient

Addresses = dict[str, str]
PLAIN = {200, 301, 302, 303, 304, 308, 400, 404}
BOUNDED = settings(
    max_examples=250, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
TEXT = (
    st.text(max_size=30)
    | st.text(alphabet="0123456789.-+eE_ ", max_size=25)
    | st.text(alphabet="<>\"'&%;={}()/\\", max_size=20)
)
SLUGS = ["techniek", "delft", "vraag", "alle", "relevantie", "maand", "lijst", "post", "2026", "9", "1.2", "1.2.3", ""]
DAYS = ["2026-11", "2026-02-30", "0000-00-00", "9999-12", "9999-12-31", "0001-01", "10000-01-01", "2026-11-20"]
KNOWN = st.sampled_from(SLUGS) | st.sampled_from(DAYS)
RAW = st.text(alphabet="%&=+;#?[]0123456789abcdefq\x00\x0a\x7f\xc3\xff", max_size=60)


def assert_plain(visitor: InspectingClient, path: str, query: str, *, as_htmx: bool) -> None:
    """Ask, and fail for any answer but a plain one."""
    headers = {"HX-Request": "true"} if as_htmx else {}
    environ = {"PATH_INFO": path.encode("utf-8", "surrogateescape").decode("latin-1"), "QUERY_STRING": query}
    answer = visitor.get("/", headers=headers, environ_overrides=environ)
    assert answer.status_code in PLAIN, (path, query, answer.status_code)
    if answer.status_code in (301, 302, 303, 308):
        assert urlsplit(answer.headers["Location"]).netloc in ("", "localhost"), (path, query)


@given(data=st.data())
@BOUNDED
def test_parameters_of_lists(
    visitor: InspectingClient, addresses: Addresses, parameters: list[str], data: st.DataObject
) -> None:
    path = addresses[data.draw(st.sampled_from([*LISTS, *FEEDS]), "endpoint")]
    pairs = data.draw(st.lists(st.tuples(st.sampled_from(parameters), KNOWN | TEXT), max_size=6), "pairs")
    query = "&".join(f"{quote(name)}={quote(value, safe='')}" for name, value in pairs)
    assert_plain(visitor, path, query, as_htmx=data.draw(st.booleans(), "as htmx"))


@given(data=st.data())
@BOUNDED
def test_queries_of_any_route(visitor: InspectingClient, addresses: Addresses, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(addresses.values())), "path")
    assert_plain(visitor, path, data.draw(RAW, "query"), as_htmx=data.draw(st.booleans(), "as htmx"))


@given(data=st.data())
@BOUNDED
def test_paths_near_any_route(visitor: InspectingClient, addresses: Addresses, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(addresses.values())), "path")
    cut = data.draw(st.integers(0, len(path)), "cut")
    odd = data.draw(TEXT | RAW | st.sampled_from(["/", "//", "/../", "/./", ".ics", "-", "/en/", "\\"]), "odd")
    prefix = data.draw(st.sampled_from(["", "/en", "/en/en", "/nl", "/"]), "prefix")
    assert_plain(visitor, prefix + path[:cut] + odd + path[cut:], "", as_htmx=False)
