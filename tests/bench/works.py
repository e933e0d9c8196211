"""What is measured, and what pxeguard must reach."""

import dataclasses
import statistics
import typing


class Rated:
    """Results of a Work as one number: a rate, or transfers `per_second`."""
    per_second = False

    def value(self, result):
        """The number that is compared."""
        if self.per_second:
            return result["done"] / result["seconds"]
        return result["rate"]

    def text(self, value):
        """That number for people."""
        if self.per_second:
            return f"{value:,.0f}/s"
        return f"{value / 1e6:,.{0 if value >= 10e6 else 2}f} MB/s"


@dataclasses.dataclass
class Work(Rated):
    """Transfers of files, `parallel` at a time, by each server.

    A run ends after `limit_s` too; what came until then counts.
    """
    title: str
    files: str              # prefix of their names
    transfers: int
    parallel: int
    window: int             # that the client asks for
    limit_s: float
    gro: bool = False       # the client receives with UDP_GRO
    per_second: bool = False    # count transfers, not bytes
    loss: int = 0           # per cent, in both directions
    beside_bare: bool = False   # measure the bare loops in each round
    others_rounds: typing.Optional[int] = None  # fewer for the others
    ratio: float = 0        # to the best of the others; 0: no such goal
    even: bool = False      # no time-out, the slowest <= 2 x the median

    def whole(self, result):
        """Whether all went well."""
        return result["done"] == self.transfers

    def goal(self):
        """The goal for people."""
        words = []
        if self.ratio:
            words.append(f"{self.ratio:g} x best other")
        if self.even:
            words.append("no time-out; slowest <= 2 x median")
        return ", ".join(words) or "-"

    def misses(self, ours, best):
        """What of the goal is missed, as words; `ours` are results.

        `best` is the median of the best other server, or None.
        """
        value = statistics.median(map(self.value, ours))
        found = [f"{self.transfers - r['done']} not complete"
                 for r in ours if not self.whole(r)][:1]
        if self.ratio and best and value < self.ratio * best:
            found.append(f"{value / best:.2f} x best other")
        if self.even:
            late = sum(r["timeouts"] for r in ours)
            worst = statistics.median(unevenness(r) for r in ours)
            if late:
                found.append(f"{late} time-outs")
            if worst > 2:
                found.append(f"slowest {worst:.2f} x median")
        return found


def unevenness(result):
    """How many times the median the slowest transfer took."""
    if not result["done"]:
        return float("inf")
    return result["slowest"] / result["median"]


WORKS = {
    "w1": Work("one of 256 MiB, windowsize 1", "big", 1, 1, 1, 20,
               ratio=1.3),
    "w64": Work("one of 256 MiB at a time, windowsize 64", "big",
                4, 1, 64, 4, gro=True, beside_bare=True, ratio=7),
    "many-w1": Work("20 of 16 MiB, at once, windowsize 1", "part", 20, 20, 1, 6,
                    ratio=1.3),
    "many-w16": Work("60 of 16 MiB, 20 at once, windowsize 16", "part", 60, 20,
                     16, 4, gro=True, ratio=5),
    "small": Work("2,000 of 40 KiB, 50 at a time, windowsize 16", "small",
                  2000, 50, 16, 10, gro=True, per_second=True, ratio=2.5),
    "small-w1": Work("2,000 of 40 KiB, 50 at a time, windowsize 1", "small",
                     2000, 50, 1, 10, per_second=True),
    "thousand": Work("1,000 of 1 MiB, at once, windowsize 4", "mib", 1000, 1000,
                     4, 20, gro=True, others_rounds=1, even=True),
    "loss": Work("one of 32 MiB, windowsize 16, 2 % lost both ways", "middle",
                 1, 1, 16, 6, gro=True, loss=2, ratio=3),
}
