/** `https://user:secret@host/x` → `https://host/x`. */
export function withoutPassword(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]+@/, '$1');
}
