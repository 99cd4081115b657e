"""What a line of the comparison is, and how rounds become its ratio."""
import dataclasses
import json
import statistics


@dataclasses.dataclass(frozen=True)
class Line:
    name: str
    what: str
    peer: str
    goal: float
    # True: the ratio is how many times better the product is, and is to reach the goal. False: it is what the product takes for each
    # of the peer's (time, memory, growth), and is to stay below it.
    at_least: bool = True


class Table:
    """Collects (product, peer) of each round. Machines are shared: a ratio is taken within its round, and the median of those is told."""

    def __init__(self, lines, wanted, rounds, emit):
        self.lines = {line.name: line for line in lines if wanted(line.name)}
        self.rounds, self.emit = rounds, emit
        self.told = []

    def wants(self, *names):
        return [name for name in names if name in self.lines]

    def report(self, name, unit, pairs, lower_is_better=False, **more):
        """`pairs`: of each round what the product and what the peer came to, in `unit`."""
        line = self.lines.get(name)
        if line is None:
            return
        inverse = lower_is_better and line.at_least
        ratios = [(peer / product if inverse else product / peer) for product, peer in pairs]
        ratio = statistics.median(ratios)
        self._tell(line, unit, statistics.median(p for p, _ in pairs), statistics.median(q for _, q in pairs), ratio,
                   {"rounds": len(pairs), **({"spread": [round(min(ratios), 3), round(max(ratios), 3)]} if len(ratios) > 1 else {}), **more})

    def absent(self, name, why):
        """Asked for, and not measured here; said so, never left out."""
        line = self.lines.get(name)
        if line is None:
            return
        row = {"name": name, "product": None, "peer": None, "unit": "", "ratio": None, "goal": line.goal, "met": None,
               "peer_name": line.peer, "absent": why}
        self.told.append(row)
        self.emit(json.dumps(row, ensure_ascii=False))

    def _tell(self, line, unit, product, peer, ratio, more):
        met = ratio >= line.goal if line.at_least else ratio <= line.goal
        row = {"name": line.name, "product": significant(product), "peer": significant(peer), "unit": unit, "ratio": round(ratio, 3),
               "goal": line.goal, "met": met, "peer_name": line.peer, **more}
        self.told.append(row)
        self.emit(json.dumps(row, ensure_ascii=False))

    def print(self, emit):
        rows = [("line", "product", "peer", "unit", "ratio", "goal", "")]
        for row in self.told:
            line = self.lines[row["name"]]
            goal = f"{'≥' if line.at_least else '≤'} {line.goal:g}"
            if row["ratio"] is None:
                rows.append((row["name"], "", "", "", "", goal, f"not measured: {row['absent']}"))
            else:
                rows.append((row["name"], f"{row['product']:g}", f"{row['peer']:g}", row["unit"], f"{row['ratio']:.2f}", goal,
                             "met" if row["met"] else "not met"))
        widths = [max(len(row[i]) for row in rows) for i in range(6)]
        for row in rows:
            emit("  ".join(cell.ljust(width) for cell, width in zip(row, widths)) + f"  {row[6]}".rstrip())


def significant(value, digits=4):
    return float(f"{value:.{digits}g}")
