"""A year of requests as people live it: who does what to which request at what hour. Written down before anything is signed, so that
what the platform reports can be held to it. Invented throughout, the same for the same seed.

    plan.make(requests=854, seed=2021) -> the plan, as casework_load reads it
"""
import datetime
import random

import generate
from figures import listed

DAY = 86400
EPOCH = datetime.date(1970, 1, 1)
LATER = datetime.date(2022, 3, 31)
MEDIA = ["note_verbale", "diplomatic_channel", "courier", "post", "e_mail", "in_person"]
WORDS = {"postponed": "Art. 94: an investigation of our own goes on.", "consultation": "Art. 97: may it be asked otherwise?",
         "information_requested": "Which branch kept the account?", "consent_pending": "Art. 73: another State gave it to us.",
         "security_dispute": "Art. 72: the ministry examines it."}


def number(date):
    return (date - EPOCH).days


FROM, TO, END = number(generate.FROM), number(generate.TO), number(LATER)


class Story:
    """One request: its acts in order, each at an hour of its day, none before the one before it."""

    def __init__(self, rng, request, place):
        self.rng, self.request, self.place, self.acts, self.clock = rng, request, place, [], 0
        self.asks, self.asked = request["requesting"], request["requested"]

    def do(self, day, by, act, **more):
        self.clock = max(self.clock + self.rng.randrange(60, 600), int(day) * DAY + self.rng.randrange(8 * 3600, 15 * 3600))
        self.acts.append({"request": self.place, "by": by, "act": act, "at": self.clock, **more})
        return self.clock // DAY

    def outside(self, day, what, by=None):
        """It happens by other means on that day, one side writes it down some days later, the other may confirm that."""
        by = by or self.rng.choice([self.asks, self.asked])
        noted = self.do(day + self.rng.choice([0, 1, 3, 12]), by, "record", outside=what, medium=self.rng.choice(MEDIA),
                        date=max(0, int(day)) * DAY + 11 * 3600)
        if self.request["has_account"] and self.rng.random() < 0.7:
            noted = self.do(noted + self.rng.choice([0, 2, 9]), self.asked if by == self.asks else self.asks, "confirm")
        return noted

    def step(self, day, by, to, **more):
        return self.do(day, by, "status", to=to, **more)


def chance(rng, share):
    return rng.random() < share


def obstacles(rng):
    names = [name for name in listed("obstacle.") if name != "no_reply"]
    return [{"code": name, "text": f"In words: {name}."} for name in rng.sample(names, rng.choice([1, 1, 2]))]


def opened(rng, story, sent):
    day = story.do(sent, story.asks, "send")
    if story.request["has_account"]:
        day = story.do(day + rng.choice([0, 1, 1, 2, 6]), story.asked, "open")
    if story.request["unconfirmed"]:
        if chance(rng, 0.5):
            story.step(day + 2, story.asks, "sent")
        else:
            story.outside(day - rng.choice([0, 3]), "sent", by=story.asks)


def chased(rng, story, sent):
    """Nobody answers: reminders, and the obstacle that only the side which waits may name."""
    for days in sorted(rng.sample([60, 75, 90, 130, 180], rng.choice([1, 2, 3]))):
        story.do(sent + days, story.asks, "remind", reason="We have had no answer.")
        if chance(rng, 0.2):
            story.outside(sent + days, "reminded", by=story.asks)
    if chance(rng, 0.7):
        story.step(sent + 185, story.asks, "", obstacles=[{"code": "no_reply", "text": "No answer to any reminder."}])


def asked_back(rng, story, day, reply):
    """What lies between the acknowledgement and the reply."""
    middle = day + (reply - day) / 3
    if chance(rng, 0.25):
        story.step(middle, story.asked, "", obstacles=obstacles(rng))
    if chance(rng, 0.18):
        story.do(middle, *((story.asked, "propose_due") if chance(rng, 0.8) else (story.asks, "propose_due")),
                 date=int(middle + rng.choice([60, 90, 120])) * DAY + 13 * 3600, reason="We need more time.")
        if chance(rng, 0.8):
            proposer = story.acts[-1]["by"]
            story.do(middle + rng.choice([1, 10, 40]), story.asks if proposer == story.asked else story.asked, "agree_due")
    if chance(rng, 0.3):
        what = rng.choice(sorted(WORDS))
        story.step(middle, story.asked, what, reason=WORDS[what], obstacles=obstacles(rng) if chance(rng, 0.4) else [])
        if what == "information_requested":
            story.step(middle + 5, story.asks, "information_given")
        story.step(middle + 8, story.asked, "in_execution")
    elif chance(rng, 0.5):
        story.step(middle, story.asked, "in_execution")


def replied(rng, story, day, to):
    """A reply with its files, or one that came by other means and is written down."""
    if chance(rng, 0.8):
        enclosed = {"file": f"Statement of account, {story.request['reference']}\n" * rng.randrange(5, 60)} if chance(rng, 0.7) else {}
        day = story.do(day, story.asked, "reply", to=to, **enclosed)
        return story.do(day + rng.choice([0, 1, 4]), story.asks, "open")
    return story.outside(day, "replied" if to == "executed" else "replied_in_part")


def closed(rng, story, day, share=0.6):
    if not chance(rng, share):
        return
    day = story.step(day + rng.choice([0, 0, 7, 20]), story.asks, "closed")
    if chance(rng, 0.15):
        story.step(day + 3, story.asked if story.request["has_account"] else story.asks, "", remark="It went well; a model form would help.")


def refused(rng, story, day):
    if chance(rng, 0.3):
        day = story.step(day, story.asked, "refused", reason="In part: no such offence in our law.", in_part=True)
        if chance(rng, 0.6):
            closed(rng, story, replied(rng, story, story.step(day + 10, story.asked, "in_execution") + 30, "executed"))
    elif chance(rng, 0.7):
        closed(rng, story, story.step(day, story.asked, "refused", reason="Art. 93(3): a principle of our law stands against it."))
    else:
        closed(rng, story, story.outside(day, "refused"))


def with_account(rng, story, sent):
    opened(rng, story, sent)
    reply = sent + max(2.0, rng.lognormvariate(4.25, 0.75))  # median about 70 days
    fate = rng.choices(["executed", "partly", "refused", "withdrawn", "reopened", "silent", "referred"], [60, 8, 9, 4, 5, 13, 1])[0]
    manner = rng.choices(["here", "outside", "with the reply"], [75, 10, 15])[0]
    if manner != "with the reply" and not (fate == "silent" and chance(rng, 0.4)):
        day = sent + min(reply - sent, rng.lognormvariate(2.0, 0.8))
        day = story.do(day, story.asked, "acknowledge") if manner == "here" else story.outside(day, "acknowledged")
        asked_back(rng, story, day, max(reply, day + 30))
    if fate == "silent":
        return chased(rng, story, sent)
    if fate == "referred":
        chased(rng, story, sent)
        if story.asks == "X-REG":
            story.step(sent + 200, "X-REG", "referred", reason="Art. 87(7).", decision="ICC-01/21-77")
        return None
    if fate == "withdrawn":
        return story.step(sent + (reply - sent) / 2, story.asks, "withdrawn", reason="No longer needed.")
    if fate == "refused":
        return refused(rng, story, reply)
    if fate == "partly" or chance(rng, 0.2):
        for _ in range(rng.choice([1, 1, 2])):
            reply = replied(rng, story, reply, "partly_executed") + 15
    if fate == "partly":
        return closed(rng, story, reply, share=0.4)
    day = replied(rng, story, reply, "executed")
    if fate == "reopened":
        day = story.step(day + rng.choice([10, 40, 120]), story.asked, "in_execution")
        day = replied(rng, story, day + rng.choice([20, 60]), "executed")
    return closed(rng, story, day)


def without_account(rng, story, sent):
    """The State is not here: whoever asked writes down everything."""
    opened(rng, story, sent)
    reply = sent + max(3.0, rng.lognormvariate(4.25, 0.75))
    if chance(rng, 0.8):
        story.outside(sent + min(reply - sent, rng.lognormvariate(2.2, 0.7)), "acknowledged", by=story.asks)
    fate = rng.choices(["replied", "part", "refused", "withdrawn", "silent"], [62, 10, 8, 4, 16])[0]
    if fate == "silent":
        return chased(rng, story, sent)
    if fate == "withdrawn":
        return story.step(reply, story.asks, "withdrawn", reason="No longer needed.")
    if chance(rng, 0.15):
        story.outside(reply - 1, "information_requested", by=story.asks)
        story.outside(reply, "information_given", by=story.asks)
    if fate == "part":
        return story.outside(reply, "replied_in_part", by=story.asks)
    return closed(rng, story, story.outside(reply, fate, by=story.asks), share=0.7)


def lifted(rng, story, sent, lifts):
    """Its routing is sealed: a plain story, and perhaps its sender lifts the seal."""
    opened(rng, story, sent)
    day = story.do(sent + 6, story.asked, "acknowledge")
    day = story.do(day + rng.choice([30, 80, 120]), story.asked, "reply", to="executed")
    if lifts:
        story.do(day + rng.choice([5, 40]), story.asks, "disclose")


def request_of(rng, reference, organ, nature, requested, **more):
    sent = FROM + rng.randrange(TO - FROM + 1)
    kinds = listed("kind.")
    request = {"reference": reference, "requesting": organ, "requested": requested, "nature": nature, "has_account": True,
               "kinds": sorted(rng.sample(kinds, rng.choice([1, 1, 2, 3])), key=kinds.index), "language": rng.choice(["en", "fr"]),
               "confidential": False, "urgent": chance(rng, 0.25), "unconfirmed": False, **more}
    if request["urgent"]:
        request["unconfirmed"] = chance(rng, 0.3)  # Art. 96(1): asked by other means as well
    if chance(rng, 0.88):
        request["due"] = (sent + rng.choice([45, 60, 60, 90])) * DAY + 12 * 3600
    return request, sent


def split(requests):
    """As the Court's own year: 387 and 467 of 854, 124 of these in the strict sense."""
    prosecutor = round(requests * 387 / 854)
    return prosecutor, round((requests - prosecutor) * 124 / 467)


def court_requests(rng, requests, here, elsewhere):
    prosecutor, strict = split(requests)
    outside = set(rng.sample(range(requests), round(requests * 0.3)))
    inside = [n for n in range(requests) if n not in outside]
    sealed = set(rng.sample(inside, max(1, requests // 90)))
    for n in range(requests):
        organ = "X-OTP" if n < prosecutor else "X-REG"
        nature = rng.choices(["judicial_assistance", "operational_support"], [85, 15])[0]
        if organ == "X-REG":
            others = rng.choices(["operational_support", "voluntary_cooperation", "arrest_surrender"], [5, 4, 1])[0]
            nature = "judicial_assistance" if n < prosecutor + strict else others
        states = elsewhere if n in outside else here
        state = rng.choices(states, [1 / (i + 3) for i in range(len(states))])[0]
        more = {"has_account": n not in outside, "confidential": n in sealed}
        request, sent = request_of(rng, f"{organ[2:]}/{n + 1:04}", organ, nature, state, **more)
        if n in sealed:
            yield request, sent, lambda rng, story, sent: lifted(rng, story, sent, True)
        else:
            yield request, sent, without_account if n in outside else with_account


def further_requests(rng, requests, here):
    """Beside the Court's: of States to one another, and confidential ones that nobody lifts, which stand in no figure."""
    for n in range(max(2, requests // 70)):
        asks, asked = rng.sample(here, 2)
        request, sent = request_of(rng, f"{asks}/{n + 1:04}", asks, "judicial_assistance", asked)
        yield request, sent, with_account
    for n in range(max(1, requests // 140)):
        request, sent = request_of(rng, f"OTP/S{n + 1:03}", "X-OTP", "judicial_assistance", rng.choice(here), confidential=True)
        yield request, sent, lambda rng, story, sent: lifted(rng, story, sent, False)


def make(requests=854, seed=2021):
    rng = random.Random(seed)
    states = generate.parties()
    rng.shuffle(states)
    states = states[: len(states) if requests >= 400 else 6]
    absent = max(2, len(states) // 4)
    elsewhere, here = states[:absent], states[absent:]
    parties = [{"code": "X-OTP", "kind": "prosecutor"}, {"code": "X-REG", "kind": "court_section"}]
    parties += [{"code": code, "kind": "central_authority"} for code in here]
    planned, acts = [], []
    for request, sent, life in [*court_requests(rng, requests, here, elsewhere), *further_requests(rng, requests, here)]:
        story = Story(rng, request, len(planned))
        life(rng, story, sent)
        planned.append(request)
        acts += [act for act in story.acts if act["at"] < (END + 1) * DAY]
    acts.sort(key=lambda act: act["at"])  # stable: of one request they stay in order
    return {"version": 1, "begins": (FROM - 10) * DAY, "night": (TO + 1) * DAY - 1, "later": (END + 1) * DAY - 1,
            "from": generate.FROM.isoformat(), "to": generate.TO.isoformat(), "later_day": LATER.isoformat(),
            "parties": parties, "without": elsewhere, "requests": planned, "acts": acts}
