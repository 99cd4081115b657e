#!/usr/bin/env python3
"""A server for exercises: every screen says that nothing is real, before and after a step, in both languages, on a small screen and on
paper; any other server says nothing of it."""
import pathlib
import shutil
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from browser import Browser
from cases import Cases
from installation import Server
from web_app import page_folder, serve_pages

SAYS = {"en": "Training.", "fr": "Exercice."}
BAND = "return page.evaluate(() => { const band = document.querySelector('.training'); return band && { text: band.innerText, shown: band.checkVisibility(),"\
       " wide: document.documentElement.scrollWidth <= innerWidth }; });"


def band(page):
    return page.do(BAND)


def main():
    cases = Cases("training_band")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-band-"))
    servers = [Server(folder / "training", training=True), Server(folder / "real")]
    browser = Browser()
    try:
        for server in servers:
            server.init()
            serve_pages(server, page_folder())
            server.start()
        for language, says in SAYS.items():
            page = browser.page(f"reader-{language}", servers[0].url, language)
            with cases.case(f"{language}: the first screen and what follows say that it is an exercise, at 320 pixels too"):
                page.do("await page.setViewportSize({ width: 320, height: 700 });")
                page.load("/")
                page.do("await page.waitForSelector('.training');")
                for path in ("/", "/sign-in", "/clear-list"):
                    page.go(path)
                    seen = band(page)
                    assert seen and seen["text"].startswith(says) and seen["shown"] and seen["wide"], (path, seen)
            with cases.case(f"{language}: so does what is printed"):
                page.do("await page.emulateMedia({ media: 'print' });")
                seen = band(page)
                assert seen and seen["shown"], seen
        page = browser.page("official", servers[1].url, "en")
        with cases.case("a server that is none says nothing of it"):
            page.load("/")
            page.do("await page.waitForLoadState('networkidle');")
            assert band(page) is None, band(page)
    finally:
        browser.close()
        for server in servers:
            if server.process is not None:
                server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
