"""What is inside the programs and the web client, as CycloneDX.

Rule: CycloneDX's own validator takes each document; every library that a program names is in it, every package of the lock file too;
no version is missing; the same input gives the same bytes."""
import json
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from installation import BIN, ROOT


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=300, **options)


def written(*words):
    done = run(ROOT / "deploy/sbom", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def valid(text):
    return run(ROOT / "deploy/node", pathlib.Path(__file__).parent / "node", "node", "sbom.mjs", input=text)


def main():
    cases = Cases("checks_sbom")
    with cases.case("the validator refuses what is no CycloneDX"):
        wrong = json.loads(written("web"))
        wrong["components"][0]["type"] = "nonsense"
        assert valid(json.dumps(wrong)).returncode == 1
    for kind, program in (("client", "rogatory"), ("server", "rogatoryd"), ("web", None), ("verifier", "rogatory-verify")):
        with cases.case(f"{kind}: valid, complete, and the same twice"):
            words = (kind, BIN / program) if kind == "verifier" else (kind, BIN) if program else (kind,)
            text = written(*words)
            assert text == written(*words)
            done = valid(text)
            assert done.returncode == 0, done.stderr
            parts = json.loads(text)["components"]
            assert all(one["version"] for one in parts) and len({one["bom-ref"] for one in parts}) == len(parts)
            if kind == "verifier":
                assert {one["name"] for one in parts} >= {"libsodium-dev", "libexpected-dev", "libc6-dev"}, parts
            elif program:
                names = {one["name"] for one in parts if one["purl"].startswith("pkg:deb/")}
                needed = re.findall(r"NEEDED.*\[(.+?)\]", run("readelf", "-dW", BIN / program).stdout)
                owned = run("dpkg", "-S", *(f"*/{name}" for name in needed)).stdout.splitlines()
                for name in needed:
                    # Several architectures may have a file of that name.
                    owners = {line.split(":")[0] for line in owned if line.endswith("/" + name)}
                    assert owners & names, (name, owners)
                direct = [one for one in parts if one.get("properties", [{}])[0].get("value") == "directly"]
                print(f"  {len(names)} Debian packages, {len(direct)} of them linked directly")
            if kind in ("server", "web"):
                lock = json.loads((ROOT / "web/app/package-lock.json").read_text())["packages"]
                listed = {one["bom-ref"].split("#")[1] for one in parts if one["purl"].startswith("pkg:npm/")}
                assert listed == {place for place in lock if place}, listed ^ {place for place in lock if place}
                print(f"  {len(listed)} npm packages, {sum(1 for one in parts if one['purl'].startswith('pkg:npm/') and one['scope'] == 'required')} of them in the page or its build")
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
