#!/usr/bin/env python3
"""The working screens that stand for one file, item, person, State or alarm, and those of an authority's first day and of a
forked log, with a scripted trusted end: both languages, light and dark, narrow and wide; axe finds nothing, the console is silent."""
import importlib.util
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from browser import Browser
from cases import Cases
from looks import LANGUAGES, arguments, look, seen_in
from static_server import StaticServer

# support/looks.py has the measure, looks.py beside this file the build and the waiting.
described = importlib.util.spec_from_file_location("all_looks", HERE / "looks.py")
all_looks = importlib.util.module_from_spec(described)
described.loader.exec_module(all_looks)
APP, built, settled = all_looks.APP, all_looks.built, all_looks.settled


def hex_id(number):
    """Ids of the scripted world (web/app/test/double/casework.ts)."""
    return f"{number:02x}" * 32


FILE, UNOPENED, SECOND = f"/files/{hex_id(31)}", f"/files/{hex_id(30)}", hex_id(81)
ATTACHMENT = hex_id(72)[:32]
SCREENS = {
    "": [
        ("file", FILE), ("file-unopened", UNOPENED), ("file-incomplete", f"/files/{hex_id(36)}"), ("file-unchecked", f"/files/{hex_id(37)}"),
        ("file-closed", f"/files/{hex_id(35)}"), ("item", f"{FILE}/items/1"), ("item-unopened", f"{UNOPENED}/items/1"),
        ("save", f"{FILE}/items/1/save/{ATTACHMENT}"), ("view", f"{FILE}/items/1/view/{ATTACHMENT}"), ("withdraw", f"{FILE}/items/1/withdraw"),
        ("reply", f"{FILE}/reply"), ("pass-on", f"{FILE}/pass-on"), ("consent", f"{FILE}/consent"), ("disclosure", f"{FILE}/disclosure"),
        ("access", f"{FILE}/access"), ("restrictions", f"{FILE}/restrictions"), ("close", f"{FILE}/close"), ("check", f"{FILE}/check"),
        ("evidence", f"{FILE}/evidence"), ("not-there", f"/files/{hex_id(99)}"), ("role", f"/people/{SECOND}/role"),
        ("trouble", f"/people/{SECOND}/trouble"), ("kept", f"/people/{hex_id(123)}/kept"), ("former", "/people/former"), ("rotation", "/people/rotation"), ("approve", f"/people/invitations/{hex_id(83)[:32]}"), ("state", "/states/CIV"),
        ("state-checked", "/states/FRA"), ("state-not-founded", "/states/KEN"), ("state-anew", "/states/MLI"), ("given-again", "/states/MLI/given-again"),
        ("work", f"/library/{hex_id(50)}"), ("work-own", f"/library/{hex_id(52)}"), ("work-withdrawn", f"/library/{hex_id(53)}"),
        ("work-new-version", f"/library/{hex_id(52)}/new-version"), ("work-withdraw", f"/library/{hex_id(52)}/withdraw"),
        ("work-save", f"/files/{hex_id(50)}/items/2/save/{hex_id(150)[:32]}"),
        ("draft", f"/drafts/{hex_id(40)}"), ("draft-waits", f"/drafts/{hex_id(41)}"), ("draft-change", f"/drafts/{hex_id(41)}/change"),
    ],
    "empty": [("first-day", "/inbox"), ("first-day-send", "/send"), ("first-day-people", "/people")],
    "alarm": [("alarms", "/alarms"), ("alarm", "/alarms/20261128-020000-log.forked"), ("alarm-file", FILE), ("alarm-send", "/send"), ("alarm-key-record", "/people/key-record"), ("log-behind", "/log"), ("repair", "/log/repair")],
}


def visit(page, url, world, language):
    page.do("await page.goto(args[0]); await page.waitForSelector('h1');", f"{url}/?as=custodian&world={world}")
    page.do("await page.evaluate((to) => localStorage.setItem('rogatory.language', to), args[0]);", language)
    page.language = language
    page.load("/sign-in")
    page.fill("passphrase", "correct")
    page.do("await page.locator('form button[type=submit]').click(); await page.locator('#passphrase').waitFor({ state: 'detached' });")


def main():
    cases = Cases("working_looks")
    given = arguments(__doc__)
    server = StaticServer(built("double"))
    browser = Browser()
    try:
        for world, screens in SCREENS.items():
            for language in LANGUAGES:
                page = browser.page(f"{world}-{language}", server.url)
                visit(page, server.url, world, language)
                for number, (name, path) in enumerate(screens):
                    schemes = seen_in(language, number, given.alternate)
                    if (given.only and given.only not in name) or not schemes:
                        continue
                    with cases.case(f"{name} in {language}"):
                        page.go(path)
                        settled(page)
                        wrong = look(page, f"working-{name}.{language}", schemes=schemes) + page.troubles()
                        text = page.browser.ask(page.who, "return page.evaluate(() => document.body.innerText);")
                        wrong += [f"no text for {key}" for key in re.findall(r"<[a-z_]+\.[a-z_.0-9-]+>|undefined|\[object", text)]
                        assert not wrong, wrong
                page.do("await context.close();")
    finally:
        browser.close()
        server.close()
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
