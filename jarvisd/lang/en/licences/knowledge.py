"""What asks for memories, sums, programs, pages and letters."""

from __future__ import annotations

from jarvisd.lang.en.licences.shared import COUNTS, TIMES
from jarvisd.lang.licence import ToolWords

_STATE = (
    "open|closed|shut|locked|unlocked|on|off|ajar|running|playing|empty|charged|home|armed|connected|"
    "online|offline|plugged_in|warm|cold|hot|humid|wet|bright|dark|loud|occupied|dirty|ready|broken|"
    "leaking|windy|raining|snowing|sunny|cloudy"
)
_FIXTURE = (
    "light|lamp|door|window|garage|gate|lock|blind|curtain|shutter|oven|stove|tv|television|heating|heater|"
    "thermostat|fan|sensor|camera|washing_machine|dishwasher|dryer|washer|fridge|freezer|alarm_system|"
    "sprinkler|vacuum|boiler|radiator|ac|air_conditioning|printer|speaker|battery|fireplace|valve|pump|"
    "motion|router|wifi|internet|network|bluetooth"
)
_PUBLIC = (
    "weather|forecast|temperature|humidity|rain|snow|news|headline|score|game|match|traffic|stock|price|"
    "bitcoin|exchange_rate|route|way_to|distance|capital|population|president|prime_minister|king|queen|"
    "movie|song|album|playing|volume|brightness|channel|radio|station|time_difference|holiday|definition|"
    "meaning|synonym|translation|spelling|spell|recipe|calorie|joke|fact|quote|horoscope|lottery|election|"
    "war|air_quality|pollen|uv|tide|moon|sunset|sunrise|restaurant|hotel|nearest|closest|opening_hours|"
    "petrol|gas_price|currency|dollar|euro|league|team|world_cup|olympics|tv|netflix|thermostat|disk|cpu|"
    "memory_usage|free_space"
)

RECALL = ToolWords(
    asks=(
        "do you remember|recall|know",
        "what did i|we|he|she say|tell|mention|ask",
        "what have i told|said|mentioned",
        "did i tell|say|mention",
        "have i told|mentioned",
        "i told|said|mentioned",
        "i asked you to remember",
        "what do you know|remember",
        "look|search|check in|your memory",
        "your memory|memories",
        "remind me what|who|where|when|which|how|of",
        "what|who|where|when|which|how|whats|wheres|whos [be|do|have] .. i|my|me|mine|our|we|us",
        "do|be|have|am i|my|we|our",
        "when|who|where be|do|s",
        "what s|be the name|code|password|number|pin|combination|address|birthday|size|plan|date|wifi|key",
        "what be|s .. 's",
        "what be|s .. s",
        "who be|s",
        "tell me about|what|who|where|when [my]",
        "whose",
        "what [color|colour|kind|size|brand|type] be|do|s my|our|the",
        "what .. called",
        "how old|tall|big|do|many|long be|do my|our|i",
        "anything|something about|on",
        "you remember",
        "recall|remember",
        "what .. like|prefer|allergic|drink|eat|work|live",
        "which .. my|our|i",
        "what be|s",
        "how do i|we",
        "remind me",
        "am i",
        "tell me",
    ),
    others=(
        f"be|do|have|s [the|my|our|any|all|this|that] .. {_FIXTURE} .. {_STATE}",
        f"be|s|what [the|my|our|any|it] .. {_STATE}",
        "how warm|cold|hot|humid|bright|loud|windy|far",
        _PUBLIC,
        "turn|switch|set|increase|decrease|raise|lower|dim|open|close|lock|unlock|play|pause|resume|skip|"
        "stop|call|order|buy|book|send|delete|move|copy|rename|create|write|add|append|zip",
        "on tv|the_radio|television|netflix",
        "state|status of",
        "how do you",
        "how [do|can|should] i .. cook|bake|fix|repair|clean|install|make|boil|get_to|spell|say|pronounce|"
        "translate",
        "who be|s [the] .. president|minister|king|queen|ceo|winner|inventor|author|singer|actor|"
        "at_the_door|home|calling",
        "who wrote|invented|won|painted|discovered|directed|sang|played|founded|composed|built",
        "when do|be the .. start|open|close|leave|arrive|depart|land|play|air|born|die|built|invented",
        "what year|century|country|planet|language|animal",
        "be there|anyone|anybody|someone",
        "on my|the .. list|calendar|agenda|schedule",
        "in my|the .. calendar|inbox|mail|cart|basket",
        "new|unread email|message|mail|notification",
        "file|folder|document|directory",
        "time be it",
        "date today",
        "times|plus|minus|divided|percent|square_root|multiplied|cosine|sine|factorial|cubed|squared",
    ),
    named_by=("query",),
    composed=("query",),
    is_open=True,
    does="tell you what you told me before",
)
REMEMBER = ToolWords(
    asks=(
        "remember|memorize|memorise|note|noted|record|store|save|keep|learn",
        "keep|bear in mind",
        "don t|not|never forget",
        "make a note|mental_note",
        "take note",
        "for [the|your] record|future|later|reference",
        "you should know",
        "write down|it_down",
        "jot down",
        "put .. in [your] memory",
        "just so you know",
        "fyi",
        "for your information",
        "let it be known",
        "i want you to know",
        "my .. be|s|have|like|love|live|work|hate|prefer",
        "i be|m|am|like|love|hate|prefer|live|work|have|need|drink|eat|moved|bought|parked|changed|left|"
        "put|got|enjoy|can_t|cannot|usually|always|never|go|wear|drive|play|take|want|was|speak|use|own|do|"
        "don_t",
        "our .. be|s|have",
        "call me",
        "we be|have|live|moved|like",
        "no|actually|correction|wait|i_mean|sorry|update|rather .. be|s|it",
        "it s|be|was",
        "be|s my|our|allergic|called|located|at|in|on|with|under",
        "prefer|allergic",
        "s .. be|s",
        "the .. be|s",
    ),
    others=(
        "remind me to|at|in|about",
        "file|folder|document|txt|md",
        "playlist|scene|contact_list|favorites|favourites|bookmark",
        "turn|switch|dim|play|pause|resume|lock|unlock|order|buy|delete|open|close|call_a",
        "forget what|everything|about|the|my|i",
        "be|do|have|what|where|who|when|which|how [i|you|we|he|she|they|it|the|my]",
        "shopping|grocery|to_do list",
        "too loud|bright|dark|hot|cold|warm|quiet",
        "i be|m hot|cold|hungry|thirsty|bored|tired|freezing|lost|hurt|sick|home|leaving|back|going|off|busy",
        "it be|s [too|so|very|really|getting] dark|hot|cold|bright|warm|loud|stuffy|freezing",
        "i want|need [a|an|some|more|to|you]",
        "set .. to",
    ),
    is_told=True,
    is_open=True,
    does="remember something",
)
FORGET = ToolWords(
    acts=(
        "forget|unlearn|unremember|disregard",
        "delete|erase|remove|wipe|clear|drop|purge|discard|scrub .. memory|memories|mind|remember|told|"
        "know|about_me|said|fact",
        "stop remembering",
        "don t|not|no_longer remember",
        "no need to remember",
        "get rid of .. memory|memories|told|remember",
        "strike .. memory|mind|record",
    ),
    things=(),
    asks=(),
    others=(
        "don t|never|not forget",
        "forget it|about_it|that|this",
        "forgot",
        "file|folder|document|timer|alarm|reminder|password_for|network|device|bluetooth|wifi_network|speaker",
        "i forget|forgot|forgotten",
        "list|calendar|playlist",
        "cache|history|browser",
    ),
    is_open=True,
    composed=("query",),
    named_by=(),
    does="forget something you told me",
)
_NUMBER = "numeral|hundred|thousand|million|billion|trillion|dozen|half|third|quarter|pi|twice|x"
_SUM = (
    "plus|minus|time|multiplied|multiply|divided|divide|over|percent|percentage|per_cent|squared|cubed|"
    "power|factorial|"
    "modulo|mod|root|square|cube|log|logarithm|ln|sine|cosine|tangent|sin|cos|tan|sum|product|difference|quotient|"
    "average|mean|double|half|third|quarter|tip|discount|vat|tax|add|subtract|sqrt|reciprocal|triple|twice|"
    "x|and|to_the"
)
_UNIT = (
    "second|minute|hour|day|week|month|year|inch|inches|foot|feet|yard|mile|metre|meter|kilometre|"
    "kilometer|centimetre|"
    "centimeter|millimetre|millimeter|gram|kilogram|kilo|pound|ounce|litre|liter|gallon|pint|cup|celsius|"
    "fahrenheit|"
    "byte|bit|megabyte|gigabyte|kilobyte|terabyte|mph|acre|hectare|ton|tonne|degree|radian|dozen|km|cm|mm|"
    "kg|tablespoon|"
    "teaspoon"
)
_FUNCTION = (
    "root|factorial|log|logarithm|sine|cosine|tangent|sum|product|difference|average|mean|square|cube|sqrt|"
    "power|sin|cos|tan|ln"
)
CALCULATE = ToolWords(
    asks=(
        f"{_NUMBER} .. plus|minus|multiplied|multiply|divided|divide|percent|percentage|squared|cubed|"
        "factorial|mod",
        f"{_NUMBER} [{_NUMBER}] time|x|over|percent|per_cent|to_the_power",
        f"{_FUNCTION} .. {_NUMBER}",
        f"add|subtract|multiply|divide|double|halve|triple|square|cube|round|raise .. {_NUMBER}",
        f"calculate|compute|evaluate|solve|work_out|figure_out|convert .. {_NUMBER}",
        f"how much|many be {_NUMBER}",
        f"what s|be|whats {_NUMBER} .. {_SUM}",
        f"how many {_UNIT} .. {_UNIT}",
        f"convert .. {_UNIT}",
        f"{_NUMBER} {_UNIT} in|to|into|as [a|an] {_UNIT}",
        f"half|third|quarter|double|twice|percent of {_NUMBER}",
        f"{_NUMBER} percent of",
        f"take|knock|deduct {_NUMBER} [percent|per_cent] off|from|away .. {_NUMBER}",
        f"what s|be|whats|much {_NUMBER} {_NUMBER}",
        f"{_NUMBER} to the",
        "what s|be|whats half|double|twice",
    ),
    others=(
        "turn|switch|set .. to|on|off",
        "volume|brightness|light|thermostat|heating|oven|timer|alarm|reminder|light|lamp|temperature_in|"
        "temperature_of|temperature_outside|weather|degree_outside|degree_in|left|price_of|cost|stock|"
        "bitcoin|exchange|dollar_in|euro_in|currency|channel|station|file|folder|list|photo|picture|people|"
        "population|calorie|distance|far|old|tall|playing|miles_to|flight|score|song|minute_left|time_left",
        "add .. to [the|my] .. list|calendar|playlist|cart|file|note|timer|alarm|agenda",
        "play|pause|resume|skip|call|order|buy|book|remind|wake|open|close|lock|dim|send|delete|move|copy|"
        "rename|create|write|read",
        "it|there outside|inside|warm|cold",
        "dollar|euro|pound|yen .. in|to dollar|euro|pound|yen",
        "python|program|script|code|bash",
    ),
    composed=("expression",),
    is_open=True,
    does="calculate",
)
EXECUTE_CODE = ToolWords(
    acts=(
        "run|execute|write|use|code|program|script|calculate|compute|print|sum|generate|count|list|find|"
        "sort|reverse|convert|process|parse|extract|replace|rename|resize|merge|compare|check|simulate|"
        "solve|encode|decode|hash|plot|test|show|give|tell|create|make|work|figure|add|multiply|what|how|"
        "do|output|roll|shuffle|pick|flip|build|get|determine|evaluate|iterate|loop|analyze|analyse|"
        "validate|format|split|join|average|filter|change|transform|remove|calculate|produce|display|"
        "uppercase|capitalize|swap|search|need|develop|implement|be|which",
    ),
    things=(
        "program|python|bash|script|code|shell|command|function|algorithm|snippet|one_liner|terminal|regex|"
        "sandbox|loop|subprocess|programme|oneliner|macro|javascript|interpreter|fibonacci|prime|"
        "palindrome|anagram|factorial|cubes|squares|sequence|series|digit|integer|even|odd|power|powers|"
        "random|permutation|combination|binary|hexadecimal|hex|decimal|octal|base64|md5|sha|sha256|"
        "checksum|uuid|hash|ascii|unicode|matrix|vector|determinant|standard_deviation|median|mean|average|"
        "variance|sum|product|number|character|letter|vowel|consonant|word|string|text|sentence|line|csv|"
        "json|column|row|backwards|reverse|uppercase|lowercase|capital|divisor|divisible|multiple|root|"
        "modulo|compound_interest|triangle|pascal|collatz|simulation|monte_carlo|dice|die|coin|"
        "roman_numeral|leap|equation|iterate|gcd|lcm|common_divisor",
    ),
    others=(
        "volume|brightness|light|lamp|thermostat|heating|oven|timer|alarm|reminder|temperature|weather|"
        "forecast|door|window|garage|blind|curtain|lock|tv|television|music|song|playlist|radio|channel|"
        "station|podcast|camera|vacuum|fan|coffee|heater|fireplace|scene|bedroom|kitchen|living_room|"
        "bathroom|percent_brightness|speaker|screen|microphone|bluetooth|wifi|shutter|sprinkler",
        "turn|switch .. on|off|up|down",
        "play|pause|resume|skip|call|dial|order|buy|book|remind|wake|lock|unlock|dim|brighten|open|close|"
        "shut|send|email|mail|text_message|message|text [mom|mum|dad|him|her|me|my]|install|upgrade|reboot|"
        "shutdown|download|upload|navigate|drive|cook|print_the|print_my|print_this|scan|translate|fax",
        "how warm|cold|far|hot|old|long_do|long_is",
        "shopping|grocery|to_do list",
        "phone|telephone number",
        "stock|price|news|headline|score|traffic|bitcoin|exchange|currency|flight",
        "word mean|of_the_day|for",
        "what day|time",
        "what do .. mean",
        "remind|joke|story|poem|letter_to|alarm",
        "tell me a",
        "credit_card|account|room|seat|lottery number",
        "convert|crop|rotate|resize|edit|compress|encrypt the|my|this|that .. file|photo|picture|image|video|song|"
        "document",
        "trigger|activate|enable|disable",
    ),
    asks=(
        "numeral plus|minus|time|multiplied|divided|percent|modulo",
        "rename|resize|convert|merge|sort|organize|organise|reorganize|count|process|deduplicate|crop|split|number"
        " .. file|document|photo|picture|image|folder|line|word|note",
    ),
    composed=("code",),
    is_open=True,
    does="run a short program",
)
WEB_FETCH = ToolWords(
    is_open=True,
    acts=(
        "read|open|fetch|get|load|show|visit|browse|check|look|tell|go|summarize|summarise|access|pull|"
        "bring|retrieve|see|display|download|what|give|call|view",
        "what s|be|do",
        "look at|up",
        "go to",
        "pull|bring up",
        "any",
        "be",
    ),
    things=(
        "page|site|website|webpage|web|url|link|homepage|home_page|http|https|www|com|org|net|blog|dot_com|"
        "dot_org|domain|io|de|uk|eu|gov|edu",
    ),
    also=(
        "page|site|website|web|read|say|aloud|dot|com|org|net|slash|news|weather|headline|sport|front|main|"
        "home|about|article|http|https|www|content|latest|today|online|internet|link|address|url|section|"
        "story|example|localhost|port|summary|text|write|written|tell|up|colon|contact|at|forecast",
        *COUNTS,
    ),
    does="read a page of an allowed web site",
)
SEND_EMAIL = ToolWords(
    acts=(
        "send|email|mail|forward|write|reply|answer|compose|shoot|drop|tell|inform|notify|let|message|"
        "share|invite|ask|draft|respond|thank|remind|pass|fire_off|deliver|give|contact",
        "e mail",
        "let .. know",
        "get back to",
        "drop .. a line|note",
        "fire off",
    ),
    things=(
        "email|mail|e_mail|letter|message|note|line|summary|result|word|summaries|report|list|file|answer|"
        "reply|news|address|invitation|greeting",
        "know",
        "that",
    ),
    named_by=("to",),
    others=(
        "call|phone|ring|dial|facetime|skype|whatsapp|sms|text|tweet|post|fax|video_call|ping_on|slack|"
        "telegram|signal|teams",
        "text|sms|whatsapp|chat|slack|voice|phone|telegram|signal|instant message",
        "read|check|show|open|delete|archive|search|find|list|unread|inbox|new .. email|mail|message|inbox",
        "do|have i|we .. mail|email|message",
        "remind me",
        "tell me|us",
        "send|give|get|order|mail .. flowers|pizza|money|package|parcel|taxi|ambulance|help|dollar|euro|gift|"
        "card|postcard|location|position|water|food",
        "any new",
        "what s|be|do in|my|on",
        "to [the|my|a] printer|phone|tv|speaker|tablet|cloud|screen|chromecast|kindle",
        "on whatsapp|facebook|twitter|instagram|slack|teams|signal|telegram|skype|linkedin",
        "tell .. a [bedtime|good|funny|scary] joke|story",
        "tell|let|give|notify|remind|inform me|us",
        "answer the phone|door",
        "pay",
        "let .. in|out|go|play|run",
    ),
    also=(
        "email|mail|e|message|note|say|saying|that|tell|letter|line|short|quick|brief|subject|body|about|"
        "regarding|with|to|summary|summarise|of|at|dot|com|org|net|underscore|dash|result|everything|them|"
        "know|example|text|write|send|hello|greeting|regards|love|information|address|person|home|work|"
        "colleague",
        *TIMES,
    ),
    is_open=True,
    does="send an e-mail",
)
