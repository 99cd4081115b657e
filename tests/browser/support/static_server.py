"""Serves a built page with the policy that rogatoryd gives it, for screens whose trusted end is scripted."""
import functools
import http.server
import pathlib
import re
import threading

ROOT = pathlib.Path(__file__).resolve().parents[3]


def page_policy():
    """kPagePolicy of web/middleware/security_headers.cpp, without the reports' address."""
    source = (ROOT / "web/middleware/security_headers.cpp").read_text()
    text = "".join(re.findall(r'"([^"]*)"', re.search(r"kPagePolicy =(.*?);\n\n", source, re.S).group(1)))
    assert "require-trusted-types-for" in text, "the page's policy was not found"
    return re.sub(r" report-to csp;| report-uri \S+", "", text).rstrip("; ")


class Handler(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript", ".mjs": "text/javascript",
                      ".woff2": "font/woff2", ".svg": "image/svg+xml", ".json": "application/json"}

    def translate_path(self, path):
        # Any address without a file is the page's.
        return super().translate_path(path if pathlib.PurePosixPath(path.split("?")[0]).suffix else "/index.html")

    def end_headers(self):
        self.send_header("Content-Security-Policy", page_policy())
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cross-Origin-Opener-Policy", "same-origin")
        super().end_headers()

    def log_message(self, *_):
        pass


class StaticServer:
    def __init__(self, folder):
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(folder)))
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
