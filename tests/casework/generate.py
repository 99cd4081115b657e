"""A year of requests at the size of the source figures: 387 of the Prosecutor, 467 of the Registry (124 of them judicial
assistance in the strict sense), to the 123 States Parties of that year, replies around two to three months with a wide
spread, three in ten off the platform. Invented throughout, the same for the same seed."""
import csv
import datetime
import random

from figures import ROOT, listed

FROM, TO = datetime.date(2020, 9, 16), datetime.date(2021, 9, 15)


def parties():
    with open(ROOT / "platform/casework/data/countries.csv", encoding="utf-8") as file:
        return [row["alpha3"] for row in csv.DictReader(file) if row["party_2021"]]


def answered(rng, fact, sent):
    """Adds dates, outcome and obstacles as a request of those years might have had them."""
    def after(start, days):
        return (start + datetime.timedelta(days=max(0, int(days)))).isoformat()

    fact["first_due"] = after(sent, rng.choice([45, 60, 60, 90]))
    if rng.random() < 0.15:
        fact["agreed_due"] = after(sent, rng.choice([120, 150]))
    reply_days = rng.lognormvariate(4.25, 0.75)  # median about 70 days
    if rng.random() < 0.9:
        fact["acknowledged"] = after(sent, min(reply_days, rng.lognormvariate(2.0, 0.8)))
    if rng.random() < 0.8:
        fact["replied"] = after(sent, reply_days)
        outcome = rng.choices(["executed", "refused", "withdrawn", "closed_otherwise", None], [70, 8, 3, 3, 16])[0]
        if outcome:
            fact["outcome"], fact["ended"] = outcome, after(sent, reply_days + rng.choice([0, 0, 7, 20]))
        if rng.random() < 0.2:
            fact["partly_executed"] = fact["replied"]
    elif rng.random() < 0.02:
        fact["referred"] = after(sent, 200)
    names = listed("obstacle.")
    fact["obstacles"] = {name: after(sent, reply_days / 2) for name in rng.sample(names, rng.choice([0, 0, 0, 1, 1, 2]))}
    fact["off_platform"] = rng.random() < 0.3
    return fact


def request(rng, number, organ, requesting, nature, states):
    sent = FROM + datetime.timedelta(days=rng.randrange((TO - FROM).days + 1))
    fact = {"reference": f"{organ}/{number}", "requesting": requesting, "organ": organ, "nature": nature,
            "requested": rng.choices(states, [1 / (i + 3) for i in range(len(states))])[0], "sent": sent.isoformat(),
            "kinds": rng.sample(listed("kind."), rng.choice([1, 1, 2, 3]))}
    return answered(rng, fact, sent)


def year(seed=2021, others=True):
    rng = random.Random(seed)
    states = parties()
    rng.shuffle(states)
    facts = [request(rng, n, "prosecutor", "X-OTP", "judicial_assistance", states) for n in range(387)]
    facts += [request(rng, n, "registry", "X-REG", "judicial_assistance", states) for n in range(124)]
    facts += [request(rng, 124 + n, "registry", "X-REG", rng.choices(["operational_support", "voluntary_cooperation", "arrest_surrender"], [5, 4, 1])[0], states)
              for n in range(343)]
    if others:
        facts += [request(rng, n, "defence_and_victims", f"X-D{n % 4:03}", "judicial_assistance", states) for n in range(9)]
        for n in range(60):
            one = request(rng, n, "state", rng.choice(states), "judicial_assistance", states)
            if one["requesting"] != one["requested"]:
                facts.append(one)
        for n in range(6):
            facts.append(dict(request(rng, 1000 + n, "prosecutor", "X-OTP", "judicial_assistance", states), confidential=True))
    return facts


def options(hide_below=0, with_all=True):
    return {"from": FROM.isoformat(), "to": TO.isoformat(), "as_of": TO.isoformat(), "hide_below": hide_below,
            "parties": sorted(parties()) if with_all else []}
