"""What a reader learns from the letter alone."""

from analytics.letters import report_words
from connectors.contract import Metric
from tests.analytics.world import World, at


def letter(read_at: str) -> tuple[str, str]:
    world = World()
    post = world.post("ico-x", "myth", at("2027-01-19 09:00"))
    world.read(post, Metric.IMPRESSIONS, {at(read_at): 1204})
    words = report_words(world.report())
    return words.subject, words.text


def test_a_letter_says_first_that_figures_may_still_grow() -> None:
    subject, text = letter("2027-01-23 09:00")
    assert subject == "Provisional: Think. Check. Share. week 3: 18 to 24 January 2027"
    assert "Provisional: 1 post has not been read since before the week's end" in text


def test_a_letter_of_a_week_that_is_settled_says_nothing_of_the_kind() -> None:
    subject, text = letter("2027-01-24 23:30")
    assert subject == "Think. Check. Share. week 3: 18 to 24 January 2027"
    assert "rovisional" not in text
