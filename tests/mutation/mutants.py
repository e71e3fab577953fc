"""Which mutants there are of the modules that decide, and which of them a seed draws.

A place is drawn first and then one of the ways to change it, so that an operator with many substitutes counts no
more than another. Left out by kind of node, whatever came out: annotations, docstrings, imports, what a logger is
told and how a dataclass is stored. No operator changes the words of a message.
"""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators import provider
from cosmic_ray.operators.exception_replacer import ExceptionReplacer
from cosmic_ray.operators.operator import Operator
from parso.python.tree import Name
from parso.tree import NodeOrLeaf

from tests.mutation import operators

MODULES = (
    "jarvisd/executor/policy/*.py",
    "jarvisd/executor/consent/*.py",
    "jarvisd/executor/files/*.py",
    "jarvisd/executor/undo/*.py",
    "jarvisd/courier/*.py",
    "jarvisd/bus/caller.py",
    "jarvisd/bus/service/*.py",
    "jarvisd/bus/wire/admission.py",
    "jarvisd/bus/wire/rate_limit.py",
    "jarvisd/lang/en/answers/*.py",
)
TABLES = ("jarvisd/executor/policy/", "jarvisd/lang/en/answers/")
"""Where a row is one of a policy table or of the grammar of assent."""
ROW_SHARE = 4
"""One mutant in so many is such a row."""
_SAME = frozenset(
    f"ReplaceComparisonOperator_{one}_{other}"
    for pair in (("Eq", "Is"), ("NotEq", "IsNot"))
    for one, other in (pair, pair[::-1])
)
"""Equality and identity are not exchanged: for constants they are the same."""
SHOWN = 100
"""Characters that a name of a mutant shows of a line."""


@dataclass(frozen=True)
class Mutant:
    """One change to one module."""

    module: str
    where: str
    """Function or class around it, dotted; empty at the top of the module."""
    operator: type[Operator]
    occurrence: int
    first_line: int
    last_line: int
    is_row: bool
    is_at_load: bool
    """Whether it takes effect when the module is loaded: beside functions, or a default of a parameter."""

    @property
    def place(self) -> tuple[str, int, int, str]:
        """What is changed, whatever it is changed to."""
        kind = self.operator.__name__.split("_")[0]
        return self.module, self.first_line, self.occurrence if self.is_row else 0, kind

    def code(self, source: str) -> str:
        """The module with the change."""
        return str(mutate_code(source, self.operator(), self.occurrence))

    def name(self, source: str) -> str:
        """What it is called in the list of survivors: stays the same while the changed lines do."""
        before, after = source.splitlines(), self.code(source).splitlines()
        while before and after and before[0] == after[0]:
            before, after = before[1:], after[1:]
        while before and after and before[-1] == after[-1]:
            before, after = before[:-1], after[:-1]
        old, new = (_short(" ".join(line.strip() for line in lines)) for lines in (before, after))
        return f"{self.module} {self.where or '-'}: {old} => {new}"


def _short(text: str) -> str:
    if len(text) <= 2 * SHOWN:
        return text
    return f"{text[:SHOWN]}...{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def check_operators() -> None:
    """Try the examples of our own operators; raises AssertionError."""
    for operator in (*operators.ROWS, *operators.OTHERS):
        for example in operator.examples():
            made = mutate_code(example.pre_mutation_code, operator(), example.occurrence)
            assert made == example.post_mutation_code, f"{operator.__name__}: {made!r}"


def modules(root: Path) -> list[str]:
    """The modules that are mutated, relative to ``root``."""
    found = {path for pattern in MODULES for path in root.glob(pattern)}
    return sorted(str(path.relative_to(root)) for path in found)


def find(module: str, source: str) -> list[Mutant]:
    """Every mutant of a module that is another program than the source."""
    standard = [provider.OperatorProvider()[name] for name in provider.OperatorProvider()]
    standard = [one for one in standard if not one.arguments() and one.__name__ not in _SAME]
    tree = get_ast(source)
    counts: dict[type[Operator], int] = defaultdict(int)
    found = []
    for node in ast_nodes(tree):
        is_left_out = _is_left_out(node)
        for operator in (*standard, *operators.ROWS, *operators.OTHERS):
            first = counts[operator]
            for start, end in operator().mutation_positions(node):
                occurrence = counts[operator]
                counts[operator] += 1
                index = occurrence - first
                if is_left_out or not _can_be_made(operator, node, index):
                    continue
                if operator in operators.ROWS and not _is_at_top(node):
                    continue
                is_row = operator in operators.ROWS
                lines = start[0], end[0]
                found.append(Mutant(module, _where(node), operator, occurrence, *lines, is_row, _is_at_load(node)))
    return found


def _can_be_made(operator: type[Operator], node: NodeOrLeaf, index: int) -> bool:
    """Exceptions with a dot in their name are beyond cosmic-ray, which fails over them."""
    return operator is not ExceptionReplacer or isinstance(operator._name_nodes(node)[index], Name)


def _ancestors(node: NodeOrLeaf) -> Iterator[NodeOrLeaf]:
    while node is not None:
        yield node
        node = node.parent


def _is_left_out(node: NodeOrLeaf) -> bool:
    below = None
    for above in _ancestors(node):
        if above.type in ("annassign", "tfpdef", "param") and below is not None and _is_annotation(above, below):
            return True
        if above.type == "funcdef" and below is not None and below is above.annotation:
            return True
        if above.type in ("import_name", "import_from") or (above.type == "operator" and _is_a_sign(above)):
            return True
        if above.type == "decorator" and above is not node and "dataclass" in above.get_code():
            return True
        if above.type == "atom_expr" and above.get_code(include_prefix=False).startswith("logger."):
            return True
        if above.type in ("string", "strings") and above.parent.type == "simple_stmt":
            return True
        below = above
    return False


def _is_a_sign(operator: NodeOrLeaf) -> bool:
    """Whether a star or slash says how arguments are passed."""
    return operator.parent.type in ("parameters", "param", "arglist", "argument")


def _is_annotation(above: NodeOrLeaf, below: NodeOrLeaf) -> bool:
    if above.type == "param":
        return False
    return len(above.children) > 1 and below is above.children[1 if above.type == "annassign" else 2]


def _is_at_top(node: NodeOrLeaf) -> bool:
    return all(above.type not in ("funcdef", "lambdef") for above in _ancestors(node))


def _is_at_load(node: NodeOrLeaf) -> bool:
    kinds = (above.type for above in _ancestors(node))
    nearest = next((kind for kind in kinds if kind in ("funcdef", "lambdef", "parameters", "decorator")), "")
    return nearest not in ("funcdef", "lambdef")


def _where(node: NodeOrLeaf) -> str:
    names = [operators.name_of(above) for above in _ancestors(node) if above.type in ("funcdef", "classdef")]
    return ".".join(reversed(names))


def draw(mutants: Iterable[Mutant], count: int, seed: str) -> list[Mutant]:
    """``count`` mutants, a quarter of them rows, in an order of chance."""
    chance = random.Random(seed)
    places: dict[tuple[str, int, int, str], list[Mutant]] = defaultdict(list)
    for mutant in mutants:
        places[mutant.place].append(mutant)
    all_places = [places[place] for place in sorted(places)]
    rows = [found for found in all_places if found[0].is_row and found[0].module.startswith(TABLES)]
    others = [found for found in all_places if not (found[0].is_row and found[0].module.startswith(TABLES))]
    row_count = -(-count // ROW_SHARE)
    drawn = _sample(chance, rows, row_count) + _sample(chance, others, count - row_count)
    chance.shuffle(drawn)
    return drawn


def _sample(chance: random.Random, places: Sequence[Sequence[Mutant]], count: int) -> list[Mutant]:
    return [chance.choice(found) for found in chance.sample(places, min(count, len(places)))]
