// After the build: the release becomes current, and its first web dyno answers or fails. Nothing here refuses a push.
import { PlatformError } from '../model/errors.js';
import { crashText, judgeWeb, wantsWeb, type SeenDyno } from '../model/judge-web.js';
import type { Api } from './api.js';
import { readCrashReason } from './crash-reason.js';
import { isRecord } from '../lib/look-up.js';
import { listOf, recordOf, textOf, type Json } from './json.js';
import type { Printer } from './printer.js';
import type { Push } from './push.js';
import { patiently, waitFor, type Bell } from './wait.js';

interface Verify {
  api: Api;
  bell: Bell;
  out: Printer;
  push: Push;
}

/** Longer than a dyno may take to boot. */
const DYNO_WITHIN_MS = 75_000;
const STORE_BACK_WITHIN_MS = 60_000;
const RELEASE_WITHIN_MS = 60 * 60_000;

export async function verifyRelease(o: Verify, releaseId: string): Promise<void> {
  o.out.blankLine();
  o.out.print('Verifying deploy...');
  try {
    await watch(o, releaseId);
  } catch (error) {
    // The release is made; a push that were refused now would leave the ref behind what runs.
    o.out.warn(
      `Couldn't follow the release to its end: ` +
        `${error instanceof PlatformError ? error.message : 'the platform gave an answer that makes no sense.'}\n` +
        `Look at it with paas ps -a ${o.push.appName}.`,
    );
  }
}

async function watch(o: Verify, releaseId: string): Promise<void> {
  const path = `/apps/${o.push.appId}/releases/${releaseId}`;
  const waits = { bell: o.bell, id: releaseId };
  const release = await waitFor(() => patiently(() => o.api.call('GET', path)), STORE_BACK_WITHIN_MS);
  if (isRecord(release) && typeof release['output_stream_url'] === 'string') {
    o.out.line(' done.');
    o.out.line('Running release command...');
    o.out.line();
    await printOutput(o, path, release['output_stream_url'], waits);
    o.out.freshLine();
    o.out.print('Waiting for release....');
  }
  const ended = isEnded(release) ? release : await waitFor(() => readEnded(o, path), RELEASE_WITHIN_MS, waits);
  const version = Number(recordOf({ release: ended ?? release }, 'release')['version']);
  const isReleased = ended?.['status'] === 'succeeded';
  const trouble = isReleased ? await watchWebDyno(o, ended, version) : [`v${version} was not released; what ran before goes on.`];
  o.out.line(trouble ? ' failed.' : ' done.');
  if (!trouble) return;
  const scripts = `Scripts hear of it by the exit status of: paas releases:wait v${version} -a ${o.push.appName}`;
  o.out.warn([...trouble, scripts].join('\n'));
}

/** The stream answers 404 until the command says something, which it need not. */
async function printOutput(o: Verify, path: string, url: string, waits: { bell: Bell; id: string }): Promise<void> {
  await waitFor(
    async () => {
      const hasEnded = (await readEnded(o, path)) !== undefined;
      const isTold = await patiently(() => o.api.stream(url, (chunk) => o.out.print(chunk)));
      return isTold || hasEnded || undefined;
    },
    RELEASE_WITHIN_MS,
    waits,
  );
}

async function readEnded({ api }: Verify, path: string): Promise<Json | undefined> {
  const release = await patiently(() => api.call('GET', path));
  return isEnded(release) ? release : undefined;
}

function isEnded(release: unknown): release is Json {
  return isRecord(release) && release['status'] !== 'pending';
}

/** What went wrong with the first web dyno, in lines; null when it is up, or none is wanted. */
async function watchWebDyno(o: Verify, release: Json, version: number): Promise<string[] | null> {
  if (!(await isWebWanted(o, release))) return null;
  const started = new Map<string, string>();
  const verdict = await waitFor(
    async () => {
      const dynos = listOf(await patiently(() => o.api.call('GET', `/apps/${o.push.appId}/dynos`)));
      return judgeWeb(started, dynos.map(asSeen), version);
    },
    DYNO_WITHIN_MS,
    { bell: o.bell, id: o.push.appId },
  );
  const logs = `See the log with: paas logs -a ${o.push.appName}`;
  if (!verdict) return [`v${version} is released, but its web process isn't up yet.`, logs];
  if (verdict.state === 'up') return null;
  const reason = await readCrashReason(o.api, { appId: o.push.appId, dyno: verdict.name });
  return [crashText(version, verdict), ...reason, logs];
}

function asSeen(dyno: Json): SeenDyno {
  const text = (key: string) => textOf(dyno, key);
  const version = Number(recordOf(dyno, 'release')['version']);
  return { id: text('id'), name: text('name'), type: text('type'), state: text('state'), release: { version } };
}

async function isWebWanted({ api, push }: Verify, release: Json): Promise<boolean> {
  const read = (path: string) => waitFor(() => patiently(() => api.call('GET', `/apps/${push.appId}/${path}`)), STORE_BACK_WITHIN_MS);
  const [slug, formation] = await Promise.all([read(`slugs/${textOf(release['slug'], 'id')}`), read('formation')]);
  const entries = listOf(formation).map((entry) => ({ type: textOf(entry, 'type'), quantity: Number(entry['quantity']) }));
  return wantsWeb(recordOf(slug, 'process_types'), entries);
}
