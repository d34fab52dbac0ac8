// A request head that is refused.
import { MAX_REQUEST_HEAD } from '../limits.js';

export interface BadHead {
  status: 400 | 405 | 408 | 414 | 431 | 501 | 505;
  /** As in the H26 line. */
  cause: string;
  /** For the person who sent it. */
  message: string;
}

/** `cause` is Heroku's `bad header` unless there is a better one. */
export function badHead(status: BadHead['status'], message: string, cause = 'bad header'): BadHead {
  return { status, cause, message };
}

export const UNSUPPORTED_VERSION = badHead(505, 'This is served over HTTP/1.0 and HTTP/1.1.', 'unsupported version');
export const OVERSIZED = badHead(431, `The head of a request may have ${MAX_REQUEST_HEAD} bytes.`);
export const TOO_LATE = badHead(408, 'The head of the request did not come in time.');
export const ONE_TOO_MANY = {
  code: 'H22',
  status: 503,
  cause: '',
  message: 'Too many connections come from your address. Close some, and try again.',
} as const;
export const TOO_MANY_HEADS = badHead(
  431,
  'Too many large requests are coming in. Try again, with smaller headers.',
  'too many large heads',
);
