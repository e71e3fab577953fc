"""A small second language: as much Greek as proves that a language is a folder beside English, and no more."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from jarvisd.core.errors import ErrorCode
from jarvisd.core.planning.plan import Action, Consent, Plan
from jarvisd.core.states import ServiceLevel
from jarvisd.lang.answer import AnswerVerdict
from jarvisd.lang.chat import ChatRules
from jarvisd.lang.dialogue import Clarification, DialogueContext, DialogueRules, Recognise, Resolution
from jarvisd.lang.intent import AddedIntents, Control, Intent, Wholeness, WholenessRules
from jarvisd.lang.pack import (
    AssentRules,
    ChunkRules,
    IntentRules,
    LanguagePack,
    ReadingRules,
    ReplySentences,
    ScopeRules,
    SpeechRules,
    StopWords,
    ValueRules,
    WakePhrase,
    WordRules,
)
from jarvisd.lang.question_sentences import QuestionSentences
from jarvisd.lang.scope import Clause, Outside, RequestScope
from jarvisd.lang.spoken_request import LicenceRules, RequestPart
from jarvisd.lang.templates import SentenceFile
from jarvisd.lang.values import HeardValue, Unreadable, UnreadableReason, ValueKind

DIGITS = ("μηδέν", "ένα", "δύο", "τρία", "τέσσερα", "πέντε", "έξι", "επτά", "οκτώ", "εννέα")


def words_of(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


YES, NO = frozenset(words_of("ναι βεβαίως προχώρα")), frozenset(words_of("όχι μη σταμάτα περίμενε"))


class GreekAnswers:
    """Yes is nothing but words that agree; any word that denies is a no."""

    def weigh(self, question: str, heard: str, digits: str, *, okay_is_yes: bool = False) -> AnswerVerdict:
        words = words_of(heard)
        if not words or NO & set(words):
            return AnswerVerdict(Consent.NO, "άρνηση" if words else "σιωπή")
        if digits:
            said = "".join(str(DIGITS.index(word)) if word in DIGITS else "?" for word in words)
            return AnswerVerdict(
                Consent.YES if said == digits else Consent.NO, "ψηφία", may_ask_again=said != digits
            )
        is_yes = set(words) <= YES
        return AnswerVerdict(
            Consent.YES if is_yes else Consent.NO, "συναίνεση" if is_yes else "ασαφές", may_ask_again=not is_yes
        )

    def is_short(self, heard: str) -> bool:
        return False

    def example(self) -> str:
        return "Ναι. Όχι. Βεβαίως. Περίμενε."

    def judge_to(self, question: str, heard: str) -> AnswerVerdict:
        asked = re.search(r"Πες ((?:\w+ )+)για να προχωρήσω", question)
        numbers = [DIGITS.index(word) for word in asked[1].split() if word in DIGITS] if asked else []
        return self.weigh(question, heard, "".join(map(str, numbers)))


class GreekReading:
    def offer(self) -> str:
        return "Πες διάβασέ το για να το ακούσεις όλο."

    def is_asked_for(self, heard: str) -> bool:
        return words_of(heard) == words_of("διάβασέ το")

    def pieces(self, text: str) -> Iterator[str]:
        yield text


class GreekQuestions:
    """Phrases come from the tools, which are English for now."""

    def question(self, phrase: str, consequence: str, can_be_undone: bool | None, closing: str) -> str:
        undo = {True: "Αναιρείται.", False: "Δεν αναιρείται.", None: ""}[can_be_undone]
        return " ".join(filter(None, (f"Πρόκειται να: {phrase}.", consequence, undo, closing)))

    def again(self, phrase: str, closing: str) -> str:
        return f"Συγγνώμη, δεν κατάλαβα. Να προχωρήσω: {phrase}; {closing}"

    def surer(self, phrase: str) -> str:
        return f"Ίσως δεν άκουσα καλά. Να προχωρήσω: {phrase}; Πες ναι, προχώρα. Ή πες όχι."

    def among_voices(self, phrase: str, closing: str) -> str:
        return f"Ακούω άλλες φωνές. Να προχωρήσω: {phrase}; {closing}"

    def after_reading(self, phrase: str, closing: str) -> str:
        return f"Αυτό ήταν όλο. Να προχωρήσω: {phrase}; {closing}"

    def closing(self, digits: str) -> str:
        yes = " ".join(DIGITS[int(digit)] for digit in digits) or "ναι"
        return f"Πες {yes} για να προχωρήσω ή όχι για άκυρο."

    def announce(self, phrase: str) -> str:
        return f"Θα: {phrase}."

    def asked_for_by(self, user: str) -> str:
        return f"Το ζητά ο χρήστης {user}."

    def not_done(self, phrase: str, consent: Consent, cause: str = "", *, is_unclear: bool = False) -> str:
        return f"Εντάξει, δεν έγινε: {phrase}."

    def which(self, choices: Sequence[str]) -> str:
        return f"Ποιο εννοείς: {' ή '.join(choices)};"

    def not_chosen(self, phrase: str) -> str:
        return f"Δεν ξέρω ποιο εννοείς, δεν έγινε: {phrase}."

    def doing(self, tool: str) -> str:
        return self.readable(tool)

    def taken(self, source: str, *, is_text: bool) -> str:
        return f"Από: {source}."

    def planned_after(self, sources: Sequence[str]) -> str:
        return f"Μετά από: {', '.join(sources)}."

    def chosen(self, answer: str, choices: Sequence[str]) -> int | None:
        return None

    def skipped(self, tool: str, needed: int) -> str:
        return f"Παρέλειψα το βήμα {self.readable(tool)}, γιατί δεν έγινε το {needed + 1}."

    def refused(self, tool: str, reason: str) -> str:
        return f"Αρνούμαι: {self.readable(tool)}: {reason}."

    def failed(self, tool: str, code: ErrorCode, message: str = "") -> str:
        return f"Απέτυχε: {self.readable(tool)}: {code}."

    def readable(self, tool: str) -> str:
        return tool.replace("_", " ")

    def unsaid(self, value: str, *, is_read: bool) -> str:
        return f"Μόνο ένα κείμενο λέει {value}." if is_read else f"Κανείς δεν είπε {value}."

    def quoting(self) -> str:
        return "Τα λόγια είναι από ένα κείμενο."

    def level_notice(self, level: ServiceLevel) -> str:
        return "Λειτουργώ με περιορισμούς." if level is ServiceLevel.SAFE else ""


class GreekWakePhrase:
    def example(self) -> str:
        return "Έλα Τζάρβις, σταμάτα."

    def sound_alikes(self) -> tuple[str, ...]:
        return ("τζάρβις", "jarvis")

    def confusions(self) -> str:
        return "Έλα Τζάρβις. Έλα Τζάνι."

    def is_in(self, transcript: str) -> bool:
        return any(word in self.sound_alikes() for word in words_of(transcript))

    def request_in(self, transcript: str) -> str:
        rest = re.sub(r"(?i)^\W*(?:(?:έλα|hey)\W+)?(?:τζάρβις|jarvis)\b\W*", "", transcript)
        return rest[:1].upper() + rest[1:]


class GreekStopWords:
    def example(self) -> str:
        return "Σταμάτα. Ναι."

    def is_stop(self, heard: str) -> bool:
        return words_of(heard) in (["σταμάτα"], ["περίμενε"])


class GreekWords:
    def tokens(self, text: str) -> tuple[str, ...]:
        return tuple(words_of(text))

    def is_small(self, token: str) -> bool:
        return token in ("ο", "η", "το")


class GreekLicences(GreekWords):
    """Every word asks for itself alone."""

    def lemmas(self, token: str) -> frozenset[str]:
        return frozenset({token})

    orders = lemmas

    def is_reference(self, token: str, *, is_last: bool) -> bool:
        return token == "αυτό"

    def is_dummy_after(self, before: frozenset[str], earlier: str) -> bool:
        return False

    def is_verb(self, token: str) -> bool:
        return False

    is_before_noun = is_foreign = is_verb

    def unlicensed(self, parts: Sequence[str], near: Sequence[str], unsure: Sequence[str] = ()) -> str:
        return f"Δεν μπορώ: {', '.join((*parts, *unsure))}."

    def doubted(self, heard: str, words: Sequence[str]) -> str:
        return f"Άκουσα: {heard}."

    def elsewhere(self) -> tuple[str, ...]:
        return ()

    def parts(self, text: str) -> Sequence[RequestPart]:
        return (RequestPart(text, self.tokens(text)),)


class GreekIntents:
    def added(self, files: Sequence[SentenceFile], tools: Mapping[str, Collection[str]]) -> AddedIntents:
        return self

    def takes_up(self, text: str) -> bool:
        return "αυτό" in words_of(text)

    def corrected(self, text: str, before: str) -> Intent | None:
        return None

    def recognise(self, text: str) -> Intent | None:
        spoken = " ".join(words_of(text))
        if spoken == "τι ώρα είναι":
            return Intent(plan=Plan("tell the time", 1.0, (Action("get_time", {"what": "time"}),)))
        controls = {"σταμάτα": Control.STOP, "πες το ξανά": Control.REPEAT, "πώς είσαι": Control.STATUS}
        found = (control for phrase, control in controls.items() if spoken == " ".join(words_of(phrase)))
        control = next(found, None)
        return Intent(control=control) if control else None


class GreekWholeness:
    def wholeness(self, text: str) -> Wholeness:
        is_open = words_of(text)[-1:] == ["και"]
        return Wholeness.GOES_ON if is_open else Wholeness.UNCLEAR


class GreekDialogue:
    def resolve(self, text: str, context: DialogueContext, recognise: Recognise) -> Resolution | None:
        return None

    def answer_to(self, pending: Clarification, text: str, recognise: Recognise) -> Resolution:
        return Resolution()

    def replayed(self, lines: Sequence[str], recognise: Recognise) -> tuple[Intent | None, str]:
        return None, "\n".join(lines)


class GreekScope:
    """A request is one part, and orders whatever it says."""

    def clauses(self, text: str) -> tuple[Clause, ...]:
        return (Clause(text, 0, len(words_of(text))),) if words_of(text) else ()

    def outside(self, text: str, brought: Collection[str] = ()) -> Outside | None:
        is_light = words_of(text)[:1] == ["άναψε"] and "φως" not in brought
        return Outside("φώτα", "Δεν μπορώ να ανάψω φώτα.", act="άναψε", thing="φως") if is_light else None

    def apart(self, text: str, brought: Collection[str] = ()) -> RequestScope:
        found = self.outside(text, brought)
        return RequestScope((found,)) if found else RequestScope(rest=text)


class GreekValues:
    """Digits are numbers; nothing else is a value."""

    def read(self, kinds: Sequence[ValueKind], text: str, now: datetime) -> HeardValue:
        words = words_of(text)
        if ValueKind.NUMBER in kinds and len(words) == 1 and words[0] in DIGITS:
            return HeardValue(ValueKind.NUMBER, str(DIGITS.index(words[0])))
        raise Unreadable(UnreadableReason.NOT_UNDERSTOOD, text)

    def why(self, error: Unreadable) -> str:
        return f"δεν κατάλαβα: {error.part}"


class GreekReplies:
    def error(self, code: ErrorCode) -> str:
        return "Ο δίσκος είναι γεμάτος." if code is ErrorCode.DISK_FULL else f"Σφάλμα {code}."

    def unsupported(self, parts: Sequence[str], actions: Sequence[Action], utterance: str = "") -> list[str]:
        return [f"Δεν μπορώ: {part}." for part in parts]

    def done(self) -> str:
        return "Έγινε."

    def failed(self) -> str:
        return "Δεν έγινε."

    def left_out(self, steps: int) -> str:
        return f"Παρέλειψα {steps}."

    def nothing_to_do(self) -> str:
        return "Δεν ξέρω τι να κάνω."

    def nothing_yet(self) -> str:
        return "Δεν μου ζήτησες τίποτα ακόμη."

    def cut_off(self, heard: str) -> str:
        return f"Είπα: {heard} και με διέκοψαν."

    def recount(self, utterance: str, answer: str) -> str:
        return f"Ζήτησες: {utterance} {answer}"

    def rehearsed(self) -> str:
        return "Ήταν δοκιμή."

    def muted(self, length_s: float | None, *, has_button: bool) -> str:
        return "Δεν ακούω."

    def heard_unmute(self, *, has_button: bool) -> str:
        return "Σε άκουσα."

    def ear_fault(self, code: ErrorCode) -> str:
        return "Δεν ακούω τίποτα."

    def hears_again(self) -> str:
        return "Ακούω πάλι."

    def press_failed(self, code: ErrorCode) -> str:
        return "Δεν γίνεται."

    def speed(self, percent: int) -> str:
        return f"Η ταχύτητα είναι {percent} τοις εκατό."

    def spelled(self, text: str) -> str:
        return ", ".join(text)

    def nothing_to_go_on_with(self) -> str:
        return "Δεν υπάρχει συνέχεια."

    def volume(self, percent: int) -> str:
        return f"Η ένταση είναι {percent} τοις εκατό."

    def steered(self, control: Control) -> str:
        return "Εντάξει."

    def status(self, level: str, reasons: Sequence[str]) -> str:
        return "Είμαι καλά." if level == "full" else f"Κατάσταση {level}."

    def acknowledgement(self, action: Action, utterance: str) -> str:
        return ""

    def nothing_to_undo(self) -> str:
        return "Δεν υπάρχει τίποτα να αναιρεθεί."


class GreekChat:
    """Says a greeting back; nothing else that a model says is known to claim nothing."""

    def admitted(self, reply: str, request: str, told: Sequence[str], *, may_believe: bool) -> str:
        return reply if words_of(reply) == words_of("καλημέρα") else "Δεν το ξέρω."

    def admitted_so_far(self, reply: str, request: str, told: Sequence[str], *, may_believe: bool) -> str:
        return ""

    def unable_alone(self, reply: str) -> str:
        return reply if words_of(reply)[:2] == words_of("δεν μπορώ") else ""


class GreekSpeech:
    chunk_rules = ChunkRules(
        sentence_end=re.compile(r"(?<=[.!;])\s+(?=[Α-ΩΆΈΉΊΌΎΏ0-9])"),
        joints=frozenset({"και", "αλλά", "γιατί", "που"}),
        binding=frozenset({"ο", "η", "το", "τα", "με"}),
        inner=frozenset({"τελεία"}),
    )

    def said(self, line: str) -> str:
        return (
            re.sub(r"(\d+) MB\b", r"\1 μεγαμπάιτ", line).replace("&", "και").replace("π.χ.", "παραδείγματος χάριν")
        )

    def listed(self, items: Sequence[str]) -> str:
        return " και ".join(items)

    def numbered(self, number: str, item: str) -> str:
        return f"{number}, {item}"

    def checked(self, item: str, *, is_done: bool) -> str:
        return f"{'έγινε' if is_done else 'εκκρεμεί'}: {item}"

    def row(self, cells: Sequence[str]) -> str:
        return ", ".join(cells)

    def quoted(self, lines: Sequence[str], *, goes_on: bool) -> Sequence[str]:
        return lines

    def code_left_out(self, kind: str, lines: int) -> str:
        return f"{lines} γραμμές κώδικα"


class Greek:
    answers: AssentRules = GreekAnswers()
    reading: ReadingRules = GreekReading()
    wake_phrase: WakePhrase = GreekWakePhrase()
    stop_words: StopWords = GreekStopWords()
    wording: WordRules = GreekWords()
    intents: IntentRules = GreekIntents()
    wholeness: WholenessRules = GreekWholeness()
    dialogue: DialogueRules = GreekDialogue()
    scope: ScopeRules = GreekScope()
    licences: LicenceRules = GreekLicences()
    values: ValueRules = GreekValues()
    questions: QuestionSentences = GreekQuestions()
    replies: ReplySentences = GreekReplies()
    chat: ChatRules = GreekChat()
    speech: SpeechRules = GreekSpeech()

    def other_wake_phrase(self, phrase: str, heard_as: Sequence[str]) -> WakePhrase:
        return GreekWakePhrase()


GREEK: LanguagePack = Greek()
