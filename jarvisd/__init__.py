"""jarvisd: a voice assistant as four cooperating systemd services. This module holds the version only."""

__version__ = "0.1.0"
