"""Reading Python: names, branches, loops, and what may not be passed on; each with a harmless twin."""

from __future__ import annotations

import pytest

from tests.unit.codecheck.rows import Row, python

VISITED: list[Row] = [
    (
        "import time\nl = []\nwhile True:\n    l.append(1)\n    time.sleep(1)",
        "resource!",
        "import time\nl = []\nwhile True:\n    l.count(1)\n    time.sleep(1)",
        "resource?",
    ),
    (
        "import os\nfor r, d, f in os.walk(x): os.system(r)",
        "encoded_payload!",
        "import os\nfor r, d, f in os.walk(x): print(r)",
        "",
    ),
    # imports and other names for the same
    (
        "import os as o; o.system('rm -rf /')",
        "destructive! system_path! recursive?",
        "import os as o; o.system('ls')",
        "",
    ),
    (
        "from os import system as s; s('rm -rf /')",
        "destructive! system_path! recursive?",
        "from os import system as s; s('ls')",
        "",
    ),
    (
        "from os import *; system('rm -rf /')",
        "destructive! system_path! recursive?",
        "from os import *; system('ls')",
        "",
    ),
    (
        "import os; s = os.system; s('rm -rf /')",
        "encoded_payload! destructive! system_path! recursive?",
        "import os; s = os.getcwd; s()",
        "",
    ),
    (
        "import os; (s := os.system)('rm -rf /')",
        "destructive! system_path! encoded_payload! recursive?",
        "import os; (s := os.getcwd)()",
        "",
    ),
    (
        "import os; x: int = os.system('rm -rf /')",
        "destructive! system_path! recursive?",
        "import os; x: int = os.system('ls')",
        "",
    ),
    # passing on what may only be called
    (
        "import os; list(map(os.system, ['ls']))",
        "encoded_payload!",
        "import os; list(map(os.path.basename, ['ls']))",
        "",
    ),
    ("import os; d = {'a': os.system}", "encoded_payload!", "import os; d = {'a': os.getcwd}", ""),
    ("@eval\ndef f(): pass", "encoded_payload!", "@staticmethod\ndef f(): pass", ""),
    ("@exec\nclass X: pass", "encoded_payload!", "@print\nclass X: pass", ""),
    ("b = __builtins__; print(b)", "encoded_payload!", "b = builtin; print(b)", ""),
    # replacing and reaching
    ("import os; os.remove = print", "encoded_payload!", "import os; x.remove = print", ""),
    ("import os; os.environ['LD_PRELOAD'] = 'x'", "privilege!", "import os; os.environ['LANG'] = 'C'", ""),
    ("().__class__.__bases__", "encoded_payload!", "().__class__.__name__", ""),
    ("import os; os.__dict__", "encoded_payload!", "x.__dict__", ""),
    ("import sys; sys.modules['os']", "encoded_payload!", "import sys; sys.argv[0]", ""),
    ("globals()['eval']", "encoded_payload!", "x()['x']", ""),
    ("import os; os.__dict__['x']", "encoded_payload!", "x = {}; x['x']", ""),
    ("print('{0.__class__}'.format(3))", "encoded_payload!", "print('{0.real}'.format(3))", ""),
    ("yaml.load('!!python/object/apply:os.system [ls]')", "encoded_payload!", "yaml.load('{a: 1}')", ""),
    ("x = '/etc/jarvisd/jarvisd.toml'", "self_referential!", "x = '/etc/jar.toml'", ""),
    ("import os; os.\uff53ystem('ls')", "deceptive_text!", "gr\xf6\xdfe = 3", ""),
    ("x = '\ue000'", "deceptive_text!", "x = '\xe4'", ""),
    # what cannot be read
    ("print(", "opaque?", "print()", ""),
    ("os.system('ls'", "encoded_payload! opaque?", "print('ls')", ""),
    # loops and growth
    ("while True: pass", "resource!", "while True: break", ""),
    ("while True: x = input()", "", "for x in 'ab': print(x)", ""),
    ("import time\nwhile True: time.sleep(1)", "resource?", "import time\nwhile x: time.sleep(1)", ""),
    ("l = []\nwhile True: l.append(1)", "resource!", "l = []\nwhile len(l) < 9: l.append(1)", ""),
    (
        "import itertools\nfor i in itertools.count(): print(i)",
        "resource!",
        "import itertools\nfor i in itertools.count():\n    if i > 3: break",
        "",
    ),
    ("for i in range(10**15): print(i)", "resource!", "for i in range(10**3): print(i)", ""),
    ("x = [i for i in range(10**12)]", "resource!", "x = (i for i in range(10**12))", ""),
    (
        "import itertools\nfor i in itertools.repeat(1): print(i)",
        "resource!",
        "import itertools\nfor i in itertools.repeat(1, 3): print(i)",
        "",
    ),
    ("x = 'a' * 10**11", "resource!", "x = 'a' * 10**3", ""),
    ("x = 9**9**9", "resource!", "x = 9**9", ""),
    # every value, every branch
    (
        "import os\nfor c in ['ls', 'rm -rf /']: os.system(c)",
        "destructive! system_path! recursive?",
        "import os\nfor c in ['ls', 'date']: os.system(c)",
        "",
    ),
    (
        "import os\nc = 'ls' if x else 'rm -rf /'\nos.system(c)",
        "destructive! system_path! recursive?",
        "import os\nc = 'ls' if x else 'date'\nos.system(c)",
        "",
    ),
    (
        "import os\nif x: c = 'rm -rf /'\nelse: c = 'ls'\nos.system(c)",
        "destructive! system_path! recursive?",
        "import os\nif x: c = 'date'\nelse: c = 'ls'\nos.system(c)",
        "",
    ),
    (
        "import os\ntry: c = 'rm -rf /'\nexcept OSError: c = 'ls'\nos.system(c)",
        "destructive! system_path! recursive?",
        "import os\ntry: c = 'date'\nexcept OSError: c = 'ls'\nos.system(c)",
        "",
    ),
    (
        "import os\nc = 'rm'\nc += ' -rf /'\nos.system(c)",
        "destructive! system_path! recursive?",
        "import os\nc = 'ls'\nc += ' -l'\nos.system(c)",
        "",
    ),
    (
        "import os\ndef f(c='rm -rf /'): os.system(c)",
        "destructive! system_path! recursive?",
        "import os\ndef f(c='ls'): os.system(c)",
        "",
    ),
    ("import os\ndef f(c): os.system(c)", "encoded_payload!", "import os\ndef f(c): print(c)", ""),
    (
        "import os\n[os.system(c) for c in ['rm -rf /']]",
        "destructive! system_path! recursive?",
        "import os\n[os.system(c) for c in ['ls']]",
        "",
    ),
    (
        "import os\nfor r, d, f in os.walk('/'):\n    for x in f: os.remove(os.path.join(r, x))",
        "system_path!",
        "import os\nfor r, d, f in os.walk('.'):\n    for x in f: os.remove(os.path.join(r, x))",
        "",
    ),
    (
        "from pathlib import Path\nfor p in Path('/').rglob('*'): p.unlink()",
        "system_path!",
        "from pathlib import Path\nfor p in Path('.').rglob('*'): p.unlink()",
        "",
    ),
    (
        "import glob, os\nfor p in glob.glob('/home/*'): os.remove(p)",
        "system_path!",
        "import glob, os\nfor p in glob.glob('old/*'): os.remove(p)",
        "",
    ),
]


def nested(depth: int) -> str:
    """A harmless program as a text in a text."""
    code = "print()"
    for _ in range(depth):
        code = f"exec({code!r})"
    return code


BOUNDS: list[Row] = [
    (nested(8), "encoded_payload! opaque?", nested(3), "opaque?"),
    ("x = " + "-" * 5000 + "1", "encoded_payload!", "x = " + "-" * 5 + "1", ""),
]
"""What is nested too deeply to read is refused, so that reading always ends soon."""


@pytest.mark.parametrize(
    ("program", "findings", "twin", "of_twin"), [*VISITED, *BOUNDS], ids=lambda text: text[:60]
)
def test_findings(program: str, findings: str, twin: str, of_twin: str) -> None:
    assert python(program) == findings
    assert python(twin) == of_twin
