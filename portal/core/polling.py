"""How often a worker polls for work: often while there is work, and less often the longer there is none.

Nothing notifies a worker. A poll is one small query without the ORM (`database.first_row`). Measured by `make
bench-pages` on 2 cores: an idle worker takes 0.16 % of a core with SQLite and 0.19 % with PostgreSQL (1.1 % when it
polled more often and was also notified through Redis), and a change is found 0.1 to 0.4 s after its commit.
"""

SHORTEST_SECONDS = 0.1
LONGEST_SECONDS = 0.5
"""A change must be findable within a second of its commit; half of that is left for indexing."""
LONGEST_FOR_MAIL_SECONDS = 2.0
"""Mail may leave a second later without anyone noticing."""
GROWTH = 1.25


class Pause:
    """The pause between two polls of one loop, in seconds."""

    def __init__(self, longest: float = LONGEST_SECONDS) -> None:
        """Start with the shortest pause."""
        self.seconds = SHORTEST_SECONDS
        self._longest = longest

    def note(self, *, found: bool) -> None:
        """Set the next pause: the shortest if the last poll found work, otherwise longer than the previous one."""
        self.seconds = SHORTEST_SECONDS if found else min(self.seconds * GROWTH, self._longest)

    def note_failure(self, shortest: float, longest: float) -> None:
        """Set the next pause after a failed poll: twice the previous one, within these bounds (seconds)."""
        self.seconds = min(max(self.seconds * 2, shortest), longest)
