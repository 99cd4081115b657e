"""The operator's other server: it takes whatever is signed, checks nothing, logs everything under the log's own key,
and shows each client what it likes. What it does not hold, it asks the real server for.

With it a colluding member can put before others what an honest server would never take.
"""
import base64
import json
import os
import re
import time

from forgery import Statement, b64, canonical, entry, inclusion, pre_authentication, sha
from proxy import Reply

CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def recipient_bytes(text):
    """The raw key of an "age1pq1…": Bech32 without its length limit."""
    values = [CHARSET.index(c) for c in text.rsplit("1", 1)[1]][:-6]
    bits = number = 0
    out = bytearray()
    for value in values:
        number, bits = number << 5 | value, bits + 5
        while bits >= 8:
            bits -= 8
            out.append(number >> bits & 255)
        number &= (1 << bits) - 1
    return bytes(out)


def padded(text):
    """Spaces up to Padmé, at least 4,096 bytes."""
    length = len(text)
    if length <= 4096:
        return text + b" " * (4096 - length)
    exponent = length.bit_length() - 1
    low = exponent - exponent.bit_length()
    mask = (1 << low) - 1
    return text + b" " * (((length + mask) & ~mask) - length)


class OperatorServer:
    def __init__(self, w):
        self.w, self.forge, self.log = w, w.forge, w.log()
        self.chains = {}       # chain -> [envelope] of what only stands here, after what the real server has
        self.real = {}         # chain -> items of the real server
        self.blobs, self.attachments, self.rows = {}, {}, []
        self.places = {}       # (chain, seq) -> index in the log
        self.hidden = lambda request, items: items
        self.appended = []
        self.cosigners = []    # what stands under the log's own line: functions of the checkpoint's text

    def checkpoint(self):
        body = self.log.body()
        return self.log.note_of(body) + "".join(cosign(body) for cosign in self.cosigners)

    def proof(self, index):
        """A C2SP tlog-proof: it holds, for this log."""
        path = "".join(b64(one) + "\n" for one in inclusion(index, self.log.leaves))
        return f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n{self.checkpoint()}"

    def install(self):
        from proxy import Rule
        add = lambda path, **more: self.w.proxy.add(Rule(path, **more))
        add("/log/0/checkpoint(.witnessed)?", reply=lambda _, reply: Reply(200, [("Content-Type", "text/plain")], self.checkpoint().encode()))
        add("/log/0/tile/entries/.*", request=lambda request: Reply(200, [("Content-Type", "application/octet-stream")], self.log.bundle(request.target)))
        add("/api/v1/statements", request=self.append, method="POST")
        add("/api/v1/chains/[0-9a-f]{64}", reply=self.chain, method="GET")
        add("/api/v1/chains/[0-9a-f]{64}/blobs/[0-9a-f]{64}", request=self.blob)
        add("/api/v1/chains/[0-9a-f]{64}/attachments/[0-9a-f]{32}", request=self.attachment)
        add("/api/v1/dossiers", reply=self.listed)
        # What a client remembers of this history is not for the real server's next readers.
        add("/api/v1/me/state", request=lambda _: Reply(204, [("ETag", '"operator"')]), method="PUT")
        return self

    # What it answers --------------------------------------------------------------------------------------------------

    def take(self, envelope):
        """Logs and keeps one statement, whatever it is."""
        statement = Statement(envelope)
        chain, seq = statement.fields["chain"], statement.fields["seq"]
        self.places[(chain, seq)] = len(self.log.leaves)
        self.log.leaves.append(entry(chain, seq, statement.id))
        self.chains.setdefault(chain, []).append(envelope)
        return statement

    def append(self, request):
        body = request.json
        taken = [self.take(one["envelope"]) for one in body["statements"]]
        self.appended += taken
        items = [{"id": one.id, "index": self.places[(one.fields["chain"], one.fields["seq"])]} for one in taken]
        for item in items:
            item["proof"] = self.proof(item["index"])
        for blob in body.get("blobs", []):
            self.blobs[blob["sha256"]] = base64.b64decode(blob["data"])
        return Reply(201, [("Content-Type", "application/json")], json.dumps({"items": items}).encode())

    def chain(self, request, reply):
        chain = request.path.rsplit("/", 1)[1]
        start = int(re.search(r"from=(\d+)", request.target)[1])
        items = reply.json["items"] if reply.status == 200 else []
        here = self.chains.get(chain, [])
        if not here and reply.status != 200:
            return None
        for envelope in here:
            statement = Statement(envelope)
            seq = statement.fields["seq"]
            if seq >= start:
                items.append({"seq": seq, "id": statement.id, "index": self.places.get((chain, seq), 0), "envelope": envelope})
        items = self.hidden(request, items)
        return Reply(200, [("Content-Type", "application/json")], json.dumps({"head_seq": start + len(items) - 1, "items": items}).encode())

    def blob(self, request):
        data = self.blobs.get(request.path.rsplit("/", 1)[1])
        return data if data is None else Reply(200, [("Content-Type", "application/octet-stream")], data)

    def attachment(self, request):
        data = self.attachments.get(request.path.rsplit("/", 1)[1])
        if data is None:
            return None
        return Reply(200, [("Content-Type", "application/octet-stream"), ("ETag", f'"{sha(data).hex()}"'), ("Accept-Ranges", "bytes")], data)

    def listed(self, request, reply):
        if reply.status == 200:
            page = reply.json
            page["items"] = self.rows + page["items"]
            reply.json = page

    # What colluding members make --------------------------------------------------------------------------------------

    def statement(self, traitor, kind, chain, seq, prev, body, nonce=None, at=None, log=None):
        """A statement in a member's hand; `body` as the schema has it."""
        member = self.w.traitors[traitor]
        key = self.forge.ask("sign", seed=member["seed"], message="")["key"]
        fields = {"at": at or int(time.time()),
                  "author": {"authority": member["authority"], "key": sha(bytes.fromhex(key)).hex(), "member": member["member"], "register": member["register"]},
                  "body": body, "chain": chain, "nonce": nonce or os.urandom(16).hex(), "seen": (log or self.log).seen(), "seq": seq}
        if prev:
            fields["prev"] = prev
        kind = f"application/vnd.rogatory.{kind}.v1+json"
        payload = canonical(fields)
        signature = b64(self.forge.sign(member["seed"], pre_authentication(kind, payload)))
        return canonical({"payload": b64(payload), "payloadType": kind, "signatures": [{"sig": signature}]}).decode()


class Dossier:
    """A dossier of a colluding member, from first to last in his hand. `change` names what is wrong with it."""

    def __init__(self, server, traitor, readers, **change):
        self.server, self.forge, self.traitor, self.readers, self.change = server, server.forge, traitor, readers, change
        self.me = server.w.traitors[traitor]
        self.heads = {}
        self.identity = self.forge.ask("fresh")
        self.chain = sha(b"rogatory/v1/dossier\0" + bytes.fromhex(self.me["authority"]) + recipient_bytes(self.identity["recipient"])).hex()
        self.statements = []
        self.open_chain()

    def grant_text(self, reader, epoch, identity, policy):
        change = self.change.get("grant", lambda text: text)
        return change(f"# rogatory/v1/grant\n# chain: {self.chain}\n# epoch: {epoch}\n# authority: {reader['authority']}\n# generation: {reader['generation']}\n"
                      f"# policy: {policy}\n{identity['identity']}\n")

    def epoch(self, number, identity, policy="0" * 64):
        lines = []
        for reader in sorted(self.readers, key=lambda one: (one["party"], one["authority"])):
            text = self.grant_text(reader, number, identity, policy).encode()
            file = self.change.get("grant_file", lambda file, reader, text: file)(self.forge.seal([reader["recipient"]], text), reader, text)
            self.server.blobs[sha(file).hex()] = file
            lines.append({"authority": reader["authority"], "generation": reader["generation"], "grant": sha(file).hex(), "party": reader["party"]})
        return {"epoch": number, "grants": lines, "recipient": identity["recipient"]}

    def append(self, kind, body, **more):
        seq = len(self.statements)
        envelope = self.server.statement(self.traitor, kind, self.chain, seq, self.statements[-1].id if seq else None, body, **more)
        self.statements.append(self.server.take(envelope))
        return self.statements[-1]

    def open_chain(self):
        body = {"epoch": self.epoch(1, self.identity), "kind": "share", "policy": {"onward": "participants_only"}}
        self.append("opened", body)
        self.basis = self.statements[0].id

    def entry(self, files, message="Bonjour", title="Sans malice", epoch=1, identity=None):
        """`files`: [(name, content)]."""
        identity = identity or self.identity
        author = Statement(self.server.chains[self.chain][0]).fields["author"]
        nonce = os.urandom(16).hex()
        lines, listed = [], []
        for name, content in files:
            file = self.change.get("attachment_file", lambda file, content: file)(self.forge.seal([identity["recipient"]], content), content)
            salt, one = os.urandom(32), os.urandom(16).hex()
            facts = {"name": name, "sha256": sha(content).hex(), "size": len(content), "type": "application/octet-stream"}
            self.server.attachments[one] = file
            lines.append({"commit": sha(salt + canonical(facts)).hex(), "id": one, "sha256": sha(file).hex(), "size": len(file)})
            listed.append({**facts, "id": one, "salt": salt.hex()})
        body = {"author": author, "chain": self.chain, "files": listed, "message": message, "nonce": nonce, "title": title, "v": 1}
        body = self.change.get("body", lambda body: body)(body)
        text = padded(canonical(body))
        sealed = self.change.get("body_file", lambda file, text: file)(self.forge.seal([identity["recipient"]], text), text)
        self.server.blobs[sha(sealed).hex()] = sealed
        return self.append("entry", {"attachments": lines, "basis": self.basis, "epoch": epoch, "sealed": sha(sealed).hex()}, nonce=nonce)

    def row(self):
        last = self.statements[-1]
        self.server.rows.insert(0, {"chain": self.chain, "kind": "share", "opened_at": last.fields["at"], "head_seq": len(self.statements) - 1,
                                    "last_index": len(self.server.log.leaves) - 1, "opener": {}, "participants": []})
        return self.chain
