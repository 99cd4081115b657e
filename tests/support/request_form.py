"""A request's form, written by `rogatory request new` and filled in as a person does it."""


def write_request(person, path, head, assistance, facts, account=None, kind="bank_records"):
    """`head`: lines of the head by their names; `account`: lines (name, value) under the first account."""
    person.run("request", "new", kind, "--out", path)
    head, lines, filled = dict(head), [], {f"{name}:" for name, _ in account or ()}
    for line in path.read_text().splitlines():
        name = line.split(":")[0]
        lines.append(f"{name}: {head.pop(name)}" if name in head and ":" in line else line)
        if line == "[assistance]":
            lines.append(assistance)
        if line == "[facts]":
            lines.append(facts)
        if account and line.startswith("[account a1]"):
            lines += [f"{name}: {value}" for name, value in account]
    path.write_text("\n".join(line for line in lines if line not in filled) + "\n")
    return path
