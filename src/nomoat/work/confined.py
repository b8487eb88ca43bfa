"""What stands between code that a model wrote and the machine? Run as a program of its own by sandbox.py.

Limits on time, memory, files and core dumps hold on every POSIX system. Linux adds, each where its kernel lets an
ordinary user have it: a process and network space of its own (user namespaces), and Landlock, which opens Python and
the system's libraries for reading, one folder for writing and nothing else. `main` says which walls stand.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType, TracebackType

MEMORY = 512 * 2**20
FILE = 2**20
PROCESSES = 64  # threads counted; holds where there is a space of its own, and not for root
_NEWIPC, _NEWUSER, _NEWPID, _NEWNET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
_NO_NEW_PRIVILEGES, _PARENT_DEATH = 38, 1
_RULESET, _RULE, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE = 1, 2, 4, 8, 1 << 14
_READABLE = ("/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/localtime", "/dev/urandom", "/dev/zero")


def main() -> None:
    """Run answer.py, then tests.py with its names; with nothing in them, say which walls stand."""
    seconds, told, said = int(sys.argv[1]), sys.argv[2], sys.stdout
    walls = ["process", "network"] if _alone() else []
    for what, most in (("CPU", seconds), ("AS", MEMORY), ("FSIZE", FILE), ("NOFILE", 32), ("CORE", 0)):
        resource.setrlimit(getattr(resource, f"RLIMIT_{what}"), (most, most))
    if walls:
        resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    code, tests = (Path(name).read_text(encoding="utf-8") for name in ("answer.py", "tests.py"))
    walls += _walled(os.getcwd())
    if not code and not tests:
        said.write(" ".join(walls))
    sys.argv = ["answer.py"]
    # A module of its own, not __main__: an answer's example of use is not run, and its data classes find their module.
    module = sys.modules["answer"] = ModuleType("answer")
    exec(compile(code, "answer.py", "exec"), module.__dict__)
    module.__dict__["__name__"] = "__main__"
    kept, sys.modules["__main__"] = sys.modules["__main__"], module  # where unittest looks for its tests
    try:
        exec(compile(tests, "tests.py", "exec"), module.__dict__)
    except SystemExit as left:
        # unittest.main() leaves when all is well; an answer that leaves while it is tested is not.
        if left.code or not _of_unittest(left.__traceback__):
            raise
    said.write(told)
    del kept


def _of_unittest(at: TracebackType | None) -> bool:
    while at is not None and at.tb_next is not None:
        at = at.tb_next
    return at is not None and at.tb_frame.f_globals.get("__name__") == "unittest.main"


def _alone() -> bool:
    """Whether the process now has a process and network space of its own: what it starts ends with it.

    It is the second process there: the first one only waits, as signals without a handler pass a first one by.
    """
    try:
        libc, user, group = ctypes.CDLL(None, use_errno=True), os.getuid(), os.getgid()
        if libc.unshare(_NEWUSER | _NEWPID | _NEWNET | _NEWIPC):
            return False
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with suppress(OSError), open(f"/proc/self/{name}", "w") as file:
                file.write(text)
        for _ in range(2):
            if child := os.fork():
                _, status = os.waitpid(child, 0)
                os._exit(os.waitstatus_to_exitcode(status) & 0xFF)
            libc.prctl(_PARENT_DEATH, signal.SIGKILL)
    except (OSError, AttributeError):
        return False
    return True


def _walled(folder: str) -> list[str]:
    """What Landlock keeps apart from here on: files, and as the kernel is newer TCP and signals to others."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        version = libc.syscall(_RULESET, None, 0, 1)
        if version < 1:
            return []
        files = (1 << 13) - 1 | (1 << 13 if version > 1 else 0) | (_TRUNCATE if version > 2 else 0)
        apart = struct.pack("=QQQ", files, 3 if version > 3 else 0, 3 if version > 5 else 0)
        size = 8 if version < 4 else 16 if version < 6 else 24
        rules = libc.syscall(_RULESET, apart[:size], size, 0)
        if rules < 0:
            return []
        look = _EXECUTE | _READ | _LIST
        for path in (*_READABLE, sys.base_prefix, sys.prefix):
            _let(libc, rules, path, look)
        _let(libc, rules, "/dev/null", _READ | _WRITE)
        _let(libc, rules, folder, files)
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.syscall(_RESTRICT, rules, 0):
            return []
        os.close(rules)
    except (OSError, AttributeError):
        return []
    return ["files", *(["tcp"] if version > 3 else []), *(["signals"] if version > 5 else [])]


def _let(libc: ctypes.CDLL, rules: int, path: str, access: int) -> None:
    """Let a path, where there is one, be used so."""
    with suppress(OSError):
        handle = os.open(path, os.O_PATH | os.O_CLOEXEC)
        whole = access if os.path.isdir(path) else access & (_EXECUTE | _READ | _WRITE | _TRUNCATE)
        libc.syscall(_RULE, rules, 1, struct.pack("=Qi", whole, handle), 0)
        os.close(handle)


if __name__ == "__main__":
    main()
