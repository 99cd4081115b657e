"""Every error with which rogatoryd may end has words for the operator: he is told what is wrong and what to do, and not a key."""
import re
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from tree import text, tracked

# What its commands do themselves, or have done below them while no server runs.
REACHED = re.compile(r"web/server/(?!words)\w+\.cpp|platform/service/log_(?:repair|succession)\w*\.cpp|storage/.+\.cpp|web/transport/(?:listener|self_signed)\.cpp")
MADE = re.compile(r'ErrorCode::\w+\s*,\s*"([a-z_]+\.[a-z_.]+)"|Error\{[^;{}]*?"([a-z_]+\.[a-z_.]+)"(?:\s*:\s*"([a-z_]+\.[a-z_.]+)")?')
SAID = re.compile(r'Words\{\s*"([a-z_]+\.[a-z_.]+)"')
# Answered to a client by the server that runs, or turned into another error on the way: none of rogatoryd's commands ends with them.
NOT_TOLD = {
    "account.name_taken", "attachment.exists", "blob.digest", "blob.stanzas", "invitation.exists", "log.read_only", "party.exists", "party.founded",
    "passkey.exists", "repair.no_entry", "repair.not_this_entry", "server.stopping", "succeed.planned", "upload.not_found",
}


def main():
    cases = Cases("lint_server_words")
    made = {key: path for path in tracked() if REACHED.fullmatch(str(path)) for found in MADE.findall(text(path)) for key in found if key}
    said = {key for path in tracked() if str(path).startswith("web/server/words") for key in SAID.findall(text(path))}
    with cases.case("the keys were read"):
        assert len(made) > 60 and {"repair.mirror", "file.write", "tls.write"} <= set(made), sorted(made)
    with cases.case("each has its words"):
        without = [f"{path}: {key}" for key, path in sorted(made.items()) if key not in said | NOT_TOLD]
        assert not without, "\n".join(without)
    with cases.case("nothing is excepted that has words, or that nobody makes"):
        idle = sorted(key for key in NOT_TOLD if key in said or key not in made)
        assert not idle, idle
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
