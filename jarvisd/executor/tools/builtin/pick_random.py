"""The tool pick_random: coins, dice and numbers, as chance has them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Literal

from jarvisd.core.errors import RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.tools.context import ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.everyday.chance import NUMBERS
from jarvisd.lang.en.licences import chance

COUNT_LIMIT = 20
"""Chosen: more throws are not listened to."""
LARGEST = 10**15
"""As many digits as are read out whole."""
SIDES = 6
"""Of a die of which nothing is said."""
Below = Callable[[int], int]
"""A number from 0 to one less than the given one, each as likely as any other."""

SPEC = ToolSpec(
    name="pick_random",
    description="Flip coins, roll dice (high: sides) or pick a random number from low to high.",
    effects=(Effect.READ,),
    examples=(Example("Toss three coins.", {"what": "coin", "count": 3}),),
    deadline_s=5,
    words=chance.PICK_RANDOM,
)


def drawing(below: Below) -> Tool:
    """The tool that draws by ``below``."""

    async def run(
        context: ToolContext,
        *,
        what: Literal["coin", "dice", "number"],
        count: int = 1,
        low: int = 0,
        high: int = 0,
    ) -> ToolResult:
        """Draw, and tell what came."""
        if not 1 <= count <= COUNT_LIMIT:
            raise RequestError(f"I throw from 1 to {COUNT_LIMIT} at once")
        if what == "coin":
            return _coins([below(2) == 0 for _ in range(count)])
        if what == "dice":
            sides = high or SIDES
            _demand_range(1, sides)
            return _dice([1 + below(sides) for _ in range(count)], sides)
        first, last = (low, high) if low or high else NUMBERS
        _demand_range(first, last)
        numbers = [first + below(last - first + 1) for _ in range(count)]
        data: JsonObject = {"numbers": list(numbers), "low": first, "high": last}
        told = amounts.listing([_said(number) for number in numbers], limit=count)
        return ToolResult(data, f"From {_said(first)} to {_said(last)} I picked {told}.")

    return Tool(SPEC, run)


def _coins(are_heads: list[bool]) -> ToolResult:
    sides = ["heads" if is_head else "tails" for is_head in are_heads]
    heads = sum(are_heads)
    told = f"It is {sides[0]}."
    if len(sides) > 1:
        row = amounts.listing(sides, limit=len(sides))
        told = f"{row[:1].upper()}{row[1:]}: {heads} heads and {len(sides) - heads} tails."
    return ToolResult({"coins": list(sides), "heads": heads}, told)


def _dice(eyes: list[int], sides: int) -> ToolResult:
    die = "die" if sides == SIDES else f"{sides:,}-sided die"
    if len(eyes) == 1:
        told = f"The {die} shows {eyes[0]:,}."
    else:
        row = amounts.listing([f"{each:,}" for each in eyes], limit=len(eyes))
        told = f"The {die.replace('die', 'dice')} show {row}, {sum(eyes):,} in all."
    return ToolResult({"dice": list(eyes), "sides": sides, "sum": sum(eyes)}, told)


def _demand_range(low: int, high: int) -> None:
    if low >= high:
        raise RequestError("there is nothing to choose between")
    if max(abs(low), abs(high)) > LARGEST:
        raise RequestError(f"the numbers may have {len(str(LARGEST)) - 1} digits at most")


def _said(number: int) -> str:
    return f"minus {-number:,}" if number < 0 else f"{number:,}"


TOOL = drawing(secrets.randbelow)
