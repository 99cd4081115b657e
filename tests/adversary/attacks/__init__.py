"""Every attack, in the order of the protocol. A module a kind of adversary; each registers with `attack`."""
import importlib

from judge import Attack

ALL = []


def attack(name, title, section, colludes, told, place="plain", clients=("native", "web")):
    """The function acts for the victim and returns what his client answered; it runs twice, first without the attack."""
    def register(function):
        assert all(one.name != name for one in ALL), name
        ALL.append(Attack(name, title, section, colludes, told, function, place, clients))
        return function
    return register


for module in ("log", "chains", "registers", "appending", "blobs", "members", "answers", "keys", "witnesses", "successors"):
    importlib.import_module(f"attacks.{module}")
