"""`python -m tests.relevance.matching`: the figures of the judged set, and what is shown wrongly or missed."""

from collections.abc import Sequence

from tests.relevance.matching import judged
from tests.relevance.matching.judged import Answer


def main() -> None:
    """Print the figures per half, then each post of the tuning half that is not answered perfectly."""
    answers = list(judged.answers(judged.judgements()))
    for half in judged.HALVES:
        print(f"{half}: {figures([answer for answer in answers if answer.judged.half == half])}")
    print(f"all:  {figures(answers)}")
    for answer in answers:
        if answer.judged.half == judged.HALVES[0] and (answer.precision < 1 or answer.recall < 1):
            missed = sorted(answer.judged.matches.difference(answer.shown))
            excess = [name for name in answer.shown if name not in answer.judged.matches]
            print(f"  {answer.judged.post}: wrongly {excess}, missed {missed}")


def figures(answers: Sequence[Answer]) -> str:
    """Return precision and recall of the first three, as text."""
    precision = sum(answer.precision for answer in answers) / len(answers)
    recall = sum(answer.recall for answer in answers) / len(answers)
    return f"{len(answers)} posts, precision@3 {precision:.3f}, recall@3 {recall:.3f}"


if __name__ == "__main__":
    main()
