"""Serves a built page with the policy that rogatoryd gives it, for screens whose trusted end is scripted."""
import functools
import http.server
import pathlib
import re
import threading

ROOT = pathlib.Path(__file__).resolve().parents[3]


def policy(name="kPagePolicy"):
    """One of web/middleware/security_headers.cpp, without the reports' address."""
    source = (ROOT / "web/middleware/security_headers.cpp").read_text()
    text = "".join(re.findall(r'"([^"]*)"', re.search(name + r" =(.*?);\n\n", source, re.S).group(1)))
    assert "default-src 'none'" in text, f"{name} was not found"
    return re.sub(r" report-to csp;| report-uri \S+", "", text).rstrip("; ")


class Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript", ".mjs": "text/javascript",
                      ".woff2": "font/woff2", ".svg": "image/svg+xml", ".json": "application/json"}

    def translate_path(self, path):
        # Any address without a file is the page's.
        return super().translate_path(path if pathlib.PurePosixPath(path.split("?")[0]).suffix else "/index.html")

    def end_headers(self):
        self.send_header("Content-Security-Policy", policy())
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        super().end_headers()

    def log_message(self, *_):
        pass


class FrameHandler(Handler):
    """The same, with the sandboxed frame as rogatoryd gives it; every address that is asked for is written down."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path != "/around":
            return super().do_GET()
        # A page under the page's policy, with nothing on it.
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>around</title><h1>around</h1>")

    do_POST = do_GET

    def end_headers(self):
        if not self.path.startswith("/preview"):
            if self.path.startswith("/assets/"):
                self.send_header("Access-Control-Allow-Origin", "*")
                self.send_header("Cross-Origin-Resource-Policy", "same-origin")
            self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
            return super().end_headers()
        self.send_header("Content-Security-Policy", policy("kFramePolicy"))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Embedder-Policy", "require-corp")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        return http.server.SimpleHTTPRequestHandler.end_headers(self)


class StaticServer:
    handler = Handler

    def __init__(self, folder):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(self.handler, directory=str(folder)))
        self.server.asked = self.asked = []
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class FrameServer(StaticServer):
    handler = FrameHandler
