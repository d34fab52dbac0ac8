/** A path as it may be kept: a log drain may be named by its URL, which may hold a password. */
export function shownPath(path: string): string {
  return path.replace(/(\/log-drains\/).+$/i, '$1…');
}
