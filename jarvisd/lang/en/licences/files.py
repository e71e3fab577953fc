"""What asks for a look at files, or for a file to be written."""

from __future__ import annotations

from jarvisd.lang.en.licences.shared import COUNTS, FILE_WORDS, FILES, FOLDERS, LISTS, TIMES
from jarvisd.lang.licence import ToolWords

_STATES = (
    "light|lamp|door|window|garage|gate|thermostat|heating|blind|curtain|oven|tv|volume|playlist|radio|"
    "song|station"
)
_ROOMS = "kitchen|bedroom|bathroom|living_room|garage|hallway|basement|attic|office_light|garden_light"
_BOARDS = (
    "phone|tablet|laptop|whiteboard|blackboard|board|wall|fridge|door|screen|card|account|bank|bill|tab|"
    "bus_card|pile|shelf|table"
)
"""What somebody may write or put something on and is no file."""
_PLAYED = (
    "play|pause|resume|skip|shuffle|stream|dim|lock|unlock|arm|disarm|order|buy|call|dial|book|turn_on|"
    "turn_off|switch_on|switch_off|print|scan"
)
_UNWRITTEN = f"{_PLAYED}|undo|share|upload|encrypt|decrypt|convert|translate|resize|crop|rotate|edit_out|sync|burn"

SEARCH_FILES = ToolWords(
    light=(
        "look|fetch|list|count|scan|browse|filter|which|what|how_many|any|anything|everything|show|give|get|tell|name|"
        "display|see|check|need|want|number_of|have|got",
        "be|do|have there|i|we|you|any",
        "look through|in|into",
        "go through",
        "what s|be in|inside|on",
        "how big|large|full be",
        "how much space|room do",
    ),
    acts=(
        "find|search|locate|seek|hunt|retrieve|contain|mention|called|named",
        "look for|up",
        "search for|in|through",
        "where [be|do]",
        "wheres",
        "dig out|up",
        "track down",
        "come across",
        "pull|bring up",
        "what|which .. about",
    ),
    things=(
        *FILES,
        *FOLDERS,
        *LISTS,
        "music|movie|film|song|album|code|everything|notes|file_type",
        "scripts",
        "inside",
        "recipe|homework|tax|taxes|passport|ticket|itinerary",
    ),
    named_by=("name", "contains", "folder"),
    others=(
        _UNWRITTEN,
        f"{_STATES} .. on|off|open|closed|shut|locked",
        "turn|switch|set|open|close|put|delete|remove|erase|rename|move|copy|zip|unzip|pack|write|"
        "create|make|add|append|send|mail",
        "find|search|look|get .. nearest|nearby|near_me|nearest",
        "near|around me|here",
        "cheapest|cheap|best|nearest|closest",
        "find|locate my phone|keys|wallet|glasses|car|remote|iphone|watch",
        "where s|be my phone|keys|key|wallet|glasses|car|remote|kids|wife|husband|son|daughter|mom|dad",
        "where be i|we|you|he|she",
        "on|in the internet|web|google|amazon|youtube|ebay|wikipedia|news",
        "google|online",
        "song be this|playing",
        "weather|forecast|temperature|traffic|score|stock|headline",
        "timer|alarm|reminder",
        "how to",
        "what|which song|movie|film .. playing|on|watch|see",
    ),
    also=(
        *FILE_WORDS,
        *TIMES,
        *COUNTS,
        "megabyte|gigabyte|kilobyte|mb|gb|kb|terabyte|byte|contain|mention|about|regarding|word|text|"
        "search|result|talk|match|related|than|start|begin|exist|saved|stored|save|store|wrote|written|"
        "write|total|modified|created|changed|edited|made|taken|downloaded|keep|kept|lie|live|hidden|go|"
        "went|somewhere|anywhere|phrase|term|tagged|belong|hold|list|count|where|file|folder|thing|"
        "matching|work|large|huge|phrase|kind|extension|ending|end",
    ),
    does="find files",
)
FILE_READ = ToolWords(
    light=(
        "open|show|tell|display|view|print_out|summarize|summarise|review|hear|say|see|consult|present|cat|give|check|"
        "look_at|look_in|get|let_me_hear|what|whats|list",
        "go over|through",
        "be on|in|inside",
        "contents|content of",
        "how be|do .. start|begin|end",
        "anything|something in|on",
        "bring|pull up",
        "run through",
        "be|do .. on|in",
        "look at|in|inside|into",
    ),
    acts=(
        "read|recite|dictate|narrate|quote",
        "read .. out|aloud|to",
        "do .. say|contain|include|state|mention|read|hold",
    ),
    things=(*FILES, *LISTS, "recipe|instruction|page|lines|contents|story|poem|to_buy|do_i_need"),
    named_by=("path",),
    others=(
        _UNWRITTEN,
        f"{_STATES} .. on|off|open|closed|shut|locked",
        "open|close|shut .. door|window|garage|blind|curtain|gate|valve|app|browser|tab|account|"
        "program|spotify|youtube|netflix|shutter|roof|skylight",
        "news|headline|weather|forecast|horoscope|score|message|email|mail|inbox|voicemail|"
        "text_message|notification|calendar|schedule|tweet|whatsapp|sms|clock|meter|sensor|thermostat|"
        "traffic|lips|mind",
        "delete|remove|erase|rename|move|copy|zip|unzip|unpack|pack|write|create|add|append|send|tick|"
        "cross|check_off|mark|close",
        "check .. off",
        "on tv|the_radio|television|netflix|spotify",
        "timer|alarm|reminder",
        "bedtime story",
        "tell me a|another",
        "com|org|net|www|http|https|website|web|webpage",
        "from amazon|audible|kindle|wikipedia|internet",
        "audiobook|ebook|kindle",
    ),
    also=(
        *FILE_WORDS,
        *TIMES,
        "read|out|aloud|say|contain|write|written|text|word|me|content|inside|first|last|line|beginning|"
        "end|bit|part|section|today|start|loud|item|entry|summary|tell|do|recent|fully|entirely|aloud|"
        "voice|loudly|slowly|about|it",
        *COUNTS,
    ),
    does="read a file aloud",
)
FILE_WRITE = ToolWords(
    acts=(
        "write|create|make|save|store|draft|compose|jot|record|note|start|put|replace|overwrite|update|"
        "generate|produce|type|set_up|add|enter|rewrite|prepare|log|keep|capture|dump|edit|change",
        "write|jot|note|put|take down",
        "take a note",
        "set up",
        "turn .. into",
        "new",
        "begin",
        "fill",
    ),
    things=(
        *FILES,
        *LISTS,
        "recipe|story|poem|script|program|contents|mail|email|letter|message|article|quote|paragraph",
    ),
    asks=("write|jot|note down", "write .. down", "take a note", "make a note|list"),
    # What is there goes somewhere: nothing new is written.
    others=(
        "put|move|place|drop|stick the|all|my|these|those|this|that .. in|into|inside .. folder|directory",
        "make|get .. larger|bigger|smaller|brighter|darker|warmer|colder|louder|quieter|faster|slower",
        f"on|onto [my|the|a|your] {_BOARDS}",
        "edit|change|update .. photo|picture|image|video|clip|song|recording|drawing|wallpaper|scan",
    ),
    also=(
        *FILE_WORDS,
        *TIMES,
        "write|text|with|say|that|saying|containing|contain|line|word|content|new|blank|empty|called|named|"
        "name|title|about|reading|short|brief|simple|quick|item|entry|following|just|instead|sentence|note|"
        "information|info|detail|body|inside",
    ),
    does="write a text file",
)
FILE_APPEND = ToolWords(
    named_by=("path",),
    is_named_there=True,
    light=("log|record|save|make|type|need|place|throw|pop|enter|extend|stick|chuck|update",),
    acts=(
        "add|append|put|write|note|jot|include|insert|attach|tack|scribble|pencil",
        "write|jot|note|put|pencil down|in",
        "add on|to|onto",
        "tack .. on",
        "don t forget",
        "we|i need",
    ),
    things=(*FILES, *LISTS, "recipe|end_of|entry|line|idea|comment|shopping|groceries_list|bottom_of"),
    asks=("shopping|grocery|to_do list",),
    others=(
        "make|get .. larger|bigger|smaller|brighter|darker|warmer|colder|louder|quieter|faster|slower",
        f"on|onto [my|the|a|your] {_BOARDS}",
        "extend .. by",
    ),
    also=(
        *FILE_WORDS,
        *TIMES,
        *COUNTS,
        "write|line|entry|item|text|end|bottom|that|say|saying|another|too|as_well|need|buy|thing|more|"
        "following|new|called|named|about|word|note|with|some|euro|dollar|pound|of|pack|bag|box|bottle|"
        "dozen|couple|pair|loaf|carton|gram|kilo|litre|liter|jar|packet|can",
    ),
    does="add a line to a file",
)
MKDIR = ToolWords(
    acts=(
        "make|create|add|start|set_up|need|want|new|build|open|begin|generate|establish|give|put|have|get|mkdir",
        "set up",
        "i d like",
    ),
    things=("folder|directory|subfolder|subdirectory|sub_folder|dir",),
    others=(
        _UNWRITTEN,
        "delete|remove|erase|rename|find|show|list|zip|compress|archive|close|sort|tidy|organize|clean|empty",
        "folder .. for the song|music app",
        "playlist|scene|routine|bookmark|email folder",
        "make .. private|public|hidden|smaller|bigger",
    ),
    also=(
        *FILE_WORDS,
        "make|new|call|called|named|name|in|inside|within|under|for|put|label|titled|blank|empty|it|up|start",
    ),
    named_by=(),
    does="make a folder",
)
