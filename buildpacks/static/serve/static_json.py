"""Reads static.json: whatever is in it is checked, so that nothing but its meaning reaches the configuration of nginx."""

import json
import os
import re

from basic_auth import read_auth
from problem import Problem

KEYS = ["root", "encoding", "clean_urls", "https_only", "canonical_host", "error_page", "routes", "redirects", "headers", "proxies", "basic_auth", "logging"]
STATUSES = (301, 302, 303, 307, 308)
LOG_LEVELS = ("debug", "info", "notice", "warn", "error", "crit", "alert", "emerg")
MOST_RULES = 2000
# nginx makes these itself.
OWN_HEADERS = ("connection", "content-length", "date", "transfer-encoding", "server")
IF_BUILT = "If a build makes it, put the buildpack that runs it before this one, as in: paas buildpacks:add -i 1 slipway/nodejs"
ORIGIN = re.compile(r"(https?)://((?:[A-Za-z0-9-]+\.)*[A-Za-z0-9-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?")


def read_site(app, env, trying=False):
    """What to serve and how, as a dictionary. `trying` forgives config vars that aren't set. Raises Problem."""
    app = os.path.realpath(app)
    path = os.path.join(app, "static.json")
    has_json = os.path.isfile(path)
    text = read(path) if has_json else ""
    given = parse(text) if text else {}
    vars = Variables(env, trying)
    site = {
        "app": app,
        "is_root_named": given.get("root") is not None,
        "root": read_root(app, given, has_json),
        "encoding": match(given, "encoding", r"[A-Za-z0-9_-]{1,40}", "UTF-8", 'the name of a character set, as "UTF-8"'),
        "clean_urls": flag(given, "clean_urls"),
        "https_only": flag(given, "https_only"),
        "canonical_host": read_host(given, vars),
        "routes": [read_route(key, value) for key, value in pairs(given, "routes")],
        "redirects": [read_redirect(key, value, vars) for key, value in pairs(given, "redirects")],
        "headers": [read_headers(key, value, vars) for key, value in pairs(given, "headers")],
        "proxies": [read_proxy(key, value, vars) for key, value in pairs(given, "proxies")],
        "basic_auth": read_auth(app, flag(given, "basic_auth"), env, trying),
        "logging": read_logging(given, env),
    }
    site["error_page"] = read_error_page(given, site["root"])
    site["warnings"] = list(warnings(app, given, site, vars, has_json and not text))
    return site


def warnings(app, given, site, vars, is_empty):
    """What may be another than was meant."""
    if is_empty:
        yield "static.json is empty: it is taken for {}."
    for key in given:
        if key not in KEYS:
            yield f"static.json has {quoted(key)}, which is not known here."
    for name in vars.missing:
        yield f"static.json names ${{{name}}}, which is not set: set it with config:set before the dyno starts."
    if site["basic_auth"]:
        yield from site["basic_auth"]["warnings"]
    elif os.path.isfile(os.path.join(app, ".htpasswd")):
        yield 'There is a file .htpasswd, but nobody is asked for a password: static.json lacks "basic_auth": true.'


def read(path):
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read().strip()
    except UnicodeDecodeError:
        raise Problem("static.json is not text in UTF-8.") from None


def parse(text):
    try:
        given = json.loads(text)
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


def read_root(app, given, has_json):
    """The folder that is served. Where static.json names none: public_html, as on Heroku, or the top if only that has a page."""
    value = given.get("root")
    if value is None and has_json:
        value = "public_html" if os.path.isdir(os.path.join(app, "public_html")) else ""
        if value == "" and not os.path.isfile(os.path.join(app, "index.html")):
            what = 'static.json names no "root", and there is no folder public_html, nor an index.html at the top.'
            raise Problem(what, 'Name the folder that is served, as in {"root": "dist"}.', IF_BUILT)
    elif value is None:
        value = ""
    name = plain('"root"', value).strip("/")
    root = os.path.realpath(os.path.join(app, name))
    if re.search(r'["\\$]|(^|/)\.\.(/|$)', name) or not f"{root}/".startswith(f"{app}/"):
        raise wrong('"root"', value, "a folder of the app")
    if not os.path.isdir(root):
        raise Problem(f"static.json: the folder {quoted(value)} that \"root\" names is not there.", IF_BUILT)
    return root


def read_host(given, vars):
    value = given.get("canonical_host")
    if value is None or value is False:
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


def read_route(key, value):
    """A file for paths; or an object, with paths that are excepted."""
    where = f'{quoted(key)} in "routes"'
    if not isinstance(value, dict):
        value = {"path": value}
    excepts = value.get("excepts") or []
    if "path" not in value or not isinstance(excepts, list):
        raise wrong(where, value, 'a file, or an object as {"path": "index.html", "excepts": ["/api/**"]}')
    pattern = pattern_of("routes", key)
    if excepts:
        pattern = f"^(?!(?:{'|'.join(pattern_of('excepts', each)[1:-1] for each in excepts)})$){pattern[1:]}"
    return (pattern, target("routes", key, value["path"]))


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
    texts = {}
    for name, text in value.items():
        if not re.fullmatch(r"[A-Za-z0-9!#%&'*+.^_`|~-]{1,100}", name) or name.lower() in OWN_HEADERS:
            raise wrong(f"a header's name for {where}", name, "one that may be set")
        text = json.dumps(text) if isinstance(text, (bool, int, float)) else text
        texts[name] = vars.fill(f"{name} for {where}", text, "")
    return (pattern_of("headers", key), texts)


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
    base = (base or "").rstrip("/") + "/"
    return {"path": path, "scheme": scheme, "place": f"{host}{port or ''}", "base": base}


def read_logging(given, env):
    value = dict(pairs(given, "logging"))
    level = value.get("error", "warn")
    if level not in LOG_LEVELS:
        raise wrong('"error" in "logging"', level, f"one of {', '.join(LOG_LEVELS)}")
    return {"access": flag(value, "access"), "error": "debug" if env.get("STATIC_DEBUG") else level}


def read_error_page(given, root):
    """The page for what isn't found; 404.html if it is there."""
    value = given.get("error_page")
    if value is None or value is False:
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
