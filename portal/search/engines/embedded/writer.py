"""Writes to an index folder: Whoosh's writer with durable commits and a compact pool of postings.

A commit is on disk when it returns. The table of contents stores the id of the last change that the index includes and
the checksum of each segment, so that readers can detect damage.
"""

import os
import zlib
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from whoosh.index import TOC
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from portal.search.engines.embedded.codec import PackedCodec
from portal.search.engines.embedded.schema import KEY, whoosh_document
from portal.search.engines.embedded.segments import Segment
from portal.search.models import SearchDocument

MERGE_DOCUMENTS = 250
"""Most documents that a commit merges: a quarter of a second of work."""

MAX_SMALL = 8
"""Number of segments of that size above which they are merged."""

Item = tuple[str, bytes, int, float, bytes]


class Postings:
    """The posting list of a term during indexing, 12 bytes per posting."""

    __slots__ = ("data", "ids", "sizes", "weights")

    def __init__(self) -> None:
        self.ids = array("I")
        self.weights = array("f")
        self.sizes = array("H")
        self.data = bytearray()

    def __iter__(self) -> Iterator[tuple[int, float, bytes]]:
        start = 0
        for number, weight, size in zip(self.ids, self.weights, self.sizes, strict=True):
            yield number, weight, bytes(self.data[start : start + size])
            start += size


class PostingPool:
    """Collects postings by document and returns them by term."""

    def __init__(self) -> None:
        """Make an empty pool."""
        self._fields: dict[str, dict[bytes, Postings]] = {}

    def add(self, item: Item) -> None:
        """Add a posting; documents must come in ascending order."""
        field, term, number, weight, value = item
        terms = self._fields.setdefault(field, {})
        postings = terms.get(term)
        if postings is None:
            postings = terms[term] = Postings()
        postings.ids.append(number)
        postings.weights.append(weight)
        postings.sizes.append(len(value))
        postings.data += value

    def iter_postings(self) -> Iterator[Item]:
        """Return all postings by field, term and document."""
        for field, terms in sorted(self._fields.items()):
            for term in sorted(terms):
                for number, weight, value in terms[term]:
                    yield field, term, number, weight, value

    def cleanup(self) -> None:
        """Remove all postings."""
        self._fields.clear()


class DurableWriter(SegmentWriter):  # type: ignore[misc]  # published without types
    """Whoosh's writer, with commits that store `position` and are on disk when they return."""

    def __init__(self, index: Any, position: int) -> None:
        super().__init__(index, codec=PackedCodec(), timeout=5.0)
        self.pool = PostingPool()
        self.position = position

    def _commit_toc(self, segments: list[Any]) -> None:
        folder = Path(self.storage.folder)
        for segment in segments:
            segment.position = self.position
            if not hasattr(segment, "checksum"):
                segment.checksum = _sync_and_sum(folder / segment.make_filename(segment.COMPOUND_EXT))
        super()._commit_toc(segments)
        for path in folder.glob(f"*_{self.generation}.toc"):
            _sync(path)
        _sync(folder)


def write(
    index: Any,
    documents: Iterable[SearchDocument],
    removed: Iterable[str],
    position: int,
    opened: Mapping[str, Segment] = MappingProxyType({}),
) -> None:
    """Replace documents with the same keys, remove others by key, and commit atomically.

    `opened` holds segments of this index that are open already, by id.
    """
    writer = DurableWriter(index, position)
    try:
        documents = list(documents)
        _delete(writer, [*removed, *(document.key for document in documents)], opened)
        for document in documents:
            writer.add_document(**whoosh_document(document))
        writer.commit(mergetype=merge_small)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise


def write_all(index: Any, chunks: Iterable[Sequence[SearchDocument]], most: int, position: int = 0) -> None:
    """Fill a new index, in segments of about `most` documents, up to a position in the change feed."""
    writer = DurableWriter(index, position)
    try:
        for chunk in chunks:
            for document in chunk:
                writer.add_document(**whoosh_document(document))
            if writer.doc_count() >= most:
                writer.commit(merge=False)
                writer = DurableWriter(index, position)
        writer.commit(merge=False)
    except BaseException:
        if not writer.is_closed:
            writer.cancel()
        raise
    for segment in TOC.read(index.storage, index.indexname).segments:
        Segment(index.storage, segment, index.schema).write_words()


def _delete(writer: DurableWriter, keys: Sequence[str], opened: Mapping[str, Segment]) -> None:
    """Mark the documents with these keys as deleted in every segment that has them."""
    for segment in writer.segments:
        known = opened.get(segment.segment_id()) or Segment(writer.storage, segment, writer.schema)
        for key in keys:
            for number in known.postings(KEY, key):
                segment.delete_document(number)


def merge_small(writer: DurableWriter, segments: list[Any]) -> list[Any]:
    """Return the merge policy for Whoosh: drop empty segments, and merge small ones when there are many.

    Large segments are never merged here, because that takes longer than a change may take to be findable. A rebuild
    beside the live index replaces them.
    """
    kept = sorted((segment for segment in segments if segment.doc_count()), key=lambda segment: segment.doc_count())
    if sum(segment.doc_count() <= MERGE_DOCUMENTS for segment in kept) < MAX_SMALL:
        return kept
    copied = 0
    while kept and copied + kept[0].doc_count() <= MERGE_DOCUMENTS:
        segment = kept.pop(0)
        copied += segment.doc_count()
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
        reader.close()
    return kept


def _sync_and_sum(path: Path) -> int:
    """Flush a file to disk; returns its checksum."""
    _sync(path)
    return zlib.crc32(path.read_bytes())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
