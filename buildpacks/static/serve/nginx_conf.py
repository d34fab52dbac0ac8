"""The configuration of nginx as text. Whatever comes from an app passes through `quote` or is a number."""

import os
import re

MIME_TYPES = "/etc/nginx/mime.types"
# What the distribution's list lacks.
MORE_TYPES = {"mjs": "text/javascript", "webmanifest": "application/manifest+json", "avif": "image/avif", "wasm": "application/wasm", "woff2": "font/woff2", "md": "text/markdown"}
GZIP_TYPES = "text/plain text/css text/javascript text/markdown application/javascript application/json application/manifest+json application/xml application/rss+xml application/wasm image/svg+xml"
# A name with a fingerprint in it never gets another content; letters and digits, so that dates are none.
FINGERPRINTED = r"[.-](?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{8,}\.[a-z0-9.]+$"


def quote(text, may_have_variables=True):
    """A text as one word of nginx. Where nginx would look for variables, a dollar is the value of a variable."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + (escaped.replace("$", "${dollar}") if may_have_variables else escaped) + '"'


def regex(text):
    return quote(f"~{text}", may_have_variables=False)


def render(site, *, port, place, resolvers, certificates):
    """`place` is a directory that nginx may write to; `certificates` are those that origins of proxies are checked with."""
    lines = [
        f"pid {place}/nginx.pid;",
        "worker_processes 1;",
        f"error_log stderr {site['logging']['error']};",
        "events { worker_connections 1024; }",
        "http {",
        *indent(http_lines(site, place)),
        *indent(map_lines(site)),
        "  server {",
        *indent(indent(server_lines(site, port, place))),
        *indent(indent(location_lines(site))),
        *indent(indent(line for index, proxy in enumerate(longest_first(site["proxies"])) for line in proxy_lines(index, proxy, resolvers, certificates))),
        "  }",
        "}",
    ]
    return "\n".join(lines) + "\n"


def indent(lines):
    return [f"  {line}" for line in lines]


def http_lines(site, place):
    yield f"include {MIME_TYPES};"
    more = " ".join(f"{kind} {ending};" for ending, kind in missing_types())
    if more:
        yield f"types {{ {more} }}"
    yield "default_type application/octet-stream;"
    yield f"charset {site['encoding']};"
    yield "charset_types text/css text/plain text/xml text/javascript text/markdown application/javascript application/rss+xml;"
    yield "log_format forwarded '$http_x_forwarded_for - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" \"$http_user_agent\"';"
    # The router has told of each request already.
    yield "access_log /dev/stdout forwarded;" if site["logging"]["access"] else "access_log off;"
    yield "server_tokens off;"
    yield "sendfile on;"
    yield "tcp_nopush on;"
    yield "gzip on;"
    yield "gzip_static on;"
    yield "gzip_vary on;"
    yield "gzip_proxied any;"
    yield "gzip_min_length 256;"
    yield f"gzip_types {GZIP_TYPES};"
    for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"):
        yield f"{kind}_temp_path {place}/{kind};"


def missing_types():
    try:
        with open(MIME_TYPES, encoding="ascii") as file:
            known = set(re.findall(r"[\w-]+(?=[\s;])", file.read()))
    except OSError:
        known = set(MORE_TYPES)
    return [(ending, kind) for ending, kind in MORE_TYPES.items() if ending not in known]


def map_lines(site):
    yield 'geo $dollar { default "$"; }'
    # The path as it was asked for: $uri changes when another file is served for it. Read once, then kept.
    yield "map $uri $asked { default $uri; }"
    yield "map $http_x_forwarded_proto $asked_scheme { default http; https https; }"
    # Where to go when there is no file: proxies come before redirects, and redirects before routes.
    proxies = [(start_of(proxy), f"@proxy_{index}") for index, proxy in enumerate(longest_first(site["proxies"]))]
    redirects = [(pattern, f"@redirect_{status}") for pattern, status, _ in site["redirects"]]
    routes = [(pattern, "@route") for pattern, _ in site["routes"]]
    yield from table("$asked", "$instead", '"@nothing"', proxies + redirects + routes)
    yield from table("$asked", "$route", '""', site["routes"])
    # The folder that may be looked into: where there are routes a path leads to them, unless its pages have clean URLs.
    yield 'map $instead $folder { default $uri; "@route" "/.none"; }'
    yield from table("$asked", "$redirect", '""', [(pattern, url) for pattern, _, url in site["redirects"]])
    # A page is asked for anew in each visit, cheaply; a new deploy is seen at once. What an origin sends has its own rule.
    yield f'map $uri $cache_by_name {{ default ""; {regex(FINGERPRINTED)} "public, max-age=31536000, immutable"; }}'
    yield 'map $sent_http_content_type $cache_by_type { default $cache_by_name; "~^text/html" "no-cache"; }'
    yield 'map $upstream_addr $cache { default ""; "" $cache_by_type; }'
    # The last rule that matches is the one that counts, for all headers.
    yield from table("$asked", "$header_rule", '""', [(pattern, str(index)) for index, (pattern, _) in enumerate(site["headers"])][::-1])
    for index, (name, texts) in enumerate(headers_by_name(site).items()):
        yield f"map $header_rule $header_{index} {{"
        yield f"  default {'$cache' if name == 'cache-control' else quote('')};"
        yield from (f"  {rule} {quote(text)};" for rule, text in texts.items())
        yield "}"


def table(source, name, default, rules):
    """A map of nginx: the first regular expression that matches gives the value."""
    yield f"map {source} {name} {{"
    yield f"  default {default};"
    seen = set()
    for pattern, value in rules:
        if pattern not in seen:
            seen.add(pattern)
            yield f"  {regex('(?s)' + pattern)} {quote(value)};"
    yield "}"


def longest_first(proxies):
    return sorted(proxies, key=lambda proxy: -len(proxy["path"]))


def start_of(proxy):
    """What is passed on: all below the path, and the path itself if it is written without a slash."""
    path = proxy["path"]
    return "^" + (re.escape(path) if path.endswith("/") else f"{re.escape(path)}(/|$)")


def headers_by_name(site):
    """Name in small letters → index of the rule → text."""
    names = {"cache-control": {}}
    for index, (_, texts) in enumerate(site["headers"]):
        for name, text in texts.items():
            names.setdefault(name.lower(), {})[index] = text
    return names


def server_lines(site, port, place):
    yield f"listen {port};"
    yield f"root {quote(site['root'], may_have_variables=False)};"
    yield "index index.html index.htm;"
    yield "absolute_redirect off;"
    yield "recursive_error_pages on;"
    spelled = {name.lower(): name for _, texts in site["headers"] for name in texts}
    for index, name in enumerate(headers_by_name(site)):
        # What isn't found is not to be kept for long, whatever its path promises.
        yield f"add_header {quote(spelled.get(name, 'Cache-Control'), may_have_variables=False)} $header_{index}{'' if name == 'cache-control' else ' always'};"
    yield from error_lines(site)
    if site["basic_auth"]:
        yield 'auth_basic "Restricted";'
        yield f"auth_basic_user_file {place}/htpasswd;"
    yield "set $path $asked;"
    if site["https_only"]:
        yield 'if ($http_x_forwarded_proto != "https") { return 301 https://$host$request_uri; }'
    if site["canonical_host"]:
        yield f"if ($host != {quote(site['canonical_host'], may_have_variables=False)}) {{ return 301 $asked_scheme://{site['canonical_host']}$request_uri; }}"


def error_lines(site):
    if site["error_page"]:
        yield f"error_page 404 500 {quote(site['error_page'])};"


def location_lines(site):
    # What belongs to the platform is nobody's business. A path that is no file leads on, as in all of these.
    yield r"location ~ /\.(?!well-known(/|$)) {"
    yield '  if ($instead !~ "^@proxy_") { return 404; }'
    yield "  try_files /. $instead;"
    yield "}"
    if site["root"] == site["app"]:
        yield r"location ~ ^/(Procfile|app\.json|static\.json)$ { return 404; }"
    yield "location / {"
    yield f"  try_files {'$uri.html $uri $uri/' if site['clean_urls'] else '$uri $folder/'} $instead;"
    # A folder without a page of its own.
    yield "  error_page 403 = $instead;"
    yield from indent(error_lines(site))
    yield "}"
    yield "location @nothing { return 404; }"
    yield "location @route { try_files $route =404; }"
    for status in sorted({status for _, status, _ in site["redirects"]}):
        yield f"location @redirect_{status} {{ return {status} $redirect; }}"


def proxy_lines(index, proxy, resolvers, certificates):
    path, base = proxy["path"].rstrip("/"), proxy["base"]
    origin = f"{proxy['scheme']}://{proxy['place']}"
    yield f"location @proxy_{index} {{"
    # As a variable: names are looked up for each request, and an origin that is away does not keep the dyno from starting.
    yield f"  set $origin_{index} {quote(origin, may_have_variables=False)};"
    yield f"  rewrite {quote(f'(?s)^{re.escape(path)}/?(.*)$', may_have_variables=False)} {quote(base, may_have_variables=False)[:-1]}$1\" break;"
    yield f"  proxy_pass $origin_{index};"
    # An origin that stands behind a proxy itself may not know by which scheme it was asked.
    for scheme in ("http", "https"):
        own = f"{scheme}://{proxy['place']}{base}"
        yield f"  proxy_redirect {quote(own, may_have_variables=False)} {quote(path + '/', may_have_variables=False)};"
    yield "  proxy_http_version 1.1;"
    yield '  proxy_set_header Connection "";'
    yield "  proxy_set_header X-Forwarded-Host $http_host;"
    yield "  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
    if resolvers:
        yield f"  resolver {' '.join(resolvers)} ipv6=off;"
    if proxy["scheme"] == "https":
        yield "  proxy_ssl_server_name on;"
        if os.path.isfile(certificates):
            yield "  proxy_ssl_verify on;"
            yield "  proxy_ssl_verify_depth 5;"
            yield f"  proxy_ssl_trusted_certificate {quote(certificates, may_have_variables=False)};"
    yield "}"
