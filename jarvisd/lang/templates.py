"""Sentence templates in the form of hassil, whatever the language: read, held against each other, and matched.

An intent is named after the tool that it asks for, and a slot after an argument. A list without values takes any
words, and what its ``reads`` names decides whether they are what it stands for; that is the language's to know.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import islice
from typing import Any

from jarvisd.core.errors import ErrorCode, RequestError

_SLOT = re.compile(r"\{([^{}:@]+)(?::([^{}:@]+))?\}")
_RULE = re.compile(r"<([^<>]+)>")
_JOINT = "__"
"""Between list and argument in the name of a slot, since a match tells the name of its slot alone."""
_FILE_KEYS = frozenset({"language", "intents", "lists", "expansion_rules"})
_BLOCK_KEYS = frozenset({"sentences", "slots", "expansion_rules", "joined"})


@dataclass(frozen=True, slots=True)
class Said:
    """The words that fill a slot: ``reads`` says what they must be, and is empty for a value of a list."""

    argument: str
    reads: str
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """One reading of a text by one template, before its words are looked at."""

    tool: str
    args: Mapping[str, Any]
    """What the template itself says."""
    said: tuple[Said, ...]
    template: str
    is_part: bool = False
    """Its block says ``joined``: it says something only behind another errand."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A text that a template fits."""

    tool: str
    template: str
    text: str


@dataclass(frozen=True, slots=True)
class SentenceFile:
    """A file of templates: where it comes from, and what it holds as parsed from YAML."""

    origin: str
    content: Mapping[str, Any]


class TemplateBook:
    """Templates that are matched together. ``files`` share the lists and rules of the first.

    ``readers`` are what ``reads`` may name.
    """

    def __init__(self, files: Sequence[SentenceFile], readers: Collection[str]) -> None:
        """Raises SENTENCES_INVALID for what is no template, and names the file."""
        shared = files[0]
        _demand_form(shared)
        self._reads = _reads(shared)
        intents: dict[str, Any] = {}
        for file in files:
            _demand_form(file)
            self._reads |= _reads(file)
            if unknown := set(self._reads.values()) - set(readers):
                raise _invalid(f"{file.origin}: nothing reads {sorted(unknown)}")
            for tool, intent in file.content.get("intents", {}).items():
                blocks = [_block(block, {} if file is shared else _rules(file)) for block in intent["data"]]
                intents.setdefault(tool, {"data": []})["data"] += blocks
        lists = {name: kept for file in files for name, kept in file.content.get("lists", {}).items()}
        self.tools = frozenset(intents)
        self._intents = _compiled(files, intents, lists, _rules(shared))

    def arguments(self, tool: str) -> frozenset[str]:
        """Every argument that a sentence for ``tool`` may fill."""
        filled: set[str] = set()
        for block in self._intents.intents[tool].data:
            filled |= set(block.slots)
            rules = {**self._intents.expansion_rules, **block.expansion_rules}
            for sentence in block.sentences:
                for reference in sentence.expression.list_references(rules):
                    filled.add(reference.slot_name.partition(_JOINT)[2])
        return frozenset(filled)

    def samples(self, said: Mapping[str, str], most: int) -> Iterator[Sample]:
        """Up to ``most`` texts that each template fits, with ``said`` for what a list without values reads."""
        import hassil
        from hassil.sample import sample_expression

        lists = {
            name: hassil.TextSlotList.from_strings([said[self._reads[name]]], allow_template=False)
            if name in self._reads
            else values
            for name, values in self._intents.slot_lists.items()
        }
        for intent in self._intents.intents.values():
            for block in intent.data:
                rules = {**self._intents.expansion_rules, **block.expansion_rules}
                for sentence in block.sentences:
                    texts = sample_expression(sentence.expression, lists, rules, "en")
                    for text in islice(texts, most):
                        yield Sample(intent.name, _shown(sentence.text or ""), " ".join(text.split()))

    def matches(self, text: str) -> Iterator[Match]:
        """Every reading of ``text``, which has no punctuation around its words, in no order."""
        import hassil

        for result in hassil.recognize_all(text, self._intents):
            said = []
            for entity in result.entities_list:
                kind, joint, argument = entity.name.partition(_JOINT)
                if not joint:
                    # What the template itself says is told as if it had been heard.
                    continue
                # As it was written, with the marks that a match leaves out: "https://".
                begin, end = entity.text_span or (0, 0)
                words = text[begin:end].strip() if entity.is_wildcard else str(entity.value)
                said.append(Said(argument, self._reads.get(kind, ""), words))
            sentence = result.intent_sentence
            yield Match(
                result.intent.name,
                dict(result.intent_data.slots),
                tuple(said),
                _shown(sentence.text if sentence is not None and sentence.text else ""),
                bool((result.intent_metadata or {}).get("joined")),
            )


def _compiled(
    files: Sequence[SentenceFile],
    intents: Mapping[str, Any],
    lists: Mapping[str, Any],
    rules: Mapping[str, str],
) -> Any:
    import hassil
    from hassil.errors import HassilError
    from hassil.parser import ParseError

    language = files[0].content["language"]
    content = {"language": language, "intents": intents, "lists": lists, "expansion_rules": rules}
    try:
        for intent in intents.values():
            for block in intent["data"]:
                _demand_rules(block["sentences"], {**rules, **block["expansion_rules"]})
        compiled = hassil.Intents.from_dict(content)
        for intent in compiled.intents.values():
            for block in intent.data:
                _demand_lists(block, compiled)
    except (HassilError, ParseError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise _invalid(f"{', '.join(file.origin for file in files)}: {error}") from error
    return compiled


def _demand_rules(sentences: Sequence[str], rules: Mapping[str, str]) -> None:
    """Every rule that is named is there, and none leads back to itself."""
    named = {name: set(_RULE.findall(rule)) for name, rule in rules.items()}
    for wanted in (*named.values(), *(_RULE.findall(sentence) for sentence in sentences)):
        if missing := set(wanted) - set(rules):
            raise ValueError(f"there is no rule <{min(missing)}>")
    TopologicalSorter(named).prepare()


def _demand_lists(block: Any, compiled: Any) -> None:
    """Every list that a sentence names is there; reading them parses the sentence."""
    rules = {**compiled.expansion_rules, **block.expansion_rules}
    for sentence in block.sentences:
        for name in sentence.list_names(rules):
            if name not in compiled.slot_lists:
                raise ValueError(f"there is no list {{{name}}}")


def _demand_form(file: SentenceFile) -> None:
    content = file.content
    unknown = set(content) - _FILE_KEYS if isinstance(content, Mapping) else {"(no mapping)"}
    if unknown or not isinstance(content.get("language"), str):
        raise _invalid(
            f"{file.origin}: it has language, intents, lists and expansion_rules, not {sorted(map(str, unknown))}"
        )
    if not all(isinstance(content.get(key, {}), Mapping) for key in _FILE_KEYS - {"language"}):
        raise _invalid(f"{file.origin}: intents, lists and expansion_rules have names")
    for tool, intent in content.get("intents", {}).items():
        blocks = intent.get("data") if isinstance(intent, Mapping) else None
        if not isinstance(blocks, list) or not all(map(_is_block, blocks)):
            raise _invalid(
                f"{file.origin}: {tool} needs data, each with sentences, slots, expansion_rules and joined"
            )


def _is_block(block: object) -> bool:
    if not isinstance(block, Mapping) or set(block) - _BLOCK_KEYS:
        return False
    sentences = block.get("sentences")
    return isinstance(sentences, list) and all(isinstance(sentence, str) for sentence in sentences)


def _invalid(message: str) -> RequestError:
    return RequestError(message, code=ErrorCode.SENTENCES_INVALID)


def _reads(file: SentenceFile) -> dict[str, str]:
    return {
        name: kept.get("reads", "text")
        for name, kept in file.content.get("lists", {}).items()
        if "wildcard" in kept
    }


def _rules(file: SentenceFile) -> dict[str, str]:
    return {name: _named(rule) for name, rule in file.content.get("expansion_rules", {}).items()}


def _block(block: Mapping[str, Any], rules: Mapping[str, str]) -> dict[str, Any]:
    own = {name: _named(rule) for name, rule in block.get("expansion_rules", {}).items()}
    return {
        "sentences": [_named(sentence) for sentence in block["sentences"]],
        "slots": dict(block.get("slots", {})),
        "expansion_rules": {**rules, **own},
        "metadata": {"joined": block.get("joined") is True},
    }


def _named(template: str) -> str:
    """``{label:path}`` as ``{label:label__path}``."""
    return _SLOT.sub(lambda found: f"{{{found[1]}:{found[1]}{_JOINT}{found[2] or found[1]}}}", template)


def _shown(template: str) -> str:
    """What :func:`_named` was given."""
    return re.sub(rf"\{{(\w+):\1{_JOINT}(\w+)\}}", _slot, template)


def _slot(found: re.Match[str]) -> str:
    return f"{{{found[1]}}}" if found[1] == found[2] else f"{{{found[1]}:{found[2]}}}"
