"""Types lines into an interactive shell at a terminal, and tells what stands on its line after the keys.

    python3 typed.py FILE LINE... -- SHELL ARGUMENT...

Each LINE is typed as it is, keys and all; then Ctrl-T, at which the shell has to write its line to FILE. Prints the lines as JSON.
The shell has to show PROMPT_ whenever it takes keys.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

# No shell takes longer on any machine; one that does hangs.
LIMIT = 60
PROMPT = b"PROMPT_"


def main():
    file, rest = sys.argv[1], sys.argv[2:]
    lines, shell = rest[: rest.index("--")], rest[rest.index("--") + 1 :]
    process, terminal = pty.fork()
    if process == 0:
        os.execvp(shell[0], shell)
    # Wide enough that no shell breaks or shortens its line.
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 400, 0, 0))
    shown = b""

    def wait(done):
        nonlocal shown
        end = time.monotonic() + LIMIT
        while not done():
            if time.monotonic() > end:
                os.kill(process, signal.SIGKILL)
                sys.exit(f"{shell[0]} did not answer; on its terminal:\n{shown.decode(errors='replace')}")
            # What it shows is taken as well: a terminal that nobody reads stops who writes to it.
            if select.select([terminal], [], [], 0.02)[0]:
                try:
                    shown += os.read(terminal, 65536)
                except OSError:
                    sys.exit(f"{shell[0]} has ended:\n{shown.decode(errors='replace')}")

    wait(lambda: PROMPT in shown)
    found = []
    for line in lines:
        os.write(terminal, line.encode() + b"\x14")
        wait(lambda: os.path.exists(file))
        with open(file, encoding="utf-8") as written:
            found.append(written.read().removesuffix("\n"))
        os.remove(file)
        os.write(terminal, b"\x15")
    os.kill(process, signal.SIGKILL)
    print(json.dumps(found))


main()
