"""What the configuration says, in the values that the parts of the executor take. Pure."""

from __future__ import annotations

from pathlib import Path

from jarvisd.config.schema import Config
from jarvisd.core.network.web_url import parse_allowed
from jarvisd.executor.consent.asker import Windows
from jarvisd.executor.files.paths import WorkspaceRoot, roots_from
from jarvisd.executor.health.machine_use import ResourceLimits
from jarvisd.executor.ports.audit import AuditRetention
from jarvisd.executor.tools.context import Reach, ToolLimits
from jarvisd.executor.undo.retention import KeepLimits

_MB = 1_000_000


def windows(config: Config) -> Windows:
    """How long people have for an answer, and what counts as one."""
    consent = config.consent
    return Windows(
        voice_s=consent.window_s,
        reply_s=config.follow_up.question_s,
        question_limit_s=consent.question_limit_s,
        remote_s=consent.remote_window_s,
        okay_is_yes=consent.okay_is_yes,
        short_yes_is_yes=consent.short_yes_is_yes,
    )


def limits(config: Config) -> ToolLimits:
    """What tools are held to."""
    return ToolLimits(
        output_limit_bytes=config.executor.output_limit_bytes,
        temp_old_after_days=config.executor.temp_old_after_days,
        sandbox_memory_mb=config.sandbox.memory_mb,
        sandbox_timeout_s=config.sandbox.timeout_s,
        sandbox_output_limit_bytes=config.sandbox.output_limit_bytes,
        sandbox_disk_mb=config.sandbox.disk_mb,
    )


def reach(config: Config) -> Reach:
    """What tools may reach outside of this machine."""
    return Reach(
        has_mail=bool(config.mail.host and config.mail.sender), allowed_hosts=parse_allowed(config.web.allow_hosts)
    )


def workspace_roots(config: Config) -> list[WorkspaceRoot]:
    """The folders that tools may see."""
    return roots_from((space.name, str(space.path), space.kind, space.read_only) for space in config.workspaces)


def written_folders(config: Config) -> list[Path]:
    """Folders whose disks must not fill up."""
    return [config.paths.state_dir, config.paths.log_dir, *(space.path for space in config.workspaces)]


def resource_limits(config: Config) -> ResourceLimits:
    """How much of the machine may be in use."""
    given = config.machine
    return ResourceLimits(
        disk_percent=config.executor.disk_percent,
        ram_percent=given.ram_percent,
        processor_percent=given.processor_percent,
        processor_for_s=given.processor_for_s,
    )


def undo_limits(config: Config) -> KeepLimits:
    """How much is kept for undoing."""
    return KeepLimits(config.executor.undo_keep_days, config.executor.undo_keep_mb * _MB)


def audit_retention(config: Config) -> AuditRetention:
    """How much of the audit log is kept."""
    keep = config.executor
    return AuditRetention(keep_bytes=keep.audit_keep_mb * _MB, keep_days=keep.audit_keep_days)
