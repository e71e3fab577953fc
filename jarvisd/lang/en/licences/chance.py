"""What asks for chance to decide."""

from __future__ import annotations

from jarvisd.lang.licence import ToolWords

PICK_RANDOM = ToolWords(
    asks=(
        "flip|toss|throw|spin .. coin",
        "coin flip|toss",
        "head or tail",
        "roll|throw|cast|toss .. dice|die",
        "dice|die roll",
        "roll .. d4|d6|d8|d10|d12|d20|d100",
        "pick|choose|draw|generate|give|tell|say|name|need|want .. number",
        "random number",
    ),
    others=(
        "program|python|script|code|bash|function|simulate|simulation",
        "phone|telephone|room|house|lottery|pin|account|card|serial|model|flight|invoice|order|page|line number",
        "number of",
        "file|folder|note|list|document|contact|letter",
        "coin into|in|away|price|collection",
        "dice .. away|vegetable|onion",
    ),
    choices={
        "what": {
            "coin": ("coin|coins|head|heads|tail|tails|coinflip",),
            "dice": ("dice|die|d4|d6|d8|d10|d12|d20|d100|d",),
            "number": ("number",),
        }
    },
    also=("random|lucky|between|range|sided|side|face|pair|time|once|twice|up|from|to|and|or",),
    is_open=True,
    does="let chance decide",
)
