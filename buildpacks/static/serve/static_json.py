"""Reads static.json: whatever is in it is checked, so that nothing but its meaning reaches the configuration of nginx."""

import json
import os
import re

KEYS = ["root", "encoding", "clean_urls", "https_only", "canonical_host", "error_page", "routes", "redirects", "headers", "proxies", "basic_auth", "logging"]
STATUSES = (301, 302, 303, 307, 308)
LOG_LEVELS = ("debug", "info", "notice", "warn", "error", "crit", "alert", "emerg")
MOST_RULES = 2000
# nginx makes these itself.
OWN_HEADERS = ("connection", "content-length", "date", "transfer-encoding", "server")
ORIGIN = re.compile(r"(https?)://((?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")


class Problem(Exception):
    def __init__(self, *lines):
        super().__init__(lines[0])
        self.lines = lines


def read_site(app, env, trying=False):
    """What to serve and how, as a dictionary. `trying` forgives config vars that aren't set. Raises Problem."""
    app = os.path.realpath(app)
    path = os.path.join(app, "static.json")
    has_json = os.path.isfile(path)
    given = parse(path) if has_json else {}
    vars = Variables(env, trying)
    site = {
        "app": app,
        "has_json": has_json,
        "root": read_root(app, given),
        "encoding": match(given, "encoding", r"[A-Za-z0-9_-]{1,40}", "UTF-8", 'the name of a character set, as "UTF-8"'),
        "clean_urls": flag(given, "clean_urls"),
        "https_only": flag(given, "https_only"),
        "canonical_host": read_host(given, vars),
        "routes": [(pattern_of("routes", key), target("routes", key, value)) for key, value in pairs(given, "routes")],
        "redirects": [read_redirect(key, value, vars) for key, value in pairs(given, "redirects")],
        "headers": [rule for key, value in pairs(given, "headers") for rule in read_headers(key, value, vars)],
        "proxies": [read_proxy(key, value, vars) for key, value in pairs(given, "proxies")],
        "basic_auth": read_auth(app, given, env, trying),
        "logging": read_logging(given),
    }
    site["error_page"] = read_error_page(given, site["root"])
    unknown = [key for key in given if key not in KEYS]
    site["warnings"] = [f"static.json has {quoted(key)}, which is not known here." for key in unknown]
    site["warnings"] += [f"static.json names ${{{name}}}, which is not set: set it with config:set before the dyno starts." for name in vars.missing]
    if site["basic_auth"] and site["basic_auth"].get("missing"):
        site["warnings"].append("basic_auth needs the config vars BASIC_AUTH_USERNAME and BASIC_AUTH_PASSWORD, or a file .htpasswd: the dyno will not start without.")
    return site


def parse(path):
    try:
        with open(path, encoding="utf-8-sig") as file:
            given = json.load(file)
    except UnicodeDecodeError:
        raise Problem("static.json is not text in UTF-8.") from None
    except RecursionError:
        raise Problem("static.json can't be read as JSON: it is nested too deeply.") from None
    except ValueError as error:
        raise Problem(f"static.json can't be read as JSON: {error}") from None
    if not isinstance(given, dict):
        raise Problem('static.json is not an object, as {"root": "public"}.')
    return given


def quoted(value):
    return json.dumps(value)[:80]


def wrong(where, value, expected):
    return Problem(f"static.json: {where} is {quoted(value)}, but has to be {expected}.")


def plain(where, value):
    """A text without control characters."""
    if not isinstance(value, str):
        raise wrong(where, value, "a text")
    if any(ord(c) < 32 or ord(c) == 127 or 0xD800 <= ord(c) < 0xE000 for c in value):
        raise wrong(where, value, "a text without control characters")
    return value


def pairs(given, key):
    value = given.get(key, {})
    if value is None:
        return []
    if not isinstance(value, dict):
        raise wrong(f'"{key}"', value, "an object")
    if len(value) > MOST_RULES:
        raise Problem(f'static.json: "{key}" has {len(value)} entries; {MOST_RULES} are the most.')
    return list(value.items())


def flag(given, key):
    value = given.get(key, False)
    if not isinstance(value, bool):
        raise wrong(f'"{key}"', value, "true or false")
    return value


def match(given, key, pattern, default, expected):
    value = given.get(key)
    if value is None:
        return default
    if not isinstance(value, str) or not re.fullmatch(pattern, value):
        raise wrong(f'"{key}"', value, expected)
    return value


def read_root(app, given):
    """The folder that is served. Without one named: public_html where it is, as on Heroku, else the top."""
    value = given.get("root")
    if value is None:
        value = "public_html" if given and os.path.isdir(os.path.join(app, "public_html")) else ""
    name = plain('"root"', value).strip("/")
    root = os.path.realpath(os.path.join(app, name))
    if re.search(r'["\\$]|(^|/)\.\.(/|$)', name) or not f"{root}/".startswith(f"{app}/"):
        raise wrong('"root"', value, "a folder of the app")
    if not os.path.isdir(root):
        raise Problem(f"static.json: the folder {quoted(value)} that \"root\" names is not there.", "If a build makes it, put the buildpack that runs it before this one, as in: paas buildpacks:add -i 1 slipway/nodejs")
    return root


def read_host(given, vars):
    value = given.get("canonical_host")
    if value is None:
        return None
    host = vars.fill('"canonical_host"', value, "localhost")
    if not re.fullmatch(r"[A-Za-z0-9.-]{1,253}", host):
        raise wrong('"canonical_host"', value, 'the name of a host, as "www.example.com"')
    return host.lower()


def pattern_of(where, text):
    """A pattern for paths as a regular expression: * is anything but a slash, ** is anything."""
    path = plain(f'a path in "{where}"', text)
    path = path if path.startswith("/") else f"/{path}"
    parts = re.split(r"(\*\*|\*)", path)
    return "^" + "".join({"*": "[^/]*", "**": ".*"}.get(part) or re.sub(r"[^A-Za-z0-9/_~ -]", escape, part) for part in parts) + "$"


def escape(found):
    char = found.group()
    return "\\" + char if ord(char) < 128 else char


def target(where, key, value):
    """A file below the root, as a path."""
    path = "/" + plain(f'{quoted(key)} in "{where}"', value).lstrip("/")
    if re.search(r"/\.(?!well-known/)", path):
        raise wrong(f'{quoted(key)} in "{where}"', value, "a file of the site, without a dot before its name")
    return path


def read_redirect(key, value, vars):
    where = f'{quoted(key)} in "redirects"'
    if isinstance(value, str):
        value = {"url": value}
    if not isinstance(value, dict) or "url" not in value:
        raise wrong(where, value, 'an object, as {"url": "/new", "status": 302}')
    status = value.get("status", 301)
    if isinstance(status, bool) or status not in STATUSES:
        raise wrong(f"the status of {where}", status, f"one of {', '.join(map(str, STATUSES))}")
    url = vars.fill(where, value["url"], "/")
    if not re.match(r"/|https?://", url) or re.search(r'[\s"<>\\^`{|}]', url):
        raise wrong(where, value["url"], "a path, or a URL that begins with https:// or http://")
    return (pattern_of("redirects", key), int(status), url)


def read_headers(key, value, vars):
    where = f'{quoted(key)} in "headers"'
    if not isinstance(value, dict):
        raise wrong(where, value, 'an object, as {"Cache-Control": "no-store"}')
    rules = []
    for name, text in value.items():
        if not re.fullmatch(r"[A-Za-z0-9!#%&'*+.^_`|~-]{1,100}", name) or name.lower() in OWN_HEADERS:
            raise wrong(f"a header's name for {where}", name, "one that may be set")
        rules.append((pattern_of("headers", key), name, vars.fill(f"{name} for {where}", text, "")))
    return rules


def read_proxy(key, value, vars):
    where = f'{quoted(key)} in "proxies"'
    path = plain('a path in "proxies"', key)
    if not re.fullmatch(r"/[A-Za-z0-9._~/-]*", path):
        raise wrong('a path in "proxies"', key, 'a path in plain letters, as "/api/"')
    if not isinstance(value, dict) or "origin" not in value:
        raise wrong(where, value, 'an object, as {"origin": "https://api.example.com"}')
    found = ORIGIN.fullmatch(vars.fill(where, value["origin"], "http://localhost"))
    if not found:
        raise wrong(where, value["origin"], "a URL that begins with https:// or http://, without a query")
    scheme, host, port, base = found.groups()
    return {"path": path.rstrip("/") + "/", "origin": f"{scheme}://{host}{port or ''}", "base": (base or "").rstrip("/") + "/", "tls": scheme == "https"}


def read_auth(app, given, env, trying):
    if not flag(given, "basic_auth"):
        return None
    user, password = env.get("BASIC_AUTH_USERNAME", ""), env.get("BASIC_AUTH_PASSWORD", "")
    file = os.path.join(app, ".htpasswd")
    if user and password:
        if ":" in user or any(ord(c) < 32 for c in user):
            raise Problem("The config var BASIC_AUTH_USERNAME has a colon or a control character in it.")
        return {"user": user, "password": password}
    if os.path.isfile(file):
        return {"file": file}
    if trying:
        return {"user": "nobody", "password": os.urandom(8).hex(), "missing": True}
    raise Problem("basic_auth in static.json needs the config vars BASIC_AUTH_USERNAME and BASIC_AUTH_PASSWORD, or a file .htpasswd.")


def read_logging(given):
    value = dict(pairs(given, "logging"))
    level = value.get("error", "warn")
    if level not in LOG_LEVELS:
        raise wrong('"error" in "logging"', level, f"one of {', '.join(LOG_LEVELS)}")
    return {"access": flag(value, "access"), "error": level}


def read_error_page(given, root):
    """The page for what isn't found; 404.html if it is there."""
    value = given.get("error_page")
    if value is None:
        return "/404.html" if os.path.isfile(os.path.join(root, "404.html")) else None
    path = target("error_page", "error_page", value)
    if not os.path.isfile(root + path):
        raise Problem(f'static.json: the file {quoted(value)} that "error_page" names is not there.')
    return path


class Variables:
    """Fills ${NAME} in texts from the environment."""

    def __init__(self, env, trying):
        self.env, self.trying, self.missing = env, trying, []

    def fill(self, where, value, instead):
        names = re.findall(r"\$\{(\w+)\}", plain(where, value))
        unset = [name for name in names if name not in self.env]
        if unset and not self.trying:
            raise Problem(f"static.json: {where} names ${{{unset[0]}}}, which is not set.", f"Set it: config:set {unset[0]}=…")
        if unset:
            self.missing += [name for name in unset if name not in self.missing]
            return instead
        filled = re.sub(r"\$\{(\w+)\}", lambda found: self.env[found.group(1)], value)
        if any(ord(c) < 32 or ord(c) == 127 for c in filled):
            raise Problem(f"static.json: {where} has a config var with control characters in it.")
        return filled
