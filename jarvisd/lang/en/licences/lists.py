"""What asks for lists to be changed or read."""

from __future__ import annotations

from jarvisd.lang.en.licences.shared import COUNTS, TIMES
from jarvisd.lang.licence import ToolWords

_LIST = "list|checklist|to_do|todo|to_dos|todos|tasks|shopping|groceries"
_NO_LIST = (
    "playlist|calendar|agenda|cart|basket|queue|watchlist|wishlist_on|favorites|favourites|contacts|phone_book|mailing",
    "timer|alarm|reminder|countdown",
    "email|mail|text_message|sms|whatsapp|spotify|amazon|netflix|youtube",
)

LIST_CHANGE = ToolWords(
    things=(_LIST, "item|entry"),
    asks=(
        "tick|check|cross|strike|scratch|mark .. off|done|bought|complete|completed|finished",
        "shopping|grocery|groceries|to_do|todo|packing list",
    ),
    others=(
        *_NO_LIST,
        "read|show|tell|find|search|send|mail|print|play|pause|move|rename|copy|open|sort|share|sync|order|call|turn|switch|set",
        "minute|second|hour .. timer|alarm|reminder",
        "what|which be|s on|in",
        "file|folder|document|directory",
        "list all|any|the|my|our|every|each|which|what|them|it|those|these",
        "list .. reason|way|idea|tip|fact|example|benefit|advantage|step|country|city|river",
        "in|on|from outlook|todoist|trello|notion|evernote|onenote|teams|jira|slack|google|reminders",
    ),
    choices={
        "what": {
            "add": (
                "add|put|write|jot|note|include|stick|throw|place|append|create|make|start|need|buy|get|pop|enter|insert|"
                "record|list|want|new|have|log|begin|out_of|run_out|save|keep|remember|forget|also|shopping|to_do|todo",
            ),
            "remove": (
                "remove|delete|erase|drop|scrap|cancel|cut|lose|strike|scratch|cross",
                "take|get|knock|strike|scratch|cross|cut .. off|out|from",
                "don t|not|no_longer need",
                "get rid of",
            ),
            "done": (
                "tick|check|cross|strike|scratch|complete|finish",
                "mark .. done|bought|complete|completed|finished|as|off",
                "got|bought|done|finished|completed",
            ),
            "clear": (
                "clear|empty|wipe|reset|clean|erase|delete|remove|discard|scrap|start_over|throw_away",
                "get rid of",
                "take everything|all",
            ),
            "clear_done": ("done|bought|completed|complete|finished|ticked|checked|crossed|got",),
        }
    },
    also=(
        *TIMES,
        *COUNTS,
        "list|item|entry|shopping|grocery|groceries|too|as_well|from|off|on|to|everything|all|also|need|buy|get|done|"
        "of|pack|bag|box|bottle|dozen|couple|pair|loaf|carton|gram|kilo|litre|liter|jar|packet|can|some|new|called|"
        "that|with|and|down|for",
    ),
    does="keep lists",
)
LIST_READ = ToolWords(
    acts=(
        "what|which|whats|read|show|tell|list|check|see|view|display|give|say|recite|hear|review|look|get|find|count|"
        "how_many|any|anything|do|have|be|is_there|go_through|pull_up|bring_up|open|go_over|remind",
        "look at",
        "what s|be|do on|in|left",
        "read out|back|me",
    ),
    things=(_LIST,),
    # To list something is no list.
    others=(
        "list them|it|those|these|all|any|every|each|what|which",
        "list the|my|our .. light|lamp|device|sensor|door|window|camera|room|appliance|subscription|file|folder",
    ),
    also=(
        *TIMES,
        *COUNTS,
        "list|item|entry|on|left|read|aloud|out|need|buy|do|get|there|anything|everything|still|open|missing|remain|"
        "already|all|shopping|grocery|groceries|task|thing|written|what|to|from|store|supermarket|own|keep|kept",
    ),
    does="read a list",
)
