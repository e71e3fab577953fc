"""Names that plans may use for what is called otherwise here: there is no browser to steer. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote

from jarvisd.core.json_types import JsonObject, JsonValue
from jarvisd.core.network.email_address import is_address

SEND_EMAIL, WEB_FETCH = "send_email", "web_fetch"
_NAVIGATION = frozenset({"browser_navigate", "open_url", WEB_FETCH})
_MAILTO = "mailto:"
_FIELDS = frozenset({"subject", "body"})
_ARGUMENTS = {"search_files": {"pattern": "name", "directory": "folder"}}
"""Tool to other names of its arguments."""


def translated(tool: str, args: Mapping[str, JsonValue]) -> tuple[str, JsonObject]:
    """The tool and arguments that are meant: going to a page is reading it, going to ``mailto:`` is writing.

    What is not translated is left as it is, so that the same policy refuses it.
    """
    if tool not in _NAVIGATION:
        return tool, _renamed(tool, args)
    url = args.get("url")
    if isinstance(url, str) and set(args) == {"url"} and url.strip().lower().startswith(_MAILTO):
        letter = _letter(url.strip())
        if letter is not None:
            return SEND_EMAIL, letter
    return WEB_FETCH, dict(args)


def _renamed(tool: str, args: Mapping[str, JsonValue]) -> JsonObject:
    names = _ARGUMENTS.get(tool, {})
    if any(name in args for other, name in names.items() if other in args):
        return dict(args)
    renamed = {names.get(name, name): value for name, value in args.items()}
    if tool == "file_delete" and renamed.get("recursive") is True:
        # A folder is always deleted as a whole, and asked about as such.
        del renamed["recursive"]
    return renamed


def _letter(url: str) -> JsonObject | None:
    """The letter that a ``mailto:`` address begins, or ``None`` if it asks for more than one person and a text."""
    recipient, _, query = url[len(_MAILTO) :].partition("?")
    to = unquote(recipient)
    # Decoded here once and nowhere again; what is encoded twice stays encoded and is no address.
    fields = parse_qsl(query.replace("+", "%20"), keep_blank_values=True, max_num_fields=4)
    names = [name.lower() for name, _ in fields]
    if not is_address(to) or not set(names) <= _FIELDS or len(set(names)) != len(names):
        return None
    letter: dict[str, JsonValue] = {"to": to}
    for name, (_, text) in zip(names, fields, strict=True):
        if text:
            letter[name] = text.replace("\r\n", "\n")
    return letter
