// Reads a pack's table of named failures, and finds what it says of a log, as buildpacks/lib/explain.sh does.
import { readFileSync } from 'node:fs';

/** The id of the first row whose pattern matches a line of the log; `unknown` when none does. */
export function failureOf(pack: string, log: string): string {
  const rows = readFileSync(`buildpacks/${pack}/lib/failures.tsv`, 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
  const row = rows.find(([, pattern]) => log.split('\n').some((line) => new RegExp(pattern!).test(line)));
  return row?.[0] ?? 'unknown';
}

/** The ids in the order of the table, and rows that don't have three fields. */
export function readTable(pack: string): { ids: string[]; broken: string[] } {
  const lines = readFileSync(`buildpacks/${pack}/lib/failures.tsv`, 'utf8').trimEnd().split('\n');
  return { ids: lines.map((line) => line.split('\t')[0]!), broken: lines.filter((line) => line.split('\t').length !== 3 || line.endsWith('\t')) };
}
