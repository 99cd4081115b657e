"""The table of OWASP ASVS 5.0 (docs/asvs.csv).

Rule: every requirement of the standard stands in it once, at its place; what is met names a test that exists, what is met by reading, or partly, a
test, a source or a document; whatever is not, says why. --totals prints the sums."""
import csv
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERDICTS = ("met", "met by reading", "partly", "not met", "not applicable")
# The standard's requirements, section by section: a digit is one requirement's level.
SECTIONS = {
    "V1.1": "22", "V1.2": "1111122223", "V1.3": "112222222223", "V1.4": "222", "V1.5": "123", "V2.1": "122", "V2.2": "112", "V2.3": "12223", "V2.4": "23", "V3.1": "3", "V3.2": "113",
    "V3.3": "12223", "V3.4": "11222233", "V3.5": "11122333", "V3.6": "3", "V3.7": "22333", "V4.1": "12233", "V4.2": "23333", "V4.3": "22", "V4.4": "1222", "V5.1": "2", "V5.2": "112333",
    "V5.3": "113", "V5.4": "222", "V6.1": "122", "V6.2": "111111112222", "V6.3": "11223333", "V6.4": "112233", "V6.5": "22222333", "V6.6": "2223", "V6.7": "33", "V6.8": "2222", "V7.1": "222",
    "V7.2": "1111", "V7.3": "22", "V7.4": "11222", "V7.5": "223", "V7.6": "22", "V8.1": "1233", "V8.2": "1123", "V8.3": "133", "V8.4": "23", "V9.1": "111", "V9.2": "1222", "V10.1": "22",
    "V10.2": "223", "V10.3": "22223", "V10.4": "1111122222233333", "V10.5": "22222", "V10.6": "22", "V10.7": "222", "V11.1": "2233", "V11.2": "22233", "V11.3": "11233", "V11.4": "1222", "V11.5": "23",
    "V11.6": "23", "V11.7": "33", "V12.1": "12233", "V12.2": "11", "V12.3": "22223", "V13.1": "2333", "V13.2": "222223", "V13.3": "2233", "V13.4": "1222233", "V14.1": "22", "V14.2": "12223333",
    "V14.3": "122", "V15.1": "12233", "V15.2": "12233", "V15.3": "1222222", "V15.4": "3333", "V16.1": "2", "V16.2": "22222", "V16.3": "2222", "V16.4": "222", "V16.5": "2223", "V17.1": "23", "V17.2": "22223333",
    "V17.3": "22",
}
LEVELS = {f"{section}.{at + 1}": int(level) for section, levels in SECTIONS.items() for at, level in enumerate(levels)}


def rows():
    with open(ROOT / "docs/asvs.csv", newline="") as file:
        return list(csv.DictReader(file))


def totals(table):
    print(f"| level | requirements | {' | '.join(VERDICTS)} |\n|---|---:|" + "---:|" * len(VERDICTS))
    for name, wanted in (("1", {1}), ("2", {2}), ("1 and 2", {1, 2}), ("3", {3}), ("all", {1, 2, 3})):
        mine = [row for row in table if LEVELS[row["requirement"]] in wanted]
        print(f"| {name} | {len(mine)} | " + " | ".join(str(sum(1 for row in mine if row["verdict"] == verdict)) for verdict in VERDICTS) + " |")


def main():
    table = rows()
    if "--totals" in sys.argv[1:]:
        totals(table)
        return 0
    cases = Cases("checks_asvs")
    with cases.case(f"the {len(LEVELS)} requirements of the standard stand in the table, each once and in order"):
        assert (len(LEVELS), sum(level == 1 for level in LEVELS.values()), sum(level == 2 for level in LEVELS.values())) == (345, 70, 183)
        named = [row["requirement"] for row in table]
        assert named == list(LEVELS), [one for one in (*LEVELS, *named) if (one in named) != (one in LEVELS) or named.count(one) > 1] or "not in order"
    with cases.case("each has a verdict, and a note where something is missing"):
        wrong = [row["requirement"] for row in table if row["verdict"] not in VERDICTS or (not row["verdict"].startswith("met") and not row["note"])]
        assert not wrong, wrong
    with cases.case("whatever is met, or partly, names what is there"):
        wrong = [row["requirement"] for row in table if row["verdict"] in ("met", "met by reading", "partly") and not row["evidence"]]
        gone = sorted({f"{row['requirement']}: {path}" for row in table for path in row["evidence"].split() if not (ROOT / path).exists()})
        assert not wrong and not gone, (wrong, gone)
    with cases.case("whatever is met names a test, and is called met by reading where there is none"):
        tested = {row["requirement"]: any(path.startswith("tests/") or path == ".ci/run" for path in row["evidence"].split()) for row in table}
        wrong = [row["requirement"] for row in table if row["verdict"] == "met" and not tested[row["requirement"]] or row["verdict"] == "met by reading" and tested[row["requirement"]]]
        assert not wrong, wrong
    totals(table)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
