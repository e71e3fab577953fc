"""The gate for targets: what a step really touches, judged by one rule for tools and for what programs left. Pure.

The text of an argument can only make a verdict stricter; this one is on where it leads (decision 22).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jarvisd.codecheck.finding import Finding, asking, refusing
from jarvisd.codecheck.protected import PlaceClass, telling_name
from jarvisd.executor.files.targets import Act, Target
from jarvisd.lang.en import amounts

NAMED = 3
"""How many names a question holds; of the others it tells the number."""


def findings(targets: Sequence[Target], *, changes: bool) -> tuple[Finding, ...]:
    """What is wrong with touching ``targets``, refusals first; whether the tool ``changes`` anything at all."""
    found = [finding for target in targets for finding in _judge(target, changes)]
    return tuple(sorted(dict.fromkeys(found), key=lambda finding: not finding.refuses))


def _judge(target: Target, changes: bool) -> Iterator[Finding]:
    kind = target.place_class
    is_changed = target.act in (Act.WRITE, Act.REMOVE)
    if target.before is not PlaceClass.ORDINARY and kind <= target.before:
        # It comes along with its folder and is no more than it was.
        return
    shown = amounts.name(target.place.shown)
    if kind is PlaceClass.SECRET:
        own = telling_name(target.place.parts)
        detail = "another name of it" if target.other_classes else own[:40]
        yield refusing("secret", f"{detail} holds secrets")
    elif changes and kind is PlaceClass.STARTUP:
        yield refusing("persistence", f"{telling_name(target.place.parts)[:40]} makes programs run later")
    elif is_changed and kind is PlaceClass.RUNS_LATER:
        yield asking("persistence", f"{shown} may be run later")
    elif is_changed and kind is PlaceClass.HIDDEN:
        yield asking("hidden_place", f"{shown} is out of sight")
    if target.is_program:
        yield asking("persistence", f"{shown} is a program")
    if target.has_unknown_names:
        yield asking("hidden_place", f"{shown} has another name outside of sight")


def shortened(found: Sequence[Finding]) -> tuple[str, ...]:
    """Reasons to ask: the first few and the number of the others."""
    reasons = [finding.reason for finding in found if not finding.refuses]
    more = len(reasons) - NAMED
    return (*reasons[:NAMED], *([f"{more} more places"] if more > 0 else []))


def told(targets: Sequence[Target]) -> str:
    """What a question says about targets that matter, by name; empty where none does."""
    changed = [item for item in targets if item.act in (Act.WRITE, Act.REMOVE) and item.place_class > item.before]
    later = [item for item in targets if item.is_program]
    later += [item for item in changed if item.place_class is PlaceClass.RUNS_LATER]
    hidden = [item for item in changed if item.place_class is PlaceClass.HIDDEN and not item.is_program]
    linked = [item for item in targets if item.has_unknown_names]
    sentences = (
        _sentence(later, "can be run later by other programs", "can be run later by other programs"),
        _sentence(hidden, "is out of sight", "are out of sight"),
        _sentence(linked, "has another name out of sight", "have other names out of sight"),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _sentence(targets: Sequence[Target], one: str, many: str) -> str:
    names = list(dict.fromkeys(amounts.name(target.place.relative) for target in targets))
    if not names:
        return ""
    return f"{amounts.listing(names, limit=NAMED)} {one if len(names) == 1 else many}."
