"""Commands by what they do. Data only; :mod:`jarvisd.codecheck.commands.dispatch` reads it."""

from __future__ import annotations

import re

_BY_RULE: dict[str, tuple[str, str]] = {
    "destructive": (
        "it destroys data for good",
        "mke2fs mkswap wipefs fdisk sfdisk cfdisk parted sgdisk gdisk blkdiscard shred srm wipe scrub"
        " hdparm badblocks"
        " cryptsetup lvremove vgremove pvremove pvcreate vgcreate lvcreate mdadm zpool zfs swapoff"
        " swapon debugfs tune2fs"
        " losetup nvme dmsetup e2fsck fsck auditctl",
    ),
    "privilege": (
        "it reaches for more rights",
        "sudo su doas pkexec runuser visudo passwd chpasswd useradd usermod userdel adduser deluser"
        " groupadd groupmod"
        " groupdel gpasswd newgrp sg setcap capsh chroot pivot_root unshare nsenter setpriv mount"
        " umount insmod modprobe"
        " rmmod depmod kexec docker podman nerdctl runc crun crictl kubectl lxc lxd machinectl chattr"
        " bpftool bpftrace gdb"
        " strace ltrace ptrace vipw vigr chage chsh chfn newuidmap newgidmap sysctl setenforce"
        " aa-disable apparmor_parser",
    ),
    "persistence": (
        "it makes programs run later",
        "crontab at batch systemd-run loginctl update-rc.d chkconfig rc-update initctl telinit"
        " ssh-keygen ssh-copy-id"
        " ssh-add ssh-agent anacron incrontab launchctl",
    ),
    "network": (
        "it talks to other machines",
        "nc ncat netcat nc.openbsd nc.traditional socat telnet ssh scp sftp ftp tftp lftp rclone nmap"
        " masscan tcpdump"
        " tshark iptables ip6tables iptables-save iptables-restore nft ufw firewall-cmd ebtables"
        " arptables ipset tc"
        " nmcli route arp mail mailx sendmail mutt msmtp swaks smbclient aws gsutil az gh chisel"
        " ngrok rdesktop"
        " openvpn wg wg-quick tor torify proxychains axel aria2c httpie http https lwp-request GET POST"
        " lwp-download websocat xdg-open restic borg",
    ),
    "system": (
        "it stops or changes the machine",
        "reboot shutdown halt poweroff init systemctl-reboot grub-install update-grub efibootmgr"
        " timedatectl hostnamectl"
        " localectl hwclock update-initramfs dpkg-reconfigure apt-key ldconfig update-alternatives logrotate",
    ),
    "attack": (
        "it is a tool for attacks",
        "john hashcat hydra medusa sqlmap aircrack-ng airmon-ng msfconsole msfvenom responder arp-scan nikto"
        " gobuster dirb ettercap bettercap hping3 stress stress-ng",
    ),
    "device": (
        "it uses the microphone, the speaker or the keyboard",
        "aplay arecord paplay parecord pacat pw-play pw-record pw-cat pactl amixer alsamixer speaker-test espeak"
        " espeak-ng spd-say festival xdotool ydotool",
    ),
    "self_referential": (
        "it reaches for the assistant's own parts",
        "jarvisctl jarvisd busctl dbus-send gdbus qdbus dbus-monitor",
    ),
}

FORBIDDEN: dict[str, tuple[str, str]] = {
    name: (rule, why) for rule, (why, names) in _BY_RULE.items() for name in names.split()
}
"""Command to the rule and the reason why it never runs."""

WRITERS = frozenset(
    {
        "rm",
        "rmdir",
        "unlink",
        "mv",
        "cp",
        "ln",
        "link",
        "install",
        "tee",
        "truncate",
        "touch",
        "mkdir",
        "mkfifo",
        "mknod",
    }
    | {
        "chmod",
        "chown",
        "chgrp",
        "setfacl",
        "setfattr",
        "rsync",
        "unzip",
        "patch",
        "split",
        "csplit",
        "fallocate",
        "sponge",
    }
    | {"rename", "gzip", "gunzip", "bzip2", "xz", "zstd", "mktemp", "ed", "ex"}
)
"""Commands whose path arguments they change."""
SHELLS = frozenset({"sh", "bash", "dash", "zsh", "ksh", "mksh", "ash", "rbash", "fish", "csh", "tcsh"})
SCRIPTING = frozenset(
    {"perl", "ruby", "node", "nodejs", "php", "lua", "tclsh", "awk", "gawk", "mawk", "nawk", "Rscript"}
)
WRAPPERS = frozenset(
    {
        "env",
        "command",
        "builtin",
        "exec",
        "nohup",
        "nice",
        "ionice",
        "timeout",
        "setsid",
        "stdbuf",
        "time",
        "watch",
        "xargs",
    }
    | {
        "busybox",
        "toybox",
        "unbuffer",
        "chrt",
        "taskset",
        "flock",
        "parallel",
        "script",
        "setarch",
        "linux32",
        "linux64",
    }
    | {
        "logsave",
        "choom",
        "prlimit",
        "sshpass",
        "fakeroot",
        "proot",
        "catchsegv",
        "expect",
        "entr",
        "ts",
        "strace",
    }
)
QUIET = frozenset(
    {"echo", "printf", "true", "false", ":", "[", "test", "exit", "return", "wait", "sleep", "seq", "expr"}
)
"""Commands whose arguments are text, not paths."""
INSTALLERS = frozenset(
    {
        "apt",
        "apt-get",
        "aptitude",
        "dpkg",
        "snap",
        "flatpak",
        "yum",
        "dnf",
        "rpm",
        "pacman",
        "apk",
        "zypper",
        "brew",
    }
)
PULLERS = frozenset(
    {"pip", "pip3", "pipx", "npm", "npx", "yarn", "pnpm", "gem", "cargo", "go", "uv", "uvx", "conda"}
)

SUSPICIOUS = re.compile(
    r"\b(?:rm\s+-\w*[rf]|mkfs|dd\s+if=|base64\s+-{1,2}d|eval\b"
    r"|authorized_keys|crontab|curl\b|wget\b|\bnc\b|sudo\b|chmod\s+[+ugo]*s|os\.system|subprocess"
    r"|__import__|jarvisctl"
    r"|shred\b|systemctl|iptables|ctypes|getattr|exec\s*\(|chown\b|xxd\b)"
    r"|/etc/(?:passwd|shadow|sudoers)|/dev/(?:sd|nvme|vd|tcp|udp|mem)|:\(\)|--no-preserve-root|\$\{IFS"
    r"|\\x[0-9a-f]{2}|\\[0-7]{3}|\$'",
    re.I,
)
"""What a program that cannot be followed must not even mention."""

EXPORTED_FUNCTION = re.compile(r"\s*\(\s*\)\s*\{")
"""How an exported function looks in the environment; shells before the autumn of 2014 also ran what stood behind
it (CVE-2014-6271), whatever the variable was called."""
