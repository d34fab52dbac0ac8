// YAML that apps and buildpacks write. Small only: the parser's time grows with the square of the text.
import { parse } from 'yaml';

export const MAX_YAML_CHARS = 16 * 1024;

/** What it says. Throws in the parser's words, or when it is too long. */
export function readYaml(text: string): unknown {
  if (text.length > MAX_YAML_CHARS) throw new Error(`it is longer than ${MAX_YAML_CHARS / 1024} kB`);
  return parse(text, { maxAliasCount: 10, logLevel: 'error' });
}
