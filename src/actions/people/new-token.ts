import { randomUUID } from 'node:crypto';

/** A token that nobody guesses. */
export function newToken(): string {
  return `HRKU-${randomUUID()}`;
}

/** What lists show of a token: enough to tell which it is. */
export function hintOf(token: string): string {
  return `${token.slice(0, 9)}**********${token.slice(-4)}`;
}
