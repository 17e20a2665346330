"""Writing to an index folder: Whoosh's writer, made durable, with a pool of postings that fits in memory.

A commit is on disk when it returns, and the table of contents says how far in the change feed the index came and
what each segment's bytes add up to, so that a reader can tell a damaged index from a whole one.
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
"""Most documents that a commit copies to keep segments few: a quarter of a second of work."""

MAX_SMALL = 8
"""More segments of that size than this, and they are copied together."""

Item = tuple[str, bytes, int, float, bytes]


class Postings:
    """The posting list of one term in the making, 12 bytes a posting."""

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
    """Takes postings document by document and gives them back term by term."""

    def __init__(self) -> None:
        """Make an empty pool."""
        self._fields: dict[str, dict[bytes, Postings]] = {}

    def add(self, item: Item) -> None:
        """Take a posting; documents come in order."""
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
        """Forget everything."""
        self._fields.clear()


class DurableWriter(SegmentWriter):  # type: ignore[misc]  # published without types
    """Whoosh's writer; its commit also notes `position` and is on disk when it returns."""

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
    """Put documents in the place of those with their keys, take out others by key, and commit: all or nothing.

    `opened` are segments of this index that are open already, by id.
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
    """Whoosh's merge policy for us: drop empty segments, and copy small ones together when there are many.

    Large segments are never copied: that takes longer than a change may take to be findable. They are made
    anew, all in one, by a rebuild beside the live index.
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
    """Make a file durable; returns its checksum."""
    _sync(path)
    return zlib.crc32(path.read_bytes())


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
