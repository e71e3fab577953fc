"""What asks for files to be changed, moved, copied, packed or taken away."""

from __future__ import annotations

from jarvisd.lang.en.licences.files import _UNWRITTEN
from jarvisd.lang.en.licences.shared import COUNTS, FILE_WORDS, FILES, FOLDERS, LISTS, TIMES
from jarvisd.lang.licence import ToolWords

_HOME = (
    "light|lamp|door|window|garage|gate|thermostat|heating|blind|curtain|oven|tv|volume|brightness|scene|"
    "sofa|couch|chair|table|bed|furniture|vacuum|robot_vacuum|roomba|car|bike|camera|speaker"
)
_IN_LISTS = f"{'|'.join(LISTS)}|playlist|cart|basket|calendar|queue|diary|recipe|agenda"
_MAIL = (
    "email|mail|inbox|spam|message|voicemail|text_message|notification|calendar|appointment|meeting|event|"
    "contact|account|subscription|alarm|timer|reminder|app|browser|history|cookie|photo_from_phone|tweet|"
    "conversation|chat"
)

_MADE = (
    "take|snap|shoot|capture [a|an|some|another|the] photo|picture|screenshot|selfie|video|note|recording",
    "put on|through|up|off",
    "my|our|the day|week|schedule|trip|party",
    "access|owner|permission|password",
)

FILE_DELETE = ToolWords(
    acts=(
        "delete|erase|remove|trash|discard|shred|purge|bin|wipe|destroy|eliminate|scrap|dump|rm|unlink|"
        "kill|drop|nuke|dispose",
        "get rid of",
        "rid of",
        "throw|toss|chuck away|out",
        "throw|toss|chuck .. away|out|in|into",
        "do away with",
        "clear|clean up|out|away",
        "clear|clean .. up|out|away",
        "wipe out",
        "free up",
        "put|move|send .. trash|bin",
        "take .. away|out|off",
        "don t need",
        "do not need",
        "no longer need",
        "cut down",
    ),
    light=("clear|clean|empty|tidy|take|lose|cut|sweep|drop|kill|free",),
    things=(
        *FILES,
        *FOLDERS,
        "tmp|temp|temporary|junk|duplicate|leftover|original|cache|music|song|movie|film|album|code",
    ),
    named_by=("path", "name", "folder"),
    others=(
        *_MADE,
        _UNWRITTEN,
        "delete|remove|take|erase|get|drop|cross|strike|scratch|cut|wipe|knock|clear|scrap|get_rid_of "
        f".. from|off|on|out_of [my|the|our|a] .. {_IN_LISTS}",
        "clear|empty|erase|delete|clean|wipe|remove|dump|get_rid_of|throw_away [all] [my|the|our] "
        "[whole|entire] [shopping|grocery|to_do|todo|packing|task] list",
        "list of",
        "check|tick|cross|strike .. off",
        f"{_MAIL}",
        "empty|clear|clean .. trash|recycle_bin|bin|trash_can|wastebasket|dustbin|garbage|rubbish",
        "recycle bin",
        "take out the trash|rubbish|garbage|bin",
        "word|line|sentence|paragraph|page|row|column|entry|item|typo .. from|in|of",
        "last line|word|sentence|entry|row|item",
        "memory|everything_you_know",
        "rename|copy|restore|recover|undelete|hide|read|find|show|list|create|write|add",
        f"{_HOME}",
        "stain|dust|dirt|snow|dishes|dish|floor|room|kitchen|bathroom|house|carpet|apartment|desk|filter|"
        "toilet|windows",
        "program|application|package|software|user|password|permission|virus|malware",
        "background|watermark|red_eye|metadata|formatting|duplicates_in_list",
        "cancel|stop|close|pause|move .. to [the] [a] [my] [new] folder|documents|desktop",
        "put .. back",
        "restore",
        "internet|bluetooth|wifi",
    ),
    also=(
        *FILE_WORDS,
        *TIMES,
        *COUNTS,
        "delete|remove|than|called|named|over|old|stuff|junk|mess|trash|bin|duplicate|permanently|for_good|"
        "unused|useless|unneeded|unwanted|obsolete|outdated|left|behind|every|there|longer|needed|save|"
        "saved|space|megabyte|gigabyte|disk|forever|aged|age|completely|related|clutter|garbage|rubbish|"
        "extra|unnecessary|ending|end|start|begin|contain|containing|name|it|away",
    ),
    does="delete files",
)
FILE_MOVE = ToolWords(
    acts=(
        "move|rename|relocate|transfer|shift|mv|file|drag|migrate|reorganize|bring|drop|stick|slide|"
        "name|retitle|relabel",
        "call .. instead|now",
        "change|alter|edit .. name|title",
        "change|alter .. to .. instead",
        "call [it]",
        "give .. name",
        "put|stick|place|drop|store|throw|shove .. in|into|to|under|inside|on|back|with",
        "take .. to|into|out",
        "should be called|named|in",
        "belong in|to",
        "title",
    ),
    light=("put|place|store|take|get|bring|drop|stick|give|change|call|name|file|throw|leave|keep",),
    things=(*FILES, *FOLDERS, "music|song|movie|film|album|code|recipe|ticket|tax|taxes"),
    named_by=("source",),
    others=(
        *_MADE,
        _UNWRITTEN,
        "delete|erase|copy|duplicate|zip|unzip|read|find|show|list|append|remove|discard|trash",
        f"{_HOME}",
        "move|reschedule|postpone|shift .. meeting|appointment|alarm|timer|reminder|event|call|dentist|date",
        "meeting|appointment|alarm|timer|reminder|email|inbox|playlist|song to|queue|money|dollar|euro|"
        "cart|tab|cursor|mouse|window|desk",
        "put .. on|onto [my|the] .. list|agenda|calendar|diary",
        "add .. to",
        "music to the|music in|sound to|playback to|audio to",
        "move forward|backward|left|right|up|down|over|on|closer|out|ahead|away",
        "calendar",
        "put .. away",
        "change .. scene|color|colour|channel|station|volume|temperature|mode|password|language|voice|"
        "wallpaper|background",
        "call|phone|ring mom|mum|dad|him|her|the_doctor|the_police|a_taxi|a_cab|back|me",
    ),
    also=(
        *FILE_WORDS,
        "move|rename|put|new|name|called|named|change|into|to|there|it|over|across|call|title|instead|"
        "under|belong|away|up|one_level|original|from|place|goal|destination",
        *TIMES,
    ),
    does="move or rename files",
)
FILE_COPY = ToolWords(
    acts=(
        "copy|duplicate|replicate|clone|backup|cp",
        "back up|it_up",
        "back .. up",
        "make|create|need|want|give|get|keep|save|put|have|take|store|do|like .. copy|copies|duplicate|"
        "backup|replica",
        "copies|copy of",
        "backup",
    ),
    things=(*FILES, *FOLDERS, "music|song|movie|film|album|code|recipe|ticket|tax|taxes"),
    named_by=("source",),
    others=(
        *_MADE,
        _UNWRITTEN,
        "delete|erase|move|rename|zip|unzip|unpack|read|find|show|append|remove|paste",
        f"{_HOME}|phone|system|whole_system|computer|server|machine|website|contact|hard_drive|cd|dvd|key",
        "paper copy|hard copy",
        "copy that",
        "do you copy",
        "back up the car|truck",
        "to [the|my|a] usb_stick|usb|cloud|dropbox|google_drive|onedrive|icloud|cd|dvd|clipboard|"
        "printer|external_drive|stick|phone|laptop|tablet|nas",
        "email|mail .. copy",
        "send",
        "buy|order",
    ),
    also=(
        *FILE_WORDS,
        "copy|duplicate|make|to|into|beside|another|safe|keep|second|spare|extra|backup|identical|exact|"
        "under|called|named|it|over|up|next|put|alongside|place|destination",
        *COUNTS,
        *TIMES,
    ),
    does="copy files",
)
ORGANIZE_FILES = ToolWords(
    acts=(
        "organize|organise|sort|tidy|arrange|reorganize|reorganise|rearrange|group|categorize|categorise|"
        "classify|order|structure|declutter|reorder|straighten|sort_out",
        "clean|tidy|sort|neaten up|out",
        "clean|tidy|sort .. up|out",
        "put|get|bring .. in|into order",
        "put|get|bring [some|more|a_bit_of] order in|into|to",
        "split .. by|into",
        "put|file .. away",
        "separate",
        "divide .. by|into",
        "put .. by|into|in .. type|date|kind|folder|subfolder",
    ),
    light=("clean|split|put|file|bring|separate|divide|get|order|group|arrange",),
    things=(*FILES, *FOLDERS, "music|movie|film|song|album|code|mess|desktop"),
    named_by=("folder",),
    others=(
        *_MADE,
        _UNWRITTEN,
        "delete|erase|copy|duplicate|zip|unzip|rename|remove|change",
        f"{_HOME}|kitchen|bedroom|bathroom|living_room|room|house|closet|desk|wardrobe|garage|cupboard|drawer",
        f"{_MAIL}|playlist|list|line|row|column|word|number|bookmark|tab|table|trip|party|wedding|ride|"
        "taxi|delivery|pizza|food",
        "order a|an|some|me|more|another",
        "set .. scene",
        "party|movie|night|dinner mode|scene",
        "alphabetically|by size|by name|by author|by artist",
        "arrange a|an|for",
        "group call|chat",
        "sort the mail|laundry",
    ),
    also=(
        *FILE_WORDS,
        *TIMES,
        "by|type|date|kind|into|folder|subfolder|mess|order|neatly|properly|according|accordingly|age|"
        "format|category|sub|month|year|up|out|based|each|their|stuff|cluttered|messy|sensibly|away",
    ),
    choices={
        "by": {
            "date": ("date|day|month|year|when|time|age|old|chronological|chronologically|week|created|modified",)
        }
    },
    does="sort the files of a folder",
)
ARCHIVE = ToolWords(
    things=(*FILES, *FOLDERS, "zip|tar|tarball|archive|zipped|compressed|music|song|movie|code|parcel"),
    named_by=("path",),
    others=(
        "delete|erase|move|rename|read|find|show|append|remove|play|stream|print|encrypt|decrypt",
        f"{_HOME}|suitcase|bag|luggage|lunch|box|dishwasher|gift|present|tent|jacket|zip_code|backpack|"
        f"groceries|{_MAIL}",
        "pack for|my things|my stuff|lunch",
        "what s|be|list .. in|inside",
        "zip code",
        "to [the|my|a] usb_stick|usb|cloud|dropbox|google_drive|onedrive|icloud|cd|dvd|phone|laptop",
        "to mp3|pdf|png|jpg|jpeg",
        "image|video|photo quality|size",
    ),
    choices={
        "action": {
            "create": (
                "zip|pack|compress|archive|bundle|tar|gzip|backup|squeeze|package|shrink",
                "back up",
                "back .. up",
                "zip|pack|wrap up",
                "pack .. into",
                "make|create|turn|put|into|as|a .. zip|archive|tarball|tar",
                "pack .. together",
            ),
            "extract": (
                "unzip|unpack|extract|decompress|uncompress|expand|open|untar|inflate|unarchive|unwrap|unbundle",
                "open up",
                "take out of",
                "get out of",
            ),
        }
    },
    also=(
        *FILE_WORDS,
        "zip|zipped|tar|gz|archive|pack|into|as|up|single|one|format|compressed|together|unpack|it|there|"
        "here|to|out|content|called|named|make|create|put|away|for",
    ),
    does="pack or unpack files",
)
