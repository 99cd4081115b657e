"""When an attack counts as detected."""
import dataclasses
import traceback


@dataclasses.dataclass
class Told:
    """What the client must say: one of `keys`; `integrity`: as an integrity failure (exit 6) or not; `evidence`: the
    alarm (or one of several) that must lie in the profile; `ok`: the act succeeds all the same (the attack is harmless and shown)."""

    keys: tuple = ()
    integrity: bool = True
    evidence: str = ""
    ok: bool = False
    exits: tuple = ()
    released: bool = False  # what the attack does not touch may be opened


@dataclasses.dataclass
class Attack:
    name: str
    title: str
    section: str
    colludes: str
    told: Told
    act: object
    place: str = "plain"  # which installation: world.WORLDS
    clients: tuple = ()  # against which it means something


def judge(world, attack):
    """None when detected, else why not."""
    try:
        world.restore(honest=True)
        answer = attack.act(world)
        if not answer.ok:
            return f"without the attack the same act does not succeed, so it shows nothing: {answer}"
        world.restore(honest=False)
        before = {name: set(world.client(name).evidence()) for name in world.cast.people}
        world.used.clear()
        answer = attack.act(world)
        for rule in world.rules:
            if not rule.hits:
                return f"the tampering of {rule.path.pattern} took no effect"
        for what, effect in world.effects:
            if not effect:
                return f"{what}: took no effect"
        if not world.rules and not world.effects:
            return "nothing was attacked"
        return heard(attack.told, answer) or kept(attack.told, world, before) or (None if attack.told.released else leaked(world, answer))
    except Exception:
        return traceback.format_exc()


def heard(told, answer):
    if told.ok != answer.ok:
        return f"the act {'failed' if told.ok else 'succeeded'}: {answer}"
    if not told.ok and told.integrity is not None and told.integrity != answer.integrity:
        return f"{'no ' if told.integrity else 'an '}integrity failure: {answer}"
    if told.exits and answer.code not in told.exits:
        return f"exit {answer.code}: {answer}"
    if told.keys and not set(told.keys) & answer.keys:
        return f"none of {told.keys} was said: {answer}"
    # Words for a person, and no inner detail; nothing that drives a terminal.
    for inner in ("std::", "terminate called", ".cpp:", "\x1b", "\x9b"):
        if inner in answer.text:
            return f"{inner!r} in what was said: {answer}"
    return None


def kept(told, world, before):
    if not told.evidence:
        return None
    for name, client in world.used.items():
        fresh = {one: text for one, text in client.evidence().items() if one not in before.get(name, ())}
        keys = (told.evidence,) if isinstance(told.evidence, str) else told.evidence
        if any(f'"alarm":"{key}"' in text for text in fresh.values() for key in keys):
            return None
    return f"no evidence of {told.evidence} was kept"


def leaked(world, answer):
    """Nothing that was refused lies about, was said, or was sent back."""
    for mark in world.canaries():
        if mark in answer.text.encode(errors="replace"):
            return f"it was said aloud: {answer}"
        for method, target, body in world.proxy.seen:
            if mark in body or mark in target.encode():
                return f"it was sent to the server: {method} {target}"
        for name, client in world.used.items():
            for place in client.places():
                for path in place.rglob("*"):
                    if path.is_file() and not path.is_symlink() and mark in path.read_bytes():
                        return f"it lies in {path.relative_to(world.folder)}"
    return None
