"""Run one scenario in the machine; the last line says how it went."""

import pathlib
import subprocess
import traceback

import steps

HERE = pathlib.Path(__file__).resolve().parent


def main():
    scenario = (HERE.parent / "scenario").read_text().strip()
    try:
        __import__(f"scenario_{scenario}").main()
    except steps.Failed as failure:
        print(f"FAILED  {failure}", flush=True)
    except (OSError, subprocess.SubprocessError):
        print(f"FAILED  {traceback.format_exc()}", flush=True)
    else:
        print("all checks passed", flush=True)


main()
