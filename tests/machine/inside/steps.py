"""Steps of a scenario: commands, waits, checks with one line each."""

import subprocess
import time

# Emulated processors are slow.
COMMAND_S = 240
WAIT_S = 240


class Failed(Exception):
    """A check that did not hold."""


def run(*argv, check=True, timeout=COMMAND_S, give=None):
    """Run a command; its status, and all its output as text."""
    words = [str(word) for word in argv]
    done = subprocess.run(words, input=give, text=True, errors="replace",
                          stdin=None if give else subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=timeout, check=False)
    if check and done.returncode != 0:
        raise Failed(f"{' '.join(words)}: status {done.returncode}:\n"
                     f"{done.stdout}")
    return done.returncode, done.stdout


def output(*argv, **how):
    return run(*argv, **how)[1].strip()


def wait(condition, what, timeout=WAIT_S, pause=0.3):
    """Wait until `condition()` is true; its value."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise Failed(f"not within {timeout} s: {what}")
        time.sleep(pause)
    return value


def passed(text):
    print(f"ok      {text}", flush=True)


def note(text):
    for line in str(text).splitlines():
        print(f"        {line}", flush=True)


def check(condition, text, detail=""):
    """One line for what holds; the end of the scenario for what does not."""
    if not condition:
        raise Failed(f"{text}\n{detail}")
    passed(text)
