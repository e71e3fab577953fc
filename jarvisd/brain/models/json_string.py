"""Where the strings of a JSON text begin and end, character by character. Pure."""

from __future__ import annotations


class JsonString:
    """Whether the text so far ends inside a string."""

    def __init__(self) -> None:
        self.is_open = False
        self._is_escaped = False

    def take(self, char: str) -> bool:
        """The next character; whether it belongs to a string, as its quotation marks do."""
        was_open = self.is_open
        if self._is_escaped:
            self._is_escaped = False
        elif self.is_open:
            self._is_escaped = char == "\\"
            self.is_open = char != '"'
        else:
            self.is_open = char == '"'
        return was_open or self.is_open
