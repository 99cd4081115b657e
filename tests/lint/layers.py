"""Who may see whom: ARCHITECTURE.md's two tables, read as data, against every #include line."""
import os
import re
import sys

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from tree import ROOT, code, line_of, text, tracked, without_comments


def table(page, heading):
    """Rows of the first table under a heading: {first cell: [words of the second]}."""
    section = page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip().strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    assert len(rows) > 2, f"no table under {heading}"
    return {row[0].strip(): row[1].split() for row in rows[2:]}


def inside(path, folder):
    return path == folder or path.startswith(folder + "/")


def layer_of(path, layers):
    """The longest layer that holds a path; None where the table says nothing."""
    return max((layer for layer in layers if inside(path, layer)), key=len, default=None)


def violations(path, source, layers, vendors):
    found = []
    layer = layer_of(path, layers)
    for match in re.finditer(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', without_comments(source), re.MULTILINE):
        name, where = match[2], f"{path}:{line_of(source, match.start(2))}"
        for header, folders in vendors.items():
            if name.startswith(header) and not any(inside(path, f) for f in folders):
                found.append(f"{where}: <{name}> may stand only in {', '.join(folders)}")
        if name.split("/")[0] in {"platform", "crypto", "storage", "web"}:
            seen = layer_of(name, layers)
            if layer and not any(inside(name, allowed) for allowed in [layer, *layers[layer]]):
                found.append(f"{where}: {layer} may not see {seen or name}")
        elif match[1] == '"' and path.split("/")[0] != "tests":
            found.append(f'{where}: "{name}" is not written from the root')
    return found


def loads(source):
    """The modules that a TypeScript or Svelte source loads when it runs: types alone load nothing."""
    pattern = r'(?:^|[\s;}>])(?:import|export)\s+(?!type\b)(?:[^"\';()]*?\bfrom\s*)?["\']([^"\']+)["\']|\bimport\(\s*["\']([^"\']+)["\']'
    return [(match.start(), match[1] or match[2]) for match in re.finditer(pattern, source)]


def screens_see(path, source):
    """Keys, statements and their WebAssembly live in the trusted end: no screen loads them, and no first page waits for them."""
    found = []
    for at, name in loads(source):
        seen = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name.startswith(".") else name
        if any(inside(seen, f"web/app/src/{folder}") for folder in ("record", "crypto", "tlog", "custody")):
            found.append(f"{path}:{line_of(source, at)}: a screen may load nothing from {seen}")
    return found


def main():
    page = text("ARCHITECTURE.md")
    layers = table(page, "Who may see whom")
    vendors = table(page, "Whose headers may stand where")
    cases = Cases("lint_layers")

    with cases.case("the check refuses what the tables forbid"):
        def refused(path, line):
            assert violations(path, line, layers, vendors), f"{path}: {line} was accepted"
        refused("platform/record/x.cpp", '#include "storage/database.hpp"')
        refused("platform/agent/x.cpp", '#include "platform/service/append.hpp"')
        refused("web/transport/x.cpp", '#include "platform/model/party.hpp"')
        refused("web/api/x.cpp", "#include <sodium.h>")
        refused("platform/service/x.cpp", "#include <sqlite3.h>")
        refused("crypto/age/x.cpp", '  #  include "platform/model/party.hpp"')
        refused("storage/x.cpp", '#include "../platform/base/bytes.hpp"')
        assert not violations("web/api/x.cpp", '// #include <sodium.h>\n#include "web/http/request.hpp"', layers, vendors)
    with cases.case("every include looks only where ARCHITECTURE.md lets it"):
        found = [v for p in code("platform", "crypto", "storage", "web") for v in violations(str(p), text(p), layers, vendors)]
        assert not found, "\n".join(found)
    with cases.case("no screen loads what belongs to the trusted end"):
        screen = "web/app/src/ui/view/x.ts"
        for refused in ('import { a } from "../../record/statement";', 'import {\n  type A,\n  b,\n} from "../../crypto/bytes.ts";',
                        'const a = await import("../../crypto/age");', 'export { a } from "../../record/x";', 'import "../../crypto/random";'):
            assert screens_see(screen, refused), f"{refused} was accepted"
        for taken in ('import type { A } from "../../record/x";', 'export type { A } from "../../record/x";', 'import { a } from "../format.svelte";'):
            assert not screens_see(screen, taken), taken
        assert screens_see("web/app/src/ui/App.svelte", '<script lang="ts">\n  import x from "../record/x";\n</script>')
        screens = [str(p) for p in tracked() if str(p).startswith("web/app/src/ui/") and p.suffix in {".ts", ".svelte"}]
        assert screens, "no screen was read"
        found = [v for p in screens for v in screens_see(p, text(p))]
        assert not found, "\n".join(found)
    with cases.case("every folder with code stands in the table"):
        homeless = {str(p.parent) for p in code("platform", "crypto", "storage", "web") if not layer_of(str(p), layers)}
        assert not homeless, sorted(homeless)
    with cases.case("no public header includes Beast, Asio, OpenSSL, libsodium, sqlite3 or libcurl"):
        found = [f"{p}: {m[1]}" for p in code("platform", "crypto", "storage", "web") if p.suffix == ".hpp"
                 and str(p) in public_headers()
                 for m in re.finditer(r"#\s*include\s*<((?:boost/(?:beast|asio)|openssl/|sodium|sqlite3|curl/)[^>]*)>", text(p))]
        assert not found, "\n".join(found)
    with cases.case("every source belongs to a target"):
        named = {os.path.normpath(p.parent / word) for p in tracked() if p.name == "CMakeLists.txt"
                 for word in re.findall(r"[\w./+-]+", text(p))}
        found = [f"{p} is in no CMakeLists.txt" for p in code("platform", "crypto", "storage", "web")
                 if p.suffix == ".cpp" and str(p) not in named]
        assert not found, "\n".join(found)
    with cases.case("every header that another folder includes stands in a header set"):
        public, found = public_headers(), set()
        for p in code():
            for name in re.findall(r'#\s*include\s*"((?:platform|crypto|storage|web)/[^"]+)"', text(p)):
                if p.parts[0] != "tests" and str(p.parent) != os.path.dirname(name) and name not in public:
                    found.add(f"{p}: {name} is not in HEADERS of its target")
        assert not found, "\n".join(sorted(found))
    with cases.case("the tree matches ARCHITECTURE.md"):
        drawn = folders_drawn(page)
        missing = [d for d in drawn if not (ROOT / d).exists()]
        real = {str(p.parents[len(p.parents) - 3]) for p in tracked() if len(p.parents) > 2
                and p.parts[0] in {"platform", "crypto", "storage", "web"}}
        undrawn = sorted(real - set(drawn))
        assert not missing, f"drawn but not there: {missing}"
        assert not undrawn, f"there but not drawn: {undrawn}"
    return cases.finish()


def public_headers():
    """Headers named after HEADERS in a rogatory_library call."""
    found = set()
    for p in tracked():
        if p.name != "CMakeLists.txt":
            continue
        for block in re.findall(r"(?:HEADERS|FILES)\s+((?:[\w./+-]+\.hpp\s*)+)", text(p)):
            found |= {os.path.normpath(p.parent / name) for name in block.split()}
    return found


def folders_drawn(page):
    """Paths of the tree drawn in the first fenced block."""
    block = page.split("```", 2)[1]
    drawn, parent = [], ""
    for line in block.splitlines():
        match = re.match(r"( *)(\S+?)(/?) {2,}\S", line)
        if not match:
            continue
        if match[1] == "":
            parent = match[2]
            drawn.append(match[2])
        else:
            drawn.append(f"{parent}/{match[2]}")
    return drawn


if __name__ == "__main__":
    sys.exit(main())
