"""How often a worker looks whether there is work: often while there is, less often the longer there is none.

Nobody wakes a worker. A look is one small query past the ORM (`database.first_row`). Measured by `make bench-pages` on
2 cores: an idle worker takes 0.16 % of a core with SQLite and 0.19 % with PostgreSQL (1.1 % when it looked more often
and was woken through Redis as well), and a change is found 0.1 to 0.4 s after its commit.
"""

SHORTEST_SECONDS = 0.1
LONGEST_SECONDS = 0.5
"""A change must be findable within a second of its commit: half of that is left for indexing it."""
LONGEST_FOR_MAIL_SECONDS = 2.0
"""Nobody sees whether a mail left a second later."""
GROWTH = 1.25


class Pause:
    """The pause of one loop between two looks."""

    def __init__(self, longest: float = LONGEST_SECONDS) -> None:
        """Begin with the shortest pause."""
        self.seconds = SHORTEST_SECONDS
        self._longest = longest

    def note(self, *, found: bool) -> None:
        """Set the next pause: the shortest when the last look found work, else longer than the last one was."""
        self.seconds = SHORTEST_SECONDS if found else min(self.seconds * GROWTH, self._longest)

    def note_failure(self, shortest: float, longest: float) -> None:
        """Set the next pause after a look that failed: twice the last one, within these seconds."""
        self.seconds = min(max(self.seconds * 2, shortest), longest)
