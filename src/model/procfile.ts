// The Procfile: one `name: command` per line.
//
//   line    = blank | comment | entry
//   comment = "#" anything
//   entry   = name ":" command        name = [A-Za-z0-9_-]{1,128}
//
// A BOM and carriage returns are dropped; a later entry of the same name wins.
import { PlatformError } from './errors.js';

const ENTRY = /^([A-Za-z0-9_-]{1,128}):\s*(.*\S)\s*$/;

const CONFLICT = /^(<{7}|={7}|>{7})( |$)/;

/** Parses a Procfile. Throws `invalid_params` naming the first line that isn't an entry. */
export function parseProcfile(text: string): Record<string, string> {
  return Object.fromEntries(entriesOf(text));
}

/** Names that a Procfile declares more than once. */
export function repeatedTypes(text: string): string[] {
  const names = entriesOf(text).map(([name]) => name);
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

function entriesOf(text: string): [string, string][] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  return lines.flatMap((line, index): [string, string][] => {
    if (line.trim() === '' || line.trimStart().startsWith('#')) return [];
    if (CONFLICT.test(line)) throw new PlatformError('invalid_params', `Procfile line ${index + 1}: a merge conflict is left there; resolve it, commit, and push again.`);
    const match = ENTRY.exec(line);
    if (!match) throw new PlatformError('invalid_params', `Procfile line ${index + 1}: expected "name: command", found ${JSON.stringify(line.slice(0, 60))}`);
    return [[match[1]!, match[2]!]];
  });
}
