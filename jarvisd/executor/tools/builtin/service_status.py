"""The tool service_status: whether a system service runs. It only ever reads."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.json_types import JsonObject
from jarvisd.executor.ports.services import ServiceState
from jarvisd.executor.tools.context import Reach, ToolContext
from jarvisd.executor.tools.spec import Effect, Example, Tool, ToolResult, ToolSpec
from jarvisd.lang.en import amounts
from jarvisd.lang.en.licences import machine
from jarvisd.lang.en.words import words

_VAGUE = frozenset({"the", "my", "service", "services", "server", "daemon", "unit"})
_NAME = re.compile(r"[^\W_][\w@.:+\\' -]*")
"""A name as it is written, or as it is said."""

SPEC = ToolSpec(
    name="service_status",
    description="Whether a system service is running; without a name, which have failed.",
    effects=(Effect.READ,),
    examples=(
        Example("Is nginx up?", {"service": "nginx"}),
        Example("Did any services fail?", {}),
    ),
    deadline_s=15,
    words=machine.SERVICE_STATUS,
)


async def run(context: ToolContext, *, service: str = "") -> ToolResult:
    """Tell the state of one service, or of all of them."""
    loaded = await context.kit.services.loaded()
    if not service.strip():
        return _summary(loaded)
    found = [state for state in loaded if _squeezed(state.name) == _squeezed(service)]
    state = found[0] if found else await context.kit.services.find(_unit_name(service))
    if state is None:
        raise RequestError(f"there is no service {amounts.name(service)!r}", code=ErrorCode.NOT_FOUND)
    return ToolResult(state.to_json(), _sentence(state))


def _summary(loaded: Sequence[ServiceState]) -> ToolResult:
    failed = [state for state in loaded if state.active == "failed"]
    running = sum(state.sub == "running" for state in loaded)
    data: JsonObject = {"running": running, "failed": [state.to_json() for state in failed]}
    if not failed:
        verb = "is" if running == 1 else "are"
        return ToolResult(data, f"{amounts.counted(running, 'service')} {verb} running and none has failed.")
    names = amounts.listing([_short(state.name) for state in failed], limit=5)
    return ToolResult(data, f"{amounts.counted(len(failed), 'service')} failed: {names}.")


def _sentence(state: ServiceState) -> str:
    name = _short(state.name)
    if state.active == "active":
        return (
            f"{name} is running." if state.sub == "running" else f"{name} is active ({amounts.name(state.sub)})."
        )
    told = {"inactive": "is not running", "failed": "has failed", "activating": "is starting"}
    return f"{name} {told.get(state.active, f'is {amounts.name(state.active)}')}."


def _short(name: str) -> str:
    return amounts.name(name.removesuffix(".service"))


def _squeezed(name: str) -> str:
    """Speech has no dashes, dots or endings: "network manager" is ``NetworkManager.service``."""
    said = [word for word in words(name.removesuffix(".service").replace("-", " ")) if word not in _VAGUE]
    return "".join(said)


def _unit_name(service: str) -> str:
    name = "-".join(part for part in service.split() if part.casefold() not in _VAGUE)
    return name if name.endswith(".service") else f"{name}.service"


def vet(_: Reach, *, service: str = "") -> None:
    """Refuse what is no name of a service, said or written."""
    if service.strip() and not _NAME.fullmatch(service.strip()):
        raise RequestError("that is not the name of a service", code=ErrorCode.REFUSED)


TOOL = Tool(SPEC, run, vet=vet)
