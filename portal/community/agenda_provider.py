"""What organisations do in the action agendas, for the pages of organisations.

`actionplan` depends on `community`, because organisations are parties to actions, so `community` cannot import it.
Instead `actionplan` registers an `AgendaProvider` at start-up, which the pages of organisations query.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from portal.community.models import Organisation

SIGNATORY = "ondertekenaar"


@dataclass(frozen=True, slots=True)
class Topic:
    """A speerpunt or supporting theme in which organisations take part."""

    slug: str
    number: int
    short_title: str
    path: str


@dataclass(frozen=True, slots=True)
class AgendaRole:
    """One role of an organisation in an agenda, as named in addresses; a signature has no topic."""

    organisation_id: int
    role: str
    topic: str | None


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature under an agenda; unless it is for the whole agenda, topics follow from the signatory's actions."""

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
    """The interface that `actionplan` implements."""

    def topics(self) -> Sequence[Topic]:
        """Return every speerpunt and supporting theme, by number."""
        ...

    def roles(self) -> Sequence[AgendaRole]:
        """Return every organisation's roles in the agendas."""
        ...

    def signings(self) -> Sequence[Signing]:
        """Return every signature, organisations by name."""
        ...

    def signing_of(self, organisation_id: int) -> Signing | None:
        """Return an organisation's signature."""
        ...

    def topics_of(self, organisation_id: int) -> Sequence[str]:
        """Return the slugs of the topics in which an organisation takes part."""
        ...


_source: list[AgendaProvider] = []


def register(source: AgendaProvider) -> None:
    """Register the provider."""
    _source[:] = [source]


def get() -> AgendaProvider:
    """Return the provider; raises LookupError when none is registered."""
    if not _source:
        raise LookupError("nobody told what organisations are to the action agenda")
    return _source[0]
