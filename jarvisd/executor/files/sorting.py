"""Which folder a file belongs to when a folder is sorted by type or by date. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType

OTHER = "Other"
_TYPES: Mapping[str, str] = MappingProxyType(
    {
        "PDFs": "pdf",
        "Texts": "txt md markdown rst doc docx odt rtf tex org log epub",
        "Tables": "csv tsv xls xlsx ods",
        "Slides": "ppt pptx odp",
        "Images": "jpg jpeg png gif bmp svg webp tif tiff heic raw ico psd xcf dng cr2 nef avif",
        "Audio": "mp3 wav flac ogg oga opus m4a aac wma mid midi aiff",
        "Videos": "mp4 mkv avi mov webm mpg mpeg m4v wmv flv ogv 3gp",
        "Archives": "zip tar gz tgz bz2 xz txz tbz2 7z rar zst iso deb rpm",
        "Code": "py sh c h cpp hpp rs go java js ts html htm css json toml yaml yml sql rb pl lua xml ini ipynb",
    }
)
_FOLDER_OF = MappingProxyType({ending: folder for folder, endings in _TYPES.items() for ending in endings.split()})
_UNFINISHED = frozenset({"part", "crdownload", "download", "partial"})


def is_sorted_at_all(name: str) -> bool:
    """Whether a file takes part: hidden files and downloads in progress stay where they are."""
    return not name.startswith(".") and _ending(name) not in _UNFINISHED


def by_type(name: str) -> str:
    """The folder for files of this name's type: ``"Images"``; ``"Other"`` for an unknown one."""
    return _FOLDER_OF.get(_ending(name), OTHER)


def by_date(mtime_ns: int, zone: tzinfo | None) -> str:
    """The folder for files last changed in that month of the zone: ``"2026-11"``."""
    return f"{datetime.fromtimestamp(mtime_ns / 1e9, zone):%Y-%m}"


def _ending(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    return ending.casefold() if stem else ""
