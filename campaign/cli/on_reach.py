"""reach: bounds and named models for planning, from figures that a person types in."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from analytics.numbers import exact, people
from analytics.reach import BLEND_WEIGHTS, blend, bounds, overlap_bounds, sainsbury
from analytics.reach_models import (
    Pair,
    agostini,
    beta_binomial_repeats,
    bonferroni_lower,
    exponential,
    goerg_at_least,
    hofmans_repeats,
    hunter_upper,
    independent_repeats,
)
from campaign.cli.failures import Failure
from campaign.cli.output import print_json, table

MOST_POSTS = 6
Line = tuple[str, str, str]
"""What, how many people, and what it rests on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What is known or assumed of some channels' audiences."""

    reached: tuple[int, ...]
    """Different people by channel."""
    universe: int | None
    overlaps: tuple[str, ...]
    """`1,2=7500`: so many people are in the audiences of the first and the second."""
    two_posts: int | None
    """People whom two posts of the one channel reached."""
    shown: int | None
    followers: int | None


def plan_reach(plan: Plan, *, as_json: bool) -> None:
    """Print what holds for certain, then what models say, each with its assumption."""
    lines = [*_bounds(plan), *_models(plan), *_repeats(plan), *_showings(plan)]
    if not lines:
        raise Failure("name the people that channels reach, or --shown and --followers", code=2)
    if as_json:
        names = ("what", "people", "rests_on")
        print_json([dict(zip(names, line, strict=True)) for line in lines])
        return
    table(["What", "People", "Rests on"], lines)


def _bounds(plan: Plan) -> list[Line]:
    if not plan.reached:
        return []
    _check(plan)
    least, most = bounds(plan.reached, plan.universe)
    lines = [("certain", people(least, most), "no assumption: the largest one, and all together")]
    if len(plan.reached) == 2 and plan.universe is not None:
        shared = overlap_bounds(plan.reached[0], plan.reached[1], plan.universe)
        lines.append(("in both audiences", people(*shared), f"audience of {plan.universe:,}"))
    overlaps = _overlaps(plan)
    if overlaps:
        low = bonferroni_lower(plan.reached, overlaps) if _all_pairs(plan, overlaps) else least
        high = min(most, hunter_upper(plan.reached, overlaps))
        lines.append(
            ("certain, with overlaps", people(low, high), "the overlaps as they are stated")
        )
    return lines


def _models(plan: Plan) -> list[Line]:
    lines: list[Line] = []
    overlaps = _overlaps(plan)
    if len(plan.reached) > 1 and overlaps and _all_pairs(plan, overlaps):
        value, cut = agostini(plan.reached, overlaps)
        rests = "Agostini, K = 1.125, a disputed constant"
        lines.append(("model", exact(value), f"{rests}{'; cut back to the bounds' if cut else ''}"))
    if len(plan.reached) > 1 and plan.universe is not None:
        of = f"audience of {plan.universe:,}"
        chance = f"Sainsbury: overlap by chance alone, tends to say too many; {of}"
        lines.append(("model", exact(sainsbury(plan.reached, plan.universe)), chance))
        for weight in BLEND_WEIGHTS:
            value = blend(plan.reached, plan.universe, weight)
            rests = f"blend, weight {float(weight):.2f}: a planning assumption; {of}"
            lines.append(("model", exact(value), rests))
    return lines


def _repeats(plan: Plan) -> list[Line]:
    """Say what more posts of one channel would reach, from what one and two of them did."""
    if plan.two_posts is None:
        return []
    if len(plan.reached) != 1 or plan.universe is None:
        raise Failure("--two-posts is for one channel, and needs --universe", code=2)
    once, twice = plan.reached[0], plan.two_posts
    if not once <= twice <= min(2 * once, plan.universe):
        raise Failure(f"--two-posts: two posts reach from {once:,} to {2 * once:,} people", code=2)
    size = plan.universe
    first, second = once / size, twice / size
    lines: list[Line] = []
    for posts in range(2, MOST_POSTS + 1):
        chance = independent_repeats(Fraction(once, size), posts)
        for share, name in (
            (beta_binomial_repeats(first, second, posts), "beta-binomial"),
            (hofmans_repeats(first, second, posts), "Hofmans"),
            (float(chance), "by chance alone, says too many"),
        ):
            lines.append((f"{posts} posts", exact(Fraction(share) * size), name))
    return lines


def _showings(plan: Plan) -> list[Line]:
    if plan.shown is None:
        return []
    if len(plan.reached) == 1:
        try:
            points = [
                (times, goerg_at_least(plan.shown, plan.reached[0], plan.shown, times))
                for times in (2, 3)
            ]
            double = goerg_at_least(plan.shown, plan.reached[0], 2 * plan.shown)
        except ValueError as error:
            raise Failure(str(error), code=2) from error
        seen = [(f"saw it {k} times or more", exact(value), "Goerg's curve") for k, value in points]
        return [*seen, ("at twice the showings", exact(double), "Goerg's curve")]
    if plan.followers is None:
        raise Failure("--shown needs one channel's people, or --followers", code=2)
    guess = exponential(plan.followers, plan.shown)
    rests = f"showings by chance at {plan.followers:,} followers; a planning figure, not reach"
    return [("model", exact(Fraction(guess)), rests)]


def _check(plan: Plan) -> None:
    if min(plan.reached) < 0 or (plan.universe is not None and plan.universe <= 0):
        raise Failure("people are counted from 0 up", code=2)
    if plan.universe is not None and max(plan.reached) > plan.universe:
        raise Failure(
            f"one channel reaches more people than the {plan.universe:,} there are", code=2
        )


def _overlaps(plan: Plan) -> dict[Pair, int]:
    found = {}
    for text in plan.overlaps:
        pair, _, number = text.partition("=")
        try:
            one, other = sorted(int(place) - 1 for place in pair.split(","))
            shared = int(number)
            most = min(plan.reached[one], plan.reached[other]) if one >= 0 else -1
        except (ValueError, IndexError):
            shared, most, one, other = 0, -1, 0, 0
        if one == other or not 0 <= shared <= most:
            raise Failure(f"--overlap {text}: write 1,2=7500 for channels 1 and 2", code=2)
        found[one, other] = shared
    return found


def _all_pairs(plan: Plan, overlaps: dict[Pair, int]) -> bool:
    pairs: Sequence[Pair] = list(combinations(range(len(plan.reached)), 2))
    return all(pair in overlaps for pair in pairs)
