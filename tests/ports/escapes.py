"""Programs that try to get out of the sandbox. Each says ``escaped`` when it got what it wanted, else ``held``.

A program that is told a name by ``{curly}`` braces gets it from the test: ``{host}`` is a folder of the host,
``{port}`` listens on it, ``{abstract}`` is a name in its abstract namespace of sockets.
"""

from __future__ import annotations

HEAD = r'''
import ctypes, errno, fcntl, os, platform, resource, signal, socket, struct, sys, threading, time
libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
ARM = platform.machine() == "aarch64"
TABLE = {
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219), "ptrace": (101, 117),
    "bpf": (321, 280),
    "perf_event_open": (298, 241), "userfaultfd": (323, 282), "process_vm_readv": (310, 270), "kcmp": (312, 272),
    "name_to_handle_at": (303, 264), "open_by_handle_at": (304, 265), "fanotify_init": (300, 262),
    "quotactl": (179, 60), "acct": (163, 89), "syslog": (103, 116), "sethostname": (170, 161),
    "init_module": (175, 105), "finit_module": (313, 273), "delete_module": (176, 106), "swapon": (167, 224),
    "reboot": (169, 142), "clock_settime": (227, 112), "clone": (56, 220), "mknodat": (259, 33),
    "capset": (126, 91), "capget": (125, 90), "io_uring_setup": (425, 425), "clone3": (435, 435),
    "pidfd_getfd": (438, 438), "pidfd_open": (434, 434), "open_tree": (428, 428), "fsopen": (430, 430),
    "setuid": (105, 146), "setresuid": (117, 147), "personality": (135, 92), "kexec_load": (246, 104),
    "process_vm_writev": (311, 271), "setpriority": (141, 140), "clock_adjtime": (305, 266),
}
def call(name, *arguments):
    ctypes.set_errno(0)
    words = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result = libc.syscall(ctypes.c_long(TABLE[name][ARM]), *words)
    if result < 0:
        raise OSError(ctypes.get_errno(), name)
    return result
def reaches(name, *arguments):
    """Whether the kernel looks at the arguments at all, instead of refusing the call."""
    try:
        call(name, *arguments)
    except OSError as error:
        if error.errno in (errno.EPERM, errno.EACCES, errno.ENOSYS):
            raise
def opens(path, flags):
    os.close(os.open(path, flags))
def connects(family, address, kind=socket.SOCK_STREAM):
    with socket.socket(family, kind) as made:
        made.settimeout(3)
        made.connect(address)
def demand(condition):
    if not condition:
        raise OSError(0, "nothing gained")
class Buffer(ctypes.Structure):
    _fields_ = [("bytes", ctypes.c_ubyte * 256)]
'''

NOT_EVERYWHERE = "not every kernel has it"
UNPROVABLE = {
    "load a module": NOT_EVERYWHERE,
    "load a module from a file": NOT_EVERYWHERE,
    "remove a module": NOT_EVERYWHERE,
    "open memory of the machine": NOT_EVERYWHERE,
    "press a magic key": NOT_EVERYWHERE,
    "read memory of the kernel": NOT_EVERYWHERE,
    "say who is called for events": NOT_EVERYWHERE,
    "adjust the clock": "a machine may lack the right altogether",
    "load a kernel to boot": NOT_EVERYWHERE,
    "lower its own score of the memory killer": "a machine may lack the right altogether",
    "leave no new privileges": "the kernel never allows it",
    "read kernel addresses": "what the host's own settings hide is hidden from the control as well",
}
"""Probes that are not first shown to succeed without the walls, and why."""
AMONG_OTHERS = frozenset({"see processes of the host"})
"""Probes whose control is a container that shares its processes with the host."""

PROBES = {
    # --- network
    "connect to the host by IPv4": "connects(socket.AF_INET, ('127.0.0.1', {port}))",
    "connect to the host by IPv6": "connects(socket.AF_INET6, ('::1', {port}))",
    "connect to an abstract socket": "connects(socket.AF_UNIX, '\\0{abstract}')",
    "connect to a socket of the host": "connects(socket.AF_UNIX, '{host}/socket')",
    "connect to the bus": "connects(socket.AF_UNIX, '{host}/bus')",
    "connect to podman": "connects(socket.AF_UNIX, '{host}/podman.sock')",
    "send a datagram": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('10.255.255.1', 9))",
    "open a netlink socket": "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close()",
    "open a packet socket": "socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close()",
    "open a raw socket": "socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close()",
    "open a socket to the hypervisor": "reaches_socket = socket.socket(40, socket.SOCK_STREAM, 0).close()",
    "see a network device": "demand(len([line for line in open('/proc/net/dev') if ':' in line]) > 1)",
    # --- rights
    "become root": "call('setuid', 0); demand(os.getuid() == 0)",
    "become somebody else": "call('setresuid', 1, 1, 1); demand(os.getuid() == 1)",
    "change its groups": "os.setgroups([0, 1])",
    "have a capability": "demand(any(int(line.split()[1], 16) for line in open('/proc/self/status')"
    " if line.startswith(('CapEff', 'CapPrm', 'CapBnd'))))",
    "raise an ambient capability": "demand(libc.prctl(47, 2, 12, 0, 0) == 0 or libc.prctl(23, 12, 0, 0, 0) == 1)",
    "leave no new privileges": "demand(libc.prctl(38, 0, 0, 0, 0) == 0)",
    "have a setuid program": """
open('/tmp/su', 'w').write('#!/bin/true')
os.chmod('/tmp/su', 0o4755)
demand(not os.statvfs('/tmp').f_flag & os.ST_NOSUID and os.access('/tmp/su', os.X_OK))""",
    "run a program it made": """
import shutil
shutil.copy('/bin/true', '/tmp/own')
os.chmod('/tmp/own', 0o700)
demand(os.spawnv(os.P_WAIT, '/tmp/own', ['own']) == 0)""",
    "give itself priority": "os.setpriority(os.PRIO_PROCESS, 0, -10)",
    # --- mounts
    "mount memory": "call('mount', b'none', b'/tmp', b'tmpfs', 0, 0)",
    "mount by descriptor": "call('fsopen', b'tmpfs', 0)",
    "take a mount along": "call('open_tree', -100, b'/tmp', 1)",
    "mount its root writable": "call('mount', b'none', b'/', b'', 32 | 4096, 0); open('/x', 'w').close()",
    "unmount what hides": "call('umount2', b'/proc/scsi' if os.path.ismount('/proc/scsi') else b'/dev/shm', 2)",
    "exchange its root": "reaches('pivot_root', b'/tmp', b'/tmp')",
    "change its root": "os.chroot('/tmp')",
    # --- namespaces
    "make a user namespace": "call('unshare', 0x10000000)",
    "make a mount namespace": "call('unshare', 0x00020000)",
    "make a network namespace": "call('unshare', 0x40000000)",
    "clone into a user namespace": """
pid = call('clone', 0x10000000 | signal.SIGCHLD, 0, 0, 0, 0)
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)""",
    "clone in the new way": """
arguments = struct.pack('11Q', 0x10000000, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, 0, 0, 0)
pid = call('clone3', arguments, len(arguments))
if pid == 0:
    os._exit(0)
os.waitpid(pid, 0)""",
    "enter a namespace": "call('setns', os.open('/proc/self/ns/net', os.O_RDONLY), 0)",
    "map ids": """
uid = os.getuid()
pid = os.fork()
if pid == 0:
    try:
        call('unshare', 0x10000000)
        os.write(os.open('/proc/self/uid_map', os.O_WRONLY), b'0 %d 1' % uid)
    except OSError:
        os._exit(1)
    os._exit(0)
demand(os.waitpid(pid, 0)[1] == 0)""",
    # --- kernel
    "add a key": "call('add_key', b'user', b'name', b'x', 1, -2)",
    "read a keyring": "call('keyctl', 0, -3, 1)",
    "trace a process": """
pid = os.fork()
if pid == 0:
    time.sleep(60)
try:
    call('ptrace', 16, pid, 0, 0)
finally:
    os.kill(pid, signal.SIGKILL)""",
    "read memory of a process": """
source = ctypes.create_string_buffer(b'secret'); target = ctypes.create_string_buffer(6)
def vector(at): return struct.pack('QQ', ctypes.addressof(at), 6)
call('process_vm_readv', os.getpid(), vector(target), 1, vector(source), 1, 0)""",
    "write memory of a process": """
source = ctypes.create_string_buffer(b'secret'); target = ctypes.create_string_buffer(6)
def vector(at): return struct.pack('QQ', ctypes.addressof(at), 6)
call('process_vm_writev', os.getpid(), vector(source), 1, vector(target), 1, 0)""",
    "take a descriptor of process 1": "call('pidfd_getfd', call('pidfd_open', 1, 0), 0, 0)",
    "compare processes": "call('kcmp', os.getpid(), 1, 1, 0, 0)",
    "load a kernel program": "call('bpf', 0, struct.pack('4I', 2, 4, 8, 1) + bytes(112), 128)",
    "count events of the processor": "call("
    "'perf_event_open', struct.pack('2IQ', 1, 128, 0) + bytes(112), 0, -1, -1, 0)",
    "use a ring of calls": "call('io_uring_setup', 4, ctypes.create_string_buffer(248))",
    "handle page faults": "call('userfaultfd', 0)",
    "open a file by its handle": "reaches('open_by_handle_at', -100, struct.pack('2I', 8, 1) + bytes(8), 0)",
    "watch all files": "call('fanotify_init', 0, 0)",
    "load a module": "reaches('init_module', 0, 0, b'')",
    "load a module from a file": "reaches('finit_module', 0, b'', 0)",
    "remove a module": "reaches('delete_module', b'no_such_module', 0)",
    "read the log of the kernel": "call('syslog', 10, 0, 0)",
    "keep accounts": "reaches('acct', b'/nowhere')",
    "add swap": "reaches('swapon', b'/nowhere', 0)",
    "change its name": "call('sethostname', b'free', 4)",
    # What would reach the host is asked for in a way that the kernel refuses only after it has looked at it.
    "set the clock": "reaches('clock_settime', 0, struct.pack('2q', 0, -1))",
    "adjust the clock": "reaches('clock_adjtime', 0, struct.pack('I', 0x4000) + bytes(252))",
    "reboot": "reaches('reboot', 1, 2, 3, 0)",
    "load a kernel to boot": "reaches('kexec_load', 0, 0, 0, 0x7fff)",
    "switch address randomness off": "call('personality', 0x0040000)",
    # --- devices
    "make a device": "call('mknodat', -100, b'/tmp/null', 0o20666, 0x103)",
    "open memory of the machine": "opens('/dev/mem', os.O_RDONLY)",
    "open the log of the kernel": "opens('/dev/kmsg', os.O_RDONLY)",
    "open a disk": """
names = [name for name in os.listdir('/dev') if name.startswith(('vd', 'sd', 'nvme', 'loop', 'ram'))]
demand(names)
opens('/dev/' + sorted(names)[0], os.O_RDONLY)""",
    "open a tunnel": "opens('/dev/net/tun', os.O_RDWR)",
    # --- /proc, /sys, control groups
    "say where cores go": "opens('/proc/sys/kernel/core_pattern', os.O_WRONLY)",
    "change the kernel's settings": "opens('/proc/sys/vm/overcommit_memory', os.O_WRONLY)",
    "press a magic key": "opens('/proc/sysrq-trigger', os.O_WRONLY)",
    "read memory of the kernel": "opens('/proc/kcore', os.O_RDONLY)",
    "read kernel addresses": "demand(any(int(line.split()[0], 16) for line in open('/proc/kallsyms')))",
    "say who is called for events": "opens('/sys/kernel/uevent_helper', os.O_WRONLY)",
    "write below /sys": """
for base, folders, names in os.walk('/sys'):
    for name in names:
        try:
            opens(os.path.join(base, name), os.O_WRONLY)
        except OSError:
            continue
        break
    else:
        continue
    break
else:
    demand(False)""",
    "leave its control group": """
for base, folders, names in os.walk('/sys/fs/cgroup'):
    if 'cgroup.procs' in names and os.access(os.path.join(base, 'cgroup.procs'), os.W_OK):
        break
else:
    demand(False)""",
    "make a control group": """
for base, folders, names in os.walk('/sys/fs/cgroup'):
    try:
        os.mkdir(os.path.join(base, 'escape'))
        os.rmdir(os.path.join(base, 'escape'))
        break
    except OSError:
        continue
else:
    demand(False)""",
    "lower its own score of the memory killer": """
os.write(os.open('/proc/self/oom_score_adj', os.O_WRONLY), b'-1000')""",
    "see processes of the host": "demand(len([name for name in os.listdir('/proc') if name.isdigit()]) > 5)",
    "read secrets of process 1": "open('/proc/1/environ', 'rb').read()",
    "go through process 1": "os.listdir('/proc/1/root/'); os.listdir('/proc/1/fd')",
    # --- files
    "read a file of the host": "open('{host}/secret').read()",
    "write a file of the host": "open('{host}/written', 'w').write('x')",
    "write a program of the image": "open('/usr/bin/mawk', 'ab').close()",
    "write the accounts": "open('/etc/passwd', 'a').close()",
    "follow a link out of the workspace": "open('/ws/out').read()",
    "climb out of the workspace": "open('/ws/../{host}/secret').read()",
    "link a file of the image": "os.link('/usr/bin/env', '/tmp/env')",
    "write beside the workspace": "open('/beside', 'w').close()",
    # --- more than its share
    "take more memory": "kept = bytearray(400 << 20)\nfor at in range(0, len(kept), 4096): kept[at] = 1",
    "start a hundred processes": """
started = []
try:
    for _ in range(100):
        pid = os.fork()
        if pid == 0:
            time.sleep(60)
            os._exit(0)
        started.append(pid)
finally:
    for pid in started:
        os.kill(pid, signal.SIGKILL)""",
    "start a hundred threads": """
threads = [threading.Thread(target=time.sleep, args=(0.5,), daemon=True) for _ in range(100)]
try:
    for thread in threads:
        thread.start()
except RuntimeError:
    demand(False)""",
    "open a thousand files": "kept = [os.open('/dev/null', os.O_RDONLY) for _ in range(1000)]",
    "write a large file": "open('/tmp/large', 'wb').write(bytes(80 << 20))",
    "fill its scratch folder": """
for number in range(20):
    with open('/tmp/part%d' % number, 'wb') as file:
        file.write(bytes(2 << 20))""",
    "fill shared memory": "open('/dev/shm/large', 'wb').write(bytes(8 << 20))",
    "have its core dumped": "demand(resource.getrlimit(resource.RLIMIT_CORE)[1] != 0)",
    "raise its own limits": "resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))",
}


def program(body: str, values: dict[str, object]) -> str:
    """The text of a probe."""
    for name, value in values.items():
        body = body.replace("{" + name + "}", str(value))
    indented = "\n".join(f"    {line}" for line in body.splitlines())
    ending = "except (OSError, MemoryError, ValueError, RuntimeError) as error:\n    print('held', error)\n"
    return f"{HEAD}\ntry:\n{indented}\n{ending}else:\n    print('escaped')\nsys.stdout.flush()\nos._exit(0)\n"
