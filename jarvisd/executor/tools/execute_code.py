"""The tool execute_code: run a short program in the sandbox, with no files and no network. Always asked."""

from __future__ import annotations

from typing import Literal

from jarvisd.core.errors import ErrorCode, RequestError
from jarvisd.core.jsonvalue import JsonObject
from jarvisd.executor import phrase
from jarvisd.executor.context import ToolContext
from jarvisd.executor.ports import SandboxJob, SandboxResult
from jarvisd.executor.tool import Effect, Example, Preview, Reversal, Tool, ToolResult, ToolSpec

SPOKEN_LIMIT = 300
"""Characters of a program's output that are read aloud."""

SPEC = ToolSpec(
    name="execute_code",
    description=(
        "Run a short program in a sandbox without files or network and say what it prints. For every calculation."
    ),
    effects=(Effect.EXECUTE,),
    examples=(
        Example("What is 18 multiplied by 23 minus 4?", {"language": "python", "code": "print(18 * 23 - 4)"}),
        Example(
            "Add up the cubes of the numbers 1 through 12.",
            {"language": "python", "code": "print(sum(n ** 3 for n in range(1, 13)))"},
        ),
        Example(
            "What's the cosine of 60 degrees?",
            {"language": "python", "code": "import math; print(math.cos(math.radians(60)))"},
        ),
        Example(
            "Print the first eight powers of two.",
            {"language": "python", "code": "for n in range(8):\n    print(2 ** n)"},
        ),
    ),
)


async def measure(context: ToolContext, *, language: Literal["python", "bash"], code: str) -> Preview:
    """How much code would run, once there is a sandbox to run it in."""
    await context.kit.sandbox.check()
    lines = len([line for line in code.splitlines() if line.strip()])
    if not lines:
        raise RequestError("there is no code to run")
    return Preview(
        phrase=f"run {phrase.counted(lines, 'line')} of {language.capitalize()} code in the sandbox",
        reversal=Reversal.HARMLESS,
        consequence="It can reach neither your files nor the network.",
        profile={
            "engine": context.kit.sandbox.engine,
            "network": "none",
            "files": "none",
            "memory_mb": context.kit.limits.sandbox_memory_mb,
            "timeout_s": context.kit.limits.sandbox_timeout_s,
            "output_limit_bytes": context.kit.limits.sandbox_output_limit_bytes,
        },
    )


async def run(context: ToolContext, *, language: Literal["python", "bash"], code: str) -> ToolResult:
    """Run it and tell what it printed."""
    limits = context.kit.limits
    job = SandboxJob(
        language=language,
        code=code,
        timeout_s=limits.sandbox_timeout_s,
        memory_mb=limits.sandbox_memory_mb,
        output_limit_bytes=limits.sandbox_output_limit_bytes,
    )
    result = await context.kit.sandbox.run(job)
    data: JsonObject = {
        "exit_code": result.exit_code,
        "stdout": result.stdout,
        "stderr": result.stderr,
        "timed_out": result.timed_out,
        "truncated": result.truncated,
        "took_ms": round(result.took_ms, 1),
    }
    failed = result.timed_out or result.exit_code != 0
    error = (ErrorCode.TIMEOUT if result.timed_out else ErrorCode.TOOL_FAILED) if failed else None
    return ToolResult(data, _sentence(result, limits.sandbox_timeout_s), error=error)


def _sentence(result: SandboxResult, timeout_s: float) -> str:
    if result.timed_out:
        return f"The program did not end within {phrase.age(timeout_s)}, so I stopped it."
    if result.exit_code != 0:
        last = _spoken(result.stderr.strip().splitlines()[-1:])
        return f"The program failed: {last}" if last else f"The program failed with status {result.exit_code}."
    lines = result.stdout.strip().splitlines()
    if not lines:
        return "The program ran and printed nothing."
    if len(lines) == 1 and len(lines[0]) <= SPOKEN_LIMIT:
        return f"The result is {_spoken(lines)}."
    return f"The program printed {phrase.counted(len(lines), 'line')}: {_spoken(lines)}"


def _spoken(lines: list[str]) -> str:
    text = " ".join(" ".join(lines).split())
    return text if len(text) <= SPOKEN_LIMIT else f"{text[:SPOKEN_LIMIT]} and so on"


TOOL = Tool(SPEC, run, measure)
