"""What asks for a calendar, where there is one: its words, and its sentences that need no language model."""

from __future__ import annotations

from jarvisd.lang.en.licences.shared import COUNTS, TIMES
from jarvisd.lang.licence import ToolWords

_CALENDAR = (
    "calendar|calendars|schedule|agenda|diary|planner|appointment|appointments|meeting|meetings|event|events|"
    "planned|scheduled|plan|plans"
)
_ELSEWHERE = (
    "call|phone|ring|text|email|mail|invite|message|accept|decline",
    "move|reschedule|postpone|cancel|delete|remove|shift|change|rename|edit|share|sync|push .. back",
    "timer|alarm|reminder|countdown|list|file|folder|document",
    "remind me",
)

READ = ToolWords(
    acts=(
        "what|which|whats|when|whens|where|how_many|any|anything|something|do|have|be|show|tell|read|give|"
        "check|list|"
        "view|see|open|hear|look|find",
        "look at",
        "what s|be",
        "when s|be|do",
    ),
    things=(_CALENDAR, "coming_up|going_on|on_today|on_tomorrow"),
    asks=(
        "what do|have|am|be i|we .. today|tomorrow|tonight|week|weekend|month|monday|tuesday|wednesday|thursday|"
        "friday|saturday|sunday|january|february|march|april|may|june|july|august|september|october|november|"
        "december",
        "when be|s|do|have",
        "do|have i|we [have|got] anything|something",
        "what be|s next",
        "how|what do|be|s my|our|the day|week|weekend|month",
    ),
    others=(*_ELSEWHERE, "add|put|enter|book|create|make|schedule a|an"),
    named_by=("about",),
    also=(*TIMES, *COUNTS, "up|coming|next|first|last|left|rest|look|like|get|got|on|have|else|going"),
    is_open=True,
    does="tell what is on your calendar",
)
READ_SENTENCES = (
    "(<what_is>|what do I have|what have I got|what else is|is there anything|do I have anything|have I got "
    "anything|what's coming up)"
    " (on|in) (my|the|our) calendar [[(for|on)] {day_range:when}]",
    "(show me|read|read me|tell me|check|show|open|look at|what does) [what is on|what's on] (my|the|our) "
    "calendar"
    " [say] [[(for|on)] {day_range:when}]",
    "(<what_is>|how is|how's|what does|how does) (my|our|the) (calendar|day|week) [look] "
    "[like] [for] {day_range:when}",
    "(what|which) (appointments|meetings|events) (do I have|have I got|are there|are on|do we have) [(for|on)] "
    "[{day_range:when}]",
    "(do I have|have I got|do we have|are there) [(any|an|a)] (appointments|appointment|meetings|meeting|"
    "events|plans)"
    " [(for|on)] [{day_range:when}]",
    "(do I have|have I got|do we have|is there) (anything|something) (planned|scheduled|on|coming up|going on) "
    "[(for|on)]"
    " {day_range:when}",
    "(what do I have|what have I got|what do we have|what is|what's) (planned|scheduled|going on|on|coming up) "
    "[(for|on)]"
    " {day_range:when}",
    "(what do I have|what have I got) {day_range:when}",
    "(do I have|have I got|is there) (anything|something) {day_range:when}",
    "[is there] (anything|something) on (my|the|our) calendar [[(for|on)] {day_range:when}]",
    "what (am I|are we) doing [on] {day_range:when}",
    "(<what_is>|what are) (my|our) plans [(for|on)] {day_range:when}",
    "(when is|when's|when do I have|<what_is>|what time is) my (next|first) (appointment|meeting|event)",
    "what (is|are) my [next] (appointments|meetings|events) [[(for|on)] {day_range:when}]",
    "(what's|what is) (next|coming up) [on my calendar]",
    "(when is|when's|what time is|what day is|when do I have|when do I see) (the|my|our) [next] {occasion:about}"
    " [(appointment|meeting)]",
)

FREE = ToolWords(
    asks=(
        "be i|we free|busy|available|booked|double_booked",
        "be i|we .. free|busy|available|booked",
        "do|have|be i|we .. time|free|available|busy",
        "be my|our .. free|busy|empty|clear|full|open",
        "free|busy|available .. today|tomorrow|tonight|monday|tuesday|wednesday|thursday|friday|saturday|sunday",
    ),
    things=(),
    others=(*_ELSEWHERE, "disk|memory|space|storage|drive"),
    also=(*TIMES, *COUNTS, "calendar|schedule|at|on|for|between|around|got|anything|any"),
    is_open=True,
    does="tell whether you are free",
)
FREE_SENTENCES = (
    "(am I|are we) [still] (free|available|busy|booked) [(on|for)] {moment:when}",
    "(do I have|have I got|do we have) [any] [free] time [(on|for)] {moment:when}",
    "is my calendar (free|empty|clear|open) [(on|for)] {moment:when}",
)

ADD = ToolWords(
    acts=(
        "add|put|enter|schedule|book|create|make|pencil|mark|write|note|log|insert|arrange|plan|save|place|set|"
        "block|"
        "record|stick|need|have|get",
        "set up",
        "pencil .. in",
    ),
    things=(
        _CALENDAR,
        "lunch|dinner|breakfast|coffee|date|visit|interview|lesson|class|session|checkup|haircut|party",
    ),
    named_by=("title",),
    light=(
        "make",
        "set",
        "have",
        "get",
        "need",
        "write",
        "note",
        "save",
        "place",
        "plan",
        "put",
        "mark",
        "record",
    ),
    others=(*_ELSEWHERE, "flight|hotel|table|taxi|cab|train|room|ticket|tickets|restaurant"),
    also=(
        *TIMES,
        *COUNTS,
        "calendar|schedule|agenda|diary|appointment|meeting|event|with|at|for|new|called|long|all|from|to",
    ),
    is_open=True,
    does="put an appointment on your calendar",
)
ADD_SENTENCES = (
    "(add|put|enter|write|note|mark|pencil|stick|log|schedule|save) [(a|an|the|my)] {occasion:title}"
    " (to|in|on|into|onto) (my|the|our) calendar [(for|on)] {moment:when} [for "
    "{duration:length}]",
    "(add|put|enter|write|note|mark|pencil|stick|log|schedule|save) [(a|an|the|my)] {occasion:title} [(for|"
    "on)] {moment:when}"
    " [for {duration:length}] (to|in|on|into|onto) (my|the|our) calendar",
    "(add|schedule|create|make|book|arrange|set up|plan) (a|an|my|the) [new] {engagement:title}"
    " [(for|on)] {moment:when} [for {duration:length}]",
    "(add|schedule|create|arrange|set up|plan) (a|an) [new] (appointment|meeting|event) (called|named)"
    " {occasion:title} [(for|on)] {moment:when} [for {duration:length}]",
)
