/** The first characters of a text, so many at most. No character is cut in half: PostgreSQL takes no half of one in JSON. */
export function cutText(text: string, most: number): string {
  return text.slice(0, most).replace(/[\ud800-\udbff]$/, '');
}
