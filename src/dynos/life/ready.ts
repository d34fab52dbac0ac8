// When a dyno is ready: a web dyno listens on its port and, where the app asks for that, answers; any other as soon as it runs.
import { pause } from '../../lib/async/clock.js';
import { BOOT_CHECK_PATH } from '../../model/run/app-feature.js';
import type { Dyno } from '../../model/dyno.js';
import { listFeatures } from '../../store/app/features.js';
import { releaseConfigVars } from '../../store/app/releases.js';
import type { Deps } from '../deps.js';
import type { Running } from '../driver.js';

/** Why it isn't ready in its time: what its boot check got at last, null when it doesn't listen. */
export interface NotReady {
  got: { path: string; answer: number | string } | null;
}

const FIRST_BAD_STATUS = 500;
const ASK_AGAIN_MS = 250;
const ANSWER_WITHIN_MS = 10_000;
/** One that listens in the last moment is asked once. */
const FIRST_TRY_MS = 100;

/** Resolves when it is ready or its time is over; with anything when aborted. */
export async function readiness(deps: Deps, dyno: Dyno, running: Running, signal: AbortSignal): Promise<'ready' | NotReady> {
  if (dyno.type !== 'web') return 'ready';
  // A spare container ran before it was this dyno.
  const until = Math.max(running.startedAt, dyno.createdAt.getTime()) + deps.bootTimeoutMs;
  const leftMs = () => Math.max(0, until - deps.clock.now());
  const port = dyno.port ?? 0;
  const path = await bootCheckPath(deps, dyno);
  if (!(await running.listens({ port, timeoutMs: leftMs(), signal }))) return { got: null };
  if (path === null) return 'ready';
  for (let got: NotReady['got'] = null; ;) {
    const timeoutMs = Math.min(ANSWER_WITHIN_MS, got === null ? Math.max(leftMs(), FIRST_TRY_MS) : leftMs());
    if (timeoutMs === 0) return { got };
    const answer = await running.answers({ port, path, timeoutMs, signal });
    if (typeof answer === 'number' && answer < FIRST_BAD_STATUS) return 'ready';
    // That it was cut short says less than what it got before.
    if (typeof answer === 'number' || timeoutMs === ANSWER_WITHIN_MS || got === null) got = { path, answer };
    if (signal.aborted) return { got };
    await pause(deps.clock, Math.min(ASK_AGAIN_MS, leftMs()), signal);
  }
}

/** Null where listening is enough. */
async function bootCheckPath({ store }: Deps, dyno: Dyno): Promise<string | null> {
  if (!(await listFeatures(store, dyno.appId)).includes('http-boot-check')) return null;
  const { [BOOT_CHECK_PATH]: path = '/' } = await releaseConfigVars(store, dyno.releaseId);
  const { pathname, search } = new URL(`http://dyno/${path.replace(/^\/+/, '')}`);
  return pathname + search;
}

/** What the dyno's owner reads of it. */
export function checkText({ path, answer }: NonNullable<NotReady['got']>): string {
  return `The boot check got ${answer} for GET ${path}, and waits for a status below ${FIRST_BAD_STATUS} (app feature http-boot-check)`;
}
