"""The tools that come with the suite. They are registered like any other."""

from __future__ import annotations

from collections.abc import Sequence

from jarvisd.config.schema import Config
from jarvisd.core.json_types import JsonValue
from jarvisd.executor.calendars.shelf import CalendarFolders
from jarvisd.executor.tools.builtin import (
    archive,
    calculate,
    calendar_add,
    calendar_read,
    cancel_timer,
    change_timer,
    execute_code,
    file_append,
    file_copy,
    file_delete,
    file_move,
    file_read,
    file_write,
    forget,
    get_time,
    list_change,
    list_read,
    list_timers,
    mkdir,
    organize_files,
    pick_random,
    recall,
    remember,
    search_files,
    send_email,
    service_status,
    set_timer,
    system_info,
    weather,
    web_fetch,
)
from jarvisd.executor.tools.spec import Registry, Tool

BUILT_IN: tuple[Tool, ...] = (
    get_time.TOOL,
    set_timer.TOOL,
    list_timers.TOOL,
    cancel_timer.TOOL,
    change_timer.TOOL,
    list_change.TOOL,
    list_read.TOOL,
    system_info.TOOL,
    service_status.TOOL,
    search_files.TOOL,
    file_read.TOOL,
    file_write.TOOL,
    file_append.TOOL,
    file_copy.TOOL,
    file_move.TOOL,
    mkdir.TOOL,
    organize_files.TOOL,
    archive.TOOL,
    file_delete.TOOL,
    calculate.TOOL,
    pick_random.TOOL,
    execute_code.TOOL,
    remember.TOOL,
    recall.TOOL,
    forget.TOOL,
    send_email.TOOL,
    web_fetch.TOOL,
)
"""Every built-in tool, in the order in which the planner is told of them."""


def brought_by(tool: Tool) -> list[JsonValue]:
    """The things that a tool of a plugin is for by its own words, each as one word or phrase.

    What is out of reach otherwise is in reach where such a thing is asked for. The words of the built-in tools are
    no news: they speak of pages and of mail, too, and do not bring all that can be done with them.
    """
    said = () if tool in BUILT_IN else tool.spec.words.things
    return [word.replace("_", " ") for phrase in said for word in phrase.split("|")]


def with_built_in_tools(more: Sequence[Tool] = ()) -> Registry:
    """A registry that holds all of them, and ``more``."""
    registry = Registry()
    for tool in (*BUILT_IN, *more):
        registry.register(tool)
    return registry


def configured_tools(config: Config) -> tuple[Tool, ...]:
    """The tools for what has been configured: without it the planner is not told of them.

    Each brings its own sentences and takes over what is out of reach otherwise, as a plugin does.
    """
    tools: list[Tool] = []
    if config.calendar.folders:
        folders = CalendarFolders(config.calendar.folders)
        tools += [calendar_read.reading(folders), calendar_read.freedom(folders), calendar_add.adding(folders)]
    if config.weather.url:
        tools.append(weather.telling(config.weather))
    return tuple(tools)
