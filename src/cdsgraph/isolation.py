"""What a worker process may not do: open a connection, outgrow its memory, outlive the server, leave a core file, hold
what is another's.

The kernel's filter (seccomp, Linux on x86-64 and ARM64) is what keeps `SERVICE` and `LOAD` on this machine, however
they are spelt. Where there is no such filter, `without_network` says so and the worker must refuse `SERVICE` itself.
"""

import ctypes
import os
import platform
import resource
import signal
from pathlib import Path

_MIB = 2**20

# linux/seccomp.h, linux/filter.h, linux/prctl.h
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_SET_MODE_FILTER = 1
_FLAG_TSYNC = 1
_LOAD_WORD = 0x20
_JUMP_IF_EQUAL = 0x15
_JUMP_IF_AT_LEAST = 0x35
_RETURN = 0x06
_ALLOW = 0x7FFF0000
_REFUSE = 0x00050000 | 1  # the call fails with EPERM
_OFFSET_OF_CALL, _OFFSET_OF_ARCHITECTURE = 0, 4
_FOREIGN_CALLS = 0x40000000  # x86-64 calls of the x32 kind, which have other numbers

# Machine: architecture word, the seccomp call, then socket, connect, bind, sendto, execve, execveat, ptrace,
# process_vm_writev and io_uring_setup (which opens sockets without a call of its own).
_MACHINES = {
    "x86_64": (0xC000003E, 317, (41, 42, 49, 44, 59, 322, 101, 311, 425)),
    "aarch64": (0xC00000B7, 277, (198, 203, 200, 206, 221, 281, 117, 271, 425)),
}


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("len", ctypes.c_ushort), ("filter", ctypes.POINTER(_Instruction)))


def end_with_parent() -> None:
    """Make the kernel end this process when the one that started it ends, however that comes about (Linux)."""
    if platform.system() == "Linux":
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)


def close_inherited() -> None:
    """Close every file beside the three standard ones; to be called before any is opened.

    The server's event loop (uvloop) leaves copies of the standard ones open in the programs that it starts. A socket
    does not hang up as long as a process holds a copy of it.
    """
    os.closerange(3, os.sysconf("SC_OPEN_MAX"))


def limit_memory(growth_mib: int) -> None:
    """Let the address space of this process grow by so many MiB from now, and leave no core file at its end."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():
        size = int(statm.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (size + growth_mib * _MIB,) * 2)


def without_network() -> bool:
    """Take the right to open connections and to start programs from every thread of this process, for good.

    False where the system has no such filter: nothing has changed then.
    """
    if platform.system() != "Linux" or platform.machine() not in _MACHINES:
        return False
    architecture, seccomp, refused = _MACHINES[platform.machine()]
    # Each jump counts the instructions to skip; the refusal is the last one.
    body = [(_JUMP_IF_EQUAL, len(refused) - place, 0, call) for place, call in enumerate(refused)]
    program = [
        (_LOAD_WORD, 0, 0, _OFFSET_OF_ARCHITECTURE),
        (_JUMP_IF_EQUAL, 0, len(body) + 3, architecture),
        (_LOAD_WORD, 0, 0, _OFFSET_OF_CALL),
        (_JUMP_IF_AT_LEAST, len(body) + 1, 0, _FOREIGN_CALLS),
        *body,
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    instructions = (_Instruction * len(program))(*(_Instruction(*line) for line in program))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(
        libc.syscall(seccomp, _SET_MODE_FILTER, _FLAG_TSYNC, ctypes.byref(_Program(len(program), instructions))) == 0
    )
