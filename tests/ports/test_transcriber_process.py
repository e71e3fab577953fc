"""A transcriber in a process of its own: what ends it fails one request, and nothing waits for ever."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jarvisd.audio.adapters.whisper import WhisperSettings
from jarvisd.audio.adapters.whisper_process import WhisperProcess
from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.runtime.process.processor_time import processor_s
from jarvisd.runtime.tasks import Tasks
from tests.fakes.audio import silence, spoken

SETTINGS = WhisperSettings(language="en", beam_size=1, threads=1)
WAIT_S = 60.0
COMMAND = (sys.executable, "-m", "tests.fakes.stt_child")


class Made:
    """A process whose requests may take ``limit_s``."""

    def __init__(self, *names: str) -> None:
        self.limit_s = WAIT_S
        models = dict.fromkeys(names or ("scripted",), lambda: Path("nowhere"))
        self.process = WhisperProcess(models, SETTINGS, lambda: self.limit_s, COMMAND)

    def failure(self, text: str) -> EngineError:
        with pytest.raises(EngineError) as caught:
            self.process.transcribe(spoken(text))
        return caught.value


@pytest.fixture
def made() -> Iterator[Made]:
    made = Made()
    made.process.load()
    yield made
    made.process.close()


def test_a_native_fault_costs_one_request_and_the_next_load_mends_it(made: Made) -> None:
    error = made.failure("please die")
    assert (error.code, "SIGSEGV" in error.message) == (ErrorCode.TRANSCRIBER_GONE, True)
    assert made.failure("hello").code is ErrorCode.TRANSCRIBER_GONE
    made.process.load()
    assert made.process.transcribe(spoken("hello again")).text == "hello again"


def test_an_error_that_nobody_expects_costs_one_request(made: Made) -> None:
    pid = made.process.pid
    assert "nobody expects it" in made.failure("that is odd").message
    assert (made.process.transcribe(spoken("hello")).text, made.process.pid) == ("hello", pid)


def test_one_that_takes_too_long_is_ended(made: Made) -> None:
    made.limit_s = 0.2
    pid = made.process.pid
    assert made.failure("hang").code is ErrorCode.TIMEOUT
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert made.failure("hello").code is ErrorCode.TRANSCRIBER_GONE


async def test_its_end_is_told_without_any_request(made: Made) -> None:
    tasks = Tasks()
    watch = tasks.start("attend", made.process.attend())
    os.kill(made.process.pid, signal.SIGKILL)
    with pytest.raises(EngineError, match="SIGKILL"):
        await asyncio.wait_for(watch, WAIT_S)
    await tasks.cancel_all()


async def test_what_nobody_wants_ends_soon_and_the_next_is_answered(made: Made) -> None:
    tasks = Tasks()

    def work() -> ErrorCode:
        return made.failure("long").code

    under_way = asyncio.get_running_loop().run_in_executor(None, work)
    looking = asyncio.Event()
    while not under_way.done():
        made.process.give_up()
        asyncio.get_running_loop().call_later(0.01, looking.set)
        await asyncio.wait_for(looking.wait(), WAIT_S)
        looking.clear()
    assert await under_way is ErrorCode.CANCELLED
    assert made.process.transcribe(spoken("hello")).text == "hello"
    await tasks.cancel_all()


async def test_closing_ends_what_is_under_way(made: Made) -> None:
    under_way = asyncio.get_running_loop().run_in_executor(None, made.failure, "hang")
    made.process.close()
    assert (await asyncio.wait_for(under_way, WAIT_S)).code is ErrorCode.TRANSCRIBER_GONE


def test_long_sound_arrives_whole_and_its_cost_is_counted(made: Made) -> None:
    elsewhere_s = processor_s() - time.process_time()
    assert made.process.transcribe(silence(120_000) + spoken("at the end")).text == "at the end"
    assert processor_s() - time.process_time() - elsewhere_s > 0.001


def test_a_model_that_is_refused_leaves_no_process() -> None:
    made = Made("corrupt")
    with pytest.raises(EngineError) as caught:
        made.process.load()
    assert (caught.value.code, made.process.pid) == (ErrorCode.MODEL_CORRUPT, 0)


def test_it_ends_with_whoever_started_it() -> None:
    """The input of the child ends with the process that holds the other end, however that dies."""
    program = (
        "import os\n"
        "from tests.ports.test_transcriber_process import Made\n"
        "made = Made()\n"
        "made.process.load()\n"
        "print(made.process.pid, flush=True)\n"
        "os.kill(os.getpid(), 9)\n"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=WAIT_S)
    child = os.pidfd_open(int(done.stdout))

    poll = select.poll()
    poll.register(child, select.POLLIN)
    assert poll.poll(WAIT_S * 1000)
    os.close(child)


def test_the_smaller_model_stands_in_and_the_better_one_comes_back() -> None:
    two = Made("better", "smaller")
    two.process.load()
    pid = two.process.pid
    for is_small, name in ((True, "smaller"), (False, "better")):
        two.process.use_small(is_small)
        assert (two.process.engine, two.process.pid) == (f"scripted {name}", pid)
        assert two.process.transcribe(spoken("hello")).text == "hello"
    two.process.close()
    assert (two.process.has_small_model, Made().process.has_small_model) == (True, False)


def test_a_smaller_model_that_is_damaged_leaves_the_better_one_in_place() -> None:
    two = Made("better", "corrupt")
    two.process.load()
    with pytest.raises(EngineError) as caught:
        two.process.use_small(True)
    assert caught.value.code is ErrorCode.MODEL_CORRUPT
    assert (two.process.engine, two.process.transcribe(spoken("hello")).text) == ("scripted better", "hello")
    two.process.close()
