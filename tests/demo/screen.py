"""Shows a boot as it happens, on a terminal or in a log."""

import sys

from lab.boot import KERNEL, ConsoleLine, Note
from lab.wire import DhcpSeen, FileSeen

BAR_WIDTH = 30
BAR_FROM_BYTES = 2_000_000      # smaller files are through before one looks
PLAIN_STEP_PERCENT = 25         # in a log, one line for each such step
KERNEL_LINES = 12

STYLES = {"bold": "1", "dim": "2", "red": "31", "green": "32",
          "yellow": "33", "cyan": "36"}


def printable(text):
    """Text from the network or a console, made harmless to a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def megabytes(count):
    """A number of bytes for people."""
    if count < 1_000_000:
        return f"{count:,} bytes"
    return f"{count / 1e6:.1f} MB"


class Screen:
    """Turns the events of a boot into lines."""

    def __init__(self, out=sys.stdout):
        self._out = out
        self._tty = out.isatty()
        self._start = None
        self._bar = False       # a progress bar stands on the current line
        self._steps = {}        # how far the log told of a file
        self._discover = {}     # when it came, by xid, till answered
        self._kernel_lines = None

    def style(self, text, *names):
        if not self._tty:
            return text
        codes = ";".join(STYLES[name] for name in names)
        return f"\x1b[{codes}m{text}\x1b[0m"

    def line(self, text=""):
        """One line, below or in place of a progress bar."""
        if self._bar:
            self._out.write("\r\x1b[K")
            self._bar = False
        self._out.write(text + "\n")
        self._out.flush()

    def close(self):
        """Leave the terminal with the cursor at the start of a line."""
        if self._bar:
            self.line()

    def show(self, event, power_on):
        """Show one event; `power_on` is when the clock began."""
        self._start = power_on
        if isinstance(event, DhcpSeen):
            self._show_dhcp(event)
        elif isinstance(event, FileSeen):
            self._show_file(event)
        elif isinstance(event, ConsoleLine):
            self._show_console(event.text)
        elif isinstance(event, Note):
            self._kernel_lines = None
            self.line(self.style(f"          {event.text}", "yellow"))

    def _stamp(self, at, subject):
        return f"{max(at - self._start, 0):7.2f} s  {subject}"

    # --- DHCP --------------------------------------------------------------

    def _show_dhcp(self, event):
        message = event.message
        words = [self.style(f"{message.type:8}", "bold", "cyan")]
        if message.op == 1:
            if message.type == "DISCOVER":
                # The first that has no answer yet is what counts.
                self._discover.setdefault(message.xid, event.at)
            words.append(f"from {message.mac}")
        else:
            words.append(f"{message.yiaddr} from {event.src}")
            if message.boot_file:
                words.append(f"boot file {printable(message.boot_file)}")
            if message.type == "OFFER" and message.xid in self._discover:
                began = self._discover.pop(message.xid)
                words.append(f"after {(event.at - began) * 1000:.1f} ms")
        self.line(self._stamp(event.at, "DHCP  ") + ", ".join(words)
                  .replace(", ", "  ", 1))

    # --- files -------------------------------------------------------------

    def _show_file(self, file):
        name = printable(file.name)
        stamp = self._stamp(file.seen_at, f"{file.protocol}  ")
        if file.state == "done":
            self.line(f"{stamp}{name}  "
                      + self.style(f"{megabytes(file.size)} in "
                                   f"{file.seconds:.2f} s, "
                                   f"{file.speed / 1e6:.1f} MB/s", "green"))
        elif file.state == "refused":
            why = "not found" if file.error_code == 1 else \
                f"error {file.error_code}: {printable(file.error)}"
            self.line(stamp + self.style(f"{name}  {why}", "dim"))
        elif file.state == "stopped":
            size = "" if file.size is None else f" ({megabytes(file.size)})"
            self.line(stamp + self.style(
                f"{name}  the client asked for the size only{size}"
                if file.error_code == 8 or not file.moved else
                f"{name}  stopped by the client: {printable(file.error)}",
                "dim"))
        elif file.state == "moving" and (file.size or 0) > BAR_FROM_BYTES:
            self._show_progress(file, name, stamp)

    def _show_progress(self, file, name, stamp):
        percent = min(100 * file.moved // file.size, 100)
        if self._tty:
            full = BAR_WIDTH * percent // 100
            bar = "#" * full + "-" * (BAR_WIDTH - full)
            self._out.write(f"\r\x1b[K{stamp}[{bar}] {percent:3d}%  "
                            f"{file.speed / 1e6:4.1f} MB/s  "
                            f"{name.rpartition('/')[2]}")
            self._out.flush()
            self._bar = True
            return
        step = percent // PLAIN_STEP_PERCENT
        if step > self._steps.get(file.key, 0):
            self._steps[file.key] = step
            self.line(f"{stamp}{name}  {percent}% of "
                      f"{megabytes(file.size)}")

    # --- the console -------------------------------------------------------

    def _show_console(self, text):
        if self._kernel_lines is None:
            first = KERNEL.search(text)
            if not first:
                return  # firmware and loaders; the files tell of them
            # A loader's last words may stand on the same line.
            text = text[max(text.rfind("[", 0, first.start()), 0):]
            self._kernel_lines = 0
            self.line(self.style("          the kernel starts:", "bold"))
        self._kernel_lines += 1
        if self._kernel_lines <= KERNEL_LINES:
            self.line(self.style("   | ", "dim") + printable(text)[:110])
        elif self._kernel_lines == KERNEL_LINES + 1:
            self.line(self.style("   | ...", "dim"))

    # --- the end -----------------------------------------------------------

    def summary(self, boot):
        """What was reached, and how long each part took."""
        times = boot.times
        self.line(self.style("   | ", "dim") + printable(boot.last_words))
        self.line()
        self.line(self.style("The kernel runs and Debian's installer is up.",
                             "bold", "green"))

        def row(label, start, end, unit="s"):
            took = end - start
            text = f"{took * 1000:.1f} ms" if unit == "ms" else \
                f"{took:.1f} s"
            self.line(f"  {label:28}{text:>12}")

        row("DISCOVER to OFFER", times.discover, times.offer, "ms")
        row("REQUEST to ACK", times.request, times.ack, "ms")
        row("first file, asked to byte", times.asked, times.first_byte, "ms")
        row("DISCOVER to first byte", times.discover, times.first_byte)
        row("DISCOVER to kernel", times.discover, times.kernel)
        row("DISCOVER to installer", times.discover, times.installer)
        row("power on to installer", times.power_on, times.installer)
        waited = times.asked - times.ack
        if waited > 5:
            self.line(self.style(
                f"  (of which {waited:.1f} s in the network card's own "
                "software, between ACK and its first request)", "dim"))
        done = [file for file in boot.files if file.state == "done"]
        missing = [file for file in boot.files if file.state == "refused"]
        total = sum(file.size for file in done)
        self.line(f"  {len(done)} files sent, {megabytes(total)}; "
                  f"{len(missing)} names not found, which is normal")

    def failure(self, error, boot):
        """What went wrong, and the last words of all who took part."""
        self.close()
        self.line()
        self.line(self.style(f"failed: {error.what}", "bold", "red"))
        if boot:
            self._tail("the server's last lines", boot.daemon.process.tail())
            self._tail("the console's last lines", boot.console[-15:])
        if error.hint:
            self.line(f"next step: {error.hint}")

    def _tail(self, title, lines):
        self.line(f"{title}:")
        for text in lines or ["(none)"]:
            self.line("    " + printable(text))
