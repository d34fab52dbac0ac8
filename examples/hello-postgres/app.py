# An app with a database: it counts its visits in PostgreSQL, at DATABASE_URL.
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg


class Visits(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5) as database:
                status, text = 200, answer(database, self.path)
        except psycopg.Error as error:
            status, text = 503, str(error)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(f"{text}\n".encode())


def answer(database, path):
    if path == "/count":
        return database.execute("SELECT count(*) FROM visits").fetchone()[0]
    return f"Visit {database.execute('INSERT INTO visits DEFAULT VALUES RETURNING id').fetchone()[0]}"


ThreadingHTTPServer(("", int(os.environ["PORT"])), Visits).serve_forever()
