// A name and password in a URL: everything before the last @ of its authority, or where that is no authority, before the first.
const LOGIN = /(\w+:\/\/)(?:[^/?#\s]*@|[^/?#\s@:]*:(?!\d+[/?#])[^\s@]*@)/g;

/** `https://user:secret@host/x` → `https://host/x`, wherever it stands in a text. */
export function withoutPassword(text: string): string {
  return text.replace(LOGIN, '$1');
}
