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

it.each(['RESTORE', 'PROVE', 'COUNT'] as const)('%s, which runs what a dump holds, comes as nobody who may do more than an app', (name) => {
  const programs = transfers[name].split('\n').filter((line) => /\b(pg_restore|psql) -/.test(line));
  expect(programs).toHaveLength(1);
  expect(programs[0]).toMatch(/ -h 127\.0\.0\.1 -U (proof|"\$ROLE") /);
});
