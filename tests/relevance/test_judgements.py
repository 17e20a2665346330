"""The development set itself: complete, stable, and written as it says."""

from collections import Counter

from tests.relevance import judgements


def test_every_judged_document_exists() -> None:
    known = {document.id for document in judgements.documents()}
    gone = {key for query in judgements.queries() for key in query.grades if key not in known}
    assert not gone


def test_each_class_has_queries_enough_in_both_halves() -> None:
    count = Counter((query.kind, judgements.half(query)) for query in judgements.queries())
    assert {kind for kind, _half in count} == set(judgements.CLASSES)
    assert min(count.values()) >= 11
    assert sum(count.values()) >= 176


def test_each_query_has_something_that_answers_it_and_is_asked_once() -> None:
    queries = judgements.queries()
    assert all(3 in query.grades.values() and set(query.grades.values()) <= {1, 2, 3} for query in queries)
    assert len({query.words.lower() for query in queries}) == len(queries)
    assert 3 <= sum(len(query.grades) for query in queries) / len(queries) <= 10


def test_documents_are_of_a_size_to_read_and_told_apart() -> None:
    documents = judgements.documents()
    assert 500 <= len(documents) <= 900
    assert len({document.id for document in documents}) == len(documents)
    assert len({(document.title, document.body) for document in documents}) == len(documents)
    assert all(document.title and len(document.body) < 2_500 for document in documents)


def test_a_typo_is_a_word_that_no_document_has() -> None:
    everything = " ".join(f"{document.title} {document.body}" for document in judgements.documents()).lower()
    typed = [query.words for query in judgements.queries() if query.kind == "typo"]
    assert not [words for words in typed if all(word in everything for word in words.lower().split())]
