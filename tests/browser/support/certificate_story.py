"""Two people of a State that lets its own in with a certificate of its authority only: one whose browser has two certificates, one whose
browser has none; a function a step.

Chromium takes a client's certificates from an NSS store in the user's home and, with nobody there to choose, as its policy says: any that the
server asks for. Home and policies are the browser's own, in a mount namespace; nothing on this machine is changed."""
import contextlib
import hashlib
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "functional"))
import cast as casting
from browser import Browser
from cases import Skip
from client_certificates import Authority, openssl
from page_story import PageStory
from web_app import page_folder, serve_pages

AWA = "seven quiet ferries carry the autumn mail"
MODOU = "neuf barques attendent le vent du large"
KEPT_OUT = "Your State or body lets its people in with a certificate of its own only, and none that is valid was shown, or another one than at sign-in. Choose it when the browser asks, and " \
           "sign in anew. If it has ended, ask whoever issues them; an access manager of your root authority can change the rule without one."
START = """#!/bin/sh
exec unshare --mount sh -c 'mount --bind "$1" /etc/chromium && export HOME="$2" && shift 2 && exec /usr/bin/chromium "$@"' sh '{policies}' '{home}' "$@"
"""


def possible():
    if not (shutil.which("certutil") and shutil.which("pk12util")):
        raise Skip("certutil and pk12util are not installed (deploy/install-dependencies)")
    if os.getuid() != 0 or subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode != 0:
        raise Skip("this user may not make a mount namespace")
    if not pathlib.Path("/etc/chromium").is_dir():
        raise Skip("there is no /etc/chromium to put policies over")


class Store:
    """A home with certificates, and a program that starts Chromium in it."""

    def __init__(self, folder, url):
        self.folder, home, policies = folder, folder / "home", folder / "etc"
        self.database = f"sql:{home}/.pki/nssdb"
        (home / ".pki/nssdb").mkdir(parents=True)
        (policies / "policies/managed").mkdir(parents=True)
        (policies / "policies/managed/certificates.json").write_text(json.dumps({"AutoSelectCertificateForUrls": [json.dumps({"pattern": url, "filter": {}})]}))
        self.run("certutil", "-N", "--empty-password")
        self.program = folder / "chromium"
        self.program.write_text(START.format(policies=policies, home=home))
        self.program.chmod(0o755)

    def run(self, program, *words):
        subprocess.run([program, "-d", self.database, *map(str, words)], check=True, capture_output=True)

    def add(self, certificate):
        packed = self.folder / "packed.p12"
        openssl("pkcs12", "-export", "-in", certificate, "-inkey", certificate.with_suffix(".key"), "-name", certificate.stem, "-out", packed, "-passout", "pass:")
        self.run("pk12util", "-i", packed, "-W", "")


class CertificateStory(PageStory):
    NEEDED = ("begin", "enrol", "rule")

    def __init__(self, folder, browser, language):
        super().__init__(folder, browser, language, "certificate")
        self.with_store = None

    def all(self):
        return (self.begin, self.enrol, self.rule, self.goes_on, self.kept_out, self.lifted, self.looked)

    def end(self):
        if self.with_store:
            self.with_store.close()
        super().end()

    @contextlib.contextmanager
    def other_browser(self):
        self.browser, kept = self.with_store, self.browser
        try:
            yield
        finally:
            self.browser = kept

    def digest_of_session(self, user):
        """The certificate that a person's newest session began with, as the server keeps it."""
        rows = self.server.rows(f"SELECT hex(session.certificate) FROM session JOIN account ON account.id = session.account_id WHERE account.user_name = '{user}' "
                                "ORDER BY session.created_at DESC LIMIT 1;")
        return rows[0] if rows else ""

    def begin(self):
        """A server that asks for certificates of a State's authority by name, and two browsers"""
        possible()
        self.state, elsewhere = Authority(self.folder / "senegal", "Senegal"), Authority(self.folder / "elsewhere", "Somebody")
        self.certificate = self.state.issue("awa")
        self.server.init()
        serve_pages(self.server, page_folder())
        config = self.server.config.read_text()
        assert "[listen]\n" in config, config
        self.server.config.write_text(config.replace("[listen]\n", f'[listen]\nclient_hints = "{self.state.certificate}"\n', 1))
        self.server.start()
        self.cast = casting.two_parties(self.folder, self.server)
        store = Store(self.folder / "store", self.server.url)
        # The other one comes first in the store, and the server names nobody who issued it.
        store.add(elsewhere.issue("aaa"))
        store.add(self.certificate)
        self.with_store = Browser(program=store.program)

    def enrol(self):
        """Each enrols in the page; nobody needs a certificate yet"""
        root = self.cast["SEN1"]
        with self.other_browser():
            self.awa = self.joins(root, "awa", "sen.awa", "Awa", "officer", self.language, AWA)
        self.modou = self.joins(root, "modou", "sen.modou", "Modou", "officer", self.other, MODOU)

    def rule(self):
        """An access manager who came in with one sets the rule at the command line"""
        root = self.cast["SEN1"]
        self.shown = ["--client-certificate", self.certificate, "--client-key", self.certificate.with_suffix(".key")]
        root.lock()
        root.run(*self.shown, "sign-in", "--user", root.user, "--totp-secret-file", root.totp_secret_file)
        assert root.run(*self.shown, "party", "access", "set", "--client-ca", self.state.certificate, "--yes").json["set"]

    def goes_on(self):
        """Whose browser showed his State's certificate, of the two that it has, when he came in goes on"""
        wanted = hashlib.sha256(ssl.PEM_cert_to_DER_cert(self.certificate.read_text())).hexdigest().upper()
        assert self.digest_of_session("sen.awa") == wanted, "the session did not begin with it"
        self.awa.load("/inbox")
        self.awa.unlock()
        self.awa.see_heading("Files")

    def kept_out(self):
        """Whose browser has none is asked to come in anew, and told why he cannot, in his language"""
        assert self.digest_of_session("sen.modou") == ""
        self.modou.load("/inbox")
        self.modou.fill("passphrase", MODOU)
        self.submit(self.modou, "last")
        self.appears(self.modou, "#totp")
        self.modou.fill("passphrase", MODOU)
        self.modou.fill("totp", self.modou.code())
        self.submit(self.modou, "last")
        self.modou.see(KEPT_OUT, seconds=90)
        self.looks(self.modou, "kept-out")

    def lifted(self):
        """Once the rule is lifted he is let in"""
        self.cast["SEN1"].run(*self.shown, "party", "access", "lift", "--yes")
        self.modou.load("/inbox")
        self.modou.unlock()
        self.modou.see_heading("Files")
