#!/usr/bin/env python3
"""Writes tests/vectors/casework/report.json: figures from the independent computation. Which cells are hidden is the rule's
own choice among many safe ones: taken from the program named on the command line, after the checks of figures.py.

    ROGATORY_BUILD_DIR=build/release tests/casework/make_vectors.py
"""
import json
import random

import figures
import generate
from compare import product_text


def small(seed, count, states):
    rng = random.Random(seed)
    organs = [("prosecutor", "X-OTP"), ("registry", "X-REG"), ("state", "KEN"), ("defence_and_victims", "X-D001")]
    out = []
    for n in range(count):
        organ, requesting = rng.choices(organs, [5, 5, 1, 2])[0]
        nature = "judicial_assistance" if organ != "registry" or rng.random() < 0.4 else "operational_support"
        out.append(generate.request(rng, n, organ, requesting, nature, states))
    out[0]["confidential"] = True
    out[1]["sent"] = "2020-09-15"
    return out


def main():
    cases = []

    def case(name, facts, options):
        made = product_text(facts, options)
        if made["report"] is not None:
            wrong = figures.shown_wrongly(made["report"], figures.report(facts, options), options["hide_below"])
            assert not wrong, wrong
        cases.append({"name": name, "input": {"facts": facts, "options": options}, "expected": made})

    def refused(name, facts, options, error):
        cases.append({"name": name, "input": {"facts": facts, "options": options}, "expected": error})

    options = generate.options(with_all=False)
    facts = small(1, 26, ["SEN", "CIV", "FRA", "PER"])
    case("nothing was sent", [], dict(options, parties=["SEN"]))
    case("a small year", facts, options)
    case("the same, small cells hidden", facts, dict(options, hide_below=5))
    case("a larger one, small cells hidden", small(2, 70, ["SEN", "CIV", "FRA"]), dict(options, hide_below=5))
    refused("a period that ends before it begins", [], dict(options, to="2020-09-01"), {"error": "report.period"})
    refused("one request twice", [facts[2], facts[2]], options, {"error": "report.reference_twice", "reference": facts[2]["reference"]})
    refused("an unknown obstacle", [dict(facts[2], obstacles={"weather": "2021-01-01"})], options,
            {"error": "facts.word", "reference": facts[2]["reference"], "word": "weather"})
    refused("an answer before the question", [dict(facts[2], replied="2019-01-01")], options,
            {"error": "facts.dates", "reference": facts[2]["reference"]})
    refused("an end without an outcome", [{**{k: v for k, v in facts[2].items() if k != "outcome"}, "ended": "2021-09-01"}], options,
            {"error": "facts.dates", "reference": facts[2]["reference"]})
    refused("a day that no calendar has", [dict(facts[2], sent="2021-02-29")], options, {"error": "facts.shape"})
    refused("a member nobody knows", [dict(facts[2], colour="blue")], options, {"error": "facts.shape"})
    with open(figures.ROOT / "tests/vectors/casework/report.json", "w", encoding="utf-8") as file:
        file.write('{"cases": [\n' + ",\n".join(json.dumps(one, ensure_ascii=False, sort_keys=True) for one in cases) + "\n]}\n")


if __name__ == "__main__":
    main()
