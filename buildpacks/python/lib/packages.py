"""What decides which packages are installed: as long as it stays the same, those of the last build are good."""

import hashlib
import os

from problem import Problem
from requirements import Requirements

BUILD_FILES = ["pyproject.toml", "setup.py", "setup.cfg", "MANIFEST.in"]
NOT_SOURCE = {".git", ".slipway", ".heroku", ".profile.d", "__pycache__", "node_modules"}


class Packages:
    """`content` decides; `read` are the files and directories it was made of, beside those that are always looked at."""

    def __init__(self):
        self.content, self.read, self.warnings = [], [], []
        self.locked, self.installs_app = True, False

    def add_editable(self, path):
        """Installed as a link to where it is: its code may change, what it is made by may not."""
        files = [os.path.join(path, name) for name in BUILD_FILES]
        self.content.append([path, *names(path), *names(os.path.join(path, "src")), *map(digest, files)])
        self.read += [file for file in files if os.path.isfile(file)]

    def has_app(self, manager):
        """Whether the app's own pyproject.toml has a say in what is installed."""
        return manager in ("uv", "poetry", "pyproject") or any(isinstance(each, list) and each[:1] == ["."] for each in self.content)

    def add_copied(self, path):
        """Installed as a copy: any change of it counts."""
        self.content.append([path, tree_digest(path)])
        self.read.append(path)


def decisive(manager, docs):
    """The Packages of an app. Raises Problem."""
    packages = Packages()
    READERS[manager](packages, docs)
    return packages


def pip(packages, docs):
    requirements = Requirements("requirements.txt")
    packages.content.append(requirements.lines)
    packages.read += requirements.files
    for path in requirements.editable:
        packages.add_editable(path)
    for path in requirements.copied:
        packages.add_copied(path)


def pipenv(packages, docs):
    lock = docs["Pipfile.lock"]
    packages.content += [docs["Pipfile"], lock]
    if lock and not os.path.isfile("Pipfile"):
        raise Problem("no-pipfile", "There is a Pipfile.lock, but no Pipfile beside it.", "Commit Pipfile too, and push again.")
    if not lock:
        packages.locked = False
        packages.warnings.append('No Pipfile.lock: each build may install other versions. Run "pipenv lock" and commit it.')
    for entry in (lock.get("default") or docs["Pipfile"].get("packages") or {}).values():
        path = isinstance(entry, dict) and (entry.get("path") or entry.get("file"))
        if path and "://" not in path:
            packages.add_editable(path) if entry.get("editable") else packages.add_copied(path)


def need_pyproject(lock, docs):
    if not docs["pyproject.toml"]:
        fault = "the pyproject.toml beside it is empty" if os.path.isfile("pyproject.toml") else "no pyproject.toml beside it"
        raise Problem("no-pyproject", f"There is a {lock}, but {fault}.", "Commit pyproject.toml as it is on your machine, and push again.")


def poetry(packages, docs):
    need_pyproject("poetry.lock", docs)
    packages.content += [docs["pyproject.toml"], docs["poetry.lock"]]
    is_package = docs["pyproject.toml"].get("tool", {}).get("poetry", {}).get("package-mode", True)
    packages.installs_app = is_package and "build-system" in docs["pyproject.toml"]
    if packages.installs_app:
        packages.add_editable(".")
    for entry in docs["poetry.lock"].get("package", []):
        source = entry.get("source", {})
        if source.get("type") in ("directory", "file"):
            packages.add_editable(source["url"]) if entry.get("develop") else packages.add_copied(source["url"])


def uv(packages, docs):
    need_pyproject("uv.lock", docs)
    packages.content += [docs["pyproject.toml"], docs["uv.lock"]]
    for entry in docs["uv.lock"].get("package", []):
        source = entry.get("source", {})
        if "editable" in source:
            packages.add_editable(source["editable"])
        elif "directory" in source or "path" in source:
            packages.add_copied(source.get("directory") or source["path"])


def pyproject(packages, docs):
    packages.locked = False
    packages.content.append(docs["pyproject.toml"])
    packages.warnings.append('No lockfile: each build may install other versions. Run "uv lock" and commit uv.lock.')
    packages.installs_app = "build-system" in docs["pyproject.toml"]
    if packages.installs_app:
        packages.add_editable(".")


def setup(packages, docs):
    packages.locked = False
    packages.installs_app = True
    packages.add_editable(".")


def none(packages, docs):
    if not os.path.isfile("manage.py"):
        packages.warnings.append("No requirements.txt: the app gets Python without any packages.")


READERS = {"pip": pip, "pipenv": pipenv, "poetry": poetry, "uv": uv, "pyproject": pyproject, "setup": setup, "none": none}


def names(path):
    """Directories and modules at the top: a new one may be a new package."""
    if not os.path.isdir(path):
        return []
    return sorted(name for name in os.listdir(path) if name not in NOT_SOURCE and (name.endswith(".py") or os.path.isdir(os.path.join(path, name))))


def digest(path):
    if not os.path.isfile(path):
        return ""
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def tree_digest(path):
    if os.path.isfile(path):
        return digest(path)
    found = []
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(set(folders) - NOT_SOURCE)
        found += [[os.path.join(folder, name), digest(os.path.join(folder, name))] for name in sorted(files)]
    return found
