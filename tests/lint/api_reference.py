#!/usr/bin/env python3
"""docs/api-reference.md is what web/api/openapi.yaml says, written for a reader: every route with who may come in, its parameters,
bodies, answers and examples, what the server sends by itself, then the objects by name. `--write` writes it anew; without it the committed page must be the same."""
import json
import re
import sys

import yaml

sys.path.insert(0, str(__import__("pathlib").Path(__file__).resolve().parents[1] / "support"))
from cases import Cases
from tree import ROOT

CONTRACT, PAGE = ROOT / "web/api/openapi.yaml", ROOT / "docs/api-reference.md"
# The contract's own words for x-access, as its head explains them.
COMES_IN = {"none": "anybody, without a session", "enrolment": "a session opened by an invitation's code", "kit": "a session opened by the recovery sheet, or a full one",
            "member": "a member or a service account", "account": "any account: member, service, administrator, auditor",
            "registry": "a member, a service account, or an enrolment session for its own Party alone", "any": "any live session",
            "administrator": "an administrator", "auditor": "an administrator or an auditor", "ticket": "whoever has that upload's ticket, as the bearer token"}
SECTIONS = {"server": "Server", "session": "Session", "enrolment": "Enrolment", "me": "One's own account", "record": "Record: Parties, files, requests",
            "upload": "Uploads", "invitation": "Invitations and recovery", "administration": "Administration", "log": "Public log"}
HEAD = """# API reference

Written from [web/api/openapi.yaml](../web/api/openapi.yaml) by `tests/lint/api_reference.py --write`; a test holds the two together, and another the
server's routes to the contract. [api.md](api.md) says what is the same for all of them, and what an answer is worth.

"""


def one_line(text):
    return " ".join((text or "").split()).replace("|", r"\|")


def anchor(title):
    """As the forges make them from a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


class Reference:
    def __init__(self, contract):
        self.contract, self.out = contract, []

    def resolved(self, one):
        while "$ref" in one:
            found = self.contract
            for part in one["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            one = {**found, **{key: value for key, value in one.items() if key != "$ref"}}
        return one

    def say(self, *lines):
        self.out += lines

    def limits(self, schema):
        said = []
        if "pattern" in schema:
            said.append(f"matches `{schema['pattern']}`".replace("|", r"\|"))
        low, high = schema.get("minLength", schema.get("minimum")), schema.get("maxLength", schema.get("maximum"))
        if low is not None or high is not None:
            counted = " characters" if "minLength" in schema or "maxLength" in schema else ""
            said.append(f"{low} to {high}{counted}" if None not in (low, high) else f"from {low}{counted} on" if high is None else f"up to {high}{counted}")
        if "maxItems" in schema:
            said.append(f"up to {schema['maxItems']} items")
        if "default" in schema:
            said.append(f"else {schema['default']}")
        return ", ".join(said)

    def kind(self, schema):
        """What a value is, in a cell."""
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            return f"[{name}](#{anchor(name)})"
        if "enum" in schema:
            return "one of " + ", ".join(f"`{value}`" for value in schema["enum"])
        if "const" in schema:
            return f"`{schema['const']}`"
        for union in ("oneOf", "anyOf"):
            if union in schema:
                return " or ".join(self.kind(one) for one in schema[union])
        kind = schema["type"]
        if kind == "array":
            return "list of " + (self.kind(schema["items"]) if "items" in schema else "anything")
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return "map from text to " + self.kind(schema["additionalProperties"])
        return {"string": "bytes" if schema.get("format") == "binary" else "text", "integer": "integer", "boolean": "true or false"}.get(kind, kind)

    def fields(self, schema, under=""):
        """The rows of an object's table; an object within it has its rows below, its name before theirs."""
        for name, one in schema.get("properties", {}).items():
            needed = "" if name in schema.get("required", []) else "?"
            said = ". ".join(part for part in (one_line(one.get("description")), self.limits(one)) if part)
            yield f"| `{under}{name}`{needed} | {self.kind(one)} | {said} |"
            inner = one.get("items", one) if one.get("type") == "array" else one
            if inner.get("properties"):
                yield from self.fields(inner, f"{under}{name}{'[]' if inner is not one else ''}.")

    def table(self, schema):
        rows = list(self.fields(schema))
        if rows:
            self.say("", "| field | value | |", "|---|---|---|", *rows)

    def content(self, content):
        for kind, body in content.items():
            schema = body.get("schema", {})
            self.say("", f"`{kind}`: {self.kind(schema)}" + (f". {one_line(schema['description'])}" if schema.get("description") else ""))
            if "$ref" not in schema:
                self.table(schema)
            if "example" in body:
                example = body["example"]
                self.say("", "```json" if not isinstance(example, str) else "```", example.rstrip() if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=2), "```")

    def operation(self, method, path, shared, one):
        self.say("", f"### {method.upper()} {path}", "", one["summary"].rstrip(".") + ".")
        if one.get("description"):
            self.say("", one_line(one["description"]).replace(r"\|", "|"))
        comes = f"For {COMES_IN[one['x-access']]}."
        if one.get("x-open-to-barred"):
            comes += " Also for a custodian of a root authority, his second factor just shown, whom his Party's own rules keep out by address or certificate."
        if "x-body" in one:
            comes += f" A body up to {one['x-body']:,} bytes."
        self.say("", comes)
        self.parameters([*shared, *one.get("parameters", [])])
        if "requestBody" in one:
            self.say("", "**Request**" + ("" if one["requestBody"].get("required") else " (it may have no body)"))
            self.content(one["requestBody"]["content"])
        for status, reply in one["responses"].items():
            if status == "default":
                continue  # a Problem, everywhere
            reply = self.resolved(reply)
            headers = [f"`{name}`" for name in reply.get("headers", {})]
            self.say("", f"**{status}** {one_line(reply['description'])}" + (f" (headers: {', '.join(headers)})" if headers else ""))
            self.content(reply.get("content", {}))

    def webhook(self, name, one):
        self.say("", f"### POST {name}", "", one["summary"].rstrip(".") + ".", "", one_line(one["description"]).replace(r"\|", "|"))
        self.say("", f"Every {one['x-every']} seconds at most, an answer within {one['x-deadline']}, where the operator has set nothing else; up to {one['x-largest-answer']:,} bytes of its body; "
                 f"the longest pause between two tries is {one['x-longest-pause']:,} seconds.")
        self.parameters(one["parameters"])
        self.say("", "**Request**")
        self.content(one["requestBody"]["content"])
        for status, reply in one["responses"].items():
            self.say("", f"**{'Else' if status == 'default' else status}** {one_line(reply['description'])}")

    def parameters(self, listed):
        given = [self.resolved(each) for each in listed]
        if given:
            self.say("", "| parameter | in | value | |", "|---|---|---|---|")
            for each in given:
                schema = self.resolved(each["schema"]) if "$ref" not in each["schema"] else each["schema"]
                said = ". ".join(part for part in (one_line(each.get("description")), self.limits(schema)) if part)
                self.say(f"| `{each['name']}`{'' if each.get('required') else '?'} | {each['in']} | {self.kind(schema)} | {said} |")

    def write(self):
        routes = [(method, path, each.get("parameters", []), one) for path, each in self.contract["paths"].items() for method, one in each.items() if method != "parameters"]
        tags = [tag["name"] for tag in self.contract["tags"]]
        self.say("| | route | |", "|---|---|---|")
        for tag in tags:
            for method, path, _, one in routes:
                if one["tags"] == [tag]:
                    self.say(f"| {SECTIONS[tag]} | [{method.upper()} {path}](#{anchor(f'{method} {path}')}) | {one_line(one['summary'])} |")
        self.say("", "A name with `?` may be absent. A refusal of any route is a [Problem](#problem), as `application/problem+json`.")
        for tag in tags:
            self.say("", f"## {SECTIONS[tag]}")
            for method, path, shared, one in routes:
                if one["tags"] == [tag]:
                    self.operation(method, path, shared, one)
        self.say("", "## What the server sends", "", "By itself, to an address that its operator has set: no session is involved. [api.md](api.md#what-a-partys-machine-is-told) shows how a receiver checks it.")
        for name, each in self.contract["webhooks"].items():
            self.webhook(name, each["post"])
        self.say("", "## Objects")
        for name, schema in self.contract["components"]["schemas"].items():
            kind = self.kind(schema)
            what = ", ".join(part for part in (kind[0].upper() + kind[1:], self.limits(schema).replace(r"\|", "|")) if part)
            self.say("", f"### {name}", "", what + "." + (f" {one_line(schema['description']).rstrip('.')}." if schema.get("description") else ""))
            self.table(schema)
        return HEAD + "\n".join(self.out) + "\n"


def empty_names(value, where=""):
    """Names without a value: in `{ description: one, two }` the second is no text."""
    if isinstance(value, dict):
        for name, one in value.items():
            if one is None:
                yield f"{where}: “{name}”"
            yield from empty_names(one, f"{where}/{name}")
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from empty_names(one, f"{where}/{number}")


def main():
    contract = yaml.safe_load(CONTRACT.read_text(encoding="utf-8"))
    written = Reference(contract).write()
    if "--write" in sys.argv[1:]:
        PAGE.write_text(written, encoding="utf-8")
        return 0
    cases = Cases("lint_api_reference")
    with cases.case("each name of the contract has a value: what holds a comma stands in quotes"):
        found = list(empty_names(contract))
        assert not found, "\n".join(found)
    with cases.case("docs/api-reference.md is what the contract says"):
        assert PAGE.exists() and PAGE.read_text(encoding="utf-8") == written, "run tests/lint/api_reference.py --write and read what has changed"
    with cases.case("every route of the contract stands in it once, with who may come in"):
        for path, each in contract["paths"].items():
            for method in each:
                if method != "parameters":
                    assert written.count(f"\n### {method.upper()} {path}\n") == 1, (method, path)
    with cases.case("so does each message that the server sends, with its headers and answers"):
        for name, each in contract["webhooks"].items():
            assert list(each) == ["post"] and written.count(f"\n### POST {name}\n") == 1, name
            part = written.split(f"\n### POST {name}\n", 1)[1].split("\n## ", 1)[0]
            for said in [*(f"`{one['name']}`" for one in each["post"]["parameters"]), "**2XX**", "**Else**"]:
                assert said in part, (name, said)
    with cases.case("what it leads to is there"):
        titles = {anchor(title) for title in re.findall(r"^#+ (.*)$", written, re.MULTILINE)}
        gone = sorted(set(re.findall(r"\]\(#([^)]*)\)", written)) - titles)
        assert not gone, gone
    return cases.finish()


if __name__ == "__main__":
    sys.exit(main())
