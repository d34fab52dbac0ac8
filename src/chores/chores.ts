// What web does besides answering: queue lost work again, end builds nobody works on, sweep blobs and repositories.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../actions/context.js';
import type { FetchSettings } from '../outbound/git.js';
import { openFetchGuard, type FetchGuard } from '../outbound/fetch-guard.js';
import { trimOutbox } from '../store/outbox/outbox.js';
import { makeRoom } from '../bus/make-room.js';
import { log } from '../lib/log.js';
import type { BlobStore } from '../store/build/blobs.js';
import { forgetExpiredSlugs } from '../store/build/expired-slugs.js';
import type { Store } from '../store/open-store.js';
import { OWN_PROVIDERS, PROVIDERS_SOCKET } from '../model/addon/own-services.js';
import { trimRuns } from '../store/schedule/runs.js';
import { MOST_RUNS } from '../model/schedule/schedule.js';
import { SLUG_RETENTION } from '../model/build/slug.js';
import type { AcmeAuthority } from '../outbound/acme.js';
import { addDeployKey } from './connection/add-deploy-key.js';
import { tellHost } from './connection/tell-host.js';
import { keepLooking } from './connection/keep-looking.js';
import { keepCertifying } from './certificates/keep-certifying.js';
import { warnOfExpiring } from './certificates/expiring.js';
import { noteKeptDrains } from './note-kept-drains.js';
import { cancelOrphanedPushes } from './orphaned-pushes.js';
import { KEPT_MS } from '../model/webhook/webhook.js';
import { trimAudit } from '../store/audit/events.js';
import { trimWebhooks } from '../store/webhook/webhooks.js';
import { rotateCredential } from './addon/rotate-credential.js';
import { settleAddon } from './addon/settle-addon.js';
import { sweepAddons } from './addon/sweep-addons.js';
import { workOutbox } from './outbox/work-outbox.js';
import { keepEndingLost } from './lost-builds.js';
import { requeuePending } from './requeue.js';
import { keepSchedules } from './schedule/keep-schedules.js';
import { rollUpMetrics } from './roll-up-metrics.js';
import { sweepGoneApps } from './sweep-gone-apps.js';
import { deletePushedSource, sweepBlobs } from './sweep-blobs.js';
import { lookForWebhooks } from './webhook/look-for-webhooks.js';
import { capEvents } from './webhook/cap-events.js';
import { tellWebhook, type DescribeEvent } from './webhook/tell-webhook.js';

export interface ChoreParts {
  /** Hosts that providers of add-ons, log drains and webhooks may be at though they are not public. */
  fetchAllow: readonly string[];
  /** Where the platform's own providers are, and git finds a directory of its own. */
  runDir: string;
  /** Who vouches for those; absent, whom node trusts. */
  fetchCa?: string | undefined;
  describeEvent: DescribeEvent;
  ctx: Context;
  blobs: BlobStore;
  node: string;
  startedAt: number;
  /** Packs repositories again, and removes those of apps that are gone. */
  sweepRepos: () => Promise<void>;
  reposDir: string;
  removeRepo: (appId: string) => Promise<void>;
  acme: AcmeAuthority | null;
  /** Where apps answer. */
  place: { domain: string; routerPort: number };
}

const GIT_MS = 30_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Begins them all; returns the function that stops them. Each is logged when it fails, and done again at its next time. */
export function startChores({
  fetchAllow,
  runDir,
  fetchCa,
  describeEvent,
  ctx,
  blobs,
  node,
  startedAt,
  sweepRepos,
  reposDir,
  removeRepo,
  acme,
  place,
}: ChoreParts): () => Promise<void> {
  const attempt = (chore: string, work: () => Promise<unknown>) => () =>
    void work().catch((error: Error) => log('chore-failed', { chore, error: error.message }));
  const requeue = attempt('requeue', () => requeuePending(ctx));

  attempt('orphaned-pushes', () => cancelOrphanedPushes(ctx, { startedAt, node }).then(() => requeuePending(ctx)))();
  ctx.bus.onReconnect(requeue);
  ctx.bus
    .subscribe('app-destroyed', ({ appId }) => attempt('repo', () => removeRepo(appId))())
    .catch((error: Error) => log('chore-failed', { chore: 'repo', error: error.message }));
  const forgetApps = attempt('gone-apps', () => sweepGoneApps(ctx, { reposDir, removeRepo }));
  forgetApps();
  ctx.bus
    .subscribe('build-finished', ({ buildId }) => attempt('source', () => deletePushedSource(ctx, blobs, buildId))())
    .catch((error: Error) => log('chore-failed', { chore: 'source', error: error.message }));
  const noteDrains = attempt('drains', () => noteKeptDrains(ctx));
  noteDrains();
  const stopCertifying = acme ? keepCertifying(ctx, acme, place.domain, attempt) : () => undefined;
  const guard = openFetchGuard(fetchAllow, { ca: fetchCa, sockets: { [OWN_PROVIDERS]: join(runDir, PROVIDERS_SOCKET) } });
  const stopLooking = keepLooking(ctx, gitSettings(runDir, guard));
  const webhook = tellWebhook({ store: ctx.store, guard, describe: describeEvent });
  const deliveries = {
    addon: settleAddon({ ctx, guard, fetchAllow }),
    rotation: rotateCredential({ ctx, guard }),
    webhook,
    'commit-status': tellHost({ ctx, guard, place }),
    'deploy-key': addDeployKey({ ctx, guard }),
  };
  const stopOutbox = workOutbox({ ...ctx, lookMs: lookForWebhooks(ctx.store), deliveries });
  const stopSchedules = keepSchedules(ctx, () => Date.now());
  const stopEnding = keepEndingLost(ctx);
  const timers = [
    setInterval(attempt('redis-memory', watchRedisMemory(ctx, requeue)), 3_000),
    setInterval(
      attempt('slugs', () => forgetOldSlugs(ctx.store)),
      HOUR_MS,
    ),
    setInterval(
      attempt('metrics', () => rollUpMetrics(ctx.store, Date.now())),
      MINUTE_MS,
    ),
    setInterval(
      attempt('blobs', () => sweepBlobs(ctx, blobs, Date.now())),
      10 * MINUTE_MS,
    ),
    setInterval(forgetApps, HOUR_MS),
    setInterval(noteDrains, MINUTE_MS),
    setInterval(
      attempt('certificates', () => warnOfExpiring(ctx, Date.now())),
      HOUR_MS,
    ),
    setInterval(
      attempt('outbox', () => trimOutbox(ctx.store, DAY_MS)),
      HOUR_MS,
    ),
    setInterval(
      attempt('webhooks', () => trimWebhooks(ctx.store, KEPT_MS)),
      HOUR_MS,
    ),
    setInterval(
      attempt('webhook-events', () => capEvents(ctx, Date.now())),
      10 * MINUTE_MS,
    ),
    setInterval(
      attempt('addons', () => sweepAddons(ctx, Date.now())),
      HOUR_MS,
    ),
    setInterval(
      attempt('schedule-runs', () => trimRuns(ctx.store, { before: new Date(Date.now() - 7 * DAY_MS), keep: 100, most: MOST_RUNS })),
      HOUR_MS,
    ),
    setInterval(
      attempt('audit', () => trimAudit(ctx.store)),
      DAY_MS,
    ),
    setInterval(attempt('repos', sweepRepos), DAY_MS),
  ];
  return async () => {
    stopCertifying();
    stopEnding();
    timers.forEach(clearInterval);
    await Promise.all([stopOutbox(), stopLooking(), stopSchedules()]);
  };
}

/** For asking hosts what their branches are at: nothing is fetched. */
function gitSettings(runDir: string, guard: FetchGuard): FetchSettings {
  const dir = join(runDir, 'git');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  return { cacheDir: dir, tempDir: dir, timeoutMs: GIT_MS, allowsFiles: false, guard };
}

/** Says when Redis has become full, and when it has room again: what could not be queued is queued then. Logs give way meanwhile. */
function watchRedisMemory({ bus }: Context, requeue: () => void): () => Promise<void> {
  let wasFull = false;
  return async () => {
    const isFull = bus.isFull();
    if (isFull && !wasFull)
      log('redis-full', { remedy: 'logs are shortened and changes refused until there is room; raise SLIPWAY_REDIS_MEMORY' });
    if (!isFull && wasFull) log('redis-has-room');
    if (!isFull && wasFull) requeue();
    wasFull = isFull;
    if (!isFull) return;
    const gone = await makeRoom(bus);
    if (gone.outputs + gone.logs > 0) log('redis-room-made', { ...gone });
  };
}

/** Slugs that nobody can roll back to; their blobs go with the next sweep, their images with the dyno manager's. */
async function forgetOldSlugs(store: Store): Promise<void> {
  const apps = await forgetExpiredSlugs(store, SLUG_RETENTION);
  if (apps.length > 0) log('slugs-forgotten', { slugs: apps.length, apps: new Set(apps).size });
}
