"""The web client that is served is the one that was built: two builds agree bit for bit, and `rogatory verify-web` says of a
real server whether it serves that build, and in which file it does not."""
import functools
import gzip
import hashlib
import http.server
import json
import os
import pathlib
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from installation import INTEGRITY, NOT_THERE, OK, REFUSED, ROOT, UNAVAILABLE, Failed, Person, Server
from web_app import page_folder, serve_pages

ATTENTION = 11
SOURCES = ["CMakeLists.txt", "deploy", "web/cli/catalogue", "web/app", "platform/model", "platform/casework/data"]


def second_build(folder):
    """The same sources elsewhere, under a longer path, by somebody of another time zone, language and umask."""
    elsewhere = folder / "somebody else's copy" / "of the sources"
    for name in SOURCES:
        if (ROOT / name).is_file():
            elsewhere.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, elsewhere / name)
            continue
        # Packages are linked where the file system lets us: they are read only.
        packages = lambda _, names: {one for one in names if one in ("node_modules", "dist")}
        shutil.copytree(ROOT / name, elsewhere / name, ignore=packages)
    packages = elsewhere / "web/app/node_modules"
    if subprocess.run(["cp", "-al", str(ROOT / "web/app/node_modules"), str(packages)], capture_output=True).returncode != 0:
        shutil.rmtree(packages, ignore_errors=True)
        shutil.copytree(ROOT / "web/app/node_modules", packages, symlinks=True)
    environment = {**os.environ, "TZ": "Pacific/Auckland", "LC_ALL": "C", "USER": "somebody", "HOME": str(folder / "home")}
    (folder / "home").mkdir()
    out = folder / "second"
    done = subprocess.run(["sh", "-c", 'umask 077; exec "$0" "$1"', str(elsewhere / "deploy/web-app"), str(out)], env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


def bytes_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Served:
    """A copy of the build that a server gives, with something changed in it before the server reads it."""

    def __init__(self, folder, build):
        self.build, self.copy = build, folder / "served"
        self.server = Server(folder / "server")
        self.server.init()
        assert "[web]" in self.server.config.read_text(), "rogatoryd init names no pages"
        self.official = Person(folder / "official", self.server, "nobody")

    def serve(self, change=lambda folder: None):
        self.server.stop_alone()
        shutil.rmtree(self.copy, ignore_errors=True)
        shutil.copytree(self.build, self.copy)
        change(self.copy)
        serve_pages(self.server, self.copy)
        self.server.start()

    def serve_nothing(self):
        self.server.stop_alone()
        serve_pages(self.server, None)
        self.server.start()

    def check(self, *options, expect, language="en"):
        """The answer as a program reads it, and as a person does: the same exit code."""
        words = ("--lang", language, "verify-web", self.server.url, *options)
        answer = self.official.run(*words, expect=expect)
        said = self.official.run(*words, expect=expect, json_output=False)
        return answer, said.out + said.err

    def end(self):
        self.server.stop()


def listed(folder):
    return json.loads((folder / "manifest.json").read_text())


def write_list(folder, listing):
    """As the build writes it, and without the compressed forms of the former one."""
    (folder / "manifest.json").write_text(json.dumps(listing, indent=2, ensure_ascii=False) + "\n")
    for ending in (".br", ".gz"):
        (folder / f"manifest.json{ending}").unlink(missing_ok=True)


def script(folder):
    """The script that starts the page: what somebody would change who wants everything."""
    return next(file["path"] for file in listed(folder)["files"] if file["path"].startswith("assets/index-") and file["path"].endswith(".js"))


def one_byte(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1:]


def alter(folder, list_it):
    path = folder / script(folder)
    path.write_bytes(one_byte(path.read_bytes()))
    for ending in (".br", ".gz"):
        path.with_name(path.name + ending).unlink()
    if list_it:
        listing = listed(folder)
        entry = next(file for file in listing["files"] if file["path"] == script(folder))
        entry["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        write_list(folder, listing)


def alter_compressed(folder):
    """Who asks for brotli, as every browser does, is given what does not unpack. (Our own server starts with no other gzip form.)"""
    path = folder / script(folder)
    path.with_name(path.name + ".br").write_bytes(path.with_name(path.name + ".gz").read_bytes())


def alter_gzip(folder):
    path = folder / script(folder)
    path.with_name(path.name + ".gz").write_bytes(gzip.compress(one_byte(path.read_bytes())))


def one_more(folder):
    content = b"// not in the build\n"
    (folder / "assets/extra-00000000.js").write_bytes(content)
    listing = listed(folder)
    listing["files"].append({"path": "assets/extra-00000000.js", "size": len(content), "sha256": hashlib.sha256(content).hexdigest()})
    write_list(folder, listing)


def one_less(folder):
    listing = listed(folder)
    gone = next(file["path"] for file in listing["files"] if file["path"].startswith("assets/Board-"))
    listing["files"] = [file for file in listing["files"] if file["path"] != gone]
    write_list(folder, listing)


def other_list(folder):
    listing = listed(folder)
    listing["version"] = "9.9.9"
    write_list(folder, listing)


def differences(answer):
    return {(one["what"], one["path"], one.get("coding", "")) for one in answer.json["differences"]}


def other_words(said, word):
    assert word in said and "Do not sign in there" in said, said


def says_same(served):
    answer, said = served.check("--build", served.build, expect=OK)
    assert answer.json["same"] and answer.json["differences"] == [] and answer.json["files"] == len(listed(served.build)["files"]), answer
    assert f"{answer.json['files']} files are the same, byte for byte." in said, said
    answer, said = served.check("--manifest", served.build / "manifest.json", expect=OK, language="fr")
    assert answer.json["same"] and "identiques" in said, said


def says_altered(served):
    script_name = script(served.build)
    answer, said = served.check("--build", served.build, expect=INTEGRITY)
    assert {("altered", script_name, coding) for coding in ("", "gzip", "br")} <= differences(answer), answer
    assert {one[1] for one in differences(answer)} == {script_name, "manifest.json"}, answer
    other_words(said, f"altered: {script_name}")
    _, said = served.check("--build", served.build, expect=INTEGRITY, language="fr")
    assert f"modifié : {script_name}".replace(" :", "\u00a0:") in said and "Ne vous y connectez pas" in said, said
    served.check("--manifest", served.build / "manifest.json", expect=INTEGRITY)


def says_altered_when_compressed(served):
    answer, said = served.check("--build", served.build, expect=INTEGRITY)
    assert differences(answer) == {("altered", script(served.build), "br")}, answer
    other_words(said, f"altered: {script(served.build)} (br)")


def says_more(served):
    answer, said = served.check("--build", served.build, expect=INTEGRITY)
    assert ("not_known", "assets/extra-00000000.js", "") in differences(answer), answer
    other_words(said, "not in the build: assets/extra-00000000.js")


def says_less(served):
    answer, said = served.check("--build", served.build, expect=INTEGRITY)
    missing = {one for one in differences(answer) if one[0] == "missing"}
    assert len(missing) == 3 and all(path.startswith("assets/Board-") for _, path, _ in missing), answer
    other_words(said, "missing: assets/Board-")


def says_other_list(served):
    answer, said = served.check("--build", served.build, expect=INTEGRITY)
    assert differences(answer) == {("altered", "manifest.json", "")} and answer.json["version"] == "9.9.9", answer
    other_words(said, "altered: manifest.json")


def half_copied(served):
    """The server itself serves no file that its list does not know."""
    for change, name in ((lambda folder: alter(folder, list_it=False), script(served.build)), (alter_gzip, f"{script(served.build)}.gz")):
        try:
            served.serve(change)
        except Failed as refused:
            assert "page.file" in str(refused) and name in str(refused), refused
        else:
            raise AssertionError("a server serves a file that is not what its list says")


def trusts_nothing_unknown(served, folder):
    """What it is compared with must be a whole build; without one, the server's own list is no proof."""
    served.serve()
    other = folder / "trusted"
    shutil.copytree(served.build, other)
    path = other / script(other)
    path.write_bytes(one_byte(path.read_bytes()))
    refused, said = served.check("--build", other, expect=REFUSED)
    assert refused.refusal["key"] == "web.build_differs" and "Build anew" in said, refused
    path.unlink()
    refused, _ = served.check("--build", other, expect=None)
    assert refused.code != OK and refused.refusal["key"] == "file.unreadable", refused
    for text in ("", "{}", '{"files": []}', '{"version": "0", "files": [{"path": "../x", "size": 1, "sha256": "' + "0" * 64 + '"}]}'):
        (folder / "list.json").write_text(text)
        refused, said = served.check("--manifest", folder / "list.json", expect=REFUSED)
        assert refused.refusal["key"] == "web.manifest" and "no list" in said, refused
    refused, _ = served.check("--build", folder / "nowhere", expect=None)
    assert refused.code != OK and refused.refusal["key"] == "file.unreadable", refused
    answer, said = served.check(expect=ATTENTION)
    assert not answer.json["compared"] and len(answer.json["files"]) == len(listed(served.build)["files"]), answer
    assert "Nothing to compare with" in said, said


def without(served):
    served.serve_nothing()
    refused, said = served.check("--build", served.build, expect=NOT_THERE)
    assert refused.refusal["key"] == "web.none" and "no web client" in said, refused
    served.server.stop_alone()
    served.check("--build", served.build, expect=UNAVAILABLE)


def busy(served):
    """Who has no time for one of the files is not said to serve another one, nor the same."""
    class Busy(http.server.SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if self.path == "/manifest.json":
                return super().do_GET()
            problem = json.dumps({"type": "urn:rogatory:problem:http.too_many", "title": "http.too_many", "status": 429}).encode()
            self.send_response(429)
            self.send_header("Content-Type", "application/problem+json")
            self.send_header("Content-Length", str(len(problem)))
            self.end_headers()
            self.wfile.write(problem)

        def log_message(self, *_):
            pass

    served.server.stop_alone()
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", served.server.port), functools.partial(Busy, directory=str(served.build)))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(served.server.certificate, served.server.data / "server.key")
    listener.socket = context.wrap_socket(listener.socket, server_side=True)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    try:
        refused, said = served.check("--build", served.build, expect=UNAVAILABLE)
        assert refused.refusal["key"] == "http.too_many" and "Wait a few seconds" in said, (refused, said)
    finally:
        listener.shutdown()
        listener.server_close()


def main():
    cases = Cases("verify_web")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rogatory-verify-web-"))
    served = None
    try:
        first = page_folder()
        with cases.case("two builds in two folders give the same bytes, compressed ones too"):
            second = bytes_below(second_build(folder))
            ours = bytes_below(first)
            assert ours.keys() == second.keys(), ours.keys() ^ second.keys()
            assert not [name for name in ours if ours[name] != second[name]], [name for name in ours if ours[name] != second[name]]
        with cases.case("the list names each file with its size and digest, and neither time nor machine"):
            listing = listed(first)
            assert set(listing) == {"version", "files"} and [set(one) for one in listing["files"]] == [{"path", "size", "sha256"}] * len(listing["files"])
            plain = {name for name in ours if not name.endswith((".br", ".gz")) and name != "manifest.json"}
            assert {one["path"] for one in listing["files"]} == plain, plain
            assert not [name for name, content in ours.items() if str(ROOT).encode() in content], "a path of this machine is in the build"
        served = Served(folder, first)
        with cases.case("a server that serves the build is said to, in both languages"):
            served.serve()
            says_same(served)
        for title, change, judge in (
                ("one byte of a script changed", lambda at: alter(at, list_it=True), says_altered),
                ("one script changed for browsers alone", alter_compressed, says_altered_when_compressed),
                ("a file more", one_more, says_more), ("a file less", one_less, says_less), ("another list", other_list, says_other_list)):
            with cases.case(f"{title} is told, with exit code 6"):
                served.serve(change)
                judge(served)
        with cases.case("a server does not start with a file that is not what its list says"):
            half_copied(served)
        with cases.case("an unknown or spoilt build is compared with nothing"):
            trusts_nothing_unknown(served, folder)
        with cases.case("a server that has no time is said to have none, and nothing of its files"):
            busy(served)
        with cases.case("a server without pages, and none at all, are told apart"):
            without(served)
    finally:
        if served:
            served.end()
        shutil.rmtree(folder, ignore_errors=True)
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
