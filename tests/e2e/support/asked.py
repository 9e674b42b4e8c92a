"""Answers a program that asks at a terminal of 80 columns.

    python3 asked.py [WAIT KEYS]... -- PROGRAM ARGUMENT...

Each KEYS are typed once the program has shown WAIT, after what it showed for the one before. Prints all that was shown, and exits as the
program does.
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

# Nothing that is waited for takes longer on any machine; what does hangs.
LIMIT = 60


def main():
    cut = sys.argv.index("--")
    steps, program = sys.argv[1:cut], sys.argv[cut + 1 :]
    process, terminal = pty.fork()
    if process == 0:
        os.execvp(program[0], program)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 80, 0, 0))
    shown, seen = b"", 0

    def more(end):
        """Reads on; whether there is more to come."""
        nonlocal shown
        if time.monotonic() > end:
            os.kill(process, signal.SIGKILL)
            sys.exit("it waits: " + shown[seen:].decode(errors="replace"))
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                read = os.read(terminal, 65536)
            except OSError:
                return False
            shown += read
            return bool(read)
        return True

    for wait, keys in zip(steps[::2], steps[1::2]):
        end = time.monotonic() + LIMIT
        while wait.encode() not in shown[seen:]:
            if not more(end):
                break
        else:
            seen += shown[seen:].index(wait.encode()) + len(wait.encode())
            # The rest of what is shown with it, and the terminal taken for keys.
            time.sleep(0.2)
            os.write(terminal, keys.encode().decode("unicode_escape").encode())
            continue
        break
    end = time.monotonic() + LIMIT
    while more(end):
        pass
    sys.stdout.write(shown.decode(errors="replace").replace("\r\n", "\n"))
    sys.stdout.flush()
    code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    sys.exit(code if code >= 0 else 128 - code)


main()
