"""What the benchmarks print."""

import os
import platform
import sys
import time


def progress(text):
    """A line for who waits."""
    print(f"  {time.strftime('%H:%M:%S')} {text}", file=sys.stderr,
          flush=True)


def print_table(rows):
    """Rows as a table in Markdown, in columns."""
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width)
                                for cell, width in zip(row, widths)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    print(flush=True)


def machine(rounds):
    """The machine, the day and the number of rounds, as a line."""
    with open("/proc/cpuinfo", encoding="ascii") as table:
        model = next((row.partition(":")[2].strip() for row in table
                      if row.startswith("model name")), platform.machine())
    return (f"{time.strftime('%Y-%m-%d')}, {model}, {os.cpu_count()} "
            f"processors, Linux {platform.release()}; medians of "
            f"{rounds} rounds.")
