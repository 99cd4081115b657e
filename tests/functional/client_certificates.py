"""A State lets its people in with a certificate of its own authorities only: held at each request, for its own people alone, in a
session that began with that certificate, and with a way back where certificates have ended."""
import datetime
import json
import pathlib
import ssl
import subprocess
import sys
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from installation import OK, REFUSED, Person
from scene import Scene, play


def openssl(*words):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, text=True).stdout


class Authority:
    """A State's own, with the certificates that it issues."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        folder.mkdir()
        self.certificate, self.key = folder / "ca.pem", folder / "ca.key"
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30", "-keyout", self.key, "-out", self.certificate,
                "-subj", f"/O={name}/CN={name} authority", "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign,cRLSign")
        self.folder.joinpath("index.txt").write_text("")

    def large(self):
        """One of its own making, whose key is dear to verify with."""
        out, key = self.folder / "large.pem", self.folder / "large.key"
        openssl("req", "-x509", "-newkey", "rsa:5120", "-nodes", "-days", "30", "-keyout", key, "-out", out, "-subj", "/CN=large", "-addext",
                "basicConstraints=critical,CA:TRUE")
        key.chmod(0o600)
        return out

    def issue(self, name, usage="clientAuth", start=None, end=None, by=None, ca=False):
        key, request, out = (self.folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
        openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", key, "-out", request, "-subj", f"/O={self.name}/CN={name}")
        key.chmod(0o600)
        extensions = self.folder / f"{name}.cnf"
        extensions.write_text("basicConstraints=critical,CA:" + ("TRUE\nkeyUsage=critical,keyCertSign\n" if ca else "FALSE\n")
                              + (f"extendedKeyUsage={usage}\n" if usage and not ca else ""))
        config = self.folder / "ca.cnf"
        config.write_text(f"[ca]\ndefault_ca=here\n[here]\ndatabase={self.folder}/index.txt\nrand_serial=yes\nnew_certs_dir={self.folder}\ndefault_md=sha256\n"
                          "policy=any\nunique_subject=no\n[any]\ncommonName=supplied\norganizationName=optional\n")
        moment = lambda days: (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y%m%d%H%M%SZ")
        issuer_certificate, issuer_key = (by.with_suffix(".pem"), by.with_suffix(".key")) if by else (self.certificate, self.key)
        openssl("ca", "-batch", "-notext", "-config", config, "-cert", issuer_certificate, "-keyfile", issuer_key, "-in", request, "-out", out, "-extfile", extensions,
                "-startdate", moment(-2 if start is None else start), "-enddate", moment(2 if end is None else end))
        return out


class World(Scene):
    def __init__(self, folder):
        self.state, self.elsewhere = Authority(folder / "senegal", "Senegal"), Authority(folder / "other", "Somebody")
        hints = folder / "hints.pem"
        hints.write_bytes(self.state.certificate.read_bytes())

        def configure(server):
            text = server.config.read_text()
            assert "[listen]" in text, text
            server.config.write_text(text.replace("[listen]", f'[listen]\nclient_hints = "{hints}"', 1))

        super().__init__(folder, before_start=configure)
        self.root, self.second, self.other = (self.cast[name] for name in ("SEN1", "SEN2", "OTP1"))
        self.good, self.bad = self.state.issue("awa"), self.elsewhere.issue("awa")
        self.large = self.elsewhere.large()
        # Signs in without waiting for another code: many ways can be tried.
        self.machine, self.key = Person(folder / "machine", self.server, "sen.machine"), folder / "machine.key"

    def come(self, who, certificate, *words, **more):
        shown = ["--client-certificate", certificate, "--client-key", certificate.with_suffix(".key")] if certificate else []
        return who.run(*shown, *words, **more)

    def knock(self, certificate, expect=None):
        return self.come(self.machine, certificate, "--service-key", self.key, "sign-in", expect=expect)

    def sign_in(self, who, certificate, **more):
        who.lock()
        return self.come(who, certificate, "sign-in", "--user", who.user, "--totp-secret-file", who.totp_secret_file, **more)

    def set(self, who, certificate, *words, **more):
        return self.come(who, certificate, "party", "access", "set", *words, "--yes", **more)


def kept_out(outcome, key="access.certificate"):
    assert outcome.code != OK and outcome.refusal["key"] == key, outcome


def everybody_comes_in_as_before(w):
    w.second.run("dossier", "list")
    # Whatever somebody shows is believed of nobody, and harms nobody.
    w.come(w.second, w.bad, "dossier", "list")
    code = w.folder / "machine.txt"
    w.root.run("member", "invite", "--service", "--code-out", code)
    answered = w.machine.run("enrol", "--server", w.server.url, "--code-file", code, "--user", w.machine.user, "--service-key-out", w.key, "--sign-in-only")
    w.cast.approve(w.root, answered)
    for certificate in (None, w.bad, w.good):
        w.knock(certificate, expect=OK)


def whoever_sets_the_rule_has_come_in_under_it(w):
    ca = w.state.certificate
    kept_out(w.set(w.root, None, "--client-ca", ca, expect=None), "access.own_certificate")
    # Shown now and not at the sign-in: the session is not its holder's.
    kept_out(w.set(w.root, w.good, "--client-ca", ca, expect=None), "access.own_certificate")
    w.sign_in(w.root, w.good)
    kept_out(w.set(w.root, w.good, "--client-ca", w.elsewhere.certificate, expect=None), "access.own_certificate")
    for name, text in (("none.pem", "no certificate\n"), ("leaf.pem", w.good.read_text()), ("key.pem", ca.read_text() + w.state.key.read_text()),
                       ("large.pem", ca.read_text() + w.large.read_text())):
        path = w.folder / name
        path.write_text(text)
        kept_out(w.set(w.root, w.good, "--client-ca", path, expect=None), "access.client_ca")
    rules = w.set(w.root, w.good, "--client-ca", ca).json
    assert rules["set"] and rules["client_ca"] == ca.read_text(), rules
    told = w.come(w.root, w.good, "party", "access", "show", json_output=False).out
    assert "client certificate" in told, told


def no_session_is_good_but_with_the_certificate_that_it_began_with(w):
    # Of an access manager too, who began it elsewhere: the way back is a session of its own.
    for certificate in (None, w.bad, w.state.issue("colleague")):
        kept_out(w.come(w.root, certificate, "session", "list", expect=None))
    w.come(w.root, w.good, "session", "list")
    # One from before the rule is none under it.
    for certificate in (None, w.good):
        kept_out(w.come(w.second, certificate, "session", "list", expect=None))


def nobody_comes_in_without_a_valid_one_of_its_authority(w):
    for certificate in (None, w.bad, w.state.issue("ended", start=-4, end=-1), w.state.issue("early", start=1, end=2), w.state.issue("server", usage="serverAuth"),
                        w.state.issue("any", usage="")):
        kept_out(w.knock(certificate))
    w.knock(w.good, expect=OK)
    assert w.come(w.machine, w.good, "--service-key", w.key, "audit", "--format", "ocsf").out


def an_issuer_below_it_is_followed(w):
    issuer = w.state.issue("issuer", ca=True)
    own = w.state.issue("below", by=issuer)
    chained = w.folder / "chained.pem"
    chained.write_bytes(own.read_bytes() + issuer.read_bytes())
    chained.with_suffix(".key").write_bytes(own.with_suffix(".key").read_bytes())
    chained.with_suffix(".key").chmod(0o600)
    kept_out(w.knock(own))
    w.knock(chained, expect=OK)


def nobody_else_is_touched(w):
    w.other.run("dossier", "list")
    w.cast["ADMIN"].run("admin", "counts")
    context = ssl.create_default_context(cafile=str(w.server.certificate))
    with urllib.request.urlopen(w.server.url + "/api/v1/server", timeout=60, context=context) as reply:
        assert reply.status == 200


def a_certificate_is_asked_for_by_name_and_of_nobody_required(w):
    said = subprocess.run(["openssl", "s_client", "-connect", f"localhost:{w.server.port}", "-CAfile", str(w.server.certificate)], input="", capture_output=True,
                          text=True, timeout=120).stdout
    assert "Acceptable client certificate CA names" in said and "Senegal authority" in said and "Somebody" not in said, said


def one_that_is_dear_to_verify_is_cut_before_it_is(w):
    def reached(certificate):
        context = ssl.create_default_context(cafile=str(w.server.certificate))
        context.load_cert_chain(certificate, certificate.with_suffix(".key"))
        try:
            with urllib.request.urlopen(w.server.url + "/api/v1/server", timeout=60, context=context) as reply:
                return reply.status == 200
        except OSError:
            return False

    assert reached(w.bad) and not reached(w.large) and reached(w.good)


def a_restart_changes_nothing(w):
    assert w.server.stop_alone() == 0
    w.server.start()
    w.come(w.root, w.good, "session", "list")
    kept_out(w.come(w.root, None, "session", "list", expect=None))
    kept_out(w.knock(None))


def what_happened_stands_in_the_trail(w):
    lines = w.come(w.root, w.good, "audit", "--format", "ocsf").out
    refused = [event for event in map(json.loads, lines.splitlines()) if event["metadata"]["event_code"] == "session.refused"]
    assert {event["status_detail"] for event in refused if event["user"]["name"] == w.machine.user} == {"access.certificate"}, refused


def who_has_none_any_more_sets_the_rules_anew_and_nothing_else(w):
    w.sign_in(w.second, None)
    kept_out(w.second.run("session", "list", expect=None))
    kept_out(w.set(w.second, None, "--client-ca", w.state.certificate, expect=None), "access.own_certificate")
    w.second.run("party", "access", "lift", "--yes", expect=None)
    assert not w.second.run("party", "access", "show").json["client_ca"]
    w.second.run("dossier", "list")
    events = w.second.run("audit", "--format", "ocsf").out
    assert '"access.set_from_outside"' in events and '"access.refused_from_outside"' in events
    w.knock(None, expect=OK)


def a_server_that_asks_for_none_takes_no_such_rule(w):
    assert w.server.stop_alone() == 0
    text = w.server.config.read_text()
    w.server.config.write_text("\n".join(line for line in text.splitlines() if not line.startswith("client_hints")) + "\n")
    w.server.start()
    kept_out(w.set(w.root, w.good, "--client-ca", w.state.certificate, expect=REFUSED), "access.client_certificates")


STEPS = [everybody_comes_in_as_before, whoever_sets_the_rule_has_come_in_under_it, no_session_is_good_but_with_the_certificate_that_it_began_with,
         nobody_comes_in_without_a_valid_one_of_its_authority, an_issuer_below_it_is_followed, nobody_else_is_touched,
         a_certificate_is_asked_for_by_name_and_of_nobody_required, one_that_is_dear_to_verify_is_cut_before_it_is, a_restart_changes_nothing, what_happened_stands_in_the_trail,
         who_has_none_any_more_sets_the_rules_anew_and_nothing_else, a_server_that_asks_for_none_takes_no_such_rule]


if __name__ == "__main__":
    sys.exit(play("client_certificates", "a server that asks for certificates, Senegal and the Prosecutor", World, STEPS))
