/**
 * A URL, null for what is none; `base` is what a relative one is relative to. URL.canParse, which one would ask first, is wrong about
 * letters beyond ASCII as soon as it was called a few thousand times (Node 20 and 22).
 */
export function parseUrl(text: string, base?: string): URL | null {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
}
