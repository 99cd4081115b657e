#!/usr/bin/env python3
"""Makes codes.json, password.json, log.json and padme.json, from the protocol's text and from code that shares nothing with
ours: Python's hashlib and hmac, and the package `cryptography` (44 or later) for Argon2id, HKDF and Ed25519. Run by hand when the
protocol changes; the tests read the files, not this."""
import base64
import hashlib
import hmac
import json
import pathlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = pathlib.Path(__file__).resolve().parent
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def labelled(label, *parts):
    """parts: bytes of fixed length, ('v', bytes) of variable length, or a number."""
    out = label.encode() + b"\0"
    for part in parts:
        if isinstance(part, int):
            out += part.to_bytes(8, "big")
        elif isinstance(part, tuple):
            out += len(part[1]).to_bytes(8, "big") + part[1]
        else:
            out += part
    return out


# Codes: GF(32) by tables of logarithms.
EXP = [1]
for _ in range(30):
    a = EXP[-1] << 1
    EXP.append(a ^ 0x25 if a & 32 else a)
LOG = {v: i for i, v in enumerate(EXP)}


def times(a, b):
    return 0 if 0 in (a, b) else EXP[(LOG[a] + LOG[b]) % 31]


def evaluate(symbols, at):
    value = 0
    for s in symbols:
        value = times(value, at) ^ s
    return value


def code(secret):
    number = int.from_bytes(secret, "big")
    symbols = [(number >> (5 * (25 - i))) & 31 for i in range(26)]
    for c in range(32):
        for d in range(32):
            word = symbols + [c, d]
            if evaluate(word, 2) == 0 and evaluate(word, 4) == 0:
                text = "".join(CROCKFORD[s] for s in word)
                return "-".join(text[i:i + 4] for i in range(0, 28, 4))


def codes():
    cases = [{"bytes": s.hex(), "text": code(s)} for s in
             (bytes(16), bytes([255] * 16), bytes(range(16)), bytes(range(240, 256)), sha256(b"a code")[:16])]
    text = code(bytes(range(16)))
    heard = {"bytes": bytes(range(16)).hex(), "texts": [
        text.lower(), text.replace("-", ""), text.replace("-", " "), text.replace("0", "O"), text.replace("0", "o").replace("1", "l"),
        text.replace("1", "I"), " " + text.replace("-", "\u2011") + "\n", text.replace("-", "\u2013"), text.replace("-", "\u00a0")]}
    at = next(i for i in range(len(text) - 1) if text[i] != text[i + 1] and "-" not in text[i:i + 2])
    swapped = text[:at] + text[at + 1] + text[at] + text[at + 2:]
    refused = ["", text[:-1], text + "0", "U" + text[1:], text.replace("-", "_"), text.replace("-", "."), swapped,
               text[:-1] + CROCKFORD[(CROCKFORD.index(text[-1]) + 1) % 32]]
    # 130 bits of which the first is one, with a right checksum.
    for c in range(32):
        for d in range(32):
            word = [16] + [0] * 25 + [c, d]
            if evaluate(word, 2) == 0 and evaluate(word, 4) == 0:
                refused.append("".join(CROCKFORD[s] for s in word))
    return {"about": "128-bit codes for dictation (protocol §6, decision 0102)", "cases": cases, "heard": heard, "refused": refused}


def hkdf(key, salt, info):
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=salt, info=info.encode()).derive(key)


def public(seed):
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign(seed, message):
    return Ed25519PrivateKey.from_private_bytes(seed).sign(message)


def password():
    cases = []
    for passphrase, account_key, origin, user_name in (
            ("six words of a good passphrase", bytes([0x11] * 16), "example.org/log/1", "fiu-07"),
            ("phrase de passe accentu\u00e9e", bytes(range(16)), "rogatory.example/log/2", "s\u00e9n\u00e9gal-crf-1")):
        salt = hmac.new(account_key, b"rogatory/v1/salt\0" + origin.encode() + b"\0" + user_name.encode(), hashlib.sha256).digest()[:16]
        root = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=128 * 1024).derive(passphrase.encode())
        seed = hkdf(root, account_key, "rogatory/v1/sign-in-key")
        challenge = sha256(b"challenge")
        text = labelled("rogatory/v1/sign-in", ("v", origin.encode()), ("v", user_name.encode()), ("v", challenge))
        bundle, kit_key, version = b"a user bundle", public(sha256(b"kit")), 7
        whole = sha256(labelled("rogatory/v1/credentials", version, ("v", bundle), public(seed), kit_key))
        change = labelled("rogatory/v1/credential-change", ("v", origin.encode()), ("v", user_name.encode()), ("v", challenge), whole)
        fresh = sha256(b"totp")[:20]  # a new second factor, which the kit sets after its wait
        with_factor = sha256(labelled("rogatory/v1/credentials", version, ("v", bundle), public(seed), kit_key, ("v", fresh)))
        reset = labelled("rogatory/v1/credential-change", ("v", origin.encode()), ("v", user_name.encode()), ("v", challenge), with_factor)
        cases.append({
            "passphrase": passphrase, "account_key": account_key.hex(), "origin": origin, "user_name": user_name,
            "sign_in_seed": seed.hex(), "sign_in_key": public(seed).hex(),
            "unlock_seed": hkdf(root, account_key, "rogatory/v1/unlock-identity").hex(),
            "challenge": challenge.hex(), "sign_in_text": text.hex(), "sign_in_signature": sign(seed, text).hex(),
            "change": {"expected_version": version, "bundle": bundle.hex(), "kit_key": kit_key.hex(), "text": change.hex(),
                       "totp_secret": fresh.hex(), "text_with_totp": reset.hex()}})
    account_key, secret = bytes([0x11] * 16), bytes([0x22] * 16)
    kit = {"account_key": account_key.hex(), "kit_secret": secret.hex(),
           "sign_in_seed": hkdf(secret, account_key, "rogatory/v1/kit-sign-in-key").hex(),
           "identity_seed": hkdf(secret, account_key, "rogatory/v1/kit-identity").hex()}
    prf = {"output": bytes([0x33] * 32).hex(), "identity_seed": hkdf(bytes([0x33] * 32), b"", "rogatory/v1/prf").hex()}
    return {"about": "protocol §7; passphrases are in NFKC already, identity seeds are X-Wing's", "cases": cases, "kit": kit, "prf": prf}


def leaf(entry):
    return sha256(b"\0", entry)


def root(leaves):
    if not leaves:
        return sha256()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return sha256(b"\1", root(leaves[:k]), root(leaves[k:]))


def path(m, leaves):
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return path(m, leaves[:k]) + [root(leaves[k:])] if m < k else path(m - k, leaves[k:]) + [root(leaves[:k])]


def b64(data):
    return base64.b64encode(data).decode()


def key_id(name, kind, key):
    return sha256(name.encode(), b"\n", bytes([kind]), key)[:4]


def vkey(name, kind, key):
    return f"{name}+{key_id(name, kind, key).hex()}+{b64(bytes([kind]) + key)}"


def log():
    origin, seed = "rogatory.example/log/1", sha256(b"log key")
    witnesses = [(f"witness.example/{i}", sha256(f"witness {i}".encode())) for i in range(1, 4)]
    entries = []
    for i in range(300):
        chain, seq, statement = sha256(f"chain {i % 7}".encode()), i // 7, sha256(f"statement {i}".encode())
        entries.append((chain, seq, statement, sha256(labelled("rogatory/v1/leaf", chain, seq)) + statement))
    leaves = [leaf(e[3]) for e in entries]
    body = f"{origin}\n300\n{b64(root(leaves))}\n"
    note = body + "\n" + f"\u2014 {origin} {b64(key_id(origin, 1, public(seed)) + sign(seed, body.encode()))}\n"
    at = 1767225600
    for name, witness in witnesses[:2]:
        signed = f"cosignature/v1\ntime {at}\n{body}".encode()
        note += f"\u2014 {name} {b64(key_id(name, 4, public(witness)) + at.to_bytes(8, 'big') + sign(witness, signed))}\n"
        at += 60
    policy = f"log {vkey(origin, 1, public(seed))}\n"
    for i, (name, witness) in enumerate(witnesses, 1):
        policy += f"witness w{i} {vkey(name, 4, public(witness))}\n"
    policy += "group witnesses 2 w1 w2 w3\nquorum witnesses\n"
    proof = "c2sp.org/tlog-proof@v1\nindex 123\n" + "".join(b64(h) + "\n" for h in path(123, leaves)) + "\n" + note
    empty = f"{origin}\n0\n{b64(sha256())}\n"
    return {"about": "protocol §5: entries, roots, checkpoint, cosignatures, policy, proof",
            "seed": seed.hex(), "origin": origin,
            "entries": [{"chain": c.hex(), "seq": s, "id": i.hex(), "entry": e.hex()} for c, s, i, e in entries],
            "roots": {str(n): root(leaves[:n]).hex() for n in (0, 1, 2, 3, 7, 8, 255, 256, 257, 300)},
            "empty_checkpoint": empty + "\n" + f"\u2014 {origin} {b64(key_id(origin, 1, public(seed)) + sign(seed, empty.encode()))}\n",
            "witness_seeds": [w.hex() for _, w in witnesses], "witness_names": [n for n, _ in witnesses],
            "cosigned_at": [1767225600, 1767225660], "checkpoint": note, "policy": policy, "proof": {"index": 123, "text": proof}}


def padme():
    def length(n):
        if n < 2:
            return n
        e = n.bit_length() - 1
        mask = (1 << (e - e.bit_length())) - 1
        return (n + mask) & ~mask
    return {"about": "Padm\u00e9 lengths", "cases": [[n, length(n)] for n in
            [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 100, 1000, 4095, 4096, 4097, 65535, 65536, 65537, 10**6, 2**31 + 1, 2**40 + 12345]]}


for name, made in (("codes", codes()), ("password", password()), ("log", log()), ("padme", padme())):
    (HERE / f"{name}.json").write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
