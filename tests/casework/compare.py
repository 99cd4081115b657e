#!/usr/bin/env python3
"""The report of a generated year by the product's code and by figures.py: figure by figure, and that nothing hidden can be
computed."""
import json
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "support")]
import figures
import generate
from cases import Cases


def product_text(facts, options):
    text = json.dumps({"facts": facts, "options": options}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    program = pathlib.Path(os.environ["ROGATORY_BUILD_DIR"]) / "tests/casework_figures"
    run = subprocess.run([program], input=text.encode(), capture_output=True)
    assert run.returncode == 0, run.stderr.decode()
    return json.loads(run.stdout)


def product(facts, options):
    return product_text(facts, options)["report"]


def main():
    cases = Cases("casework_year")
    facts = generate.year()
    own = figures.report(facts, generate.options())
    with cases.case("the generated year has the size of the source figures"):
        total = own["total"]["figures"]
        shown = f"{total['organ.prosecutor']} Prosecutor, {total['organ.registry']} Registry ({total['registry.strict']} strict, {total['registry.other']} other)"
        assert shown == "387 Prosecutor, 467 Registry (124 strict, 343 other)", shown
        court = generate.year(others=False)
        assert len(court) == 854 and 0.27 < sum(f["off_platform"] for f in court) / 854 < 0.33
        print(shown)
    with cases.case("every figure is that of the independent computation"):
        found = figures.shown_wrongly(product(facts, generate.options()), own, 0)
        assert not found, "\n".join(found[:20])
    with cases.case("the sum of the rows is the total"):
        for side in ("received", "sent"):
            for figure, value in own["total"]["figures"].items():
                assert sum(row[side]["figures"][figure] for row in own["rows"]) == value, figure
    with cases.case("what is hidden for publication cannot be computed from what is shown"):
        hidden = product(facts, generate.options(hide_below=5))
        found = figures.shown_wrongly(hidden, own, 5)
        assert not found, "\n".join(found[:20])
        cells = [cell for row in hidden["rows"] for side in ("received", "sent") for cell in row[side]["hidden"]]
        assert cells, "nothing was hidden"
        print(f"{len(cells)} of {246 * len(own['total']['figures'])} cells hidden")
    with cases.case("the check finds a figure that is shown, one that is wrong and one that can be computed"):
        broken = json.loads(json.dumps(product(facts, generate.options())))
        broken["rows"][5]["received"]["figures"]["requests"] += 1
        assert len(figures.shown_wrongly(broken, own, 0)) == 1
        assert any("follows" in line or "is shown" in line for line in figures.shown_wrongly(broken, own, 5))
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
