// The Procfile: one `name: command` per line, read as Heroku reads it.
//
//   line    = blank | comment | entry | stray
//   comment = "#" anything
//   entry   = name ( ":" | blanks ) command        name = [A-Za-z0-9_-]{1,128}
//
// An entry may be indented, and its colon may be missing when its name doesn't begin with "-": it is told. Strays are told and
// skipped. A BOM and carriage returns are dropped; a later entry of the same name wins.
import { PlatformError } from '../errors.js';

export interface Procfile {
  types: Record<string, string>;
  /** What is odd about it, a line each, for the person who pushes. */
  warnings: string[];
}

const ENTRY = /^(?:([A-Za-z0-9_-]{1,128})(:)|(\w[A-Za-z0-9_-]{0,127})(?=\s))(.*)$/;
const CONFLICT = /^(<{7}|={7}|>{7})( |$)/;
const SHOWN = 60;
const MOST_WARNINGS = 20;

/** Parses a Procfile. Throws `invalid_params` when none of its lines is an entry, though it has some. */
export function parseProcfile(text: string): Procfile {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map(readLine)
    .filter((line) => line !== null);
  const entries = lines.flatMap(({ entry }) => (entry ? [entry] : []));
  const warnings = lines.flatMap(({ warning }) => (warning === null ? [] : [warning]));
  if (entries.length === 0 && lines.length > 0) {
    throw new PlatformError('invalid_params', `The Procfile has no line of the kind "name: command". ${warnings[0]}`);
  }
  const seen = new Set<string>();
  const repeated = new Set(entries.flatMap(([name]) => (seen.has(name) ? [name] : (seen.add(name), []))));
  const repeats = [...repeated].map((name) => `The Procfile declares ${name} more than once; the last one counts.`);
  return { types: Object.fromEntries(entries), warnings: atMost(MOST_WARNINGS, [...warnings, ...repeats]) };
}

function atMost(most: number, warnings: string[]): string[] {
  const more = warnings.length - most;
  if (more <= 0) return warnings;
  return [...warnings.slice(0, most), `The Procfile has ${more} more ${more === 1 ? 'line' : 'lines'} of that kind.`];
}

interface Line {
  entry: [string, string] | null;
  warning: string | null;
}

/** Null for what is blank or a comment. */
function readLine(line: string, index: number): Line | null {
  const text = line.trim();
  if (text === '' || text.startsWith('#')) return null;
  const at = `Procfile line ${index + 1}`;
  if (CONFLICT.test(line)) {
    return { entry: null, warning: `${at} is skipped: a merge conflict is left there. Resolve it, commit, and push again.` };
  }
  const [, withColon, colon, without, rest = ''] = ENTRY.exec(text) ?? [];
  const command = rest.trim();
  if (command === '') return { entry: null, warning: `${at} is skipped: expected "name: command", found ${shown(text)}` };
  const name = withColon ?? without!;
  const isIndented = line !== line.trimStart();
  const odd = [...(colon ? [] : ['has no colon']), ...(isIndented ? ['is indented'] : [])];
  const warning = odd.length === 0 ? null : `${at} ${odd.join(' and ')}; it is taken as ${shown(`${name}: ${command}`)}`;
  return { entry: [name, command], warning };
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text);
}
