"""What asks for timers, alarms and reminders."""

from __future__ import annotations

from jarvisd.lang.en.licences.shared import COUNTS, TIMES
from jarvisd.lang.licence import ToolWords

_TIMER = "timer|alarm|reminder|countdown|count_down|alarm_clock|stopwatch|egg_timer"
_MORE_TIMES = (
    *TIMES,
    *COUNTS,
    "every|each|until|time|more|extra|another|additional|less|longer|shorter|remaining|left|long",
)

SET_TIMER = ToolWords(
    acts=(
        "set|start|make|create|add|schedule|begin|put|need|want|have|give|begin|launch|run|book|kick_off|"
        "use|turn_on|ring|sound|reset|program|initiate|new|another|get|fix|arrange",
        "set up",
        "start up",
    ),
    things=(_TIMER,),
    asks=(
        "remind me|us|him|her|them",
        "remind",
        "wake me|us|him",
        "wake up",
        "get me up",
        "be up at|by",
        "get up at|by",
        "count down .. second|minute|hour",
        "countdown",
        "buzz|beep|ping|ring|nudge|alert|notify|poke me|us",
        "let me know in|at|when|after",
        "tell|ask me|us to",
        "set|start|make|run|give|do me|us one for|of|at|in|on|to",
        "set|start|make|run|do one for|of|at|in|on|to",
        "tell me in|at|when|after .. second|minute|hour|day|o_clock|am|pm|noon|done|over|up|later|tonight|"
        "tomorrow",
        "give me [another] .. second|minute|hour",
        "timer for|of|on|in",
        "alarm for|at|on",
        "reminder for|at|to|about|in",
        f"second|minute|hour|half {_TIMER}",
        "timer|alarm .. second|minute|hour|am|pm",
        "don t let me forget",
        "do not let me forget",
        "don t forget to",
        "ring|beep|buzz|sound .. in|at",
        "alert|warn me",
        "time me for",
        "time me|us|it|this|that|my|the .. second|minute|hour",
        "snooze for",
        "wake-up call",
        "say|call out when|in|at .. second|minute|hour",
        "i have to|must .. at|in|by|on",
        "timer please",
    ),
    others=(
        "pause|resume|continue|unpause|extend|lengthen|prolong|shorten|cancel|delete|remove|dismiss|clear|"
        "snooze|stop|silence|freeze|hold|end|kill|increase|reduce|decrease|restart|rename|mute",
        f"turn|switch|shut off {_TIMER}",
        f"turn|switch|shut .. {_TIMER} off",
        f"add|put .. to|on|onto .. {_TIMER}",
        f"give|let .. {_TIMER} .. second|minute|hour",
        "take|knock|shave .. off|from",
        f"make .. {_TIMER} .. longer|shorter|later|earlier",
        f"how long|much|many .. {_TIMER}",
        "how long|much .. left",
        f"what|which|when .. {_TIMER}",
        f"list|show|read|check|see|tell .. {_TIMER}",
        f"change|move|edit|adjust|update|rename .. {_TIMER}",
        "arm|disarm",
        "alarm system|panel|code|mode",
        "burglar|security|fire|smoke|car|house|home alarm",
        "stopwatch",
        "another|more|extra|additional .. to|on .. timer|alarm|reminder",
        f"do|have|be i|there any|a {_TIMER}",
        f"put .. {_TIMER} .. hold",
        "radio|song|playlist|music|podcast",
        "light|lamp|heating|heater|oven|tv|fan|coffee_maker|coffee_machine|thermostat|sprinkler .. on|off|at|in",
        "turn|switch on|off .. at|in|after|for",
        "calendar|appointment|meeting_room",
        "remind me|us what|who|where|which|how|why",
    ),
    also=(
        *_MORE_TIMES,
        "label|labelled|called|named|called|name|about|kind|type|title|timing|nap|cooking|me|long",
    ),
    said=("when",),
    is_open=True,
    does="set a timer, an alarm or a reminder",
)
LIST_TIMERS = ToolWords(
    acts=(
        "list|show|read|check|see|view|display|tell|give|name|count|status|inspect|report|hear",
        "what|which|how_many|when|how_long|how_much|how|what_time",
        "do|have|be i|there|my|any|the|a|we|it",
        "any",
        "look at|up|over|through",
        "what about|of",
        "how about",
        "remaining|left|go_off|going_off|due|active|running",
        "when do|will|be",
        "find",
        "go through",
    ),
    things=(_TIMER, "going_off"),
    asks=(
        "how much|long|many [more] [time|minute|second|hour|longer] .. left|remaining|remain|go",
        "what be left",
        "time [be] left|remaining",
        "how long .. until|till|before .. ring|beep|go_off|goes_off|done|ready|up|over|end|finish",
        "how much longer",
        "how long do i have|still_have",
        "what be due|ringing|running",
        "what [just] went|go|gone off",
        "when do|will it|that ring|go_off|end|finish",
        "how long to go",
        "remaining time",
    ),
    others=(
        "pause|resume|continue|unpause|extend|lengthen|shorten|cancel|delete|remove|dismiss|clear|snooze|"
        "stop|silence|freeze|kill|restart|rename",
        "set|start|create|make|add|schedule .. second|minute|hour|am|pm|o_clock|tomorrow|noon",
        "arm|disarm",
        "alarm system|panel|code|mode",
        "burglar|security|fire|smoke|car|house|home alarm",
        "space|disk|memory|storage|battery|room|money|fuel|milk|file left",
        "space|disk|memory|storage|battery left|remaining",
        "remind me to",
        "alarm .. armed|code|password",
        "list what|which|everything .. in|inside|on",
        "code of|for .. alarm",
    ),
    named_by=(),
    also=(
        *_MORE_TIMES,
        "set|running|due|active|paused|going|ring|ringing|go|off|on|left|pending|upcoming|morning|name|"
        "label|status|overview|list|done|over|finished|open|existing|remain|scheduled|coming|planned|"
        "enabled",
    ),
    does="list timers",
)
CANCEL_TIMER = ToolWords(
    acts=(
        "cancel|delete|remove|clear|stop|end|kill|scrap|drop|abort|erase|discard|terminate|unset|disable|"
        "deactivate|silence|dismiss|quit|finish|forget|revoke",
        "get rid of",
        "rid of",
        "turn|switch|shut off",
        "turn|switch|shut .. off",
        "never mind",
        "nevermind",
        "don t need",
        "do not need",
        "no longer need",
        "call off",
        "call .. off",
        "take down",
        "wipe [out]",
        "throw out|away",
        "no more",
        "shut up",
        "don t want",
        "do away with",
    ),
    things=(_TIMER,),
    asks=(
        "don t remind|wake me",
        "do not remind|wake me",
        "stop ringing|beeping|buzzing",
        "no need to remind|wake",
    ),
    others=(
        "pause|resume|continue|unpause|extend|lengthen|prolong|shorten|freeze|hold|increase|decrease|"
        "reduce|restart|rename|snooze|mute|list|show",
        "add|put .. to|on",
        "take|knock|shave|cut|remove|subtract .. second|minute|hour .. from|off",
        "take|knock|shave|cut .. off",
        "give .. second|minute|hour",
        "second|minute|hour .. off|longer|shorter|more",
        "arm|disarm",
        "alarm system|panel|code|mode",
        "burglar|security|fire|smoke|car|house|home alarm",
        "set|start|create",
        "change|move|edit|adjust|update .. to",
        "how long|much",
        "file|folder|note|list|document",
    ),
    also=(
        *_MORE_TIMES,
        "set|running|due|active|ringing|ring|going|off|now|paused|called|named|labelled|about|no|longer|"
        "rest|anymore|wake|remind",
    ),
    does="cancel a timer",
)
_ADD = (
    "add|put|append .. second|minute|hour|more|time|week|day",
    "extend|lengthen|increase|prolong|longer|delay|postpone",
    "give .. second|minute|hour|more|longer|time",
    "second|minute|hour more",
    "more|another|extra|additional .. second|minute|hour",
    "push back",
    "move|shift|put|set .. back by",
)
_ANEW = (
    "change|adjust|update|edit|move|reset|shift|reschedule .. to",
    "make|set|turn|have|let it|that|this|the|my|them",
    "repeat|recur",
    "every|each day|morning|evening|night|week|month|year|weekday|weekend|monday|tuesday|wednesday|thursday|"
    "friday|saturday|sunday",
    "daily|weekly|monthly|yearly",
    "actually|no|rather|sorry|mean|meant|correction|oops",
    "instead",
)
_LESS = (
    "take|knock|shave|cut|trim|lop|drop|chop .. off|from|away",
    "subtract|deduct|shorten|reduce|decrease|shorter|lower|less",
    "remove .. second|minute|hour",
    "second|minute|hour off|less",
    "bring forward",
    "move|shift|put|set .. forward|ahead by",
    "cut down|by|short",
)
CHANGE_TIMER = ToolWords(
    named_by=("which",),
    things=(_TIMER, "countdown"),
    acts=("change|adjust|edit|update|modify|alter",),
    asks=(
        "pause|hold|resume|continue|unpause|stop|dismiss|silence|snooze|extend|shorten it|that|this|them",
        "snooze",
        "another|more|extra|additional .. second|minute|hour",
        "second|minute|hour more|longer",
    ),
    others=(
        "arm|disarm",
        "alarm system|panel|code|mode",
        "burglar|security|fire|smoke|car|house|home alarm",
        "rename|call",
        "cancel|delete|scrap|erase",
        "music|song|playback|video|movie|podcast|radio|album|track|film|game|recording",
        "set|start|create|make .. new",
        "another|second|new|extra|additional timer|alarm|reminder",
        "how long|much|many",
        "list|show",
        "meeting|appointment|download|list|file|folder",
        "remind me to",
    ),
    choices={
        "what": {
            "set": _ANEW,
            "add": _ADD,
            "take_off": _LESS,
            "pause": ("pause|hold|freeze|halt|suspend|interrupt", "put .. on hold", "on hold"),
            "resume": (
                "resume|continue|unpause|unfreeze|restart|proceed",
                "carry|go|run|keep on",
                "go|going again",
                "start .. again",
                "let .. run|go|continue",
                "keep going",
                "pick up",
                "back on",
            ),
            "snooze": ("snooze", "remind|wake me again", "more|another .. second|minute", "later"),
            "dismiss": ("dismiss|acknowledge|clear|stop|silence|quiet|end|off|got_it|okay|shut_up",),
            "skip": ("skip|miss", "leave out"),
            "stop": ("stop|silence|end|quiet|halt|kill|finish|shut_up|enough|turn_off|off|shut|mute",),
        }
    },
    also=(
        *_MORE_TIMES,
        "set|running|due|active|paused|ringing|going|off|on|hold|by|length|duration|again|a_bit|called|"
        "named|labelled|about|go|run|rest|time|it",
    ),
    does="pause, resume or extend a timer",
)
