"""The words that steer the suite, as whole requests after politeness is taken off. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from types import MappingProxyType

from jarvisd.lang.intent import Control

Phrase = tuple[str, ...]
"""Words in a row, small."""


def phrases(*patterns: str) -> frozenset[Phrase]:
    """Every wording of patterns such as "what's|what is the time [now]"; a bracket may be left out."""
    return frozenset(phrase for pattern in patterns for phrase in _expand(pattern))


def _expand(pattern: str) -> Iterable[Phrase]:
    slots = []
    for slot in pattern.split(" "):
        optional = slot.startswith("[")
        choices = [tuple(choice.split("_")) for choice in slot.strip("[]").split("|")]
        slots.append([*choices, ()] if optional else choices)
    for picked in product(*slots):
        yield tuple(word for choice in picked for word in choice)


CONTROLS: Mapping[Control, frozenset[Phrase]] = MappingProxyType(
    {
        Control.STOP: phrases(
            "stop [it|that|this|now|talking|speaking|everything|right_now]",
            "stop stop [stop]",
            "[no|okay] wait|hold_on|hold_it|hang_on [a_moment|a_minute|a_second]",
            "cancel [it|that|this|everything]",
            "[no] never mind",
            "nevermind",
            "forget it",
            "abort [it|that|this]",
            "be|keep quiet",
            "quiet|silence|enough",
            "that's|that_is enough",
            "shut up",
        ),
        Control.MUTE: phrases(
            "mute [yourself|the_microphone|your_microphone|the_mic|your_mic]",
            "stop listening [to_me|now]",
            "don't|do_not listen [to_me|now]",
            "turn|switch off the|your microphone|mic",
            "turn|switch the|your microphone|mic off",
        ),
        Control.UNMUTE: phrases(
            "unmute [yourself|the_microphone|your_microphone|the_mic|your_mic]",
            "start listening [again]",
            "turn|switch on the|your microphone|mic",
            "turn|switch the|your microphone|mic on",
        ),
        Control.STATUS: phrases(
            "status [report]",
            "what's|what_is your status",
            "give me a|your status [report]",
            "are you okay|ok|alright|all_right|working|healthy",
            "how are you [doing|today|feeling]",
            "how is it going",
            "is everything okay|ok|alright|all_right|working|in_order",
            "is anything|something wrong|broken [with_you|here]",
            "is there anything|something wrong [with_you]",
            "what's|what_is wrong [with_you]",
            "do you have any problems|trouble",
            "do you work [properly|as_you_should]",
        ),
        Control.UNDO: phrases(
            "undo [that|it|this|the_last_step|the_last_action|the_last_change|the_last_one|last|your_last_action]",
            "undo what you just did",
            "undo what you did",
            "take that back",
            "revert [that|it|the_last_change|the_last_action]",
        ),
        Control.REPEAT: phrases(
            "repeat [that|it|yourself] [again]",
            "say that|it [again|once_more]",
            "say again",
            "what did you say|just_say",
            "pardon [me]",
            "come again",
        ),
        Control.SPELL: phrases("[can|could] [you] spell that|it [out|for_me]"),
        Control.SLOWER: phrases("[speak|talk|say_that] [a_bit] slower|more_slowly", "slow down", "not so fast"),
        Control.FASTER: phrases("[speak|talk|say_that] [a_bit] faster|more_quickly", "speed up", "not so slow"),
        Control.NORMAL_SPEED: phrases(
            "speak|talk normally|as_usual|as_before [again]",
            "speak|talk at|in [your|the] normal|usual|ordinary|original speed|pace",
            "[go] back to [your|the] normal|usual|ordinary|original speed|pace",
            "normal|usual speed|pace [again]",
        ),
        Control.PAUSE: phrases("pause [speaking|reading|talking]"),
        Control.GO_ON: phrases("go_on|continue|carry_on|keep_going [reading|speaking|talking]", "where were you"),
        Control.HELP: phrases(
            "help [me]",
            "what can you do [for_me]",
            "what can i say|ask [you] [for|to_you]",
            "what can i ask you to do",
            "what are you able to do",
            "what do you know how to do",
            "how can you help [me]",
            "what are your skills|abilities|features|commands",
            "what things can you do",
            "show|tell me what you can do",
            "tell me what i can ask|say [you]",
        ),
        Control.GREET: phrases(
            "hello|hi|hey|greetings [there|again]",
            "good morning|afternoon|evening",
            "morning|evening",
            "nice to meet you",
        ),
        Control.THANK: phrases(
            "thanks [a_lot|so_much|very_much|again]",
            "many thanks",
            "thank you [very_much|so_much|a_lot|again|kindly]",
            "good|great|nice job|work",
            "well done",
            "that was helpful|great|perfect|nice",
        ),
        Control.DECLINE: phrases(
            "no|nope|nah [thanks|thank_you]",
            "not now|today",
            "nothing [else|more] [thanks|thank_you]",
            "[thanks|thank_you|no] that's|that_is|that_was all|it [for_now|for_today]",
            "that_will|that'll be all",
            "no i'm|i_am good|fine|okay",
        ),
        Control.PART: phrases(
            "goodbye|bye|good-bye [for_now]",
            "bye bye",
            "good bye",
            "see you [later|tomorrow|soon]",
        ),
        Control.GOOD_NIGHT: phrases("good|night night", "goodnight", "sleep well", "i'm going to bed"),
        Control.INTRODUCE: phrases(
            "who|what are you",
            "who am i talking|speaking to|with",
            "introduce yourself",
            "tell me about yourself",
            "tell me who|what you are",
            "what's|what_is your name [again]",
            "tell me your name",
            "do you have a name",
            "what are you called",
            "what do|can|should i call you",
        ),
        Control.PRIVACY: phrases(
            "are you [always|still] listening|recording [to_me|me|us] [all_the_time|now|right_now]",
            "do you listen|record [to_me|me|us|everything] [all_the_time|always]",
            "do you always listen|record [to_me|me|us]",
            "are you spying on me|us",
            "who can|else_can hear me|us|you",
            "is anyone|anybody|somebody|someone [else] listening",
            "what do you record|store|keep [of_me|of_us|about_me]",
            "do you record|store|keep|save what i say",
            "do you send|share|upload|sell anything|data [to_anyone|to_the_cloud|to_the_internet]",
            "do you send|share|upload|sell what_i_say|my_voice|my_data [to_anyone|to_the_cloud|to_the_internet]",
            "where does|do my voice|data|words go",
            "are you connected to the internet|cloud",
            "is what i say private|recorded|kept|sent_anywhere",
            "are you private",
        ),
        Control.RECOUNT: phrases(
            "what did you do [just_now|now|last|there|then|today]",
            "what did you just do [now|there|then]",
            "what have you [just] done [just_now|now|there|so_far|today]",
            "what's|what_is|what_was the last thing [that] you did|have_done",
            "what|which was|is your last action",
            "what did you [just] change",
            "what have you [just] changed",
            "what just happened [there]",
            "what was that [about]",
            "tell|show me what you [just] did",
            "what did i [just] ask|say|tell [you] [before|last|just_now|to_do]",
            "what was my last request|question",
            "tell|show me what you have [just] done",
        ),
    }
)

_SPELL = phrases(
    "[please|can_you|could_you|would_you] spell [out] [the_word|the_name|the_words]",
    "how do|would|should you|i|we|one spell [the_word|the_name]",
    "how to spell [the_word|the_name]",
    "tell|show me how to spell [the_word|the_name]",
    "what's|what_is the spelling of [the_word|the_name]",
)
_SPELLED = phrases("how is|are|'s [the_word|the_name]"), phrases("spelled|spelt|written")
_NOT_A_WORD = frozenset({"that", "it", "this", "them", "these", "those", "everything", "again", "my", "your"})
MOST_TO_SPELL = 4
"""Chosen: a name, or a few words; more is something else."""


def to_spell(spoken: Phrase) -> str:
    """The words that are to be spelled; empty where none are, or only what was said before is meant."""
    asked = _after(spoken, _SPELL) or _between(spoken, *_SPELLED)
    return " ".join(asked) if 0 < len(asked) <= MOST_TO_SPELL and _NOT_A_WORD.isdisjoint(asked) else ""


def _after(spoken: Phrase, asking: frozenset[Phrase]) -> Phrase:
    """What follows the longest way of asking."""
    lengths = [count for count in range(1, len(spoken)) if spoken[:count] in asking]
    return spoken[max(lengths) :] if lengths else ()


def _between(spoken: Phrase, asking: frozenset[Phrase], ending: frozenset[Phrase]) -> Phrase:
    return _after(spoken[:-1], asking) if spoken[-1:] in ending else ()
