// What `paas config:set` is given: KEY=value words, values from files, or a whole file on standard input.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Cli } from '../../command.js';
import { parseEnvFile } from './env-file.js';
import { CliError } from '../../api/errors.js';
import { parsePairs } from './pairs.js';
import { readPiped } from '../../terminal/prompt.js';

const NOTHING = [
  'No config vars given.',
  'Name them, or pipe them in: paas config:set KEY=value, paas config:set KEY=@FILE, paas config:set < .env',
].join('\n');

/** The config vars to set. Throws CliError when there are none, or one can't be read. */
export async function givenVars(cli: Cli, words: string[]): Promise<Record<string, string>> {
  const pairs = Object.entries(parsePairs(words));
  if (pairs.length > 0) return Object.fromEntries(pairs.map(([key, value]) => [key, fromFile(cli.cwd, key, value)]));
  if (cli.stdin.isTTY) throw new CliError(NOTHING);
  const vars = parseEnvFile(await readPiped(cli));
  if (Object.keys(vars).length === 0) throw new CliError(NOTHING);
  return vars;
}

/** `@FILE` is the file's text, `@@…` is text that begins with `@`. */
function fromFile(cwd: string, key: string, value: string): string {
  if (value.startsWith('@@')) return value.slice(1);
  if (!value.startsWith('@')) return value;
  const file = value.slice(1);
  try {
    return readFileSync(resolve(cwd, file), 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    const remedy = `Text that begins with @ is given as ${key}=@@…`;
    throw new CliError(`Can't read ${key} from ${file || 'a file without a name'}: ${why}.\n${remedy}`);
  }
}
