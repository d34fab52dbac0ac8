import { shellWord } from '../../lib/shell-word.js';

/** A value for `NAME=value` in a shell: quoted where it must be; nothing for none. */
export function quote(text: string): string {
  return text === '' ? '' : shellWord(text);
}
