"""What is to be done for an app, as bash reads it.

plan.py <stack's Python> <file of other versions>

Leaves with 9 when it has to know which other versions there are; NO_OTHERS says why that can't be known.
"""

import hashlib
import json
import os
import re
import shlex
import sys
import time
import tomllib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from manager import choose_manager
from packages import decisive
from problem import Problem
from wanted import check_own_python, own_python, resolve_python, wanted_python

SETTINGS = re.compile(r"^(PIP|UV|POETRY|PIPENV|PYC)_|^(CFLAGS|CPPFLAGS|CXXFLAGS|LDFLAGS|SLIPWAY_PYTHON_INSTALLER)$")
NO_SETTINGS = re.compile(r"CACHE|TIMEOUT|VIRTUALENV|PROJECT_ENVIRONMENT|_CERT$")
# Goes up when what is installed for the same packages changes.
REVISION = 1
# A list of versions is asked for anew when it is older.
FRESH_SECONDS = 3 * 3600


def load_toml(name):
    if not os.path.isfile(name):
        return {}
    try:
        with open(name, "rb") as file:
            return tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem("invalid-toml", f"{name} can't be read: {error}", "Correct it, commit, and push again.") from None


def load_json(name):
    if not os.path.isfile(name):
        return {}
    try:
        with open(name, encoding="utf-8-sig") as file:
            data = json.load(file)
        if not isinstance(data, dict) or "_meta" not in data:
            raise ValueError("it is not what pipenv writes")
        return data
    except ValueError as error:
        raise Problem("invalid-json", f"{name} can't be read: {error}", 'Make it anew with "pipenv lock", commit, and push again.') from None


def make_plan(stack, others, env):
    """The plan as a dict of strings. `others()` gives the versions that can be fetched. Raises Problem."""
    pyproject = load_toml("pyproject.toml")
    manager = choose_manager(pyproject)
    docs = {"pyproject.toml": pyproject, "Pipfile.lock": load_json("Pipfile.lock")} | {name: load_toml(name) for name in ("Pipfile", "uv.lock", "poetry.lock")}
    wanted, origin = wanted_python(docs)
    version = resolve_python(wanted, origin, stack, others)
    packages = decisive(manager, docs)
    check_own_python(version, origin, own_python(pyproject) if packages.has_app(manager) else None)
    settings = sorted((name, value) for name, value in env.items() if SETTINGS.search(name) and not NO_SETTINGS.search(name))
    key = hashlib.sha256(json.dumps([REVISION, manager, version, settings, packages.content], sort_keys=True, default=str).encode()).hexdigest()[:24]
    return {
        "MANAGER": manager,
        "PYTHON_VERSION": version,
        "PYTHON_ORIGIN": origin,
        "PACKAGES_KEY": key,
        "LOCKED": "1" if packages.locked else "",
        "INSTALLS_APP": "1" if packages.installs_app else "",
        "READ": packages.read,
        "WARNINGS": packages.warnings + venv_warnings(),
    }


def venv_warnings():
    found = [name for name in (".", ".venv", "venv", "env") if os.path.isfile(os.path.join(name, "pyvenv.cfg"))]
    return [f"A virtual environment ({name if name != '.' else 'pyvenv.cfg'}) is in the repository: it is not used here. Remove it (git rm -r --cached), and name it in .gitignore." for name in found]


def read_versions(path):
    """The list of other versions, where it is known and not old."""
    if os.environ.get("NO_OTHERS"):
        return os.environ["NO_OTHERS"]
    try:
        fresh = time.time() - os.path.getmtime(f"{path}.checked") < FRESH_SECONDS
    except OSError:
        fresh = False
    if not fresh:
        sys.exit(9)
    with open(path, encoding="utf-8") as file:
        return file.read().split()


def to_bash(plan):
    def quoted(value):
        return f"({' '.join(map(shlex.quote, value))})" if isinstance(value, list) else shlex.quote(value)

    return "\n".join(f"{name}={quoted(value)}" for name, value in plan.items())


def main(stack, versions):
    try:
        print(to_bash(make_plan(stack, lambda: read_versions(versions), os.environ)))
    except Problem as problem:
        print(to_bash({"FAILURE": problem.id, "FAILURE_DETAIL": problem.lines[0]}))
        print("", *(f" !     {line}" for line in problem.lines), sep="\n", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
