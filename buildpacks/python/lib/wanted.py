"""Which Python an app asks for, and where it does."""

import os
import re

from problem import Problem
from versions import newest, numbers, satisfies


def wanted_python(docs):
    """(version or range, file), or ("", "") when the app leaves it open. Raises Problem."""
    for name, read in (("runtime.txt", runtime_txt), (".python-version", python_version_file)):
        if os.path.isfile(name):
            return read(name), name
    for text, name in (
        (pipenv_python(docs["Pipfile.lock"].get("_meta", {})), "Pipfile.lock"),
        (pipenv_python(docs["Pipfile"]), "Pipfile"),
        (own_python(docs["pyproject.toml"]), "pyproject.toml"),
        (docs["uv.lock"].get("requires-python"), "uv.lock"),
        (docs["poetry.lock"].get("metadata", {}).get("python-versions"), "poetry.lock"),
    ):
        if text and text != "*":
            return str(text), name
    return "", ""


def pipenv_python(section):
    requires = section.get("requires", {})
    return requires.get("python_full_version") or requires.get("python_version")


def own_python(pyproject):
    """What the app itself asks for, as a package."""
    return pyproject.get("project", {}).get("requires-python") or pyproject.get("tool", {}).get("poetry", {}).get("dependencies", {}).get("python")


def check_own_python(version, origin, own):
    """Raises Problem where a file of its own asks for a Python that the app as a package does not run on."""
    try:
        if not own or origin not in ("runtime.txt", ".python-version") or satisfies(version, str(own)):
            return
    except ValueError:
        return
    raise Problem("own-python", f"{origin} asks for Python {version}, but the app itself for another: pyproject.toml says {own}.", "Correct one of the two, commit, and push again.")


def words(name):
    with open(name, encoding="utf-8-sig", errors="replace") as file:
        return [line for line in (re.sub(r"#.*", "", line).strip() for line in file) if line]


def python_version_file(name):
    lines = words(name)
    if len(lines) != 1:
        raise Problem("python-version-file", f"{name} holds {len(lines) or 'no'} versions, but an app runs on one.", f"Leave one line in {name}, such as 3.11.")
    return valid(lines[0].removeprefix("cpython-").removeprefix("python-"), name)


def runtime_txt(name):
    lines = words(name)
    match = re.match(r"^python-(\S+)$", lines[0]) if len(lines) == 1 else None
    if not match:
        raise Problem("runtime-txt", "runtime.txt does not hold a version in the form python-3.11.", "Correct it, or put just the version into a file .python-version and remove runtime.txt.")
    return valid(match[1], name)


def valid(text, name):
    if not re.match(r"^\d+\.\d+(\.\d+)?$", text):
        raise Problem("python-version-file", f"{text!r} in {name} is not a version of Python that can be asked for.", "Write two or three numbers, such as 3.11.")
    return text


def resolve_python(wanted, origin, stack, others):
    """The version to use. `others()` gives those that can be fetched, or a text that says why none can. Raises Problem."""
    try:
        # The stack's own serves whoever it satisfies: it is there already, and no list has to be asked.
        if not wanted or satisfies(stack, wanted):
            return stack
        known = others()
        found = newest(known, wanted) if isinstance(known, list) else None
    except ValueError:
        raise Problem("python-version", f"{wanted!r} in {origin} is not a range of Python versions.", 'Write for example ">=3.11".') from None
    if not found:
        raise cannot_be_had(wanted, origin, stack, known)
    return found


def cannot_be_had(wanted, origin, stack, others):
    short = ".".join(stack.split(".")[:2])
    lines = [f"Python {wanted} (asked for in {origin}) can't be had."]
    if wanted.startswith("2."):
        lines.append("Python 2 has had no updates since 2020; port the app to Python 3.")
    if isinstance(others, list):
        lines.append(f"There are: {', '.join([f'{stack} (the stack has it)'] + listed(wanted, others))}.")
    else:
        lines.append(f"There is: {stack}, the stack's own. No other can be fetched: {others}.")
    lines.append(f"Write {short} in {'runtime.txt as python-' + short if origin == 'runtime.txt' else origin}, or move the app to a stack that has another Python (paas stack).")
    return Problem("python-version", *lines)


def listed(wanted, others):
    """Of the same minor version all, else the newest of each."""
    minor = tuple(int(part) for part in re.findall(r"\d+", wanted)[:2])
    near = [version for version in others if numbers(version)[:2] == minor]
    newest_of = {numbers(version)[:2]: version for version in sorted(others, key=numbers)}
    return sorted(near or newest_of.values(), key=numbers, reverse=True)[:12]
