"""What a request without a tool wants to hear: courtesy, a story, knowledge, something of its speaker. Pure.

Only the request decides here. What asks for the state of the machine, of the home or of the world at this moment
is no general knowledge, whoever claims to know it.
"""

from __future__ import annotations

import re
from enum import Enum

from jarvisd.lang.en.words import strip_courtesy, words


class Wanted(str, Enum):
    """What a request wants to hear."""

    COURTESY = "courtesy"
    ENTERTAINMENT = "entertainment"
    IDENTITY = "identity"
    """Who or what speaks."""
    PERSONAL = "personal"
    """Something about the one who asks, or theirs."""
    KNOWLEDGE = "knowledge"
    """What is in books: true anywhere and at any time."""
    OTHER_QUESTION = "other question"
    ACT = "act"
    """That something be done."""


_GREETING = (
    r"(?:hello|hi|hey|howdy|greetings|welcome back|good (?:morning|afternoon|evening|night|day)|nice to meet you"
    r"|good ?bye|bye(?: bye)?|see you(?: later| soon| tomorrow)?|sleep well|take care|cheers|merry christmas"
    r"|happy (?:birthday|new year|easter)|thank you|thanks|thank you very much|many thanks|thanks a lot"
    r"|much appreciated|i appreciate (?:it|that)|well done|good (?:job|work|one)|nice(?: one| work)?"
    r"|great(?: job)?"
    r"|awesome|cool|perfect|excellent|wonderful|brilliant|sorry|my bad|i apologi[sz]e|never mind that|i love you"
    r"|i like you|you(?:'re| are) (?:\w+ )?(?:great|awesome|funny|smart|clever|the best|helpful|cute|nice)"
    r"|how (?:are|do) you(?: doing| feeling| do)?|how's it going|what's up|are you (?:there|awake|okay|well)"
    r"|that (?:helped|was|is|'s)(?: .*)?|that's .*|(?:i'm|i am|i feel|i'm feeling) (?:so |very |a bit "
    r"|really )?\w+"
    r"|i had a \w+ day|i'm back|i'm home|i can't sleep)"
)
_COURTESY = re.compile(
    rf"{_GREETING}(?: (?:and )?{_GREETING})*(?: (?:jarvis|today|again|everyone|there|so much|\w+))?"
)
_ENTERTAINMENT = re.compile(
    r"(?:(?:(?:tell|give|sing|recite|read|write|make up)(?: me| us)|let's hear|do you know|know"
    r"|i want to hear|how about"
    r"|surprise me with|i'd like(?: to hear)?|sing|tell)(?: (?:a|an|another|one more|some|the))?"
    r"(?: [a-z-]+){0,2}"
    r" (?:joke|jokes|story|tale|poem|rhyme|riddle|riddles|song|limerick|haiku|pun|fun fact|tongue twister)"
    r"(?: (?:about|on|for|of)(?: (?!and\b|then\b)[a-z']+){1,4})?|(?:tell me|say) something (?:funny"
    r"|interesting|nice)"
    r"|make me laugh)"
)
_IDENTITY = re.compile(
    r"(?:who|what) are you|what(?:'s| is) your name|what (?:do|should|can) i call you|are you (?:a "
    r"|an )?(?:real |human|person"
    r"|machine|robot|computer|alive|jarvis|an? ai|artificial|program|there).*|tell me about yourself"
    r"|introduce yourself"
    r"|who (?:made|built|created|invented) you|how old are you|where are you(?: from)?|do you (?:have"
    r"|like|love|sleep|dream|feel"
    r"|eat|think) ?.*"
)
_QUESTION = re.compile(
    r"(?:what|who|whom|whose|which|where|when|why|how|is|are|was|were|did|does|do|has|have|had|can|could"
    r"|will|would|should"
    r"|what's|who's|where's|when's|how's|isn't|aren't|don't|doesn't|didn't|won't|am)\b"
)
_KNOWLEDGE = re.compile(
    r"(?:what|who|whom|whose|which|where|when|why|how|is|are|was|were|did|does|do|what's|who's|where's"
    r"|when's|how's|in what"
    r"|in which|at what|define|explain|describe|spell|name|tell me (?:about|what|who|which|where|when|why"
    r"|how)|can you explain"
    r"|do you know (?:what|who|which|where|when|why|how)|give me (?:an example|a definition|the definition)) ?\b"
)
_HOW_TO = re.compile(
    r"(?:how (?:do|can|should|would) (?:i|you|one|we)|how to|what (?:do|can|should) (?:i|you|one)) "
)
_SELF = frozenset(
    {"i", "me", "my", "mine", "we", "us", "our", "ours", "myself", "i'm", "i've", "i'll", "i'd", "we're", "let's"}
)
_LISTENER = frozenset({"you", "your", "yours", "you're", "you've", "yourself"})
_PASSING = frozenset(
    {
        "here", "now", "today", "tonight", "tomorrow", "yesterday", "currently", "latest", "outside",
        "upstairs", "downstairs", "nearby", "nearest", "closest", "today's", "tomorrow's", "tonight's",
        "current", "moment", "recently", "lately", "yet", "still", "already", "week", "weekend", "anyone",
        "anybody", "somebody", "someone", "everybody", "everyone", "next", "last", "this", "that", "these",
        "those", "it", "there", "they", "he", "she", "him", "them", "going",
    }
)  # fmt: skip
"""Words that tie a question to a time, a place or what was said before; a model's weights hold none of them."""
_AT_HAND = frozenset(
    {
        "light", "lights", "lamp", "lamps", "bulb", "door", "doors", "window", "windows", "garage", "gate",
        "heating", "heater", "thermostat", "blinds", "curtains", "alarm", "alarms", "timer", "timers",
        "reminder", "reminders", "calendar", "appointment", "appointments", "meeting", "meetings", "list",
        "lists", "volume", "weather", "forecast", "rain", "raining", "snowing", "traffic", "news", "headlines",
        "score", "scores", "stock", "stocks", "price", "prices", "disk", "memory", "cpu", "processor",
        "battery", "file", "files", "folder", "folders", "document", "documents", "email", "emails", "mail",
        "message", "messages", "phone", "tv", "television", "speaker", "speakers", "camera", "oven", "fridge",
        "washer", "dryer", "dishwasher", "vacuum", "temperature", "house", "home", "kitchen", "bedroom",
        "bathroom", "garden", "car", "service", "services", "network", "wifi", "internet", "package", "parcel",
        "delivery", "time", "date", "day", "machine", "computer", "server", "program", "pin", "password",
        "code", "combination", "address", "birthday", "number", "key", "job", "wife", "husband", "son",
        "daughter", "sister", "brother", "mother", "father", "mom", "mum", "dad", "boss", "dog", "cat",
        "neighbour", "neighbor", "landlord", "favourite", "favorite", "backup", "download", "downloads",
        "printer", "open", "closed", "locked", "unlocked", "playing", "running",
    }
)  # fmt: skip
"""Things and states of this machine, of a home or of an errand, which only a tool could know."""

ACTS = frozenset(
    {
        "activate", "add", "adjust", "announce", "answer", "archive", "arm", "ask", "block", "boil", "book",
        "bring", "browse", "buy", "call", "cancel", "capture", "change", "charge", "check", "clean", "close",
        "collect", "connect", "control", "convert", "cook", "copy", "create", "crop", "cut", "deactivate",
        "decrease", "delete", "deliver", "dial", "dictate", "dim", "disable", "disarm", "disconnect", "display",
        "donate", "download", "draw", "drive", "eject", "email", "empty", "enable", "encrypt", "end", "enter",
        "fax", "feed", "film", "find", "finish", "fix", "flip", "follow", "forward", "get", "give", "go",
        "guide", "hand", "hang", "heat", "help", "hide", "hire", "increase", "install", "invite", "join",
        "keep", "lay", "leave", "let", "lift", "like", "load", "lock", "look", "lower", "mail", "make", "mark",
        "measure", "message", "mow", "move", "navigate", "notify", "open", "order", "organize", "park", "pause",
        "pay", "photograph", "pick", "play", "post", "pour", "preheat", "prepare", "press", "print", "pull",
        "push", "put", "raise", "rate", "read", "reboot", "record", "reduce", "refill", "remove", "rename",
        "rent", "repair", "replace", "reply", "report", "reserve", "reset", "restart", "resume", "return",
        "review", "ring", "run", "save", "scan", "schedule", "search", "sell", "send", "set", "share", "shop",
        "show", "shuffle", "shut", "sign", "sing", "skip", "snooze", "sort", "speed", "spell", "start", "stop",
        "stream", "subscribe", "switch", "sync", "take", "teach", "tell", "text", "throw", "tighten", "toggle",
        "top", "track", "transfer", "translate", "trigger", "tune", "turn", "tweet", "unlock", "unmute",
        "unplug", "update", "upgrade", "upload", "use", "vacuum", "wake", "warm", "wash", "watch", "water",
        "wipe", "withdraw", "write",
    }
)  # fmt: skip
"""Verbs that begin what one asks an assistant to do; other words may be another language, or no beginning."""


def wanted(text: str) -> Wanted:
    """What ``text`` wants to hear."""
    spoken = strip_courtesy(words(text)) or words(text)
    line = " ".join(spoken)
    if _COURTESY.fullmatch(line):
        return Wanted.COURTESY
    if _ENTERTAINMENT.fullmatch(line):
        return Wanted.ENTERTAINMENT
    if _IDENTITY.fullmatch(line):
        return Wanted.IDENTITY
    if is_general(line):
        return Wanted.KNOWLEDGE
    if not is_question(line):
        return Wanted.ACT
    return Wanted.PERSONAL if _SELF & set(spoken) else Wanted.OTHER_QUESTION


def is_question(line: str) -> bool:
    """Whether a line of words asks to be told something."""
    return bool(_QUESTION.match(line) or _KNOWLEDGE.match(line))


def is_general(line: str) -> bool:
    """Whether a line of words asks for what is the same everywhere and always."""
    asked = _HOW_TO.sub("", line) if _HOW_TO.match(line) else line
    asked = re.sub(r"^(?:can you |could you )?(?:tell|give|explain)(?: to)? me |^do you know ", "", asked)
    told = set(asked.split())
    is_bound = told & (_SELF | _LISTENER | _PASSING | _AT_HAND)
    return bool(_KNOWLEDGE.match(line)) and not is_bound and len(told) > 1
