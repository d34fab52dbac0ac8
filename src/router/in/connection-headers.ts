// The headers of an answer that are about its connection, and its date.

let second = 0;
let date = '';

/** Ends with a line's end. */
export function connectionHeaders(keepsAlive: boolean, keepAliveMs: number): string {
  return keepsAlive
    ? `Date: ${now()}\r\nConnection: keep-alive\r\nKeep-Alive: timeout=${Math.floor(keepAliveMs / 1_000)}\r\n`
    : `Date: ${now()}\r\nConnection: close\r\n`;
}

function now(): string {
  const ms = Date.now();
  const current = Math.floor(ms / 1_000);
  if (current !== second) [second, date] = [current, new Date(ms).toUTCString()];
  return date;
}
