"""What became of each request of a plan, by the text of platform/decisions/1701-requests.md and 1711-casework-figures.md and from
nothing of the product: the facts that tests/casework/figures.py counts.

    lived.facts(plan, signed_until, as_of) -> one for each request that was sent by then, as it stood at the end of the day `as_of`
"""
import datetime
import json
import operator

from figures import ROOT

DAY = 86400
ORGANS = {"X-OTP": "prosecutor", "X-REG": "registry"}
REPLIES = ("partly_executed", "executed", "refused")


def outside_moves():
    """Where an act off the platform leads, and from where: the rows of the table that everybody reads."""
    table = json.loads((ROOT / "platform/model/request_status.json").read_text(encoding="utf-8"))
    return {(row["act"], status): row["to"] for row in table["off_platform"] for status in row["from"]}


def day(seconds):
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=seconds // DAY)).isoformat()


class Life:
    def __init__(self, request, moves_outside, as_of):
        self.request, self.moves_outside, self.as_of = request, moves_outside, as_of
        self.moves, self.obstacles, self.proposal, self.confidential = [], {}, None, request["confidential"]
        self.sent = self.first_due = self.agreed_due = None

    @property
    def status(self):
        return self.moves[-1][0]

    def move(self, to, on, in_part=False):
        self.moves.append((to, on, in_part))

    def take(self, act):
        on, kind = day(act["at"]), act["act"]
        if kind == "send":
            self.sent = on
            self.first_due = day(self.request["due"]) if "due" in self.request else None
            self.move("urgent_unconfirmed" if self.request["unconfirmed"] else "sent", on)
        elif kind == "acknowledge":
            self.move("acknowledged", on)
        elif kind == "reply":
            if self.status in ("sent", "urgent_unconfirmed"):  # whoever replies has received it
                self.move("acknowledged", on)
            self.move(act["to"], on)
        elif kind == "status":
            if act["to"]:
                self.move(act["to"], on, act.get("in_part", False))
            for obstacle in act.get("obstacles", []):
                self.obstacles.setdefault(obstacle["code"], on)
        elif kind == "record":
            to = self.moves_outside.get((act["outside"], self.status))
            if to:
                happened = day(act["date"])
                self.move(to, happened if act["outside"] == "sent" else max(happened, self.sent))
        elif kind == "propose_due":
            self.proposal = day(act["date"])
        elif kind == "agree_due" and on <= self.as_of:
            if self.first_due is None:
                self.first_due = self.proposal
            else:
                self.agreed_due = self.proposal
        elif kind == "disclose":
            self.confidential = False

    def first(self, *statuses):
        return next((on for to, on, _ in self.moves if to in statuses), None)

    def ended(self):
        """What it came to last by that day; being closed ends what was neither executed nor refused as a whole."""
        moves = [move for move in self.moves if move[1] <= self.as_of]
        is_closed = moves and moves[-1][0] == "closed"
        to, on, in_part = moves[-2] if is_closed and len(moves) > 1 else moves[-1] if moves else ("", "", False)
        if to in ("executed", "withdrawn") or (to == "refused" and not in_part):
            return to, on
        return ("closed_otherwise", moves[-1][1]) if is_closed else (None, None)

    def fact(self):
        outcome, ended = self.ended()
        fact = {"reference": self.request["reference"], "requesting": self.request["requesting"],
                "requested": self.request["requested"], "organ": ORGANS.get(self.request["requesting"], "state"),
                "nature": self.request["nature"], "kinds": self.request["kinds"], "sent": self.sent, "first_due": self.first_due,
                "agreed_due": self.agreed_due, "acknowledged": self.first("acknowledged"), "replied": self.first(*REPLIES),
                "partly_executed": self.first("partly_executed"), "referred": self.first("referred"), "outcome": outcome,
                "ended": ended, "obstacles": self.obstacles, "off_platform": not self.request["has_account"],
                "confidential": self.confidential}
        return {name: value for name, value in fact.items() if value is not None}


def facts(plan, signed_until, as_of):
    moves_outside = outside_moves()
    lives = [Life(request, moves_outside, as_of) for request in plan["requests"]]
    for act in sorted(plan["acts"], key=operator.itemgetter("at")):
        if act["at"] <= signed_until:
            lives[act["request"]].take(act)
    return [life.fact() for life in lives if life.moves]
