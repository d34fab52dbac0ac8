// A name and password in a URL: everything before the last @ of its authority, or where that is no authority, before the first.
// It begins at one character and looks no further than passwords reach: otherwise long texts take the square of their length.
const LOGIN = /(\w:\/\/)(?:[^/?#\s]{0,1024}@|[^/?#\s@:]{0,1024}:(?!\d{1,9}[/?#])[^\s@]{0,1024}@)/g;

/** `https://user:secret@host/x` → `https://host/x`, wherever it stands in a text. */
export function withoutPassword(text: string): string {
  return text.replace(LOGIN, '$1');
}
