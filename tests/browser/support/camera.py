"""A camera that looks at a paper: what a page shows as a QR code, as a film for Chromium's --use-file-for-fake-video-capture. The paper is
held a little askew and lit from one side, as by a hand before a screen."""
import math
import re

from browser import Browser
from wording import as_is

SCAN = "Scan the code with the camera"
WIDTH, HEIGHT, TURNED = 1280, 960, math.radians(5)


def drawn(page, selector=".qr"):
    """The squares of the code that the page shows: (side, the dark ones)."""
    side, path = page.do("await page.locator(args[0]).first().waitFor({ timeout: 90000 });"
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

    def before_camera(self, paper, name, language=None):
        """Somebody at /enrol whose camera looks at a paper; the browser is to be closed."""
        self.film = film(paper, self.folder / "camera.y4m")
        browser = Browser(camera=self.film)
        page = browser.page("before-camera", self.server.url, language or self.language)
        page.load("/enrol")
        page.press(SCAN)
        self.looks(page, name)
        return browser, page

    def code_by_camera(self):
        """The code that the administrator's page shows is read by the camera; a code for an authenticator is said to be another; without a camera that is said."""
        browser, page = self.before_camera(self.other_paper, "camera")
        try:
            page.see("This is neither the code of an invitation nor a founding sheet. Hold the right paper before the camera, or type the code.", seconds=90)
            assert page.do("return page.inputValue('#code');") == "", "the secret of an authenticator stands in the form"
            film(self.paper, self.film)
            page.press(SCAN)
            page.see("The code of the invitation was read. Now the sheet, if you have one.", seconds=90)
            assert page.do("return page.inputValue('#code');").split() == self.codes["SEN"].split()
            assert not page.do("return page.locator('main video').count();"), "the camera is still on"
            page.give_files("sheet-file", [self.server.sheet])
            page.do("await page.waitForTimeout(300);")
            self.submit(page)
            self.appears(page, "#right")
            page.see(as_is("SEN"))
            troubles = page.troubles()
            assert not troubles, troubles
        finally:
            browser.close()
        blind = self.people["visitor"]
        blind.load("/enrol")
        blind.press(SCAN)
        blind.see("The camera could not be used. Allow it for this page, or take the file or the text instead.")

    def sheet_by_camera(self):
        """The founding sheet on paper is read by the camera, every letter of it."""
        registry = self.people["registry"]
        registry.go("/states/sheet")
        browser, page = self.before_camera(drawn(registry), "camera-sheet", self.other)
        try:
            page.see("The founding sheet was read.", seconds=90)
            assert page.do("return page.locator('#sheet').inputValue();") == self.sheet.read_text()
            troubles = page.troubles()
            assert not troubles, troubles
        finally:
            browser.close()
