// Reads a pack's table of named failures, and finds what it says of a log, as buildpacks/lib/explain.sh does.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** A test for each log, `[id, log]`, and one that no row is without a test or a text. */
export function testFailures(pack: string, title: string, logs: [string, string][]): void {
  describe(title, () => {
    it.each(logs)('%s, in log %#', (id, log) => expect(failureOf(pack, log)).toBe(id));

    it('have a test each, and a text', () => {
      const { ids, broken } = readTable(pack);
      expect(broken).toEqual([]);
      expect(ids.filter((id) => !logs.some(([tested]) => tested === id))).toEqual([]);
    });
  });
}

/** The id of the first row whose pattern matches a line of the log; `unknown` when none does. */
function failureOf(pack: string, log: string): string {
  const rows = readFileSync(`buildpacks/${pack}/lib/failures.tsv`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  const row = rows.find(([, pattern]) => log.split('\n').some((line) => new RegExp(pattern!).test(line)));
  return row?.[0] ?? 'unknown';
}

/** The ids in the order of the table, and rows that don't have three fields. */
function readTable(pack: string): { ids: string[]; broken: string[] } {
  const lines = readFileSync(`buildpacks/${pack}/lib/failures.tsv`, 'utf8').trimEnd().split('\n');
  return {
    ids: lines.map((line) => line.split('\t')[0]!),
    broken: lines.filter((line) => line.split('\t').length !== 3 || line.endsWith('\t')),
  };
}
