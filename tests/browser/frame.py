#!/usr/bin/env python3
"""The frame in which decrypted files are looked at, taken over: whatever runs in it asks nobody for an address, and what is
to be drawn is drawn all the same."""
import base64
import pathlib
import struct
import sys
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "support"), str(HERE / "support")]
from browser import Browser
from cases import Cases
from static_server import FrameServer
from web_app import page_folder

# What somebody would try who runs in the frame and wants to carry something out of it. `await` each, whatever it says.
ATTEMPTS = {
    "fetch": "await fetch('/leak/fetch?secret')",
    "beacon": "navigator.sendBeacon('/leak/beacon?secret', 'x')",
    "socket": "new WebSocket('ws://' + args.host + '/leak/socket?secret')",
    "event source": "new EventSource('/leak/events?secret')",
    "picture": "document.body.append(Object.assign(new Image(), { src: '/leak/picture?secret' }))",
    "script": "document.head.append(Object.assign(document.createElement('script'), { src: '/leak/script?secret' }))",
    "module": "await import('/leak/module?secret')",
    "style": "document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/leak/style?secret' }))",
    "rule": "const s = document.createElement('style'); s.textContent = '@import \"/leak/import?secret\"'; document.head.append(s)",
    "constructed": "const s = new CSSStyleSheet(); s.replaceSync('body{background:url(/leak/background?secret)}'); document.adoptedStyleSheets = [s]",
    "preload": "document.head.append(Object.assign(document.createElement('link'), { rel: 'preload', as: 'fetch', href: '/leak/preload?secret' }))",
    "prefetch": "document.head.append(Object.assign(document.createElement('link'), { rel: 'prefetch', href: '/leak/prefetch?secret' }))",
    "manifest": "document.head.append(Object.assign(document.createElement('link'), { rel: 'manifest', href: '/leak/manifest?secret' }))",
    "icon": "document.head.append(Object.assign(document.createElement('link'), { rel: 'icon', href: '/leak/icon?secret' }))",
    "font": "await new FontFace('x', 'url(/leak/font?secret)').load()",
    "media": "document.body.append(Object.assign(document.createElement('video'), { src: '/leak/video?secret' }))",
    "object": "document.body.append(Object.assign(document.createElement('object'), { data: '/leak/object?secret' }))",
    "frame": "document.body.append(Object.assign(document.createElement('iframe'), { src: '/leak/frame?secret' }))",
    "worker": "new Worker('/leak/worker?secret')",
    "worker of a blob": "new Worker(URL.createObjectURL(new Blob(['fetch(\"' + args.url + '/leak/inside?secret\")'], { type: 'text/javascript' })))",
    "form": "const f = document.createElement('form'); f.action = '/leak/form'; document.body.append(f); f.submit()",
    "window": "window.open('/leak/window?secret')",
    "the outer frame": "parent.location = args.url + '/leak/parent?secret'",
    "the page": "top.location = args.url + '/leak/top?secret'",
    "refresh": "document.head.append(Object.assign(document.createElement('meta'), { httpEquiv: 'refresh', content: '0;url=/leak/refresh?secret' }))",
    "going there": "location.href = args.url + '/leak/location?secret'",
}

PLAY = """
const [kind, type, data] = args;
return await page.evaluate(async ([kind, type, data]) => {
  document.getElementById("preview")?.remove();
  const frame = Object.assign(document.createElement("iframe"), { id: "preview", src: "/preview.html" });
  frame.setAttribute("sandbox", "allow-scripts");
  const bytes = Uint8Array.from(atob(data), (one) => one.charCodeAt(0)).buffer;
  return await new Promise((resolve) => {
    window.addEventListener("message", (event) => {
      if (event.source !== frame.contentWindow) return;
      if (event.data.rogatory === "ready") {
        frame.contentWindow.postMessage({ rogatory: "show", kind, type, bytes, language: "fr",
          words: { page: "Page {number} sur {count}", picture: "Image", frame: "Le document" } }, "*", [bytes]);
      } else resolve(event.data);
    });
    document.body.append(frame);
  });
}, [kind, type, data]);
"""

INSIDE = """
const there = page.frames().find((one) => one.url() === "about:srcdoc");
return await there.evaluate(eval("(" + args[0] + ")"), args[1]);
"""
AROUND = INSIDE.replace('one.url() === "about:srcdoc"', 'one.url().endsWith("/preview.html")')


def a_pdf():
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
               b"<</Length 44>>stream\nBT /F 18 Tf 20 40 Td (Compte bloque) Tj ET   \nendstream", b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"]
    out, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + one + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % at for at in places)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)


def a_picture():
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(b"\0\xff\0\0\0\xff\0" * 2)) + chunk(b"IEND", b""))


def show(page, kind, type_, content):
    return page.do(PLAY, kind, type_, base64.b64encode(content).decode())


def drawn(cases, page):
    for kind, type_, content, looks in (("pdf", "application/pdf", a_pdf(), "canvas"), ("image", "image/png", a_picture(), "img"),
                                        ("text", "text/plain", "relevé".encode(), "pre")):
        with cases.case(f"a {kind} is drawn in the inner frame"):
            said = show(page, kind, type_, content)
            assert said["rogatory"] == "shown" and said["pages"] == 1, said
            found = page.do(INSIDE, "(looks) => ({ count: document.querySelectorAll(looks).length, origin: self.origin,"
                            " language: document.documentElement.lang, width: innerWidth, font: getComputedStyle(document.body).fontFamily })", looks)
            assert found["count"] == 1 and found["origin"] == "null" and found["language"] == "fr" and found["width"] > 100, found
            assert "system-ui" in found["font"], "the frame's own style did not come"


def attempted(page, where, name, server):
    """The addresses that were asked for."""
    server.asked.clear()
    args = {"url": server.url, "host": server.url.removeprefix("http://")}
    if name in ("refresh", "going there"):
        page.do(where, f"(args) => {{ {ATTEMPTS[name]}; }}", args)
    else:
        page.do(where, f"async (args) => {{ try {{ {ATTEMPTS[name]}; }} catch {{}} await new Promise((done) => setTimeout(done, 250)); }}", args)
    page.do("await page.waitForTimeout(300);")
    return [path for path in server.asked if "leak" in path or "secret" in path]


def taken_over(cases, page, server):
    with cases.case("around it, where no file ever is, an address can be asked for: these attempts are real"):
        show(page, "text", "text/plain", b"x")
        assert attempted(page, AROUND, "script", server) and attempted(page, AROUND, "style", server), server.asked
    for kind, content in (("pdf", a_pdf()), ("text", b"x")):
        for name in ATTEMPTS:
            with cases.case(f"{name}, from the frame of a {kind}: nobody is asked"):
                show(page, kind, "application/pdf" if kind == "pdf" else "text/plain", content)
                leaked = attempted(page, INSIDE, name, server)
                assert not leaked, leaked
                assert "leak" not in page.do("return page.url();")


def main():
    cases = Cases("frame")
    folder = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else page_folder()
    server, browser = FrameServer(folder), Browser()
    try:
        page = browser.page("reader", server.url)
        page.load("/around")
        drawn(cases, page)
        taken_over(cases, page, server)
    finally:
        browser.close()
        server.close()
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
