#!/usr/bin/env python3
"""Every screen with a scripted trusted end: both languages, light and dark, 320 and 1440 pixels, forced colours, from right to
left, and with a pseudo-locale that shows what is not in a catalogue. axe finds nothing, the console is silent."""
import csv
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from browser import Browser
from cases import Cases
from looks import LANGUAGES, arguments, look, screenshots_folder, seen_in
from static_server import StaticServer

ROOT = HERE.parents[1]
APP = ROOT / "web/app"
BEFORE = ["/", "/what-the-platform-sees", "/cannot-get-in", "/when-something-fails", "/sign-in", "/recovery-sheet", "/enrol", "/verify", "/nowhere"]
ACCOUNT = ["/account", "/account/sessions", "/account/passphrase", "/account/recovery-sheet", "/account/passkeys", "/account/mails", "/account/join", "/account/deputies"]


def english_of(table):
    """What the casework rules' own data calls things."""
    with open(ROOT / f"platform/casework/data/{table}.csv", encoding="utf-8", newline="") as rows:
        return "|".join(sorted({re.escape(row["en"]) for row in csv.DictReader(rows)}))


# What people of the scripted world, States, a report's figures and a spreadsheet's columns are called, and dates as the browser writes
# them: nobody's catalogue.
STATES = "|".join(re.escape(one["en"]) for one in json.loads((APP / "src/model/states_parties.json").read_text())["states"])
NAMES = rf"^({STATES}|{english_of('figures')}|{english_of('columns')}|{english_of('words')}|A\. Diop|Central authority|Accounts of Baobab Timber|Baobab Timber, Dakar|Villa at Nice|Senegal \(SEN\)|X-OTP/Investigations|officer\.\d|clé du coffre|(\d{{1,2}} )?October 2026)$"
# Of the scripted world: a request that came in, with what may be done about it; one that was sent and is overdue.
REQUESTS = [f"/requests/report/rows/{'3c' * 32}", f"/files/{'2c' * 32}/request", f"/files/{'2d' * 32}/request/remind", f"/files/{'2d' * 32}", f"/files/{'2c' * 32}"] + [
    f"/files/{'2c' * 32}/request/{act}" for act in ("executed", "refused", "obstacle", "record", "due", "agree")]
# Of its enquiries: one that was answered, one to be answered; and versions of that request.
VERSIONS = [f"/enquiries/{'3e' * 32}", f"/enquiries/{'3d' * 32}", f"/enquiries/{'3d' * 32}/answer", f"/enquiries/{'3e' * 32}/request", f"/files/{'2c' * 32}/version/ask",
            f"/files/{'2c' * 32}/version/deliver"]
# Of its casebook: who deals with that request, what it belongs to, a note.
CASEBOOK = [f"/files/{'2c' * 32}/{act}" for act in ("assign", "link", "internal-note")]
# Of its notice board: a row of each kind to be published, one changed, one ended, a spreadsheet.
DIRECTORY = [f"/directory/publish/{kind}_set" for kind in ("focal_point", "law_entry", "profile", "recommendation")] + [
    f"/directory/publish/focal_point_set/{'01' * 16}", f"/directory/end/focal_point_set/{'01' * 16}", "/directory/import/law_entry_set"]
ADMIN = ["/admin", "/admin/parties/new", "/admin/parties/KEN", "/admin/parties/SEN", "/admin/support", "/admin/accounts", "/admin/sessions", "/admin/audit", "/admin/health"]


def built(mode):
    """The page with its scripted trusted end, built anew when it is older than its sources."""
    out = ROOT / f"build/web-{mode}"
    sources = [path for part in ("src", "catalogue", "tooling", "test/double") for path in (APP / part).rglob("*") if path.is_file()]
    if not (out / "manifest.json").exists() or (out / "manifest.json").stat().st_mtime < max(path.stat().st_mtime for path in sources):
        subprocess.run([ROOT / "deploy/node", APP, "npx", "--no-install", "vite", "build", "--mode", mode, "--logLevel", "error"], check=True)
    return out


def casework_paths():
    """The working screens, as their routes and the scripted world name them."""
    routes = (APP / "src/ui/routes/casework.ts").read_text()
    return [path for path in re.findall(r'path: "(/[^":]*)"', routes) if path != "/verify"] + REQUESTS + VERSIONS + CASEBOOK + DIRECTORY


def visit(page, url, who, language):
    page.do("await page.goto(args[0]); await page.waitForSelector('h1');", f"{url}/?as={who}")
    page.do("await page.evaluate((to) => localStorage.setItem('rogatory.language', to), args[0]);", language)
    page.language = language
    page.load("/sign-in" if who else "/")
    if who:
        page.fill("passphrase", "correct")
        page.do("await page.locator('form button[type=submit]').click(); await page.locator('#passphrase').waitFor({ state: 'detached' });")


def settled(page):
    """The screen's own questions to the trusted end are answered."""
    page.do("await page.waitForFunction(() => document.querySelector('#screen-title') && !document.querySelector('main [role=status].soft'), null, { timeout: 90000 });"
            "await page.waitForTimeout(60);")


def all_screens(cases, browser, url, only, alternate):
    for who, paths in (("", BEFORE), ("custodian", ACCOUNT + casework_paths()), ("administrator", ADMIN), ("auditor", ADMIN[:1] + ADMIN[6:])):
        for language in LANGUAGES:
            page = browser.page(f"{who}-{language}", url)
            visit(page, url, who, language)
            for number, path in enumerate(paths):
                name = f"{who or 'visitor'}{path.replace('/', '-').rstrip('-')}.{language}"
                schemes = seen_in(language, number, alternate)
                if (only and only not in name) or not schemes:
                    continue
                with cases.case(f"{path} for {who or 'a visitor'} in {language}"):
                    page.go(path)
                    settled(page)
                    wrong = look(page, name, schemes=schemes) + page.troubles()
                    text = page.browser.ask(page.who, "return page.evaluate(() => document.body.innerText);")
                    wrong += [f"no text for {key}" for key in re.findall(r"<[a-z_]+\.[a-z_.0-9]+>", text)]
                    assert not wrong, wrong
            page.do("await context.close();")


def special_looks(cases, browser, url):
    with cases.case("forced colours and more contrast leave every control visible to axe"):
        page = browser.page("contrast", url, forcedColors="active", contrast="more")
        visit(page, url, "", "en")
        wrong = []
        for path in BEFORE:
            page.go(path)
            settled(page)
            page.screenshot(screenshots_folder() / f"contrast{path.replace('/', '-')}.png")
            wrong += [f"{path}: {one}" for one in page.axe()]
        assert not wrong, wrong
    with cases.case("from right to left nothing is cut off or runs over"):
        page = browser.page("rtl", url)
        visit(page, url, "custodian", "en")
        wrong = []
        for path in ["/account", "/account/sessions", *casework_paths()]:
            page.go(path)
            settled(page)
            page.do("await page.evaluate(() => { document.documentElement.dir = 'rtl'; });")
            wrong += look(page, f"rtl{path.replace('/', '-')}", schemes=("light",))
        assert not wrong, wrong
    with cases.case("at 400 % zoom the page reflows"):
        page = browser.page("zoom", url, viewport={"width": 320, "height": 256}, deviceScaleFactor=4)
        visit(page, url, "", "fr")
        over = []
        for path in BEFORE:
            page.go(path)
            settled(page)
            wider = page.do("return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);")
            if wider > 0:
                over.append(f"{path}: {wider}")
        assert not over, over
    with cases.case("targets are 24 pixels or larger"):
        page = browser.page("targets", url, viewport={"width": 390, "height": 800})
        visit(page, url, "custodian", "en")
        small = []
        for path in ["/account", "/account/recovery-sheet", *casework_paths()]:
            page.go(path)
            settled(page)
            small += page.do("""return page.evaluate((where) => [...document.querySelectorAll('button, a.button, input:not([type=file]), select, summary, nav a, .footer a')]
                .filter((one) => one.offsetParent && !one.closest('.visually-hidden') && !one.classList.contains('visually-hidden'))
                .map((one) => [where, one.textContent.trim().slice(0, 30) || one.id, one.getBoundingClientRect()])
                .filter(([, , box]) => box.width < 24 || box.height < 24).map(([a, b, box]) => `${a} ${b} ${box.width}×${box.height}`), args[0]);""", path)
        assert not small, small


def pseudo_locale(cases, browser, only):
    server = StaticServer(built("pseudo"))
    try:
        for who, paths in (("", BEFORE), ("custodian", ACCOUNT + casework_paths()), ("administrator", ADMIN)):
            with cases.case(f"the pseudo-locale shows no text of the code's own to {who or 'a visitor'}"):
                page = browser.page(f"pseudo-{who}", server.url)
                visit(page, server.url, who, "en")
                bare = []
                for path in paths:
                    page.go(path)
                    settled(page)
                    page.do("await page.setViewportSize({ width: 320, height: 900 });")
                    over = page.do("return page.evaluate(() => document.documentElement.scrollWidth - innerWidth);")
                    if over > 0:
                        bare.append(f"{path}: {over} pixels too wide with long words")
                    # Words of people, codes and numbers are not ours; everything else must be in the brackets of the pseudo-locale.
                    bare += page.do("""return page.evaluate(([where, names]) => {
                        const out = [];
                        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
                        while (walk.nextNode()) {
                            const text = walk.currentNode.data.trim();
                            const parent = walk.currentNode.parentElement;
                            if (!/[a-z]{3,}/.test(text) || /[⟦⟧·]/.test(text) || new RegExp(names).test(text)) continue;
                            if (parent.closest('bdi, .code, .secret-text, .digits, time, [translate=no], noscript, script, [dir=auto], option, dt[lang]')) continue;
                            out.push(`${where}: ${text.slice(0, 60)}`);
                        }
                        return out;
                    }, args);""", path, NAMES)
                assert not bare, sorted(set(bare))
    finally:
        server.close()


def main():
    cases = Cases("looks")
    given = arguments(__doc__)
    only = given.only
    server = StaticServer(built("double"))
    browser = Browser()
    try:
        all_screens(cases, browser, server.url, only, given.alternate)
        if only in ("", "special"):
            special_looks(cases, browser, server.url)
        if only in ("", "pseudo"):
            pseudo_locale(cases, browser, only)
    finally:
        browser.close()
        server.close()
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
