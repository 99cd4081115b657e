"""A camera that looks at a paper: what a page shows as a QR code, as a film for Chromium's --use-file-for-fake-video-capture. The paper is
held a little askew and lit from one side, as by a hand before a screen."""
import math
import re

from browser import Browser
from sentences import say

WIDTH, HEIGHT, TURNED = 1280, 960, math.radians(5)


def drawn(page, selector=".qr"):
    """The squares of the code that the page shows: (side, the dark ones)."""
    side, path = page.do("await page.locator(args[0]).first().waitFor({ timeout: 30000 });"
                         "return page.locator(args[0]).first().evaluate((one) => [one.viewBox.baseVal.width, one.querySelector('path').getAttribute('d')]);", selector)
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)}
    assert dark, "no code is shown"
    return int(side), dark


def film(code, path):
    """One picture for ever, in 4:2:0 without colour."""
    side, dark = code
    scale = side / (HEIGHT * 0.86)  # squares a pixel
    across, down = math.cos(TURNED) * scale, math.sin(TURNED) * scale
    light = [150 + 90 * x // WIDTH for x in range(WIDTH)]
    rows = []
    for y in range(HEIGHT):
        row = bytearray(WIDTH)
        at_x = side / 2 - across * WIDTH / 2 + down * (y - HEIGHT / 2)
        at_y = side / 2 + down * WIDTH / 2 + across * (y - HEIGHT / 2)
        for x in range(WIDTH):
            row[x] = light[x] // 5 if (math.floor(at_x), math.floor(at_y)) in dark else light[x]
            at_x += across
            at_y -= down
        rows.append(bytes(row))
    colourless = bytes([128]) * (WIDTH * HEIGHT // 2)
    beside = path.with_suffix(".new")
    beside.write_bytes(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode() + b"FRAME\n" + b"".join(rows) + colourless)
    beside.replace(path)
    return path


class CameraSteps:
    """Steps of the account's story at the camera."""

    def before_camera(self, paper, language, name):
        """Somebody at /enrol whose camera looks at a paper; the browser is to be closed."""
        self.film = film(paper, self.folder / "camera.y4m")
        browser = Browser(camera=self.film)
        page = browser.page("before-camera", self.server.url, locale="fr-FR" if language == "fr" else "en-GB")
        page.load("/enrol")
        page.press(say(language, "scan.start"))
        self.looks(page, name)
        return browser, page

    def code_by_camera(self):
        """The code that the administrator's page shows is read by the camera; a code for an authenticator is said to be another; without a camera that is said."""
        browser, page = self.before_camera(self.other_paper, "en", "camera")
        try:
            page.see(say("en", "enrol.scanned_other"), seconds=60)
            assert page.do("return page.inputValue('#code');") == "", "the secret of an authenticator stands in the form"
            film(self.paper, self.film)
            page.press(say("en", "scan.start"))
            page.see(say("en", "enrol.scanned_code"), seconds=60)
            assert page.do("return page.inputValue('#code');").split() == self.codes["SEN"].split()
            assert not page.do("return page.locator('main video').count();"), "the camera is still on"
            page.give_files("sheet-file", [self.server.sheet])
            page.do("await page.waitForTimeout(300);")
            self.submit(page)
            self.appears(page, "#right")
            page.see("SEN")
            troubles = page.troubles()
            assert not troubles, troubles
        finally:
            browser.close()
        blind = self.people["visitor"]
        blind.load("/enrol")
        blind.press(say("en", "scan.start"))
        blind.see(say("en", "error.scan.no_camera"))

    def sheet_by_camera(self):
        """The founding sheet on paper is read by the camera, every letter of it."""
        registry = self.people["registry"]
        registry.go("/states/sheet")
        browser, page = self.before_camera(drawn(registry), "fr", "camera-sheet")
        try:
            page.see(say("fr", "enrol.scanned_sheet"), seconds=60)
            assert page.do("return page.locator('#sheet').inputValue();") == self.sheet.read_text()
            troubles = page.troubles()
            assert not troubles, troubles
        finally:
            browser.close()
