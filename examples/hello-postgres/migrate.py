# The release command: brings the database to what the app expects, before any dyno of the release starts.
import os

import psycopg

with psycopg.connect(os.environ["DATABASE_URL"]) as database:
    database.execute("CREATE TABLE IF NOT EXISTS visits (id bigserial PRIMARY KEY, at timestamptz DEFAULT now())")
print("The table of visits is there.")
