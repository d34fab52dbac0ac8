/** A part of a URL as it is meant; as it stands where its escapes make no sense, such as in `100%`. */
export function unescaped(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
