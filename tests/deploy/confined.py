"""Run a program with nothing but the given system calls, as systemd's SystemCallFilter does.

`python confined.py '["read", …]' PROGRAM ARGUMENT…`; memory can never be both written and run.
"""

import ctypes
import json
import os
import sys

PR_SET_NO_NEW_PRIVS = 38
PR_SET_MDWE = 65
REFUSE_EXEC_GAIN = 1
ALLOW = 0x7FFF0000
EPERM = 0x00050001


def confine(calls: list[str]) -> None:
    """Limit this process, and all that it starts, to these system calls."""
    libc = ctypes.CDLL(None)
    assert libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
    libc.prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0)  # Linux before 6.3 does not know it.
    seccomp = ctypes.CDLL("libseccomp.so.2")
    seccomp.seccomp_init.restype = ctypes.c_void_p
    rules = ctypes.c_void_p(seccomp.seccomp_init(ctypes.c_uint32(EPERM)))
    for name in calls:
        number = seccomp.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:  # Else this processor has no such call.
            seccomp.seccomp_rule_add_array(rules, ctypes.c_uint32(ALLOW), number, 0, None)
    assert seccomp.seccomp_load(rules) == 0


if __name__ == "__main__":
    confine(json.loads(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
