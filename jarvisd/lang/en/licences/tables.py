"""Words around what is asked for, in the forms of :func:`jarvisd.lang.en.wording.tokens` where that matters."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from jarvisd.lang.en.wording import tokens


def _row(text: str) -> frozenset[str]:
    return frozenset(token for word in text.split() for token in tokens(word))


def _phrases(*texts: str) -> tuple[tuple[str, ...], ...]:
    return tuple(sorted((tokens(text) for text in texts), key=len, reverse=True))


_FORMS = {
    "be": "is are was were am been being s re",
    "do": "does did doing done doe",
    "have": "has had having got ve",
    # As transcribers hear it: "right a note".
    "write": "right",
}
_PAST_FORMS = {
    "make": "made",
    "take": "took taken",
    "get": "got gotten",
    "give": "gave given",
    "send": "sent",
    "tell": "told",
    "find": "found",
    "keep": "kept",
    "write": "wrote written",
    "throw": "threw thrown",
    "hide": "hid hidden",
    "say": "said",
    "run": "ran",
    "begin": "began begun",
    "go": "went gone",
    "come": "came",
    "know": "knew known",
    "think": "thought",
    "hear": "heard",
    "see": "saw seen",
    "buy": "bought",
    "leave": "left",
    "wake": "woke woken",
    "ring": "rang rung",
    "forget": "forgot forgotten",
    "mean": "meant",
    "speak": "spoke spoken",
    "build": "built",
    "bring": "brought",
    "hold": "held",
    "lose": "lost",
    "pay": "paid",
    "sell": "sold",
    "show": "shown",
}


def _back(forms: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for plain, others in forms.items():
        for form in others.split():
            found[form] = (*found.get(form, ()), plain)
    return MappingProxyType(found)


NUMBER = "numeral"
"""Stands in phrases for a number."""
IRREGULAR = _back(_FORMS)
"""Form to the plain forms that it may be one of."""
PAST = _back(_PAST_FORMS)
"""The same for what has been done, which is no order."""
REFERENCES = _row("it them this those these")
"""What stands for a thing that was named before."""
POINTING = _row("that one ones more")
"""What does so at the end of what is asked."""

COURTESY = _phrases(
    "please", "can you", "could you", "would you", "will you", "can we", "could we", "can i", "could i", "may i",
    "let us", "let me",
    "i want you to", "i want to", "i'd like you to", "i would like you to", "i'd like to", "i would like to",
    "i need you to",
    "i need to", "would you mind", "do you mind", "are you able to", "is it possible to", "go ahead and",
    "be so kind as to",
    "be a dear and", "be a darling and", "help me to", "help me", "let's", "hey", "hi", "hello", "jarvis",
    "okay", "ok", "so",
    "well", "oh", "um", "uh", "er", "hmm", "right", "alright", "now", "then", "and", "also", "but", "just",
    "quickly",
    "first", "next", "finally", "after that", "afterwards", "kindly", "listen", "look", "sorry", "excuse me",
    "thanks", "thank you",
    "actually", "you know", "why don't you", "why not", "how about you", "i was wondering if you could",
    "i wonder if you could", "could you maybe", "maybe",
    "do me a favor and",
    "do me a favour and", "would it be possible to", "if you could", "if you can", "if possible",
    "when you get a chance",
    "when you have a moment", "try to", "make sure to", "i'd love it if you could", "you should", "you can",
    "you could", "you must",
    "i'd appreciate it if you could", "quick", "good morning", "good evening", "good afternoon", "yes", "yeah",
    "no", "plus", "or",
    "in addition", "additionally", "lastly", "buddy", "man", "dude", "mate", "it would be great if you could",
    "once more", "again",
)  # fmt: skip
"""What stands before a request and asks for nothing."""
NO_COURTESY = frozenset(
    {
        *(
            f"look {word}"
            for word in ("up", "for", "at", "in", "into", "inside", "through", "after", "over", "under")
        ),
        *(f"right {word}" for word in ("a", "an", "down")),
    }
)
"""What asks for something although it begins as courtesy does: "look up", and "write" as it is often misheard."""
JOINING = _row("and then also plus but or afterwards")
"""Words after which another part may begin."""
ASKING = _row("what which where who whose whom when why how is are am was were does did has have had should shall")
"""Words that begin a question."""
MODALS = _row("will would shall should can could may might must do does did")
PERSONS = _row("i we you he she it they my our the this that there anyone anybody someone somebody")
"""Before these a modal verb begins a question: "will I need an umbrella"."""
_ASKERS = ("me", "us")
WISHES = frozenset(
    {
        *((verb, who) for verb in ("tell", "show", "remind", "ask", "alert", "notify", "warn") for who in _ASKERS),
        *(("let", who, verb) for verb in ("know", "hear", "see") for who in _ASKERS),
    }
)
"""How somebody begins who wants to be told something."""
UNTIL = _row("until till whether if unless")
"""What a part begins with that only says when, or under which condition."""
BEFORE_NOUNS = _row(
    "the a an my our your his her their this that these those last latest next new old any some every each "
    "no all unread"
)
BEFORE_VERBS = _row(
    "to you and then please just also i we us be not don t can could should must let now so they he she me"
)
"""Words after which a verb may be what is asked for."""
VERBS = _row(
    "abort accept activate add adjust allow announce answer append archive arm arrange ask assign attach "
    "back backup ban bin "
    "block blow boil book boost bring brighten browse build burn buy calculate call cancel capture cast "
    "catch change "
    "charge chat check choose clean clear click close code collect compare compile complete compose "
    "compress compute "
    "connect continue convert cook cool copy count crank create cross cut deactivate decline decrease "
    "delay delete "
    "deliver dial dim dim disable disarm discard disconnect dismiss display divide do download draft draw "
    "drive drop "
    "duplicate edit email empty enable end engage erase estimate execute exit expand explain extend "
    "extract favorite feed fetch figure "
    "file fill find finish fire fix flash flip flush fold follow force forget forward freeze generate get "
    "give go google grab group halt "
    "hang heat hide hit hold identify ignore illuminate increase initiate insert inspect install invite "
    "join jot jump keep kill "
    "launch leave lengthen let lift like list load locate lock log look lower mail make mark measure "
    "memorize merge message minimize "
    "modify mop move multiply mute name navigate note notify nudge open order organize organise pack page "
    "paint pair park pass "
    "paste pause pay photograph pick ping place play plug point post pour power predict prepare preheat "
    "press print "
    "process prolong pull purchase purge push put query quit raise read reboot recall recite recommend "
    "record reduce "
    "refill refresh register reject release reload remember remind remove rename rent reopen repeat replace reply "
    "report request reschedule reserve reset resize restart restore resume retrieve return reverse rewind "
    "ring roll rotate run save "
    "say scan scare schedule scratch search seek select sell send set shake share shift ship shoot shop "
    "shorten show "
    "shred shuffle shut sign silence sing sit skip slide slow snap snooze solve sort speak speed spell "
    "spin split spread spray squeeze "
    "stand start stash stay stop store stream string strike submit subscribe subtract sum summarize "
    "suspend swap sweep switch sync take talk "
    "tap teach tell terminate test text throw tick tidy tie time toggle touch track transfer translate "
    "transmit trash "
    "trigger trim try tune turn tweet twist type unblock uncheck undo unfreeze uninstall unlock unmute "
    "unpack unpair unpause unplug "
    "unsubscribe untick unwrap unzip update upgrade upload use vacuum view visit wait wake walk wash watch "
    "water whistle wipe "
    "work wrap write zip zoom locate rearrange reorganize reorganise categorize classify reorder rid"
)
"""Verbs that orders begin with."""

SMALL = _row(
    "a an the this that these those it its it's my mine your yours our ours his her hers their theirs i me "
    "you we us they them he she him "
    "s t d ll re ve m am is are was were be been being has have had having do does did doing done doe will "
    "would shall should can could may "
    "might must and or but not no nor so if then than as of in on at to for from by with about into onto "
    "up out over off "
    "down under between through within please thanks thank jarvis hey hi hello okay ok yes yeah just only "
    "also too very really "
    "quite maybe perhaps kindly now right here there some any all every each both either one ones thing "
    "things stuff something "
    "anything everything what which who whom whose where when why how exactly actually currently still "
    "already yet again "
    "back away around along together else other another more most less least much many few lot lots bit "
    "little kind sort like "
    "want wants need needs would love wish got get let let's sure well um uh er oh hmm wonder wondering "
    "mind moment second "
    "quickly quick soon later today always never ever forget forgotten called named saying says say said "
    "titled labelled labeled "
    "because since while until before after during instead rather except without per via using use own "
    "same such whole entire "
    "nearly almost roughly properly perfectly simply pretty extra already finally especially complete full "
    "new possible able going go gonna wanna gotta good great nice fine dear sir mate buddy "
    "favor favour time times way "
    "me myself yourself itself themselves don doesn didn isn aren wasn weren won wouldn couldn can't "
    "cannot shouldn haven hasn know "
    "tell show give ask asked asking could would look looking make makes making take put find check see do "
    "let first last next"
)
"""Words that ask for nothing and name nothing."""

FOREIGN = _row(
    "light lamp bulb chandelier lantern lighting door doorbell window blind blinds curtain curtains "
    "shutter shade awning garage gate lock deadbolt "
    "thermostat heating heater radiator furnace boiler ac conditioner conditioning fan humidifier "
    "dehumidifier purifier vacuum roomba mower "
    "television tv telly speaker soundbar volume brightness oven stove cooker hob microwave kettle toaster "
    "coffee fridge refrigerator freezer dishwasher "
    "washer dryer dryer sprinkler hose camera cctv socket outlet plug switch dimmer scene thermometer sofa "
    "couch chair table bed carpet shower bath "
    "tub faucet tap sink toilet pool sauna jacuzzi kitchen bedroom bathroom livingroom hallway basement "
    "attic porch patio balcony lawn upstairs downstairs lounge nursery cellar "
    "phone cellphone smartphone iphone ipad tablet laptop watch headset headphone earbud bluetooth wifi "
    "router modem printer scanner console xbox playstation "
    "car vehicle truck bike bicycle scooter tesla taxi uber lyft cab bus train tram subway metro plane "
    "flight airport ferry "
    "traffic route direction hotel airbnb restaurant cafe takeaway takeout grocery "
    "groceries supermarket amazon ebay cart basket checkout parcel delivery shipment "
    "weather forecast temperature rain raining snow snowing sunny cloudy windy humid humidity storm "
    "thunderstorm umbrella uv pollen sunrise sunset "
    "news headline headlines sport football soccer basketball baseball tennis hockey cricket rugby "
    "olympics league score championship standings "
    "stock stocks share bitcoin crypto ethereum currency nasdaq dow dollar euro "
    "song playlist album radio podcast spotify netflix youtube hulu disney movie film episode series "
    "channel station audiobook lullaby artist band concert "
    "whatsapp sms voicemail skype zoom facetime facebook instagram twitter tiktok snapchat "
    "joke riddle poem story trivia horoscope recipe lottery "
    "mom mum mommy mother dad daddy father brother sister grandma grandpa wife husband boyfriend "
    "girlfriend doctor police ambulance "
    "dog cat pet baby plant bulb siren robot motion occupancy presence sensor smoke leak water gas battery charger"
) - _row(
    "poem recipe story robot plant share table direction series band gas water film movie song album note "
    "dog cat pet watch score coffee"
)
"""What no computer with files has in its reach. Many are also names of files: only where nothing else says so."""
_OWNER = "my|the|his|her|our|their|your"
_MACHINE = (
    "laptop|phone|cellphone|iphone|ipad|tablet|desktop_pc|macbook|mac|notebook_computer|work_computer|"
    "office_computer|"
    "work_laptop|smartphone|android|chromebook|watch|tv|television|nas|server_at_work|other_computer|"
    "other_machine|"
    "work_pc|gaming_pc|windows_pc|pc_upstairs|kindle|xbox|playstation|smart_tv|printer"
)
ELSEWHERE = (
    f"on|from|off|onto|to|of|in [{_OWNER}] [old|new|other|work|home|office] {_MACHINE}",
    f"{_OWNER} [old|new|other|work|home|office] {_MACHINE} s",
)
"""Another machine than this one."""
