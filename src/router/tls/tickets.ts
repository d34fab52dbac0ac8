// Sessions are taken up again by a router that has been started anew, and by others beside it: their tickets are sealed with a key
// that each makes of the home's, another one each day.
import { hkdfSync } from 'node:crypto';

const DAY_MS = 86_400_000;
/** node's: 16 bytes of name, 16 and 16 of keys. */
const BYTES = 48;

/** The key of a day, counted from 1970. */
export function ticketKey(homeKey: Buffer, day: number): Buffer {
  return Buffer.from(hkdfSync('sha256', homeKey, '', `slipway tls tickets ${day}`, BYTES));
}

/** The day, counted from 1970. */
export function today(): number {
  return Math.floor(Date.now() / DAY_MS);
}
