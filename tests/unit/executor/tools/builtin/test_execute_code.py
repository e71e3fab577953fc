"""Code runs in the sandbox or not at all, and what it printed is spoken."""

from __future__ import annotations

from dataclasses import replace

import pytest

from jarvisd.executor.ports.sandbox import SandboxResult
from tests.unit.executor.conftest import CODE, Bench


async def test_a_program_with_nothing_in_reach_is_announced_and_its_output_spoken(bench: Bench) -> None:
    """Decision 23: no folder, no network, no finding; neither a person nor the language model is asked."""
    bench.sandbox._answers = {"print(6 * 7)": SandboxResult(0, "42\n", "", False, False, 90.0)}
    [step] = await bench.run(CODE)
    assert (step["outcome"], step["tier"], step["spoken"]) == ("done", 2, "The result is 42.")
    assert bench.speech.said == ["I'll run 1 line of Python code in the sandbox."]
    assert bench.speech.questions == []
    assert bench.assessor.asked == []


@pytest.mark.parametrize(
    ("args", "sight"),
    [
        ({"code": "print(6 * 7)", "workspace": "documents"}, "It can read documents, change nothing"),
        ({"code": "print(eval('6 * 7'))"}, "It can reach neither your files nor the network."),
        ({"language": "bash", "code": "bash build.sh"}, "It can reach neither your files nor the network."),
    ],
)
async def test_a_program_that_sees_a_folder_or_was_not_seen_whole_is_asked(
    bench: Bench, args: dict[str, str], sight: str
) -> None:
    """A9: the question says what the sandbox walls off; no is no."""
    bench.answers("no")
    [step] = await bench.run(("execute_code", {"language": "python", **args}))
    assert (step["outcome"], step["tier"], bench.sandbox.jobs) == ("declined", 3, [])
    assert sight in bench.speech.questions[0]
    assert bench.speech.said == []


async def test_a_program_of_a_tainted_plan_is_asked(bench: Bench) -> None:
    """Decision 4: whatever derives from untrusted text."""
    bench.answers("no")
    [step] = await bench.run(CODE, tainted=True)
    assert (step["outcome"], step["tier"], bench.sandbox.jobs) == ("declined", 3, [])


@pytest.mark.parametrize(
    ("printed", "spoken"),
    [
        ("399.50000000000006", "399.5"),
        ("3.3333333333333335", "3.3333"),
        ("-0.016666666666666666", "-0.01667"),
        ("3.1415926536", "3.1415926536"),
        ("1.4142135623730951e-05", "1.4142135623730951e-05"),
    ],
)
async def test_no_more_digits_of_a_float_are_spoken_than_mean_something(
    bench: Bench, printed: str, spoken: str
) -> None:
    bench.answers("yes, go ahead")
    bench.sandbox._answers = {"print(6 * 7)": SandboxResult(0, printed + "\n", "", False, False, 90.0)}
    [step] = await bench.run(CODE)
    assert step["spoken"] == f"The result is {spoken}."
    assert printed in str(step["result"])


async def test_the_lines_of_an_output_stay_apart(bench: Bench) -> None:
    """Kind 8 of issue 12: "20" and "5" are not "20 5"."""
    bench.answers("yes, go ahead")
    bench.sandbox._answers = {"print(6 * 7)": SandboxResult(0, "20\n5\n", "", False, False, 90.0)}
    [step] = await bench.run(CODE)
    assert step["spoken"] == "The program printed 2 lines:\n20\n5"


@pytest.mark.parametrize(
    ("result", "error", "spoken"),
    [
        (
            SandboxResult(1, "", "Traceback\nZeroDivisionError: x", False, False, 1),
            "ToolFailed",
            "ZeroDivisionError",
        ),
        (SandboxResult(137, "", "", True, False, 30000), "Timeout", "did not end within 30 seconds"),
        (SandboxResult(3, "", "", False, False, 1), "ToolFailed", "status 3"),
    ],
)
async def test_failed_code_is_a_failed_step_with_its_output(
    bench: Bench, result: SandboxResult, error: str, spoken: str
) -> None:
    bench.answers("yes, go ahead")
    bench.sandbox._answers = lambda job: result
    [step] = await bench.run(CODE)
    assert (step["outcome"], step["error"]) == ("failed", error)
    assert spoken in str(step["spoken"])
    assert step["result"]["exit_code"] == result.exit_code  # type: ignore[index,call-overload]


async def test_without_a_sandbox_code_is_refused_before_anybody_is_asked(bench: Bench) -> None:
    """Decision 3: no sandbox, no code."""
    bench.sandbox.gone = True
    [step] = await bench.run(CODE)
    assert (step["outcome"], step["error"]) == ("failed", "SandboxGone")
    assert bench.speech.questions == []


async def test_a_sandbox_that_says_nothing_is_not_waited_for(bench: Bench) -> None:
    """Podman may hang with its socket open; nothing is asked about what cannot be run."""
    bench.sandbox.silent = True
    bench.kit = replace(bench.kit, limits=replace(bench.kit.limits, sandbox_answers_in_s=0.01))
    bench.set_up()
    [step] = await bench.run(CODE)
    assert (step["outcome"], step["error"], step["consent"]) == ("failed", "SandboxGone", "not_asked")
