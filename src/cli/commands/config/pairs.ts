import { CliError } from '../../api/errors.js';

/** `['A=1', 'B=x=y']` → `{ A: '1', B: 'x=y' }`. Throws CliError for a word without `=` or without a name. */
export function parsePairs(words: string[]): Record<string, string> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf('=');
      if (at < 1) throw new CliError(`${at < 0 ? word : JSON.stringify(word)} is invalid. Must be in the format FOO=bar.`);
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}
