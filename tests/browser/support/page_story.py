"""What every story told at the pages has: a real server with the shipped page, people in browser profiles of their own, and what is
the same for all of them on the way in."""
import pathlib
import re
import shutil
import tempfile

from browser import Browser, Trouble
from cases import Cases
from cast import items
from installation import Server
from looks import look
from telling import ONCE, arguments
from web_app import page_folder, serve_pages
from wording import other


class PageStory:
    NEEDED = ()  # without these steps no later one makes sense

    def __init__(self, folder, browser, language, name, **server):
        self.folder, self.browser, self.name = folder, browser, name
        self.language, self.other = language, other(language)  # the one that people read unless it is said, and the one that a second person reads
        self.server = Server(folder / "server", **server)
        self.people = {}
        self.cast = None  # who works at the command line, where somebody does
        self.wrong = []

    def all(self):
        raise NotImplementedError

    def steps(self):
        return [(step.__doc__.split("\n")[0].rstrip("."), step) for step in self.all()]

    def serve(self, more=""):
        """Starts the server; `more` goes into its configuration."""
        self.server.init()
        serve_pages(self.server, page_folder())
        with self.server.config.open("a") as config:
            config.write(more)
        self.server.start()

    def end(self):
        if self.cast:
            self.cast.sign_out_all()
        if self.server.process:
            self.server.stop()

    def troubles(self):
        """What nobody wants to see after a step; and whether everybody still reads his own language."""
        for page in self.people.values():
            page.speaks()
        return [f"{name}: {one}" for name, page in self.people.items() for one in page.troubles()]

    def failed(self, step):
        """What everybody had before him when a step failed."""
        for name, page in self.people.items():
            try:
                page.screenshot(self.folder / f"failed-{step}-{name}.png")
            except Trouble:
                pass  # the page may be what failed

    def person(self, name, language=None, **options):
        page = self.browser.page(name, self.server.url, language or self.language, **options)
        self.people[name] = page
        return page

    def document(self, name, content):
        path = self.folder / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
        return path

    def joins(self, inviter, name, user, shown, role, language, passphrase, **options):
        """Somebody whom the command line invited enrols in the page; the digits are compared there."""
        code_file = self.folder / f"{name}-code.txt"
        inviter.run("member", "invite", "--role", role, "--code-out", code_file)
        page = self.person(name, language, **options)
        digits = page.enrol(code_file.read_text().strip(), self.cast.sheet, user, shown, passphrase)
        pending = [p for p in items(inviter.run("member", "pending")) if p["comparison_digits"].split() == digits.split()]
        assert len(pending) == 1, f"other digits at the inviter's: {digits}"
        inviter.run("member", "approve", pending[0]["invitation"], "--digits", digits)
        page.open()
        return page

    def looks(self, page, name):
        """Seen on the way; what is wrong with it is told at the end, so that the journey goes on."""
        self.wrong += look(page, f"{self.name}-{name}.{page.language}", widths=(320, 1280))
        self.wrong += [f"{name}: no text for {key}" for key in re.findall(r"<[a-z_]+\.[a-z_.0-9-]+>", page.text())]

    @staticmethod
    def submit(page, position="first"):
        page.do(f"await page.locator('main form button[type=submit]').{position}().click();")

    def appears(self, page, selector, seconds=90):
        page.do("await page.waitForSelector(args[0], { timeout: args[1] });", selector, seconds * 1000)

    # On the way in ------------------------------------------------------------------------------------------------------

    def way_in(self, page, user, passphrase, display_name=None):
        self.appears(page, "#new-passphrase")
        page.fill("user-name", user)
        if display_name:
            page.fill("display-name", display_name)
        page.fill("new-passphrase", passphrase)
        page.fill("new-passphrase-again", passphrase)
        self.appears(page, ".qr")
        page.secret = page.do("return page.locator('#totp-secret').textContent();").strip()
        page.user, page.passphrase = user, passphrase
        self.submit(page)
        self.appears(page, "#read-back")

    def keep_kit(self, page):
        # The sheet comes after the field beside it: it is written in both languages, and the other one is fetched for it.
        lines = page.do("await page.locator('.kit dd').nth(3).waitFor(); return page.locator('.kit dd').allInnerTexts();")
        page.kit = {"account-key": lines[2], "kit-secret": lines[3]}

    def read_back(self, page, wrong_first=False):
        self.keep_kit(page)
        if wrong_first:
            page.fill("read-back", page.kit["account-key"])
            page.fill("totp", page.code())
            self.submit(page, "last")
            self.appears(page, ".error-summary")
            page.last_step -= 1  # the server never saw that code
        page.fill("read-back", page.kit["kit-secret"])
        page.fill("totp", page.code())
        self.submit(page, "last")

    def founding_form(self, page, typed, sheet, code, party, kind, authority):
        """From the founder's code as far as the check of what will be founded."""
        page.fill("code", typed)
        page.give_files("sheet-file", [sheet])
        page.do("await page.waitForTimeout(300);")
        self.submit(page)
        self.appears(page, "#right")
        page.do("await page.click('#right');")
        self.appears(page, "#found-code")
        page.fill("found-code", code)
        page.fill("party-name", party)
        page.do("await page.selectOption('#authority-kind', args[0]);", kind)
        page.fill("authority-name", authority)

    def open_account(self, page):
        self.appears(page, "#totp")
        page.fill("totp", page.code())
        self.submit(page, "last")

    @staticmethod
    def goes_on_by_itself(page):
        """Whoever was just admitted is let in by the page that waited: nothing is typed or asked again."""
        page.do("await page.waitForURL((url) => url.pathname !== '/enrol', { timeout: 120000 });")

    # At the end ---------------------------------------------------------------------------------------------------------

    def looked(self):
        """Every screen seen on the way stands axe in light and dark, and 320 pixels."""
        assert not self.wrong, self.wrong


def later(page, hours):
    """This person's computer shows a later day, to the page and to its worker."""
    page.later = hours * 3600
    page.do("""
        const shift = args[0] * 3600000;
        const set = `{ const now = Date.now.bind(Date); Date.now = () => now() + ${shift}; }\\n`;
        await context.route(/\\/assets\\/(worker|index)-[^/]*\\.js$/, async (route) => {
          const reply = await route.fetch();
          await route.fulfill({ response: reply, body: set + await reply.text() });
        });""", hours)


def tell(name, description, story_of):
    """Runs the steps of story_of(folder, browser, language), or those that the command line names beside the needed ones, as cases; after a
    step that others rest on has failed, the rest fail at once."""
    given = arguments(name, description)
    cases = Cases(name if given.language == ONCE[name] else f"{name}.{given.language}")
    folder = pathlib.Path(tempfile.mkdtemp(prefix=f"rogatory-{name.replace('_', '-')}-{given.language}-"))
    browser = Browser()
    story = story_of(folder, browser, given.language)
    going = True
    try:
        for title, step in story.steps():
            if given.steps and step.__name__ not in (*given.steps, *story.NEEDED):
                continue
            before = cases.count("failed")
            with cases.case(title):
                assert going, "the step it rests on failed"
                step()
                troubles = story.troubles()
                assert not troubles, f"the console is not silent: {troubles}"
            if cases.count("failed") > before:
                if going:
                    story.failed(step.__name__)
                going = going and step.__name__ not in story.NEEDED
    finally:
        browser.close()
        story.end()
        if cases.count("failed"):
            print(f"left in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()
