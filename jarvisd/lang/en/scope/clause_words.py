"""The words by which a request falls into its parts, as patterns over the items of a line. Pure."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VERBS = _words(
    """
    abort activate add adjust answer append archive arm ask assign attach back bin block book boot break brew
    bring broadcast brighten browse burn buy calculate call cancel cast change charge check chill choose clean
    clear click close compare compile compress compute configure connect continue convert copy correct count
    create crop cut deactivate decline decrease decrypt delete describe destroy dial dim disable disarm discard
    disconnect dismiss display divide do double download drag drop duplicate edit eject email empty enable
    encrypt end enter erase execute explain export extend extract fetch file find finish fix flip flush fold
    forget format forward get give go grab hang halt heat help hide hold import inform insert install
    invite jot keep kill launch leave lengthen let list load lock log look lower mail make mark measure merge
    message mount move multiply mute name navigate note notify open order organise organize overwrite pack paste
    patch pause pay phone pin place play post postpone preheat prepare print publish pull purge push put quit
    raise read reboot recall record redo refresh release reload remember remind remove rename renew reopen
    reorder reorganise reorganize repeat replace reply report reschedule reset resize restart restore resume
    return ring rotate run save say scan schedule scrap scratch search select sell send set share shift shorten
    show shred shuffle shut skip sleep snooze solve sort split spell start stop store stream strike submit
    subscribe subtract summarise summarize switch sync tack take talk tell test text throw tick tidy toggle
    track transfer translate transpose trash trim try turn tweet type unarchive uninstall unlock unmute unpack
    unpause unsubscribe untar unzip update upgrade upload use verify wake warm warn wash watch weigh wipe work
    write zip
    """
)
"""What an order may begin with, in the plain form."""


def compiled(pattern: str) -> re.Pattern[str]:
    """``pattern`` for a line, where a space or, behind a verb, a tab stands between two items."""
    return re.compile(pattern.replace(" ", r"\s"))


EFFECTS = (
    r"(?:add|append|archiv|cancel|chang|clear|copi|copy|creat|delet|eras|email|e mail|extract|forgott?|forget|"
    r"mail|"
    r"mov|organi[sz]|pack|paus|remov|renam|replac|run|send|sent|set|sort|tidi|tidy|unpack|wip|writ|wrot|zip)"
    r"(?:e|ed|d|en|ied|ped|ting|ning|ing|ying|te)?"
)
"""Acts that change something, in any of their forms."""

VERB = r"\S+(?=\t)"
"""A word of ``VERBS``: in a line a tab stands behind it."""
FILLER = (
    r"(?:then|also|please|just|only|finally|maybe|afterwards|next|now|instead|first|simply|rather|so|jarvis|well|"
    r"could you|can you|would you|will you|you can|you could|you may|you should|i want you to|i would like you to|"
    r"i'd like you to|let's|go ahead and) "
)
QUESTION = (
    r"(?:what|what's|whats|when|when's|where|where's|who|who's|which|whose|how|how's|why|is|are|was|were|do|does|"
    r"did|has|can|could|would|will|should)\b"
)
_SUBJECT = (
    r"(?:you|you're|you've|i|i'm|i've|we|we're|they|they're|he|he's|she|she's|it|it's|its|this|that|that's|"
    r"there|there's|everything|everything's|everybody|all|any|anything|nothing|none|no|one|the|my|our|some|"
    r"each|every|at least|more than|fewer than|less than|done|finished|ready|necessary|needed|possible)\b"
)
"""What a clause with a verb begins with: "when you're done", not "when" as a question or "after lunch"."""
_COURTESY = (
    r"(?:(?:when|whenever|as soon as|once|if) you(?:'ve| have)? (?:got |get |find )?(?:a |the |some )?"
    r"(?:chance|moment|minute|second|time|like)\b|(?:when|whenever|if) you (?:can|could|like|please|would|want)\b|"
    r"if (?:possible|you don't mind|you do not mind|you would|you wouldn't mind|you'd be so kind|i may|i might|"
    r"that's (?:okay|ok|all right|fine|possible)|it's (?:okay|ok|possible|not too much|no trouble))\b)"
)
"""Politeness that sounds like a condition."""
CONDITION = (
    rf"(?!{_COURTESY})(?:(?:only |and |but |except |even )?(?:if(?! (?:you )?please\b)|unless)\b|"
    r"(?:as|so) long as\b|in case\b|provided\b|providing\b|assuming\b|supposing\b|given that\b|"
    r"on condition\b|in that case\b|otherwise\b|or else\b|should (?:there|it|they|any|the|my)\b|"
    r"in the event\b|depending on\b|"
    rf"(?:when|whenever|as soon as|every time|each time|any time) {_SUBJECT}|"
    rf"(?:once|after|before|until|till|while) (?!(?:that|this|all|the|my|one|every|each|some)\b(?! (?:is|are|"
    rf"was|has|have)))"
    rf"{_SUBJECT}|(?:after|before|while) (?!morning|evening)\w+ing\b)"
)
NEGATION = (
    r"(?:don't(?! mind)|dont|do not(?! disturb| mind)|never|without|instead of|rather than|except|excepting|"
    r"excluding|apart from|aside from|other than|save for|no need to|avoid|refrain from|"
    r"under no circumstances|by no means|in no case|neither|nor|hands off|let's not|let us not|"
    r"not(?! (?:yet|only|sure|bad|too|enough|much|many|long|working|running)\b)(?! (?:[.,] )?$))\b"
)
"""What begins a part that says what not to do; some are questions or suggestions, see ``HARMLESS``."""
NEGATED_INSIDE = (
    r"\b(?:(?:don't|dont|do not|never|let's not|not) (?:\w+ )?(?:to )?"
    rf"(?:{VERB}|want you|want me|want to|want any|want it|want them|bother|dare|even)|"
    rf"(?:not|never) to (?:{VERB}|be)|"
    r"(?:should not|shouldn't|must not|mustn't|need not|needn't|may not|ought not|are not|aren't|is not|"
    r"isn't) (?:to )?"
    rf"(?:be|{VERB})|(?:do|does|did)(?: not|n't) (?:have|need|want) (?:you )?to|"
    r"(?:don't|do not|doesn't) need you to|no need to|(?:didn't|did not|never) (?:say|tell|ask|mean)|"
    rf"you (?:can't|cannot|can not|couldn't|won't|will not|may not) {VERB}|"
    rf"{VERB} (?:\S+ ){{0,2}}?(?:nothing|none)|{VERB} no (?!to\b|{VERB})\w+|not(?= (?:[.,] )?$)|"
    rf"(?:stop|quit|cease|no(?= \w+ing )) {EFFECTS}|(?:don't|do not|wouldn't) (?:want|"
    rf"like) (?:\S+ ){{0,4}}?{EFFECTS}|"
    r"(?:i'd|i would) rather not|(?:wouldn't|would not) (?:want|like)|"
    r"(?:leave|keep|let) (?:\S+ ){1,6}(?:alone|untouched|unchanged|as (?:it|they) (?:is|are)|where (?:it|"
    r"they) (?:is|are))|"
    r"don't think you should|do not think you should)\b"
)
HARMLESS = (
    r"\b(?:don't forget|do not forget|never forget|don't hesitate|do not hesitate|don't worry|never mind|"
    r"why don't you|why do you not|why not|don't you(?! (?:dare|ever|even)\b)|can't you|couldn't you|won't you|"
    r"wouldn't you|"
    r"not only|"
    r"(?:i|we) (?:don't|do not|can't|cannot|can not|never|didn't|did not|couldn't) (?:know|find|see|remember|"
    r"recall|"
    r"understand|hear|recognise|get|mind))\b"
)
"""Has a not in it, and forbids nothing."""

TELLS = (
    r"(?:how (?:do|does|did|can|could|would|will|should) (?:i|we|you|one|it|they|somebody|someone|people)|"
    r"how to|what (?:happens|would happen|will happen|happened)|what if|(?:should|shall|must|may|might) (?:i|we)|"
    r"(?:can|could) (?:i|we) (?!have|get|hear|see|know|ask)|(?:do|did|would) (?:i|we) (?:need|have) to|"
    r"(?:did|have|has|had) (?:you|i|we|he|she|they|it|somebody|someone|anybody|anyone|anything|that|the|my)|"
    r"(?:is|was) (?:it|that) (?:safe|okay|ok|allowed|possible|wise|a good idea|true)|are you able to|"
    r"(?:do|would) you (?:ever|always|usually|often|normally)|why (?!don't you|not)|"
    r"who (?!is|are|'s)|what does (?:\S+ ){1,4}(?:do|mean)|what would you do|pretend|imagine|suppose|"
    rf"let me {EFFECTS}|"
    r"(?:i'm|i am) thinking|(?:i|we) (?:was|were) told|(?:i'd|i would) have|do you think (?:i|we) should|"
    r"(?:when|where|how often|how many \S+|which \S+|what) (?:did|have|has|had) (?:i|you|we|they|he|she)|"
    r"what do you (?:do|mean)|what's the difference|"
    r"(?:explain|tell me|show me|do you know|i wonder|i'd like to know) (?:how (?:to|i|you|one|do|does)|"
    r"what happens|why|"
    r"whether (?:i|you) (?:should|can|could)|if (?:i|you) (?:should|can|could)))\b"
)
"""A question about an act, at the beginning of a part; no order."""
STATES = (
    rf"(?:(?:i|we|he|she|they|you|somebody|someone) (?:(?:have|has|had|was|were|am|are|is|will|used to|always|"
    rf"often|"
    r"usually|sometimes|already|just|recently|once|also|never|'ve|'ll|might|may|going|about|to|only) ?)*"
    rf"|(?:i've|i'll|i'm|we've|we'll|we're|he's|he'll|she's|she'll|they've|they'll|you've) (?:(?:already|just|"
    rf"going|"
    r"about|to|always|be|been|also) ?)*)"
    rf"{EFFECTS}\b(?! you\b)"
)
"""What somebody does, did or will do, at the beginning of a part; no order."""
WANTS = r"(?:i|we) (?:just |only |also |still )?(?:set|run|want|need)\b"

JOINER = r"(?:and|or|but|plus|then|also|so|as well as|after that|afterwards|next|finally|followed by)"
PRONOUNS = frozenset({"it", "them", "that", "this", "those", "these", "anything", "everything", "nothing", "all"})
SUBJECTS = _words(
    """
    i you we they he she it to can could will would shall should may might must do does did don't the a an my
    your our his her their any some no not more few many all both each every this that these those and or of in
    on for with from by at about never ever already just please cannot can't i'll you'll we'll they'll let me us
    i'd you'd have has had having you've i've we've they've dare bother even shouldn't mustn't needn't than
    """
)
"""After these a word that could be an order is none."""
BEING = _words("am is are was were be been being")
ADJECTIVES = _words("back clean clear close cut dim empty mute open read set shut split warm")
"""Verbs that say how something is, behind one of ``BEING``."""
NEGATION_GOES_ON = _words(
    """
    i you we they please do does did must should would could can will rather need may might is are was were be
    been there's there try sure careful no let's ought prefer better i'd you'd why and or but just if to don't
    never
    """
)
"""What stands before a negation and belongs to it: "i'd rather not", "please don't"."""
ALTERNATIVE = r"(?:and |or |but )?(?:if so|if not|if yes|if no|otherwise|or else|in that case)\b"
"""A condition by itself, that points back."""


def starts(pattern: str) -> re.Pattern[str]:
    """``pattern`` at the beginning of a part, behind what joins and softens it."""
    return compiled(
        rf"(?:, )*(?:(?:{JOINER}|{FILLER.strip()}|,|oh|ok|okay|yes|hey|hi|hello|jarvis) )*(?:{pattern})"
    )
