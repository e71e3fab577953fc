"""Commands on files: deleting, writing, filling the disk, changing rights."""

from __future__ import annotations

import pytest

from tests.unit.codecheck.rows import Row, bash

FILES: list[Row] = [
    ("find / -perm -4000", "privilege?", "find / -perm 644", ""),
    ("find . -perm -u+s", "privilege?", "find . -perm 0755", ""),
    ("rm --no-preserve-root x", "destructive! recursive?", "rm --preserve-root x", "recursive?"),
    ("rm /*", "destructive! system_path!", "rm ./*", ""),
    ("rm -rf ~", "destructive! system_path! recursive?", "rm -rf '~x'", "system_path! recursive?"),
    ("rm /dev/null", "device!", "rm null", ""),
    ("unlink /etc/hosts", "system_path!", "unlink hosts", ""),
    ("rm -r x", "recursive?", "rm x", ""),
    ("mv x /dev/null", "device!", "mv x null", ""),
    ("ln -s /etc/hosts x", "system_path!", "ln -s hosts x", ""),
    ("dd if=/dev/zero of=/dev/sda", "device! resource!", "dd if=/dev/zero of=x bs=1M count=10", ""),
    ("dd if=/dev/zero of=x", "resource!", "dd if=y of=x", ""),
    ("dd if=/dev/zero of=x bs=1G count=1000", "resource!", "dd if=/dev/zero of=x bs=1k count=1000", ""),
    ("dd if=/etc/shadow of=x", "secret!", "dd if=y of=/dev/null", ""),
    ("fallocate -l 500G x", "resource!", "fallocate -l 500M x", ""),
    ("truncate -s 10T x", "resource!", "truncate -s 10M x", ""),
    ("head -c 100G /dev/zero", "resource!", "head -c 100 /dev/zero", ""),
    ("cat /dev/urandom", "resource!", "head -c 9 /dev/urandom", ""),
    ("install -m 4755 a /tmp/x", "privilege!", "install -m 755 a /tmp/x", ""),
    ("install --mode u+s a x", "privilege!", "install --mode u+x a x", ""),
    ("seq 1 1000000000000", "resource!", "seq 1 1000", ""),
    ("chmod 4755 x", "privilege!", "chmod 755 x", ""),
    ("chmod -R u+s x", "privilege!", "chmod -R u+x x", ""),
    ("chmod 777 /etc/hosts", "system_path!", "chmod 777 hosts", ""),
    ("chown root x", "privilege! privilege?", "ls root x", ""),
    ("chown anna x", "privilege?", "ls anna x", ""),
    ("find / -delete", "system_path!", "find . -delete", ""),
    ("find / -exec rm {} +", "system_path!", "find . -exec rm {} +", ""),
    ("find . -exec", "encoded_payload!", "find . -print", ""),
    ("find . -fprint /etc/x", "system_path!", "find . -fprint x", ""),
    (
        "find /etc -name '*.conf' -exec sed -i s/a/b/ {} +",
        "system_path!",
        "find . -name '*.conf' -exec sed -i s/a/b/ {} +",
        "",
    ),
    ("sed '1e rm x' a", "encoded_payload!", "sed '1p' a", ""),
    ("sed 's/a/b/e' a", "encoded_payload!", "sed 's/a/b/g' a", ""),
    ("sed 'w /etc/x' a", "encoded_payload!", "sed 'w x' a", ""),
    ("sed -i s/a/b/ /etc/hosts", "system_path!", "sed -i s/a/b/ hosts", ""),
    (
        "tar cf x.tar y --checkpoint=1 --checkpoint-action=exec=sh",
        "encoded_payload!",
        "tar cf x.tar y --checkpoint=1",
        "",
    ),
    ("tar xf x.tar -I '/bin/sh -c id'", "encoded_payload!", "tar xf x.tar -I zstd", ""),
    ("tar xf x.tar -C /", "system_path!", "tar xf x.tar -C out", ""),
    ("tar cf /etc/x.tar y", "system_path!", "tar cf x.tar y", ""),
    ("tar -x -f /etc/shadow", "secret!", "tar -x -f x.tar", ""),
]


@pytest.mark.parametrize(("program", "findings", "twin", "of_twin"), FILES)
def test_findings(program: str, findings: str, twin: str, of_twin: str) -> None:
    assert bash(program) == findings
    assert bash(twin) == of_twin
