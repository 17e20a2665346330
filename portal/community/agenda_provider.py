"""What organisations are to the action agenda: told by the room that knows, asked for here.

The agenda leans on the network, because an action has organisations as parties; so the network cannot read the
agenda itself. At start the agenda hands over a `Source`, and the pages of organisations ask that.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from portal.community.models import Organisation

SIGNATORY = "ondertekenaar"


@dataclass(frozen=True, slots=True)
class Topic:
    """A speerpunt or supporting track that organisations take part in."""

    slug: str
    number: int
    short_title: str
    path: str


@dataclass(frozen=True, slots=True)
class AgendaRole:
    """One thing an organisation is to an agenda, in the words of the address; a signature has no topic."""

    organisation_id: int
    role: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature under an agenda; unless for the whole of it, with the topics that follow from its part in actions."""

    organisation: "Organisation"
    agenda: str
    region: str
    version: str | None
    moment: str
    """When it was signed: "2014-02" or "2014"."""
    whole_agenda: bool
    provisional: bool
    topics: tuple[Topic, ...]


class AgendaProvider(Protocol):
    """Whoever knows the agendas."""

    def topics(self) -> Sequence[Topic]:
        """Return every speerpunt and supporting track, by number."""
        ...

    def roles(self) -> Sequence[AgendaRole]:
        """Return what every organisation is to the agendas."""
        ...

    def signings(self) -> Sequence[Signing]:
        """Return every signature, organisations by name."""
        ...

    def signing_of(self, organisation_id: int) -> Signing | None:
        """Return an organisation's signature."""
        ...

    def topics_of(self, organisation_id: int) -> Sequence[str]:
        """Return the slugs of the topics in which an organisation has a part."""
        ...


_source: list[AgendaProvider] = []


def register(source: AgendaProvider) -> None:
    """Hand over who knows."""
    _source[:] = [source]


def get() -> AgendaProvider:
    """Return who knows; raises LookupError before the agenda has spoken."""
    if not _source:
        raise LookupError("nobody told what organisations are to the action agenda")
    return _source[0]
