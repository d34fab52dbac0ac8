"""Who misses a module, by the traceback in a log: a tool of the platform, the app itself, or one of its packages.

blame.py <log> <the app's directory>

Prints `<name of the failure><tab><line>`. Leaves with 1 where it is as it seems: the app imports what is not installed.
"""

import os
import re
import sys

# What Python has thrown out, by the first version without it.
REMOVED = {
    (3, 12): {"asynchat", "asyncore", "distutils", "imp", "smtpd"},
    (3, 13): set("aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap nntplib pipes sndhdr telnetlib uu xdrlib".split()),
}
MISSING = re.compile(r"No module named '?([\w.]+)'?")
FRAME = re.compile(r'^\s*File "([^"]+)", line \d+')
TOOL = re.compile(r"/runtimes/(uv|poetry|pipenv)/")
PACKAGE = re.compile(r"/site-packages/([^/]+?)(?:\.py)?(?:/|$)")
# Loads what others name: the settings of a Django app, the module that a server is told.
LOADS_FOR_OTHERS = {"django", "gunicorn", "uvicorn", "celery"}


def blame(log, directory):
    """(name of the failure, line), or None."""
    lines = log.splitlines()
    found = [(index, MISSING.search(line)[1]) for index, line in enumerate(lines) if MISSING.search(line)]
    if not found:
        return None
    index, module = found[-1]
    # What came of it, if anything, says more.
    if any(line.startswith("Traceback") for line in lines[index:]):
        return None
    importer = importer_of(lines[: index + 1])
    tool = TOOL.search(importer)
    if tool:
        fault = f"{tool[1]}, which the platform has for this, does not run: it lacks {module}. That is no fault of the app;"
        return "tool-broken", f"{fault} the operator removes {tool[1]} from the runtimes, and the next build fetches it anew."
    package = PACKAGE.search(importer)
    who = package[1] if package and package[1] not in LOADS_FOR_OTHERS else ""
    top = module.split(".")[0]
    for version, modules in REMOVED.items():
        if top in modules:
            fault = f"{who or 'The app'} imports {top}, which Python has no longer since {version[0]}.{version[1]}:"
            return "module-removed", f"{fault} {'take a newer version of it' if who else 'correct that'}, or ask for an older Python in .python-version."
    if top != module and os.path.isdir(os.path.join(directory, top)):
        fault = f"{module} is imported, but there is no such module in the app's {top}:"
        return "own-module", f"{fault} correct the name, or commit it (is it in .gitignore or .slugignore?)."
    if who:
        fault = f"{who} imports {module}, which it has not brought:"
        return "package-import", f"{fault} add what has {module} to the app's packages, or take another version of {who}."
    return None


def importer_of(lines):
    """The file that imports: that of the last frame which is not Python's own way of importing."""
    if re.search(r"python[\d.]*: No module named", lines[-1]):
        return lines[-1]
    for line in reversed(lines):
        if line.startswith("Traceback"):
            break
        frame = FRAME.match(line)
        if frame and not re.search(r"<frozen |/importlib/__init__\.py$", frame[1]):
            return frame[1]
    return ""


def main(log, directory):
    with open(log, encoding="utf-8", errors="replace") as file:
        said = blame(file.read(), directory)
    if not said:
        sys.exit(1)
    print("\t".join(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
