// Frames that a provider of add-ons sends for an app's log. Pure, and in one pass: they are a stranger's.
import { PlatformError } from '../errors.js';
import type { LogLine } from './log-line.js';

const SPACE = 0x20;
const MOST_DIGITS = 7;
const HEAD_FIELDS = 6;
/** Those that the platform itself says lines by. */
const OURS = new Set(['api', 'router', 'logplex', 'scheduler']);
const NAME = /^[a-z][a-z0-9-]{0,39}$/;
const LATEST_MS = 60_000;
const OLDEST_MS = 86_400_000;

/** `LEN SP MESSAGE`, one after the other. Throws `invalid_params` where they aren't that. */
export function readFrames(bytes: Buffer): string[] {
  const messages: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const space = bytes.subarray(at, at + MOST_DIGITS + 1).indexOf(SPACE);
    const count = bytes.toString('latin1', at, at + Math.max(space, 0));
    const start = at + space + 1;
    const end = start + Number(count);
    if (!/^[1-9]\d*$/.test(count) || end > bytes.length)
      throw new PlatformError(
        'invalid_params',
        `Frames must be a number of bytes, a space, and as many bytes: see frame ${messages.length + 1}.`,
      );
    messages.push(bytes.toString('utf8', start, end));
    at = end;
  }
  return messages;
}

/**
 * A message as a line of the app's log. It is by the add-on, whatever it says: no dyno, and nothing of the platform's, is called as a
 * provider may call itself. Undefined for what is no message.
 */
export function lineOfMessage(message: string, { service, now }: { service: string; now: number }): LogLine | undefined {
  let at = 0;
  const head: string[] = [];
  for (; head.length < HEAD_FIELDS;) {
    const end = message.indexOf(' ', at);
    if (end < 0) return undefined;
    head.push(message.slice(at, end));
    at = end + 1;
  }
  if (!/^<\d{1,3}>1$/.test(head[0]!)) return undefined;
  const text = message.slice(message.startsWith('- ', at) ? at + 2 : at);
  const [said, ps] = [Date.parse(head[1]!), head[4]!];
  const isSensible = said > now - OLDEST_MS && said < now + LATEST_MS;
  return { time: isSensible ? said : now, source: 'app', ps: NAME.test(ps) && !OURS.has(ps) ? ps : service, text };
}
