"""The report's figures, computed from the text of platform/decisions/1711-casework-figures.md and from nothing of the
product: what tests/casework/compare.py and the shared vectors hold both implementations to.

    figures.report(facts, options) -> the report without hidden cells, in the layout of the product's JSON
    figures.shown_wrongly(product, own, hide_below) -> what the product shows or hides that it should not
"""
import csv
import datetime
import pathlib
from fractions import Fraction

ROOT = pathlib.Path(__file__).resolve().parents[2]
ORGANS = ["prosecutor", "registry", "chambers", "trust_fund", "other", "state"]
NATURES = ["judicial_assistance", "operational_support", "voluntary_cooperation", "arrest_surrender"]
OUTCOMES = ["executed", "refused", "withdrawn", "closed_otherwise"]
LINE = 5  # fewer requests of Defence and victims than this are not shown


def listed(prefix):
    with open(ROOT / "platform/casework/data/figures.csv", encoding="utf-8") as file:
        return [row["figure"][len(prefix):] for row in csv.DictReader(file) if row["figure"].startswith(prefix)]


def day(text):
    return datetime.date.fromisoformat(text)


def by(fact, name, as_of):
    """The date of an act, where it happened by the day of the report."""
    return day(fact[name]) if name in fact and day(fact[name]) <= as_of else None


def percentile(values, share):
    """Linear interpolation at (n − 1)·p, as MEDIAN and PERCENTILE of a spreadsheet."""
    values = sorted(values)
    place = Fraction(share) * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    exact = values[low] + (place - low) * (values[high] - values[low])
    assert (exact * 10).denominator == 1, "of whole days both are exact in tenths"
    tenths = int(exact * 10)
    return f"{tenths // 10}.{tenths % 10}"


def days(values):
    return {"median": percentile(values, "1/2"), "percentile_90": percentile(values, "9/10")} if values else {}


def tally(facts, as_of):
    """One line of the table, of the requests that belong to it."""
    over = {f["reference"]: f["outcome"] for f in facts if by(f, "ended", as_of)}
    waiting = [f for f in facts if f["reference"] not in over and not by(f, "replied", as_of)]
    registry = [f for f in facts if f["organ"] == "registry"]
    acknowledged = [(by(f, "acknowledged", as_of) - day(f["sent"])).days for f in facts if by(f, "acknowledged", as_of)]
    replied = [(by(f, "replied", as_of) - day(f["sent"])).days for f in facts if by(f, "replied", as_of)]
    out = {"requests": len(facts), "open": len(facts) - len(over), "acknowledged": len(acknowledged), "replied": len(replied)}
    for organ in ORGANS:
        out[f"organ.{organ}"] = sum(f["organ"] == organ for f in facts)
    out["registry.strict"] = sum(f["nature"] == "judicial_assistance" for f in registry)
    out["registry.other"] = len(registry) - out["registry.strict"]
    for nature in NATURES:
        out[f"nature.{nature}"] = sum(f["nature"] == nature for f in facts)
    out["off_platform"] = sum(bool(f.get("off_platform")) for f in facts)
    out["on_platform"] = len(facts) - out["off_platform"]
    for outcome in OUTCOMES:
        out[outcome] = sum(word == outcome for word in over.values())
    out["partly_executed"] = sum(bool(by(f, "partly_executed", as_of)) for f in facts)
    out["referred"] = sum(bool(by(f, "referred", as_of)) for f in facts)
    out["overdue"] = sum(1 for f in waiting if (due := f.get("agreed_due", f.get("first_due"))) and day(due) < as_of)
    out["overdue_first"] = sum(1 for f in waiting if "first_due" in f and day(f["first_due"]) < as_of)
    for kind in listed("kind."):
        out[f"kind.{kind}"] = sum(kind in f.get("kinds", []) for f in facts)
    for obstacle in listed("obstacle."):
        out[f"obstacle.{obstacle}"] = sum(obstacle in f.get("obstacles", {}) and day(f["obstacles"][obstacle]) <= as_of for f in facts)
    return {"figures": out, "days_to_acknowledge": days(acknowledged), "days_to_reply": days(replied)}


def report(facts, options):
    first, last, as_of = day(options["from"]), day(options["to"]), day(options["as_of"])
    counted = [f for f in facts if not f.get("confidential") and first <= day(f["sent"]) <= min(last, as_of)]
    court_and_states = [f for f in counted if f["organ"] != "defence_and_victims"]
    parties = set(options.get("parties", [])) | {f[side] for f in court_and_states for side in ("requesting", "requested")}
    return {
        "rows": [{"party": party,
                  "received": tally([f for f in court_and_states if f["requested"] == party], as_of),
                  "sent": tally([f for f in court_and_states if f["requesting"] == party], as_of)} for party in sorted(parties)],
        "total": tally(court_and_states, as_of),
        "defence_and_victims": tally([f for f in counted if f["organ"] == "defence_and_victims"], as_of),
    }


def differences(where, shown, own, hide_below):
    """Of one line: a figure that is shown must be the own one, and only a table with a threshold may hide."""
    found = []
    for figure, value in own["figures"].items():
        if figure in shown["hidden"]:
            if hide_below == 0:
                found.append(f"{where}: {figure} is hidden")
        elif shown["figures"].get(figure) != value:
            found.append(f"{where}: {figure} is {shown['figures'].get(figure)}, should be {value}")
        elif 0 < value < hide_below:
            found.append(f"{where}: {figure} is shown, {value}")
    for name, counted in (("days_to_acknowledge", "acknowledged"), ("days_to_reply", "replied")):
        may_hide = counted in shown["hidden"] or own["figures"][counted] < hide_below
        if shown[name] != ({} if may_hide else own[name]):
            found.append(f"{where}: {name} is {shown[name]}, should be {own[name]}")
    return found


def shown_wrongly(product, own, hide_below):
    found = []
    if [row["party"] for row in product["rows"]] != [row["party"] for row in own["rows"]]:
        found.append("the rows are of other Parties")
    for row, mine in zip(product["rows"], own["rows"]):
        for side in ("received", "sent"):
            found += differences(f"{row['party']} {side}", row[side], mine[side], hide_below)
    found += differences("total", product["total"], own["total"], hide_below)
    found += differences("Defence and victims", product["defence_and_victims"], own["defence_and_victims"], LINE)
    few = own["defence_and_victims"]["figures"]["requests"] < LINE
    if few and product["defence_and_victims"]["figures"]:
        found.append("Defence and victims: shown though fewer than five")
    return found + [f"{cell} follows from what is shown" for cell in computable(product, own, hide_below)]


def computable(product, own, hide_below):
    """Small cells that the equations a reader knows determine, by elimination modulo another prime than the product's."""
    prime = 2**61 - 1
    parts = {"requests:organ": [f"organ.{o}" for o in ORGANS], "organ.registry:": ["registry.strict", "registry.other"],
             "requests:nature": [f"nature.{n}" for n in NATURES], "requests:way": ["on_platform", "off_platform"],
             "requests:outcome": [*OUTCOMES, "open"]}
    lines = {("total",): (product["total"], own["total"])}
    for row, mine in zip(product["rows"], own["rows"]):
        for side in ("received", "sent"):
            lines[(row["party"], side)] = (row[side], mine[side])
    equations = []
    for line in lines:
        equations += [[(line, whole.split(":")[0])] + [(line, part) for part in of] for whole, of in parts.items()]
    for figure in own["total"]["figures"]:
        for side in ("received", "sent"):
            equations.append([(("total",), figure)] + [(line, figure) for line in lines if line[1:] == (side,)])
    hidden = {(line, figure) for line, (shown, _) in lines.items() for figure in shown["hidden"]}
    pivots = {}
    for whole, *rest in equations:
        row = {cell: 1 for cell in rest if cell in hidden}
        if whole in hidden:
            row[whole] = prime - 1
        for cell in list(row):
            if cell in pivots and cell in row:
                factor = row[cell]
                for other, value in pivots[cell].items():
                    row[other] = (row.get(other, 0) - factor * value) % prime
                row = {other: value for other, value in row.items() if value}
        row = {other: value for other, value in row.items() if value}
        if not row:
            continue
        lead = next(iter(row))
        scale = pow(row[lead], -1, prime)
        row = {cell: value * scale % prime for cell, value in row.items()}
        for cell, other in pivots.items():
            if lead in other:
                factor = other[lead]
                for name, value in row.items():
                    other[name] = (other.get(name, 0) - factor * value) % prime
                pivots[cell] = {name: value for name, value in other.items() if value}
        pivots[lead] = row
    determined = [cell for cell, row in pivots.items() if set(row) == {cell}]
    return [f"{'/'.join(line)} {figure}" for line, figure in determined if 0 < lines[line][1]["figures"][figure] < hide_below]
