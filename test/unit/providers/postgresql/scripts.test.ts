import { expect, it } from 'vitest';
import * as calls from '../../../../src/providers/postgresql/call-scripts.js';
import * as scripts from '../../../../src/providers/postgresql/scripts.js';
import * as transfers from '../../../../src/providers/postgresql/transfer-scripts.js';

const { PSQL, OPTIONS, ...others } = { ...scripts, ...calls, ...transfers };

it.each(Object.entries(others))("%s runs nothing of an app's as the superuser: psql takes names of the server's own only", (_, script) => {
  const used = [...script.matchAll(/^.*\bpsql -/gm)].map(([line]) => line);
  expect(used.filter((line) => !line.includes(OPTIONS))).toEqual([]);
});

it("what an app sets for its database doesn't hold for us", () => {
  expect(PSQL).toContain('PGOPTIONS="-c search_path=pg_catalog ');
});
