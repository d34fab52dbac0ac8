"""Writes the configuration of nginx for a static site: configure.py [--try] <app directory> <directory to write to>

Reads static.json, PORT, and the environment that static.json names. What is wrong is said on stderr, in lines that say
what to do, and the exit status is 1. With --try nothing has to be set yet, and what is served is told on stdout.
"""

import os
import sys

from basic_auth import write_passwords
from nginx_conf import render
from problem import Problem
from static_json import read_site


def main(arguments):
    trying = arguments[0] == "--try"
    app, place = arguments[-2:]
    try:
        site = read_site(app, os.environ, trying)
        if site["basic_auth"]:
            write_passwords(site["basic_auth"], os.path.join(place, "htpasswd"))
        text = render(site, port=port_of(os.environ), place=place, resolvers=resolvers(), certificates=os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
        with open(os.path.join(place, "nginx.conf"), "w", encoding="utf-8") as file:
            file.write(text)
    except Problem as problem:
        sys.exit("\n".join(problem.lines))
    if trying:
        for line in tell(site):
            print(line)


def port_of(env):
    port = env.get("PORT") or "5000"
    if not port.isdigit() or not 0 < int(port) < 65536:
        raise Problem("PORT is not the number of a port.")
    return int(port)


def resolvers():
    """The addresses of the name servers, for origins of proxies."""
    try:
        with open("/etc/resolv.conf", encoding="ascii", errors="replace") as file:
            words = [line.split() for line in file]
    except OSError:
        return []
    addresses = [each[1].split("%")[0] for each in words if len(each) > 1 and each[0] == "nameserver"]
    return [f"[{address}]" if ":" in address else address for address in addresses if all(c in "0123456789abcdefABCDEF.:" for c in address)]


def tell(site):
    count = 0
    for _, folders, files in os.walk(site["root"]):
        folders[:] = [folder for folder in folders if not folder.startswith(".")]
        count += sum(not file.startswith(".") for file in files)
    where = os.path.relpath(site["root"], site["app"])
    yield f"Serving {'the top of the app' if where == '.' else where + '/'} ({count} files{', as static.json says' if site['is_root_named'] else ''})"
    if site["basic_auth"] and site["basic_auth"]["by"]:
        yield f"Asking everybody for a name and a password ({site['basic_auth']['by']})"
    for warning in site["warnings"]:
        yield f"! {warning}"


if __name__ == "__main__":
    main(sys.argv[1:])
