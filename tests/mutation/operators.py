"""Operators of our own for cosmic-ray: what it leaves alone, rows of tables and grammars before all.

Positions and replacements are worked out on the source text of one node, so a mutant differs from the source in
exactly the characters that were dropped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Name, String
from parso.tree import NodeOrLeaf

Span = tuple[int, int]
_STATEMENTS = ("raise_stmt", "atom_expr", "await_expr", "yield_expr", "keyword")
_LITERAL = re.compile(r"(?P<prefix>[rRbBfFuU]*)(?P<quote>\"\"\"|'''|\"|')")


class _TextOperator(Operator):
    """Replaces the code of one node by each of its variants."""

    find: Callable[[NodeOrLeaf], list[str]]

    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
        """One position for each variant."""
        for _ in type(self).find(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        """The node with its code exchanged."""
        return String(type(self).find(node)[index], node.start_pos, node.get_first_leaf().prefix)


def _without_an_element(node: NodeOrLeaf) -> list[str]:
    """Codes of a literal collection, each without one of its elements."""
    if node.type != "atom" or len(node.children) != 3 or node.children[0].value not in "([{":
        return []
    inner = node.children[1]
    if inner.type not in ("testlist_comp", "dictorsetmaker") or any(
        "for" in child.type for child in inner.children
    ):
        return []
    code, opened = node.get_code(include_prefix=False), node.start_pos
    commas = [child.end_pos for child in inner.children if _is(child, ",")]
    edges = [node.children[0].end_pos, *commas, node.children[2].start_pos]
    spans = list(pairwise(_offset(code, opened, edge) for edge in edges))
    spans = [(start, stop) for start, stop in spans if code[start:stop].strip()]
    is_tuple = node.children[0].value == "("
    return [_but(code, span, is_tuple=is_tuple) for span in spans] if len(spans) > 1 else []


def _but(code: str, span: Span, *, is_tuple: bool) -> str:
    left = code[: span[0]] + code[span[1] :]
    # A tuple of one is written with a comma.
    return left[:-1] + ",)" if is_tuple and "," not in left else left


def _is(node: NodeOrLeaf, value: str) -> bool:
    return getattr(node, "value", None) == value


def _offset(code: str, start: tuple[int, int], place: tuple[int, int]) -> int:
    """Where a position of the file is in the code of a node that begins at ``start``."""
    lines = place[0] - start[0]
    if not lines:
        return place[1] - start[1]
    before = code.splitlines(keepends=True)[:lines]
    return sum(map(len, before)) + place[1]


class RemoveElement(_TextOperator):
    """Drops one element of a literal set, list, tuple or dictionary."""

    find = staticmethod(_without_an_element)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Tried at each start."""
        return (
            Example("x = {1, 2}", "x = { 2}"),
            Example("x = (a, b)", "x = (a,)", occurrence=1),
            Example("x = {'a': f(1, 2), **b}", "x = {'a': f(1, 2),}", occurrence=1),
        )


def _without_an_alternative(node: NodeOrLeaf) -> list[str]:
    """Codes of a string, or of several side by side, each without one alternative of a regular expression."""
    if node.type not in ("string", "strings", "fstring") or (node.parent and node.parent.type == "strings"):
        return []
    code = node.get_code(include_prefix=False)
    characters = list(_characters(code))
    found = []
    for group in _groups(characters):
        for number, (start, stop) in enumerate(group):
            dropped = characters[start : stop + 1] if number < len(group) - 1 else characters[start - 1 : stop]
            places = {place for begin, end, _ in dropped for place in range(begin, end)}
            found.append("".join(letter for place, letter in enumerate(code) if place not in places))
    return found


def _characters(code: str) -> Iterator[tuple[int, int, str]]:
    """Where each character of the strings is, an escape or a placeholder counting as one."""
    place = 0
    while place < len(code):
        opened = _LITERAL.match(code, place)
        if opened is None:
            place += 1
            continue
        place, quote = opened.end(), opened["quote"]
        while not code.startswith(quote, place):
            end = _end_of_character(code, place, is_template="f" in opened["prefix"].casefold())
            yield place, end, code[place:end]
            place = end
        place += len(quote)


def _end_of_character(code: str, place: int, *, is_template: bool) -> int:
    if code[place] == "\\":
        return place + 2
    if is_template and code.startswith(("{{", "}}"), place):
        return place + 2
    if not is_template or code[place] != "{":
        return place + 1
    depth = 0
    for end in range(place, len(code)):
        depth += {"{": 1, "}": -1}.get(code[end], 0)
        if not depth:
            return end + 1
    return len(code)


def _groups(characters: list[tuple[int, int, str]]) -> Iterator[list[Span]]:
    """Alternatives of each group that has several, as ranges of characters."""
    open_groups, is_class = [[0]], False
    for index, (_, _, character) in enumerate(characters):
        if is_class:
            is_class = character != "]"
        elif character == "[":
            is_class = True
        elif character == "(":
            open_groups.append([_begin(characters, index)])
        elif character == "|":
            open_groups[-1].append(index + 1)
        elif character == ")" and len(open_groups) > 1:
            yield from _several(open_groups.pop(), index)
    yield from _several(open_groups[0], len(characters))


def _begin(characters: list[tuple[int, int, str]], opened: int) -> int:
    """Where the first alternative of a group begins: after "(?:", "(?<!" and the like."""
    text = "".join(character for _, _, character in characters[opened : opened + 5])
    return opened + len(re.match(r"\((?:\?(?::|=|!|<=|<!|i:))?", text)[0])  # type: ignore[index] # it begins with (


def _several(starts: list[int], end: int) -> Iterator[list[Span]]:
    if len(starts) > 1:
        yield [*((start, following - 1) for start, following in pairwise(starts)), (starts[-1], end)]


class RemoveAlternative(_TextOperator):
    """Drops one alternative of a regular expression."""

    find = staticmethod(_without_an_alternative)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Tried at each start."""
        return (
            Example('x = r"a|b"', 'x = r"b"'),
            Example('x = r"a|b"', 'x = r"a"', occurrence=1),
            Example('x = (r"(?:a|b[|]|"\n rf"{c}|\\|)")', 'x = (r"(?:a|b[|]|"\n rf"\\|)")', occurrence=2),
        )


def _nothing(node: NodeOrLeaf) -> list[str]:
    """``pass`` for a statement that raises, yields or calls; a ``logger`` is none of our business."""
    if node.type not in _STATEMENTS or node.parent is None or node.parent.type != "simple_stmt":
        return []
    code = node.get_code(include_prefix=False)
    is_call = node.type == "atom_expr" and code.endswith(")") and not code.startswith("logger.")
    is_await = node.type == "atom_expr" and code.startswith("await ")
    is_raise = node.type == "keyword" and code == "raise"
    return ["pass"] if is_call or is_await or is_raise or node.type in ("raise_stmt", "yield_expr") else []


class RemoveStatement(_TextOperator):
    """Does nothing where something was called, raised or yielded."""

    find = staticmethod(_nothing)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Tried at each start."""
        return (
            Example("def f():\n    g(1)\n", "def f():\n    pass\n"),
            Example("raise E from e\n", "pass\n"),
            Example("async def f():\n    await g\n", "async def f():\n    pass\n"),
        )


ROWS: tuple[type[Operator], ...] = (RemoveElement, RemoveAlternative)
"""Operators whose mutants are rows of tables and grammars."""
OTHERS: tuple[type[Operator], ...] = (RemoveStatement,)


def name_of(node: NodeOrLeaf) -> str:
    """The name of a function or class definition."""
    return next(child.value for child in node.children if isinstance(child, Name))
