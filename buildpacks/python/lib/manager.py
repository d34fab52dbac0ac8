"""Which package manager an app uses: the one whose file it has."""

import os

from problem import Problem

LOCKS = {"Pipfile.lock": "pipenv", "requirements.txt": "pip", "poetry.lock": "poetry", "uv.lock": "uv"}
MISSPELT = ["requirement.txt", "Requirement.txt", "Requirements.txt", "requirements.text", "requirements.txt.txt", "requirments.txt", "requirements"]
OTHERS = {
    "pdm.lock": "PDM is not known here: write its packages down with \"pdm export -o requirements.txt --prod\", and commit that.",
    "environment.yml": "Conda is not known here: list the app's packages in requirements.txt, and commit that.",
}


def choose_manager(pyproject):
    """One of pip, pipenv, poetry, uv, pyproject, setup, none. Raises Problem."""
    found = [name for name in LOCKS if os.path.isfile(name)]
    if len(found) > 1:
        raise Problem("multiple-managers", f"Files of several package managers: {', '.join(found)}.", "Keep the one you use, remove the others, and push again.")
    if found:
        refuse_empty(found[0])
        return LOCKS[found[0]]
    if os.path.isfile("Pipfile"):
        return "pipenv"
    if "dependencies" in pyproject.get("tool", {}).get("poetry", {}) and "dependencies" not in pyproject.get("project", {}):
        raise Problem("no-poetry-lock", "There is no poetry.lock, which says what Poetry installs.", 'Run "poetry lock", commit poetry.lock, and push again.')
    if "project" in pyproject:
        return "pyproject"
    if os.path.isfile("setup.py") or is_package("setup.cfg"):
        return "setup"
    explain_none()
    return "none"


def refuse_empty(name):
    """An empty requirements.txt says that there are no packages; no tool writes an empty lockfile."""
    if name == "requirements.txt":
        return
    with open(name, "rb") as file:
        if not file.read().removeprefix(b"\xef\xbb\xbf").strip():
            raise Problem("empty-lockfile", f"{name} is empty.", f'Make it anew with "{LOCKS[name]} lock", commit {name}, and push again.')


def is_package(path):
    if not os.path.isfile(path):
        return False
    with open(path, encoding="utf-8", errors="replace") as file:
        return "[metadata]" in file.read()


def explain_none():
    """A name that is nearly right is why there is nothing to install."""
    present = set(os.listdir("."))
    for name in MISSPELT:
        if name in present and os.path.isfile(name):
            raise Problem("misspelt-requirements", f"{name} is not read: packages are listed in a file called requirements.txt.", f"Rename it (git mv {name} requirements.txt), commit, and push again.")
    for name, advice in OTHERS.items():
        if name in present:
            raise Problem("unknown-manager", advice)
    if not any(name.endswith(".py") for name in present) and not os.path.isfile("Procfile"):
        raise Problem("no-packages-file", "There is no requirements.txt, Pipfile.lock, poetry.lock, uv.lock or pyproject.toml, and no .py file at the top of the app.", "Commit one, and push again.")
