"""Who may see a site: by BASIC_AUTH_USERNAME and BASIC_AUTH_PASSWORD, or by the app's own .htpasswd."""

import base64
import hashlib
import os
import re

from problem import Problem

NAMES = ("BASIC_AUTH_USERNAME", "BASIC_AUTH_PASSWORD")
NEEDS = "basic_auth needs the config vars BASIC_AUTH_USERNAME and BASIC_AUTH_PASSWORD, or a file .htpasswd"
# What nginx can check: its own three, and those of crypt(3).
HASH = re.compile(
    r"\{SHA\}[A-Za-z0-9+/]{27}=|\{SSHA\}[A-Za-z0-9+/]{28,}={0,2}"
    r"|\$apr1\$[^$]{1,8}\$[./0-9A-Za-z]{22}|\$1\$[^$]{0,8}\$[./0-9A-Za-z]{22}|\$2[aby]\$[0-9]{2}\$[./0-9A-Za-z]{53}"
    r"|\$5\$(rounds=[0-9]+\$)?[^$]{0,16}\$[./0-9A-Za-z]{43}|\$6\$(rounds=[0-9]+\$)?[^$]{0,16}\$[./0-9A-Za-z]{86}"
    r"|\$g?y\$[./0-9A-Za-z]+\$[./0-9A-Za-z]*\$[./0-9A-Za-z]{43}|\$7\$[./0-9A-Za-z]+\$[./0-9A-Za-z]{43}"
)
# The oldest of crypt(3). As a config var it is taken for a password of 13 letters.
OLD_HASH = re.compile(r"[./0-9A-Za-z]{13}")
LIKE_HASH = re.compile(r"\$[0-9a-z]{1,4}\$|\{[A-Z0-9]+\}")


def read_auth(app, is_asked, env, trying):
    """The lines of a password file, and where they come from; None where everybody may come in. A config var alone asks for
    a password too, as on Heroku: no site is open because a key was forgotten. Raises Problem."""
    if not is_asked and not any(name in env for name in NAMES):
        return None
    user, password = (env.get(name, "") for name in NAMES)
    path = os.path.join(app, ".htpasswd")
    if user and password:
        return {"by": "BASIC_AUTH_USERNAME", "lines": [line_of(user, password)], "warnings": warnings_of(password)}
    if os.path.isfile(path):
        return read_file(path)
    if trying:
        return {"by": None, "lines": [line_of("nobody", os.urandom(8).hex())], "warnings": [f"{NEEDS}: the dyno will not start without."]}
    missing = [name for name in NAMES if not env.get(name)]
    raise Problem(f"{NEEDS}.", f"Set it: config:set {' '.join(f'{name}=…' for name in missing)}")


def line_of(user, password):
    if ":" in user or any(ord(c) < 32 for c in user):
        raise Problem("The config var BASIC_AUTH_USERNAME has a colon or a control character in it.")
    bare = password.strip()
    return f"{user}:{bare if HASH.fullmatch(bare) else hashed(password.removeprefix('{PLAIN}'))}"


def hashed(password):
    salt = os.urandom(16)
    return "{SSHA}" + base64.b64encode(hashlib.sha1(password.encode("utf-8", "surrogateescape") + salt).digest() + salt).decode()


def warnings_of(password):
    bare = password.strip()
    if LIKE_HASH.match(bare) and not HASH.fullmatch(bare) and not bare.startswith("{PLAIN}"):
        return ["BASIC_AUTH_PASSWORD begins like a hash, but is none that nginx can check: it is taken for the password itself."]
    return []


def read_file(path):
    with open(path, encoding="utf-8", errors="surrogateescape") as file:
        lines = [line.strip() for line in file]
    lines = [line for line in lines if re.match(r"[^#:][^:]*:.", line)]
    if not lines:
        raise Problem(".htpasswd has no line with a name and a password.", 'Write one, as in: htpasswd -c .htpasswd jane')
    wrong = [line.split(":")[0] for line in lines if not is_checkable(line.split(":")[1])]
    return {"by": ".htpasswd", "lines": lines, "warnings": [f".htpasswd has no hash for {name} that nginx can check: {name} can't come in." for name in wrong]}


def is_checkable(text):
    return bool(HASH.fullmatch(text) or OLD_HASH.fullmatch(text) or text.startswith("{PLAIN}"))


def write_passwords(auth, path):
    """A file for nobody else."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write("".join(f"{line}\n" for line in auth["lines"]).encode("utf-8", "surrogateescape"))
