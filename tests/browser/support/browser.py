"""People at a browser: what a person sees and presses, over remote.mjs. Beside tests/support's people at a command line.

A Page is one person in one browser profile, who reads one language. It never looks into the page's memory: headings, labels, buttons, links,
text. Whoever tells the story says these in English (wording.py), whatever the person reads.
"""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import struct
import subprocess
import time

from sentences import plain
from wording import LOCALES, WRITTEN, bare, one, said, words

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]


class Trouble(AssertionError):
    """The page did not do what it should have."""


class Browser:
    def __init__(self, camera=None, program=None):
        """`camera`: a film (camera.py) that stands for what the camera sees. `program`: what starts Chromium instead of itself."""
        environment = {**os.environ, **({"ROGATORY_BROWSER_CAMERA": str(camera)} if camera else {}), **({"CHROMIUM": str(program)} if program else {})}
        self.process = subprocess.Popen([ROOT / "deploy/node", ROOT / "web/app", "node", HERE / "remote.mjs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, env=environment)
        self.count = 0

    def ask(self, who, code="", *args, **more):
        self.count += 1
        self.process.stdin.write(json.dumps({"id": self.count, "who": who, "code": code, "args": args, **more}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise Trouble("the browser has ended")
        reply = json.loads(line)
        if "error" in reply:
            raise Trouble(reply["error"])
        return reply["value"]

    def page(self, who, url, language=WRITTEN, **options):
        self.ask(who, open={"locale": LOCALES[language], **options})
        return Page(self, who, url, language)

    def close(self):
        if self.process.poll() is None:
            self.process.stdin.close()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


def one_time_code(secret, at=None):
    """RFC 6238: six digits, thirty seconds, SHA-1, as authenticators compute them."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start:start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


class Page:
    def __init__(self, browser, who, url, language=WRITTEN):
        self.browser, self.who, self.url = browser, who, url
        self.language = language
        self.secret = None
        self.passphrase = None
        self.user = None
        self.last_step = 0
        self.later = 0  # seconds that this person's clock goes before ours

    def do(self, code, *args):
        try:
            return self.browser.ask(self.who, code, *args)
        except Trouble as trouble:
            raise Trouble(f"{trouble}\nThe page shows:\n{self.text()[:2500]}") from None

    # In the reader's language ----------------------------------------------------------------------------------------

    def words(self, text, whole=False):
        """What `hasText` and the like take: an English text of the page as this person reads it."""
        return words(self.language, text, whole)

    def one(self, text):
        """What this person types where the page asks for a word of its own."""
        return one(self.language, text)

    def is_read(self, text, where, whole=False):
        """Whether this person reads the English text in `where`."""
        source, where = said(self.language, text, whole), plain(where)
        if self.language == WRITTEN:
            return plain(bare(text)) == where if whole else plain(bare(text)) in where
        return re.search(f"^{source}$" if whole else source, where) is not None

    def speak(self, language):
        """By the button that every screen has."""
        self.do("const other = page.locator(`header button[lang=${args[0]}]`); if (await other.count()) await other.first().click();"
                "await page.waitForFunction((wanted) => document.documentElement.lang === wanted, args[0]);", language)
        self.language = language

    # Going and looking -------------------------------------------------------------------------------------------------

    def load(self, path="/"):
        self.do("await page.goto(args[0]); await page.waitForSelector('h1');", self.url + path)

    def go(self, path):
        """Within the page, as a link does: a load would lock it."""
        self.do("await page.evaluate((to) => { history.pushState(null, '', to); dispatchEvent(new PopStateEvent('popstate')); }, args[0]);"
                "await page.waitForSelector('h1');", path)

    def speaks(self):
        """The page says of itself that it is in this person's language."""
        shown = self.do("return page.evaluate(() => document.documentElement.lang);")
        assert shown == self.language, f"{self.who} reads “{self.language}”, and the page says that it is “{shown}”"

    def path(self):
        return self.browser.ask(self.who, "return new URL(page.url()).pathname;")

    def text(self):
        return self.browser.ask(self.who, "return page.evaluate(() => document.querySelector('main')?.innerText ?? document.body.innerText);")

    def heading(self):
        return self.do("return page.locator('h1').innerText();")

    def see(self, *texts, seconds=90):
        """Waits until each of the texts is shown."""
        for text in texts:
            self.do("await page.locator(`html[lang=${args[2]}] main`).getByText(args[0], { exact: false }).first().waitFor({ timeout: args[1] });",
                    self.words(text), seconds * 1000, self.language)

    def see_heading(self, text, seconds=90):
        self.do("await page.locator(`html[lang=${args[2]}] h1`, { hasText: args[0] }).waitFor({ timeout: args[1] });",
                self.words(text), seconds * 1000, self.language)

    def shows(self, text):
        return self.is_read(text, self.text())

    # Doing -------------------------------------------------------------------------------------------------------------

    def press(self, name, exact=True, seconds=90):
        self.do("await page.getByRole('button', { name: args[0], exact: args[1] }).first().click({ timeout: args[2] });", self.words(name, exact), exact, seconds * 1000)

    def follow(self, name, exact=False, seconds=90):
        self.do("await page.getByRole('link', { name: args[0], exact: args[1] }).first().click({ timeout: args[2] });", self.words(name, exact), exact, seconds * 1000)

    def fill(self, field, value):
        self.do("await page.fill('#' + CSS_escape(args[0]), args[1]);".replace("CSS_escape", "((x) => x)"), field, value)

    def choose(self, label):
        """A radio button or checkbox by its words."""
        self.do("await page.getByLabel(args[0]).first().check({ timeout: 90000 });", self.words(label))

    def reach(self, wanted, exact=False, most=90):
        """With the Tab key alone, until what has the focus is called so, or has this id ("#title"); it is to be seen on every stop."""
        self.do("""
            for (let turn = 0; turn < args[1]; turn += 1) {
              const here = await page.evaluate(() => {
                const one = document.activeElement;
                const style = getComputedStyle(one);
                // The whole page or its heading has the focus at first; what stands there is nothing to press.
                const whole = one === document.body || ['main', 'screen-title'].includes(one.id);
                return { names: whole ? [] : [`#${one.id}`, one.labels?.[0]?.innerText ?? '', one.getAttribute('aria-label') ?? '', one.innerText ?? ''],
                  seen: whole || style.outlineStyle !== 'none' || style.boxShadow !== 'none' };
              });
              if (!here.seen) throw new Error(`the focus is not to be seen on ${here.names.join('|')}`);
              const fits = (name) => (typeof args[0] !== 'string' ? args[0].test(name) : args[2] ? name === args[0] : name.includes(args[0]));
              if (here.names.some((name) => fits(name.replace(/\\s+/g, ' ').trim()))) return;
              await page.keyboard.press('Tab');
            }
            throw new Error(`the keyboard does not reach ${args[0]}`);""", wanted if wanted.startswith("#") else self.words(wanted, exact), most, exact or wanted.startswith("#"))

    def strike(self, *keys):
        for key in keys:
            self.do("await page.keyboard.press(args[0]);", key)

    def type(self, text):
        self.do("await page.keyboard.type(args[0]);", text)

    def give_files(self, field, paths):
        # Until the page has read them, where it does so itself (remote.mjs counts).
        self.do("await page.setInputFiles('#' + args[0], args[1]); await page.waitForFunction(() => !globalThis.readingFiles, null, { timeout: 90000 });",
                field, [str(path) for path in paths])

    def downloads(self, count, seconds=120):
        """The files the browser has saved so far: [{name, path}], waiting for `count` of them."""
        return self.do("const until = Date.now() + args[1]; while (downloads.length < args[0]) {"
                       " if (Date.now() > until) throw new Error(`${downloads.length} downloads, not ${args[0]}`);"
                       " await new Promise((next) => setTimeout(next, 50)); } return Promise.all(downloads);", count, seconds * 1000)

    def screenshot(self, path):
        self.do("await page.screenshot({ path: args[0], fullPage: true });", str(path))

    # What must not be --------------------------------------------------------------------------------------------------

    def troubles(self):
        """Errors of the console, exceptions and refusals of the policy since the last call."""
        return self.browser.ask(self.who, "return troubles.splice(0);")

    def axe(self):
        return self.do("return tools.axe(page);")

    # Signing in --------------------------------------------------------------------------------------------------------

    def code(self):
        """The authenticator's next code: the server takes each once, and the one of the next half minute, because clocks differ."""
        while True:
            now = int((time.time() + self.later) // 30)
            step = max(now, self.last_step + 1)
            if step <= now + 1:
                self.last_step = step
                return one_time_code(self.secret, step * 30)
            time.sleep(0.25)

    def enrol(self, code, sheet, user, display_name, passphrase):
        """As an invited official does, screen by screen; answers the digits to compare. `open` follows the approval."""
        self.user, self.passphrase = user, passphrase
        self.load("/enrol")
        self.fill("code", code)
        self.give_files("sheet-file", [sheet])
        self.do("await page.waitForTimeout(200); await page.locator('form button[type=submit]').first().click();")
        self.do("await page.locator('#right').click({ timeout: 90000 });")
        self.do("await page.waitForSelector('#new-passphrase');")
        self.fill("user-name", user)
        self.fill("display-name", display_name)
        self.fill("new-passphrase", passphrase)
        self.fill("new-passphrase-again", passphrase)
        self.secret = self.do("await page.waitForSelector('#totp-secret', { state: 'attached', timeout: 90000 });"
                              "return page.locator('#totp-secret').textContent();").strip()
        self.do("await page.locator('form button[type=submit]').last().click(); await page.waitForSelector('#read-back', { timeout: 90000 });")
        kit = self.do("return page.locator('.kit .secret').last().innerText();")
        self.fill("read-back", kit)
        self.fill("totp", self.code())
        self.do("await page.locator('form button[type=submit]').last().click(); await page.locator('.digits').first().waitFor({ timeout: 90000 });")
        return self.do("return page.locator('.digits').first().innerText();")

    def open(self):
        """Admitted meanwhile, the page where the enrolment ended goes on by itself."""
        self.do("await page.waitForURL('**/inbox', { timeout: 120000 }); await page.waitForSelector('h1');")

    def unlock(self):
        """After a load the session is still there, the keys are not; where it has ended too, the page asks for a code at once or when it is told."""
        if not self.do("return page.locator('#totp').count();"):
            self.fill("passphrase", self.passphrase)
            self.do("await page.locator('form button[type=submit]').last().click();"
                    "await Promise.race([page.locator('#passphrase').waitFor({ state: 'detached', timeout: 120000 }),"
                    " page.locator('#totp').waitFor({ timeout: 120000 })]).catch(() => undefined);")
        if self.do("return page.locator('#totp').count();"):
            self.fill("passphrase", self.passphrase)
            self.fill("totp", self.code())
            self.do("await page.locator('form button[type=submit]').last().click(); await page.locator('#passphrase').waitFor({ state: 'detached', timeout: 120000 });")
