/** A word for a POSIX shell: as it is where that is safe, else in single quotes. */
export function quote(text: string): string {
  if (text === '' || /^[\w@%+=:,./-]+$/.test(text)) return text;
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
