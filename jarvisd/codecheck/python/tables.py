"""Python functions by what they do. Data only; :mod:`jarvisd.codecheck.python.visitor` reads it."""

from __future__ import annotations

SHELL = frozenset(
    {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"}
    | {"asyncio.create_subprocess_shell", "posix.system"}
)
"""Run their first argument as a shell program."""
PROGRAMS = frozenset(
    {"subprocess.run", "subprocess.call", "subprocess.Popen", "subprocess.check_call", "subprocess.check_output"}
    | {"asyncio.create_subprocess_exec", "pty.spawn", "os.execv", "os.execve", "os.execvp", "os.execvpe"}
    | {"os.execl", "os.execle", "os.execlp", "os.execlpe", "os.spawnv", "os.spawnve", "os.spawnvp", "os.spawnl"}
    | {"os.spawnle", "os.spawnlp", "os.posix_spawn", "os.posix_spawnp", "posix.execv"}
    | {"_posixsubprocess.fork_exec", "pexpect.spawn", "pexpect.run", "sh.Command"}
)
"""Start a program."""
EVALUATE = frozenset(
    {"eval", "exec", "compile", "code.interact", "timeit.timeit", "timeit.repeat", "cProfile.run", "profile.run"}
    | {"pdb.run", "code.InteractiveInterpreter.runsource", "code.InteractiveConsole.push", "trace.Trace.run"}
    | {"bdb.Bdb.run", "doctest.debug_src", "pandas.eval", "numexpr.evaluate"}
)
"""Run text as Python."""
IMPORT = frozenset(
    {
        "__import__",
        "importlib.import_module",
        "importlib.__import__",
        "pkgutil.resolve_name",
    }
)
RISKY_MODULES = frozenset(
    {
        "os",
        "posix",
        "subprocess",
        "_posixsubprocess",
        "ctypes",
        "_ctypes",
        "cffi",
        "pty",
        "socket",
        "_socket",
        "shutil",
    }
    | {
        "builtins",
        "importlib",
        "marshal",
        "pickle",
        "_pickle",
        "code",
        "runpy",
        "multiprocessing",
        "sys",
    }
    | {"signal", "platform", "gc", "inspect", "requests", "urllib", "http", "smtplib", "ftplib", "asyncio"}
)
"""Modules that are never imported in a hidden way."""
FORBIDDEN: dict[str, tuple[str, str]] = {
    "ctypes": ("privilege", "it calls machine code"),
    "_ctypes": ("privilege", "it calls machine code"),
    "cffi": ("privilege", "it calls machine code"),
    "pty": ("privilege", "it opens a terminal"),
    "marshal": ("encoded_payload", "it loads compiled code"),
    "dill": ("encoded_payload", "it loads hidden objects"),
    "types.CodeType": ("encoded_payload", "it builds compiled code"),
    "types.FunctionType": ("encoded_payload", "it builds compiled code"),
    "dis.Bytecode": ("encoded_payload", "it looks into compiled code"),
    "os.setuid": ("privilege", "it changes its user"),
    "os.seteuid": ("privilege", "it changes its user"),
    "os.setgid": ("privilege", "it changes its user"),
    "os.setreuid": ("privilege", "it changes its user"),
    "os.setresuid": ("privilege", "it changes its user"),
    "os.setgroups": ("privilege", "it changes its user"),
    "os.chroot": ("privilege", "it changes its root"),
    "os.mknod": ("device", "it makes a device"),
    "os.memfd_create": ("encoded_payload", "it hides a program in memory"),
    "os.forkpty": ("resource", "it multiplies itself"),
    "os.killpg": ("destructive", "it stops other programs"),
    "os.unshare": ("privilege", "it makes namespaces"),
    "os.setns": ("privilege", "it enters namespaces"),
    "os.sendfile": ("exfiltration", "it sends a file"),
    "sys._getframe": ("encoded_payload", "it reaches into the interpreter"),
    "sys._current_frames": ("encoded_payload", "it reaches into the interpreter"),
    "sys.settrace": ("encoded_payload", "it reaches into the interpreter"),
    "sys.setprofile": ("encoded_payload", "it reaches into the interpreter"),
    "sys.meta_path": ("encoded_payload", "it changes how modules are found"),
    "inspect.currentframe": ("encoded_payload", "it reaches into the interpreter"),
    "inspect.stack": ("encoded_payload", "it reaches into the interpreter"),
    "gc.get_objects": ("encoded_payload", "it reaches into the interpreter"),
    "gc.get_referrers": ("encoded_payload", "it reaches into the interpreter"),
    "gc.get_referents": ("encoded_payload", "it reaches into the interpreter"),
    "socket.socket": ("network", "it opens a connection"),
    "socket.create_connection": ("network", "it opens a connection"),
    "socket.create_server": ("network", "it opens a connection"),
    "socket.fromfd": ("network", "it opens a connection"),
    "socket.getaddrinfo": ("network", "it looks names up"),
    "socket.gethostbyname": ("network", "it looks names up"),
    "asyncio.open_connection": ("network", "it opens a connection"),
    "asyncio.start_server": ("network", "it opens a connection"),
    "asyncio.open_unix_connection": ("network", "it opens a connection"),
    "asyncio.start_unix_server": ("network", "it opens a connection"),
    "multiprocessing.connection": ("network", "it opens a connection"),
    "multiprocessing.managers": ("network", "it opens a connection"),
    "logging.config.listen": ("network", "it opens a connection"),
    "runpy.run_module": ("encoded_payload", "it runs a module in a hidden way"),
    "_posixsubprocess": ("encoded_payload", "it starts programs in a hidden way"),
    "spwd": ("secret", "it reads passwords"),
    "pwd.getpwall": ("secret", "it lists the accounts"),
    "smtplib": ("exfiltration", "it sends mail"),
    "ftplib": ("exfiltration", "it sends files"),
    "telnetlib": ("network", "it opens a connection"),
    "paramiko": ("network", "it opens a connection"),
    "fabric": ("network", "it opens a connection"),
    "poplib": ("network", "it opens a connection"),
    "imaplib": ("network", "it opens a connection"),
    "nntplib": ("network", "it opens a connection"),
    "xmlrpc": ("network", "it opens a connection"),
    "socketserver": ("network", "it opens a connection"),
    "http.server": ("network", "it opens a connection"),
    "scapy": ("network", "it opens a connection"),
    "websockets": ("network", "it opens a connection"),
    "websocket": ("network", "it opens a connection"),
    "boto3": ("exfiltration", "it sends data away"),
    "dbus": ("self_referential", "it talks to the assistant's own bus"),
    "dbus_next": ("self_referential", "it talks to the assistant's own bus"),
    "dbus_fast": ("self_referential", "it talks to the assistant's own bus"),
    "jeepney": ("self_referential", "it talks to the assistant's own bus"),
    "pystemd": ("persistence", "it changes services"),
    "jarvisd": ("self_referential", "it reaches for the assistant's own parts"),
    "webbrowser": ("network", "it opens a browser"),
    "keyring": ("secret", "it reads stored passwords"),
    "crontab": ("persistence", "it makes programs run later"),
}
"""Names that a program may not use; a module stands for everything in it."""
FETCH = frozenset(
    {"urllib.request.urlopen", "urllib.request.urlretrieve", "urllib.request.Request"}
    | {f"{library}.{verb}" for library in ("requests", "httpx") for verb in ("get", "head", "options", "stream")}
    | {"aiohttp.ClientSession", "http.client.HTTPConnection", "http.client.HTTPSConnection", "requests.Session"}
    | {"httpx.Client", "httpx.AsyncClient", "urllib3.PoolManager", "requests.session"}
)
SEND = frozenset(
    {
        f"{library}.{verb}"
        for library in ("requests", "httpx")
        for verb in ("post", "put", "patch", "request", "delete")
    }
)
COLLECTING = frozenset(
    {"list", "tuple", "set", "sum", "max", "min", "sorted", "dict", "collections.deque", "collections.Counter"}
)
"""Take everything there is before they return."""
UNENDING = frozenset({"itertools.count", "itertools.cycle"})
READS: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(
        ("os.listdir", "os.scandir", "os.walk", "os.stat", "os.readlink", "glob.glob", "glob.iglob"), (0,)
    ),
    **dict.fromkeys(
        ("fileinput.input", "linecache.getline", "mmap.mmap", "numpy.loadtxt", "pandas.read_csv"), (0,)
    ),
    **dict.fromkeys(
        ("runpy.run_path", "tokenize.open", "sqlite3.connect", "zipfile.ZipFile", "tarfile.open"), (0,)
    ),
}
WRITES: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("os.remove", "os.unlink", "os.rmdir", "os.removedirs", "os.mkdir", "os.makedirs"), (0,)),
    **dict.fromkeys(("os.truncate", "os.chmod", "os.chown", "os.lchown", "os.mkfifo", "os.utime"), (0,)),
    **dict.fromkeys(("os.rename", "os.replace", "os.renames", "os.link", "shutil.move", "os.symlink"), (0, 1)),
    **dict.fromkeys(("shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree"), (1,)),
    **dict.fromkeys(
        ("shutil.rmtree", "shutil.chown", "os.setxattr", "shutil.unpack_archive", "send2trash.send2trash"), (0,)
    ),
    **dict.fromkeys(("shutil.make_archive", "logging.FileHandler", "shelve.open", "dbm.open"), (0,)),
}
COPIES = frozenset({"shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree"})
OPENERS = frozenset(
    {"open", "io.open", "codecs.open", "os.open", "io.FileIO", "gzip.open", "bz2.open", "lzma.open"}
)
PATH_READS = frozenset(
    {
        "read_text",
        "read_bytes",
        "iterdir",
        "glob",
        "rglob",
        "stat",
        "exists",
        "is_file",
        "is_dir",
        "walk",
        "readlink",
    }
)
PATH_WRITES = frozenset(
    {"write_text", "write_bytes", "unlink", "rmdir", "rename", "replace", "chmod", "touch", "mkdir", "symlink_to"}
    | {"hardlink_to", "link_to", "lchmod"}
)
INSIDES = frozenset(
    {
        "__subclasses__",
        "__globals__",
        "__builtins__",
        "__bases__",
        "__base__",
        "__mro__",
        "__code__",
        "__closure__",
    }
    | {
        "__loader__",
        "__spec__",
        "f_globals",
        "f_builtins",
        "f_locals",
        "f_back",
        "gi_frame",
        "gi_code",
        "cr_frame",
    }
    | {"tb_frame", "__getattribute__", "__reduce__", "__reduce_ex__", "__setstate__", "__func__", "__self__"}
    | {"__wrapped__", "co_code", "__init_subclass__", "__import__", "__kwdefaults__"}
)
"""Attributes through which a program reaches what it was not given."""
