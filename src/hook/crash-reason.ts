// Why a dyno crashed, from the app's own log: what the platform said about its last start.
import type { Api } from './api.js';
import { textOf } from './json.js';

const LINE = /^\S+ heroku\[[^\]]+\]: (.*)$/;
const BEGIN = /^Starting process with command/;
const ERROR = /^(Error R\d+|The process listens on) /;
const EXIT = /^Process exited with status \d+/;

/** Lines that say why, most telling first; none when the log can't be read. */
export async function readCrashReason(api: Api, o: { appId: string; dyno: string }): Promise<string[]> {
  try {
    const wish = { source: 'heroku', dyno: o.dyno, lines: 50, tail: false };
    const log = await api.call('POST', `/apps/${o.appId}/log-sessions`, wish);
    const chunks: Buffer[] = [];
    await api.stream(textOf(log, 'logplex_url'), (chunk) => chunks.push(chunk));
    return findCrashReason(Buffer.concat(chunks).toString('utf8'));
  } catch {
    // The warning stands without it, and names the log.
    return [];
  }
}

/** Errors of the last start if there are any, else how its process ended. */
export function findCrashReason(log: string): string[] {
  const texts = log.split('\n').flatMap((line) => LINE.exec(line)?.[1] ?? []);
  const last = texts.slice(texts.findLastIndex((text) => BEGIN.test(text)) + 1);
  const errors = last.filter((text) => ERROR.test(text));
  return errors.length > 0 ? errors : last.filter((text) => EXIT.test(text)).slice(-1);
}
