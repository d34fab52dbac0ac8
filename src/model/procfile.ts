// The Procfile: one `name: command` per line.
//
//   line    = blank | comment | entry
//   comment = "#" anything
//   entry   = name ":" command        name = [A-Za-z0-9_-]{1,128}
//
// A BOM and carriage returns are dropped; a later entry of the same name wins.
import { PlatformError } from './errors.js';

const ENTRY = /^([A-Za-z0-9_-]{1,128}):\s*(.*\S)\s*$/;

/** Parses a Procfile. Throws `invalid_params` naming the first line that isn't an entry. */
export function parseProcfile(text: string): Record<string, string> {
  const types: Record<string, string> = {};
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const match = ENTRY.exec(line);
    if (!match) {
      throw new PlatformError('invalid_params', `Procfile line ${index + 1}: expected "name: command", found ${JSON.stringify(line.slice(0, 60))}`);
    }
    types[match[1]!] = match[2]!;
  }
  return types;
}
