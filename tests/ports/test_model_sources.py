"""Every source of model files behaves alike: folder, https, wheel, and wheels in parts (decision 16)."""

from __future__ import annotations

import http.server
import re
import shutil
import ssl
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from jarvisd.models.manifest import WheelSpec
from jarvisd.models.sources import (
    BLOCK_BYTES,
    FolderSource,
    HttpsSource,
    Source,
    SourceFailed,
    WheelShelf,
    WheelSource,
    pip_download,
)
from tests.fakes.authority import Authority
from tests.fakes.website import Answer, Website

CONTENT = bytes(range(256)) * (BLOCK_BYTES // 128) + b"the end"
PART_SIZE = BLOCK_BYTES + 11


def wheel_with(folder: Path, name: str, members: dict[str, bytes]) -> None:
    """A wheel that pip takes for one."""
    package = name.replace("-", "_")
    info = f"{package}-1.0.dist-info"
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(folder / f"{package}-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        for member, content in members.items():
            wheel.writestr(member, content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


class Handler(http.server.BaseHTTPRequestHandler):
    """Serves CONTENT: with ranges at /ranged, without at /plain, cut short at /cut, nothing elsewhere.

    ``/to?ADDRESS`` leads there. ``asked`` are the paths that were asked for.
    """

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        start = 0
        self.asked.append(self.path)
        if self.path.startswith("/to?"):
            self.send_response(302)
            self.send_header("Location", self.path.partition("?")[2])
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if self.path not in {"/ranged", "/plain", "/cut"}:
            self.send_error(404)
            return
        if (
            wanted := re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
            if self.path != "/plain"
            else None
        ):
            start = int(wanted[1])
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start : start + 1000] if self.path == "/cut" else CONTENT[start:])

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WheelShelf:
    """Wheels that the real pip takes from a folder instead of a registry."""
    links = tmp_path / "links"
    parts = [CONTENT[start : start + PART_SIZE] for start in range(0, len(CONTENT), PART_SIZE)]
    for number, part in enumerate(parts, start=1):
        wheel_with(links, f"parted-{number}", {f"parted/{number:02}.bin": part})
    wheel_with(links, "whole", {"whole/data.bin": CONTENT})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(links))
    return WheelShelf(tmp_path / "shelf", pip_download)


@pytest.fixture(params=["folder", "ranged", "plain", "whole wheel", "parted wheels"])
def source(request: pytest.FixtureRequest, tmp_path: Path, address: str) -> Source:
    def folder() -> Source:
        (tmp_path / "data.bin").write_bytes(CONTENT)
        return FolderSource(tmp_path, "m", "data.bin")

    def wheel(spec: WheelSpec) -> Source:
        return WheelSource(spec, request.getfixturevalue("shelf"))

    makers: dict[str, Callable[[], Source]] = {
        "folder": folder,
        "ranged": lambda: HttpsSource(f"{address}/ranged"),
        "plain": lambda: HttpsSource(f"{address}/plain"),
        "whole wheel": lambda: wheel(WheelSpec("whole==1.0", "whole/data.bin")),
        "parted wheels": lambda: wheel(WheelSpec("parted-{n}==1.0", "parted/{n:02}.bin", 2, PART_SIZE)),
    }
    return makers[request.param]()


def test_the_whole_content_is_delivered(source: Source) -> None:
    assert b"".join(source.read(0)) == CONTENT


def test_reading_goes_on_from_where_the_source_says(source: Source) -> None:
    for have in (0, 1, PART_SIZE - 1, PART_SIZE, PART_SIZE + 1, len(CONTENT) - 1):
        offset = source.resume_at(have)
        assert 0 <= offset <= have
    offset = source.resume_at(len(CONTENT) - 1)
    assert b"".join(source.read(offset)) == CONTENT[offset:]


def test_a_source_has_a_name_for_people(source: Source) -> None:
    assert source.describe()


def test_a_missing_file_or_address_fails_as_a_source(tmp_path: Path, address: str) -> None:
    for source in (FolderSource(tmp_path, "m", "none.bin"), HttpsSource(f"{address}/none")):
        with pytest.raises(SourceFailed, match="none"):
            b"".join(source.read(0))


def test_an_unreachable_host_fails_as_a_source() -> None:
    with pytest.raises(SourceFailed, match=r"https://127\.0\.0\.1:1/x"):
        b"".join(HttpsSource("https://127.0.0.1:1/x").read(0))


@pytest.mark.parametrize("target", ["{address}/plain", "HTTP://localhost/x", "ftp://localhost/x", "/plain"])
def test_nothing_is_fetched_without_encryption_because_a_server_says_so(address: str, target: str) -> None:
    """The first address is https by the manifest; where the test's server leads to is judged alike."""
    Handler.asked.clear()
    path = f"/to?{target.format(address=address)}"
    with pytest.raises(SourceFailed, match="without encryption"):
        b"".join(HttpsSource(f"{address}{path}").read(0))
    assert Handler.asked == [path]


def test_a_server_may_lead_to_another_that_is_encrypted(address: str, tmp_path: Path) -> None:
    authority = Authority(tmp_path / "authority")
    with Website(authority.context("localhost")) as site:
        site.pages["/model"] = Answer(b"the model")
        url = f"{address}/to?https://localhost:{site.port}/model"
        context = ssl.create_default_context(cafile=authority.certificate)
        assert b"".join(HttpsSource(url, context).read(0)) == b"the model"


def test_a_download_that_breaks_off_delivers_no_wrong_bytes(address: str) -> None:
    received = b""
    try:
        for block in HttpsSource(f"{address}/cut").read(0):
            received += block
    except SourceFailed:
        pass
    assert CONTENT.startswith(received)
    assert len(received) < len(CONTENT)


@pytest.mark.real
def test_a_package_that_pip_cannot_find_fails_with_what_pip_said(shelf: WheelShelf) -> None:
    with pytest.raises(SourceFailed, match=r"absent==1\.0: .*absent"):
        b"".join(WheelSource(WheelSpec("absent==1.0", "x"), shelf).read(0))


@pytest.mark.real
def test_a_wheel_without_the_member_fails_as_a_source(shelf: WheelShelf) -> None:
    with pytest.raises(SourceFailed, match="no/such"):
        b"".join(WheelSource(WheelSpec("whole==1.0", "no/such"), shelf).read(0))


@pytest.mark.real
def test_the_shelf_holds_one_wheel_at_a_time_and_nothing_of_pip(shelf: WheelShelf, tmp_path: Path) -> None:
    shelf.wheel("parted-1==1.0")
    shelf.wheel("parted-2==1.0")
    assert [path.name for path in (tmp_path / "shelf").iterdir()] == ["parted_2-1.0-py3-none-any.whl"]
    shelf.clear()
    assert not (tmp_path / "shelf").exists()


def test_files_of_one_wheel_need_one_download(tmp_path: Path) -> None:
    links = tmp_path / "links"
    wheel_with(links, "whole", {"a": b"1", "b": b"2"})
    asked: list[str] = []

    def download(requirement: str, folder: Path) -> None:
        asked.append(requirement)
        shutil.copy(links / "whole-1.0-py3-none-any.whl", folder)

    shelf = WheelShelf(tmp_path / "shelf", download)
    for member in ("a", "b"):
        b"".join(WheelSource(WheelSpec("whole==1.0", member), shelf).read(0))
    assert asked == ["whole==1.0"]
