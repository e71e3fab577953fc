"""What several tools work on, as phrases of :class:`~jarvisd.lang.licence.ToolWords`."""

from __future__ import annotations

FILE_ENDINGS = (
    "txt|md|pdf|doc|docx|odt|ods|odp|csv|tsv|xls|xlsx|ppt|pptx|rtf|tex|log|json|yaml|yml|toml|xml|html|htm|"
    "css|js|ts|py|sh|"
    "java|c|cpp|rs|rb|php|sql|ini|cfg|conf|jpg|jpeg|png|gif|svg|bmp|webp|heic|mp3|wav|flac|ogg|m4a|mp4|mkv|"
    "avi|mov|webm|zip|tar|gz|"
    "tgz|rar|7z|iso|deb|epub|ics|bak|tmp|old|eml|odg|xcf|psd|markdown|makefile|readme|gitignore|bashrc",
)
FILES = (
    "file|document|doc|paper|spreadsheet|presentation|slide|letter|report|draft|manuscript|essay|article|memo",
    "note|notebook|diary|journal|checklist|agenda|log|logbook|changelog|readme|manual|transcript",
    "photo|picture|image|pic|screenshot|scan|wallpaper|drawing|photograph|video|clip|recording|movie_file|"
    "song_file|music_file",
    "audio_file|audio|mp3s|pdf|script|source_code|code_file|spreadsheet|archive|tarball|backup|download|"
    "attachment",
    "invoice|receipt|contract|lease|certificate|resume|cv|statement|form|budget|worksheet|workbook|"
    "database|ebook|book_file",
    "temp|temporary|temporary_stuff|junk_file|duplicate|logs|cache|text|text_file|config|configuration|"
    "template|zip",
    *FILE_ENDINGS,
)
"""Files, as people call them."""
FOLDERS = (
    "folder|directory|directories|subfolder|subdirectory|download|document|project|workspace|"
    "archive_folder|tmp|trash_folder",
)
LISTS = (
    "list|checklist|todo|to_do|to_dos|shopping_list|grocery_list|packing_list|wish_list|inventory|register|ledger",
)
FILE_WORDS = (
    "type|kind|date|name|size|content|extension|folder|directory|file|document|old|older|big|large|larger|"
    "bigger|small|"
    "recent|latest|newest|oldest|copy|version|workspace|disk|subfolder|inside|in_it|dot|underscore|dash|"
    "slash|point|path|"
    "extension|page|line|paragraph|paperwork|own|personal|correct|whole_thing|named|titled|beginning|start|"
    "end|top|bottom|"
    "location|place|spot|current|home|machine|computer|there|available|existing|various|single|separate|"
    "different|multiple",
)
"""What stands beside files and raises no doubt."""
TIMES = (
    "second|minute|hour|day|week|month|year|today|tonight|tomorrow|yesterday|morning|afternoon|evening|"
    "night|noon|midnight|midday|"
    "am|pm|o|clock|oclock|o'clock|half|quarter|past|monday|tuesday|wednesday|thursday|friday|saturday|"
    "sunday|weekday|weekend|"
    "january|february|march|april|may|june|july|august|september|october|november|december|daily|weekly|"
    "sharp|later|next|this|"
    "ago|fortnight|decade|moment|late|early|point|lunchtime|dinnertime|bedtime",
)
COUNTS = ("numeral",)
