"""Installs the CCTV age vectors (npm package cctv-age, 0BSD or CC0) below the build folder and writes each to a file.

    fetch_cctv.py OUT

OUT then holds one file a vector: its lines "key: value", an empty line, and the age file, never compressed. Without npm
or a registry nothing is written and the test that needs the vectors says that it was skipped.
"""
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
DUMP = """
import * as zlib from "node:zlib";
import * as fs from "node:fs";
const [package_path, out] = process.argv.slice(1);
const vectors = await import(package_path);
for (const [name, bytes] of Object.entries(vectors)) {
  const vector = Buffer.from(bytes);
  const end = vector.indexOf("\\n\\n");
  const lines = vector.subarray(0, end).toString().split("\\n");
  let file = vector.subarray(end + 2);
  if (lines.includes("compressed: zlib")) file = zlib.inflateSync(file);
  const kept = lines.filter((line) => !line.startsWith("compressed: "));
  fs.writeFileSync(`${out}/${name}`, Buffer.concat([Buffer.from(kept.join("\\n") + "\\n\\n"), file]));
}
"""


def main():
    out = pathlib.Path(sys.argv[1]).resolve()
    if not shutil.which("npm") or not shutil.which("node"):
        print("fetch_cctv: no npm: the CCTV age vectors will be SKIPPED", file=sys.stderr)
        return
    install = out.parent / "npm"
    install.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(HERE.parent / name, install / name)
    npm = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=install, capture_output=True, text=True)
    if npm.returncode != 0:
        print(f"fetch_cctv: npm ci failed, the CCTV age vectors will be SKIPPED:\n{npm.stderr}", file=sys.stderr)
        return
    written = out.with_name(out.name + ".new")
    shutil.rmtree(written, ignore_errors=True)
    written.mkdir()
    module = install / "node_modules" / "cctv-age" / "index.js"
    subprocess.run(["node", "--input-type=module", "-e", DUMP, str(module), str(written)], check=True)
    shutil.rmtree(out, ignore_errors=True)
    written.rename(out)


if __name__ == "__main__":
    main()
