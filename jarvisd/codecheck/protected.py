"""What a place is by its name: ordinary, hidden, run by itself later, or holding secrets. Pure.

A name is judged folded: whoever opens a file may find it in any case and in any form of its letters, so a name
that only differs in those is taken for the one that matters. Programs are judged by it as text
(:mod:`jarvisd.codecheck.paths`), tools and what programs left by where they really lead
(:mod:`jarvisd.executor.policy.targets`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import IntEnum

_SECRET_NAMES = re.compile(
    r"\.ssh|\.gnupg|\.aws|\.azure|\.kube|\.docker|\.netrc|\.pgpass|\.npmrc|\.pypirc|\.git-credentials|\.env(\.\w+)?"
    r"|\.password-store|\.mozilla|\.bash_history|\.zsh_history|\.python_history|\.my\.cnf|\.vault-token"
    r"|\.(?:mysql|psql|sqlite|node_repl|rediscli)_?history|\.lesshst|\.s3cfg|\.boto|\.htpasswd|\.tsh|\.bitwarden"
    r"|\.electrum|\.bitcoin|\.thunderbird|\.terraform\.d|keyrings|login data|logins\.json|key[34]\.db"
    r"|cookies\.sqlite|wallet\.dat|id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?(?:\.pub)?|authorized_keys|known_hosts|ssh_host_\w+_key"
    r"|g?shadow-?|sudoers(?:\.d)?|master\.key|krb5\.keytab|credentials\.json|login\.keychain"
)
_SECRET_PATHS = re.compile(
    r"(?:^|/)\.(?:config|local/share|cache)/(?:google-chrome|chromium|microsoft-edge|bravesoftware|vivaldi|opera|gcloud"
    r"|gh|rclone|kwalletd|keepassxc)(?:/|$)"
)
_STARTUP_NAMES = re.compile(
    r"\.(?:bashrc|bash_profile|bash_login|bash_logout|bash_aliases|profile|zshrc|zshenv|zprofile|zlogin|inputrc"
    r"|xprofile|xinitrc|xsession|pam_environment|forward|rhosts|shosts)|crontab|sitecustomize\.py|usercustomize\.py"
)
_STARTUP_PATHS = re.compile(
    r"(?:^|/)(?:\.git/hooks|\.config/(?:autostart|systemd|fish|environment\.d)|\.husky|cron\.\w+|init\.d"
    r"|systemd/(?:system|user))(?:/|$)"
)
_LATER_NAMES = re.compile(
    r"(?:gnu)?makefile|\w+\.mk|\.?justfile|rakefile|taskfile\.ya?ml|noxfile\.py|fabfile\.py|tasks\.py|conftest\.py|setup\.py"
    r"|meson\.build|cmakelists\.txt|build\.gradle(?:\.kts)?|build\.xml|pom\.xml|package\.json|dockerfile"
    r"|(?:docker-)?compose\.ya?ml|jenkinsfile|vagrantfile|procfile|gemfile|\.envrc|\.gitconfig|\.gitattributes"
    r"|\.gitmodules|\.pre-commit-config\.yaml|\.lefthook\.yml|\.gitlab-ci\.yml|\.travis\.yml|\.g?vimrc|\.exrc|\.nvimrc|\.emacs"
    r"|\.screenrc|\.tmux\.conf|\.gdbinit|\.lldbinit|\.pythonrc\.py|\.rprofile|\.irbrc|\.mailcap|\.procmailrc|autorun\.inf"
    r"|.+\.(?:desktop|service|timer|socket|path|pth)"
)
_LATER_PATHS = re.compile(
    r"(?:^|/)(?:\.git/(?:config|info/attributes)|\.vscode|\.idea|\.devcontainer|\.github/workflows|\.config/git|\.vim|\.emacs\.d"
    r"|\.config/nvim|\.circleci|\.local/bin|hooks\.d)(?:/|$)"
)


class PlaceClass(IntEnum):
    """What touching a place means; the higher, the stricter."""

    ORDINARY = 0
    HIDDEN = 1
    """Out of sight: a name on the way begins with a dot."""
    RUNS_LATER = 2
    """Programs run it, or what it names, when somebody works in its folder: a build file, an editor's tasks."""
    STARTUP = 3
    """It runs by itself: at login, on a timer, at every commit."""
    SECRET = 4
    """Keys, passwords, histories of shells and browsers."""


def folded(name: str) -> str:
    """A name without what file systems, keyboards and transcribers may change: case, and forms of letters."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def place_class(parts: Sequence[str]) -> PlaceClass:
    """The class of the place that the names ``parts`` lead to, from the folder that is looked at."""
    names = [folded(part) for part in parts]
    path = "/".join(names)
    if any(map(_SECRET_NAMES.fullmatch, names)) or _SECRET_PATHS.search(path):
        return PlaceClass.SECRET
    if any(map(_STARTUP_NAMES.fullmatch, names)) or _STARTUP_PATHS.search(path):
        return PlaceClass.STARTUP
    if (names and _LATER_NAMES.fullmatch(names[-1])) or _LATER_PATHS.search(path):
        return PlaceClass.RUNS_LATER
    return PlaceClass.HIDDEN if any(name.startswith(".") for name in names) else PlaceClass.ORDINARY


def is_closed(parts: Sequence[str]) -> bool:
    """Whether nobody can approve that something is put there, or read if it holds secrets."""
    return place_class(parts) >= PlaceClass.STARTUP


def telling_name(parts: Sequence[str]) -> str:
    """The name among ``parts`` that says what class the place is: ``id_rsa``, ``.git``; the last where all do."""
    whole = place_class(parts)
    return next((part for part in parts if place_class((part,)) == whole), parts[-1] if parts else "")
