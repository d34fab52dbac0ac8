// From the words of `paas run` to what the API is asked for.
import type { Cli } from '../../command.js';
import { CliError } from '../../api/errors.js';

/** One word is a line for the shell; of several those with blanks or quotes stay one each, as Heroku's client has it. */
export function joinCommand(words: readonly string[]): string {
  if (words.length === 1) return words[0]!;
  return words.map((word) => (/[\s"]/.test(word) || word === '' ? `"${word.replaceAll('"', '\\"')}"` : word)).join(' ');
}

/** `A=1;B=2`, each time the option is given, and what a terminal is. Throws CliError for what is no pair. */
export function envOf({ env, stdout }: Pick<Cli, 'env' | 'stdout'>, given: readonly string[], isTerminal: boolean): Record<string, string> {
  const pairs = given.flatMap((text) => text.split(';')).filter((pair) => pair.trim() !== '');
  const own = pairs.map((pair) => {
    const [, key, value] = /^\s*([A-Za-z_]\w*)=([^]*)$/.exec(pair) ?? [];
    if (key === undefined) throw new CliError(`--env takes NAME=VALUE, several with ; between them; not ${pair.trim()}`);
    return [key, value ?? ''];
  });
  const window = `${stdout.rows || 24}x${stdout.columns || 80}`;
  return { ...(isTerminal && { TERM: env['TERM'] || 'xterm', SLIPWAY_WINDOW: window }), ...Object.fromEntries(own) };
}
