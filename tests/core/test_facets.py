"""Counts beside options equal what choosing the option would find, whatever else is chosen."""

from hypothesis import given
from hypothesis import strategies as st

from portal.core.lists.facets import FacetIndex

Rows = dict[int, dict[str, list[str]]]
rows_of = st.dictionaries(
    st.integers(1, 40),
    st.fixed_dictionaries(
        {
            "kind": st.lists(st.sampled_from("ab"), min_size=1, max_size=1),
            "theme": st.lists(st.sampled_from("xyz"), unique=True),
        }
    ),
    max_size=25,
)
chosen_of = st.fixed_dictionaries({"kind": st.lists(st.sampled_from("ab")), "theme": st.lists(st.sampled_from("xyzq"))})


def found(rows: Rows, chosen: dict[str, list[str]]) -> set[int]:
    """Return the ids that answer a filter, the slow and obvious way."""
    return {
        row_id
        for row_id, options in rows.items()
        if all(not values or set(values) & set(options[name]) for name, values in chosen.items())
    }


@given(rows_of, rows_of, st.sets(st.integers(1, 40)), chosen_of)
def test_counts_equal_what_one_finds(
    first: Rows, second: Rows, removed: set[int], chosen: dict[str, list[str]]
) -> None:
    index = FacetIndex()
    index.load(first.items())
    index.load(second.items())
    for row_id in removed:
        index.remove(row_id)
    rows = {row_id: row for row_id, row in (first | second).items() if row_id not in removed}

    assert len(index) == len(rows)
    assert index.count(chosen) == len(found(rows, chosen))
    for dimension, options in index.counts(chosen).items():
        for value, count in options.items():
            assert count == len(found(rows, chosen | {dimension: [value]}))


@given(rows_of, st.sets(st.integers(1, 60)), chosen_of)
def test_counts_within_given_rows(rows: Rows, ids: set[int], chosen: dict[str, list[str]]) -> None:
    index = FacetIndex()
    index.load(rows.items())

    assert index.count(chosen, within=index.rows(ids)) == len(found(rows, chosen) & ids)
