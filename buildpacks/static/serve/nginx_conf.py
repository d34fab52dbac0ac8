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
        *indent(indent(line for index, proxy in enumerate(site["proxies"]) for line in proxy_lines(index, proxy, resolvers, certificates))),
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
    yield "charset_types text/css text/plain text/xml text/javascript text/markdown application/javascript application/json application/rss+xml;"
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
    yield from table("$asked", "$route", '""', site["routes"])
    for status in sorted({status for _, status, _ in site["redirects"]}):
        yield from table("$asked", f"$redirect_{status}", '""', [(pattern, url) for pattern, each, url in site["redirects"] if each == status])
    # A page is asked for anew in each visit, cheaply; a new deploy is seen at once.
    yield f'map $uri $cache_by_name {{ default ""; {regex(FINGERPRINTED)} "public, max-age=31536000, immutable"; }}'
    yield 'map $sent_http_content_type $cache_by_type { default $cache_by_name; "~^text/html" "no-cache"; }'
    for index, (name, rules) in enumerate(headers_by_name(site)):
        # The last rule wins.
        yield from table("$asked", f"$header_{index}", "$cache_by_type" if name == "cache-control" else '""', rules[::-1])


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


def headers_by_name(site):
    names = {"cache-control": []}
    for pattern, name, value in site["headers"]:
        names.setdefault(name.lower(), []).append((pattern, value))
    return list(names.items())


def server_lines(site, port, place):
    yield f"listen {port};"
    yield f"root {quote(site['root'], may_have_variables=False)};"
    yield "index index.html index.htm;"
    yield "absolute_redirect off;"
    yield "recursive_error_pages on;"
    spelled = {name.lower(): name for _, name, _ in site["headers"]}
    for index, (name, _) in enumerate(headers_by_name(site)):
        # What isn't found is not to be kept for long, whatever its path promises.
        yield f"add_header {quote(spelled.get(name, 'Cache-Control'), may_have_variables=False)} $header_{index}{'' if name == 'cache-control' else ' always'};"
    yield from error_lines(site)
    if site["basic_auth"]:
        yield 'auth_basic "Restricted";'
        yield f"auth_basic_user_file {place}/htpasswd;"
    yield "set $path $asked;"
    if site["https_only"]:
        yield 'if ($http_x_forwarded_proto = "http") { return 301 https://$host$request_uri; }'
    if site["canonical_host"]:
        yield f"if ($host != {quote(site['canonical_host'], may_have_variables=False)}) {{ return 301 $asked_scheme://{site['canonical_host']}$request_uri; }}"
    for status in sorted({status for _, status, _ in site["redirects"]}):
        yield f'if ($redirect_{status} != "") {{ return {status} $redirect_{status}; }}'


def error_lines(site):
    if site["error_page"]:
        yield f"error_page 404 500 {quote(site['error_page'])};"


def location_lines(site):
    # What belongs to the platform is nobody's business.
    yield r"location ~ /\.(?!well-known(/|$)) { return 404; }"
    if site["root"] == site["app"]:
        yield r"location ~ ^/(Procfile|app\.json|static\.json)$ { return 404; }"
    yield "location / {"
    yield f"  try_files $uri {'$uri.html ' if site['clean_urls'] else ''}$uri/ @missing;"
    # A folder without a page of its own.
    yield "  error_page 403 = @missing;"
    yield from indent(error_lines(site))
    yield "}"
    yield "location @missing {"
    yield '  if ($route = "") { return 404; }'
    yield "  try_files $route =404;"
    yield "}"


def proxy_lines(index, proxy, resolvers, certificates):
    path, origin, base = proxy["path"], proxy["origin"], proxy["base"]
    yield f"location ^~ {quote(path, may_have_variables=False)} {{"
    # As a variable: names are looked up for each request, and an origin that is away does not keep the dyno from starting.
    yield f"  set $origin_{index} {quote(origin, may_have_variables=False)};"
    yield f"  rewrite {quote('(?s)^' + re.escape(path) + '(.*)$', may_have_variables=False)} {quote(base, may_have_variables=False)[:-1]}$1\" break;"
    yield f"  proxy_pass $origin_{index};"
    yield f"  proxy_redirect {quote(origin + base, may_have_variables=False)} {quote(path, may_have_variables=False)};"
    yield "  proxy_http_version 1.1;"
    yield '  proxy_set_header Connection "";'
    yield "  proxy_set_header X-Forwarded-Host $http_host;"
    yield "  proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"
    if resolvers:
        yield f"  resolver {' '.join(resolvers)} ipv6=off;"
    if proxy["tls"]:
        yield "  proxy_ssl_server_name on;"
        if os.path.isfile(certificates):
            yield "  proxy_ssl_verify on;"
            yield "  proxy_ssl_verify_depth 5;"
            yield f"  proxy_ssl_trusted_certificate {quote(certificates, may_have_variables=False)};"
    yield "}"
