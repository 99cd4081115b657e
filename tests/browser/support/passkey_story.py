"""An access manager who has only passkeys, and an officer who has one beside her six digits; a function a step."""
import time

from cast import Cast, items
from looks import count_screens, screens_counted
from page_story import PageStory
from wording import as_is

NOOR = "quinze lanternes comptent les marches du quai"
SALMA = "four patient herons cross the old harbour"
STEP_UP_TITLE = "Your second factor, please"
STEP_UP = 60  # seconds; the least that a server may be told


class PasskeyStory(PageStory):
    NEEDED = ("begin", "enrols", "opens")

    def __init__(self, folder, browser, language):
        super().__init__(folder, browser, language, "passkey")
        self.cast = None

    def all(self):
        return (self.begin, self.cancelled, self.spoilt, self.enrols, self.opens, self.alone, self.new_device, self.by_sheet, self.signed_by_another, self.step_up,
                self.second, self.taken_away, self.last, self.beside, self.fallback, self.looked)

    def end(self):
        if self.cast:
            self.cast.sign_out_all()
        super().end()

    # The authenticator ---------------------------------------------------------------------------------------------------

    @staticmethod
    def plug(page, prf=True, owner=True):
        """A security key in software; it answers as long as nobody pulls it out. In the hands of another than its owner it gives up."""
        page.do("""
            page.cdp ??= await context.newCDPSession(page);
            await page.cdp.send('WebAuthn.enable');
            page.keys ??= [];
            const { authenticatorId } = await page.cdp.send('WebAuthn.addVirtualAuthenticator', { options: {
              protocol: 'ctap2', ctap2Version: 'ctap2_1', transport: page.keys.length ? 'usb' : 'internal', hasResidentKey: true,
              hasUserVerification: true, hasPrf: args[0], automaticPresenceSimulation: true, isUserVerified: args[1] } });
            page.keys.push(authenticatorId);""", prf, owner)

    @staticmethod
    def present(page, which):
        """Only this one of the plugged keys answers."""
        page.do("for (const [at, authenticatorId] of page.keys.entries())"
                "  await page.cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: at === args[0] });", which)

    @staticmethod
    def unplug(page):
        page.do("for (const authenticatorId of page.keys.splice(0)) await page.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });")

    @staticmethod
    def unplug_last(page):
        page.do("await page.cdp.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId: page.keys.pop() });")

    @staticmethod
    def spoil(page, member):
        """What the authenticator answers next arrives with one byte changed."""
        page.do("""await page.evaluate((member) => {
            const whole = PublicKeyCredential.prototype.toJSON;
            PublicKeyCredential.prototype.toJSON = function () {
              PublicKeyCredential.prototype.toJSON = whole;
              const json = whole.call(this);
              const text = json.response[member], at = text.length - 12;
              json.response[member] = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1);
              return json;
            };
          }, args[0]);""", member)

    @staticmethod
    def enters(page):
        page.do("await page.locator('#passphrase').waitFor({ state: 'detached', timeout: 120000 }); await page.waitForSelector('h1');")

    def leave(self, page, button):
        page.press(button)
        self.appears(page, "#passphrase")

    def refused(self, page, text):
        page.do("await page.locator('.error-summary').filter({ hasText: args[0] }).waitFor({ timeout: 90000 });", page.words(text))

    # Coming in -----------------------------------------------------------------------------------------------------------

    def begin(self):
        """The Registry founds at the command line; two people are invited."""
        self.serve(f"\n[sessions]\nstep_up_seconds = {STEP_UP}\n")
        self.cast = Cast(self.folder, self.server)
        self.cast.administrator()
        self.cast.registry_founds()
        self.codes = {}
        for name, role in (("noor", "custodian"), ("salma", "officer")):
            path = self.folder / f"{name}-code.txt"
            self.cast["REG1"].run("member", "invite", "--role", role, "--code-out", path)
            self.codes[name] = path.read_text().strip()

    def to_way_in(self, page, name):
        page.load("/enrol")
        count_screens(page)
        page.fill("code", self.codes[name])
        page.give_files("sheet-file", [self.cast.sheet])
        page.do("await page.waitForTimeout(300);")
        self.submit(page)
        self.appears(page, "#right")
        page.do("await page.click('#right');")
        self.appears(page, "#new-passphrase")

    def cancelled(self):
        """A passkey as second factor: who lets it lapse is told so, and may try again at once."""
        page = self.person("noor")
        self.plug(page, owner=False)
        self.to_way_in(page, "noor")
        page.user, page.passphrase = "noor", NOOR
        for field, value in (("user-name", "noor"), ("display-name", "GREFFE-02"), ("new-passphrase", NOOR), ("new-passphrase-again", NOOR)):
            page.fill(field, value)
        page.choose("A passkey")
        self.looks(page, "enrol-factor")
        self.submit(page)
        self.appears(page, "#read-back")
        self.keep_kit(page)
        assert not page.do("return page.locator('#totp').count();"), "six digits are asked for beside a passkey"
        page.fill("read-back", page.kit["kit-secret"])
        self.submit(page, "last")
        self.refused(page, "The passkey was not used")
        self.looks(page, "enrol-cancelled")
        self.unplug(page)
        self.plug(page)

    def spoilt(self):
        """A registration that arrives altered is refused by the server, in words, and nothing was enrolled."""
        page = self.people["noor"]
        self.spoil(page, "attestationObject")
        self.submit(page, "last")
        self.refused(page, "The passkey was not accepted")
        pending = items(self.cast["REG1"].run("member", "pending"))
        assert not [one for one in pending if one["comparison_digits"]], pending

    def enrols(self):
        """With the key at hand she is enrolled, in four screens, and admitted at the command line by the same digits."""
        page = self.people["noor"]
        self.submit(page, "last")
        self.appears(page, ".digits")
        shown = screens_counted(page)
        assert len(shown) <= 4, shown
        self.admit(page)

    def admit(self, page):
        digits = page.do("return page.locator('.digits').first().innerText();")
        found = [one for one in items(self.cast["REG1"].run("member", "pending")) if one["comparison_digits"].split() == digits.split()]
        assert len(found) == 1, digits
        self.cast["REG1"].sign_in()  # the second factor must have been shown within the last minute
        self.cast["REG1"].run("member", "approve", found[0]["invitation"], "--digits", digits)

    def opens(self):
        """Admitted, she is in; at the next sign-in the passkey is the second factor beside the passphrase."""
        page = self.people["noor"]
        self.goes_on_by_itself(page)
        page.do("await page.waitForSelector('h1');")
        page.go("/account")
        page.press("Sign out")
        page.load("/sign-in")
        self.appears(page, "#passphrase")
        page.fill("passphrase", "not this one at all")
        page.press("Use my passkey")
        self.refused(page, "Sign-in was refused")
        page.fill("passphrase", NOOR)
        page.press("Use my passkey")
        self.enters(page)
        self.shown_at = time.monotonic()

    # Staying in ----------------------------------------------------------------------------------------------------------

    def alone(self):
        """A passkey that can open the keys unlocks by itself, without the passphrase."""
        page = self.people["noor"]
        self.leave(page, "Lock")
        self.looks(page, "unlock")
        page.press("Use my passkey")
        self.enters(page)
        self.shown_at = time.monotonic()
        page.go("/people")
        page.see(as_is("GREFFE-02"), seconds=90)

    def new_device(self):
        """On a computer that has never seen her, the key alone opens the account too; her device's data had been deleted."""
        page = self.people["noor"]
        page.do("await page.goto('about:blank'); await context.clearCookies();"
                "await page.cdp.send('Storage.clearDataForOrigin', { origin: args[0], storageTypes: 'all' });", self.server.url)
        page.load("/sign-in")
        self.looks(page, "sign-in")
        page.fill("user-name", "noor")
        page.press("Use my passkey")
        self.enters(page)
        page.go("/people")
        page.see(as_is("GREFFE-02"), seconds=90)
        # What the passphrase guards needs more than the key: this computer does not have the account key.
        page.go("/account/passkeys")
        page.fill("passkey-name", "une autre")
        page.fill("passphrase", NOOR)
        self.plug(page, prf=False)
        self.present(page, 1)
        page.press("Add")
        self.refused(page, "recovery sheet")
        self.unplug_last(page)
        self.present(page, 0)

    def by_sheet(self):
        """The recovery sheet brings her account to that computer, with the key as second factor."""
        page = self.people["noor"]
        page.go("/account")
        page.press("Sign out")
        page.load("/recovery-sheet")
        page.fill("user-name", "noor")
        page.fill("account-key", page.kit["account-key"])
        page.fill("kit-secret", page.kit["kit-secret"])
        page.do("await page.locator('input[name=knows][value=yes]').check();")
        self.submit(page)
        self.appears(page, "#passphrase")
        page.fill("passphrase", NOOR)
        page.press("Use my passkey")
        page.do("await page.waitForURL((url) => url.pathname !== '/recovery-sheet', { timeout: 120000 }); await page.waitForSelector('h1');")
        self.shown_at = time.monotonic()

    def signed_by_another(self):
        """An answer with one byte changed is refused, in words, whichever byte; then the right one is taken."""
        page = self.people["noor"]
        self.leave(page, "Lock")
        for member in ("signature", "authenticatorData", "clientDataJSON"):
            self.spoil(page, member)
            page.press("Use my passkey")
            self.appears(page, ".error-summary")
            page.do("await page.locator('main form button[type=submit]:not([aria-busy=true])').first().waitFor();")
            assert page.do("return page.locator('#passphrase').count();"), f"{member} changed, and she is in"
        self.looks(page, "refused")
        page.press("Use my passkey")
        self.enters(page)
        self.shown_at = time.monotonic()

    def step_up(self):
        """An access manager's act asks for the factor once more: left for later it waits, and with the key the very same is done."""
        page = self.people["noor"]
        before = self.open_invitations(page)
        time.sleep(max(0.0, self.shown_at + STEP_UP + 2 - time.monotonic()))
        for go_on in (False, True):
            page.go("/inbox")
            page.go("/people/invite")
            page.do("await page.locator('input[type=radio][value=officer]').check();")
            self.submit(page, "last")
            page.do("await page.locator('dialog[open] h2', { hasText: args[0] }).waitFor({ timeout: 90000 });", page.words(STEP_UP_TITLE))
            if go_on:
                self.looks(page, "step-up")
                page.press("Use a passkey")
                page.do("await page.waitForSelector('[data-test=invitation-code]', { timeout: 90000 });")
            else:
                # Whoever closes the question is asked whether he means it, and may still show the factor.
                page.press("Not now")
                page.do("await page.locator('dialog[open] h2', { hasText: args[0] }).waitFor({ timeout: 90000 });", page.words("Leave it for later?"))
                self.looks(page, "step-up-later")
                page.press("Show the second factor now")
                page.do("await page.locator('dialog[open] h2', { hasText: args[0] }).waitFor({ timeout: 90000 });", page.words(STEP_UP_TITLE))
                page.press("Not now")
                page.press("Leave it for later")
                self.appears(page, ".error-summary, .notice.warning")
                assert not page.do("return page.locator('[data-test=invitation-code]').count();")
        assert self.open_invitations(page) == before + 1, "the act that waited was entered once"

    @staticmethod
    def open_invitations(page):
        page.go("/people")
        page.do("await page.locator('tbody tr').first().waitFor({ timeout: 90000 });")
        return page.do("return page.getByRole('button', { name: args[0] }).count();", page.words("Cancel"))

    def second(self):
        """A second key that cannot open the keys is added, and is said to open the account with the passphrase only."""
        page = self.people["noor"]
        page.go("/account/passkeys")
        page.see("Your passkeys", "the account and its keys")
        self.plug(page, prf=False)
        self.present(page, 1)
        page.press("Add")
        self.refused(page, "Give the passkey a name")
        page.fill("passkey-name", "clé du coffre")
        page.fill("passphrase", "not this one at all")
        page.press("Add")
        self.refused(page, "passphrase")
        page.fill("passphrase", NOOR)
        page.press("Add")
        self.answer_step_up(page, "await page.locator('tbody tr', { hasText: 'clé du coffre' }).count()")
        page.see("the account, with the passphrase")
        self.looks(page, "passkeys")

    @staticmethod
    def answer_step_up(page, until, *more):
        """The factor may or may not be asked for again: the key answers where it is, until the JavaScript condition holds; what it needs is args[2]."""
        page.do("const dialog = page.locator('dialog[open]', { hasText: args[0] });"
                "for (let turn = 0; turn < 400; turn += 1) {"
                f"  if ({until}) return;"
                "  if (await dialog.count()) await dialog.getByRole('button', { name: args[1] }).click({ timeout: 3000 }).catch(() => undefined);"
                "  await page.waitForTimeout(150); }"
                "throw new Error('nothing came of it');", page.words(STEP_UP_TITLE), page.words("Use a passkey"), *more)

    def taken_away(self):
        """The first key is taken away: it opens nothing any more, the second one does, with the passphrase."""
        page = self.people["noor"]
        opens_keys = page.words("the account and its keys")
        page.do("await page.locator('tbody tr', { hasText: args[0] }).getByRole('button').click();", opens_keys)
        page.do("await page.locator('dialog[open] #remove-passphrase').fill(args[0]); await page.locator('dialog[open] button[type=submit]').click();", NOOR)
        self.answer_step_up(page, "!await page.locator('tbody tr', { hasText: args[2] }).count()", opens_keys)
        page.go("/account")  # the screen of the passkeys asks for a passphrase, too
        self.leave(page, "Lock")
        self.present(page, 0)
        page.press("Use my passkey")
        self.appears(page, ".error-summary")
        self.present(page, 1)
        page.press("Use my passkey")
        self.refused(page, "Type your passphrase as well")
        page.fill("passphrase", NOOR)
        page.press("Use my passkey")
        self.enters(page)

    def last(self):
        """The only second factor left is not taken away."""
        page = self.people["noor"]
        page.go("/account/passkeys")
        page.see(as_is("clé du coffre"), seconds=90)
        page.do("await page.locator('tbody tr').getByRole('button').first().click();")
        page.do("await page.locator('dialog[open] #remove-passphrase').fill(args[0]); await page.locator('dialog[open] button[type=submit]').click();", NOOR)
        self.answer_step_up(page, "await page.locator('dialog[open] .error-summary', { hasText: args[2] }).count()", page.words("only second factor"))
        page.press("Cancel")
        page.see(as_is("clé du coffre"))

    # Beside the six digits -------------------------------------------------------------------------------------------------

    def beside(self):
        """An officer with six digits adds a passkey, and signs in with it."""
        page = self.person("salma", self.other)
        self.to_way_in(page, "salma")
        self.way_in(page, "salma", SALMA, "REG-07")
        self.read_back(page)
        self.appears(page, ".digits")
        self.admit(page)
        self.goes_on_by_itself(page)
        page.do("await page.waitForSelector('h1');")
        self.plug(page)
        page.go("/account/passkeys")
        page.see("No passkey yet")
        page.fill("passkey-name", "my laptop")
        page.fill("passphrase", SALMA)
        page.press("Add")
        page.see("the account and its keys", seconds=90)
        self.looks(page, "passkeys-officer")
        page.go("/account")
        page.press("Sign out")
        page.load("/sign-in")
        self.appears(page, "#passphrase")
        page.press("Use my passkey")
        self.enters(page)

    def fallback(self):
        """With the key at home the six digits open the account as ever, and the page says why the key did not."""
        page = self.people["salma"]
        page.go("/account")
        page.press("Sign out")
        page.load("/sign-in")
        self.appears(page, "#passphrase")
        page.do("for (const authenticatorId of page.keys) await page.cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });")
        page.press("Use my passkey")
        self.refused(page, "The passkey was not used")
        page.unlock()
        page.go("/account/passkeys")
        page.see(as_is("my laptop"), seconds=90)
