// Why a dyno crashed, from the app's own log: what the platform said about its last start.
import type { Api } from './api.js';
import { textOf } from './json.js';
import { waitFor } from './wait.js';

const LINE = /^\S+ heroku\[[^\]]+\]: (.*)$/;
const BEGIN = /^Starting process with command/;
const ERROR = /^(Error R\d+|The process listens on) /;
const TOLD_WITHIN_MS = 1_000;
const EXIT = /^Process exited with status \d+/;

/** Lines that say why; none when the log doesn't tell within a second, or can't be read. */
export async function readCrashReason(api: Api, o: { appId: string; dyno: string }): Promise<string[]> {
  const reason = await waitFor(async () => {
    const found = findCrashReason(await readPlatformLines(api, o));
    return found.length > 0 ? found : undefined;
  }, TOLD_WITHIN_MS).catch(() => undefined);
  return reason ?? [];
}

async function readPlatformLines(api: Api, o: { appId: string; dyno: string }): Promise<string> {
  const wish = { source: 'heroku', dyno: o.dyno, lines: 50, tail: false };
  const session = await api.call('POST', `/apps/${o.appId}/log-sessions`, { body: wish });
  const chunks: Buffer[] = [];
  await api.stream(textOf(session, 'logplex_url'), (chunk) => chunks.push(chunk));
  return Buffer.concat(chunks).toString('utf8');
}

/** What is said of the last start that ended: its errors if there are any, else how its process ended. */
export function findCrashReason(log: string): string[] {
  const texts = log.split('\n').flatMap((line) => LINE.exec(line)?.[1] ?? []);
  const last = texts.findLastIndex((text) => ERROR.test(text) || EXIT.test(text));
  const begin = texts.slice(0, last + 1).findLastIndex((text) => BEGIN.test(text));
  const start = texts.slice(begin + 1, last + 1);
  const errors = start.filter((text) => ERROR.test(text));
  return errors.length > 0 ? errors : start.filter((text) => EXIT.test(text));
}
