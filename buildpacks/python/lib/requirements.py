"""What requirement files say, followed through -r and -c, and what of the app itself they install."""

import os
import re

OPTION = re.compile(r"^(?:-r|--requirement|-c|--constraint)(?:\s+|=|(?=[^\s=-]))(\S+)")
EDITABLE = re.compile(r"^(?:-e|--editable)(?:\s+|=)(\S+)")
REMOTE = re.compile(r"^(?:[a-z+]+://|git@)|@\s*(?!file:)[a-z+]+://", re.I)
ARCHIVE = re.compile(r"\.(whl|zip|tar\.gz|tgz|tar\.bz2)$")


def read_text(path):
    """A text as pip reads it: PowerShell writes UTF-16."""
    with open(path, "rb") as file:
        data = file.read()
    for mark, encoding in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    return data.decode("utf-8", "replace")


def logical_lines(text):
    joined = re.sub(r"\\\r?\n", " ", text)
    lines = (re.sub(r"(^|\s)#.*$", "", line).strip() for line in joined.splitlines())
    return [" ".join(line.split()) for line in lines if line]


class Requirements:
    """`lines` in order, `files` read on the way, and paths of the app that are installed, by how."""

    def __init__(self, top):
        self.lines, self.files, self.editable, self.copied = [], [], [], []
        self.read(top)

    def read(self, path):
        path = os.path.normpath(path)
        if path in self.files or not os.path.isfile(path):
            return
        self.files.append(path)
        for line in logical_lines(read_text(path)):
            self.lines.append(line)
            option = OPTION.match(line)
            if option and "://" not in option[1]:
                self.read(os.path.join(os.path.dirname(path), option[1]))
            elif not option:
                self.note_local(line)

    def note_local(self, line):
        editable = EDITABLE.match(line)
        target = (editable[1] if editable else re.sub(r"^[\w.\[\],-]+\s*@\s*", "", line).split(" ")[0]).removeprefix("file:").removeprefix("//")
        target = re.sub(r"(\[[^\]]*\]|#.*)$", "", target).replace("/app/", "./")
        if REMOTE.search(line.split(" ", 1)[-1] if editable else line) or target.startswith("-"):
            return
        if (target.startswith(".") or "/" in target or ARCHIVE.search(target)) and os.path.exists(target):
            (self.editable if editable else self.copied).append(os.path.normpath(target))
