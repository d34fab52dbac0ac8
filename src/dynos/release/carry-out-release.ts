// The release job: its command if it has one, then it is current, and the app's dynos follow.
import { tellStatus } from '../../actions/connection/tell-status.js';
import { takeOverCron } from '../../actions/schedule/take-over-cron.js';
import { appendOutput, readOutput } from '../../bus/output.js';
import { log } from '../../lib/log.js';
import type { App } from '../../model/app.js';
import { ChecksumError } from '../../model/build/checksum-error.js';
import { apiLine } from '../../model/logs/log-line.js';
import type { Release } from '../../model/release.js';
import type { Slug } from '../../model/build/slug.js';
import { findApp, lockApp } from '../../store/app/apps.js';
import { saveReleaseOutput } from '../../store/app/release-outputs.js';
import { findReleaseById, finishRelease } from '../../store/app/releases.js';
import { inTransaction } from '../../store/open-store.js';
import { connectedBuildOf } from '../../store/build/builds.js';
import { findSlug } from '../../store/build/slugs.js';
import { findUser } from '../../store/people/users.js';
import type { Deps } from '../deps.js';
import { isAway } from '../is-away.js';
import { NeverFits, NoRoom } from '../life/room.js';
import type { Reconciler } from '../reconcile.js';
import { retireCommand, runReleaseCommand } from './release-command.js';
import { announceRoute } from '../say.js';

/** Carries a pending release out; one that has ended only has its dynos looked at. Throws when the platform can't now. */
export async function carryOutRelease(
  deps: Deps,
  reconciler: Pick<Reconciler, 'reconcile'>,
  releaseId: string,
  signal: AbortSignal,
): Promise<void> {
  const release = await findReleaseById(deps.store, releaseId);
  if (!release) return;
  if (release.status === 'pending') await carryOut(deps, release, signal);
  await reconciler.reconcile(release.appId);
}

async function carryOut(deps: Deps, release: Release, signal: AbortSignal): Promise<void> {
  const [app, slug] = await Promise.all([
    findApp(deps.store, release.appId),
    release.slugId ? findSlug(deps.store, release.slugId) : undefined,
  ]);
  if (!app) return;
  const command = release.hasOutput ? slug?.processTypes['release'] : undefined;
  const hasCommand = slug !== undefined && command !== undefined;
  const status = hasCommand ? await runCommand(deps, { app, release, slug, command }, signal) : 'succeeded';
  const finished = await finish(deps, release, { status, slug });
  // It may be the first with `web`, or without: no dyno has to come or go for that.
  if (finished) void announceRoute(deps, release.appId);
  if (finished) log('released', { app: app.id, release: `v${release.version}`, status, ms: Date.now() - release.createdAt.getTime() });
  if (hasCommand) await closeOutput(deps, release.id);
  if (hasCommand) await retireCommand(deps, release);
  deps.bus.publish('release-finished', { releaseId: release.id }).catch(() => undefined);
  if (release.slugId !== null) deps.bus.publish('outbox-written', {}).catch(() => undefined);
}

/** With its end, what its app.json has by the clock takes the place of what the last one's had. */
function finish({ store, clock }: Deps, release: Release, o: { status: 'succeeded' | 'failed'; slug: Slug | undefined }) {
  return inTransaction(store, async (within) => {
    if (!(await lockApp(within, release.appId))) return undefined;
    const finished = await finishRelease(within, release.id, o.status);
    const build = finished && (await connectedBuildOf(within, finished.id));
    if (build) await tellStatus(within, build);
    const cron = o.slug?.cron ?? [];
    if (finished?.status === 'succeeded') await takeOverCron(within, { appId: release.appId, cron, now: new Date(clock.now()) });
    return finished;
  });
}

interface Command {
  app: App;
  release: Release;
  slug: Slug;
  command: string;
}

async function runCommand(deps: Deps, o: Command, signal: AbortSignal): Promise<'succeeded' | 'failed'> {
  const { app, release, slug } = o;
  const user = await findUser(deps.store, release.userId);
  const tell = (text: string) => deps.lines.write(app.id, apiLine(Date.now(), `${text} by user ${user?.email ?? 'unknown'}`));
  tell(`Running release v${release.version} commands`);
  const status = await runReleaseCommand(deps, { app, release, slug, formation: [] }, o.command, signal).catch(async (error: Error) => {
    // Faults that pass are the job's to try again; others end the release, with their reason.
    if (signal.aborted || isAway(error)) throw error;
    log('release-command-failed', { app: app.id, release: `v${release.version}`, error: error.message });
    await appendOutput(deps.bus, release.id, `\n !     ${reasonOf(error)}\n`);
    return 1;
  });
  if (status !== 0) tell(`Release v${release.version} command failed`);
  return status === 0 ? 'succeeded' : 'failed';
}

function reasonOf(error: Error): string {
  if (error instanceof NeverFits || error instanceof NoRoom) return error.message;
  return error instanceof ChecksumError ? 'The slug is damaged; push again.' : "The platform couldn't run the release command; push again.";
}

async function closeOutput(deps: Deps, releaseId: string): Promise<void> {
  await appendOutput(deps.bus, releaseId, '', true);
  const { chunks } = await readOutput(deps.bus, releaseId);
  await saveReleaseOutput(deps.store, releaseId, chunks.map((chunk) => chunk.text).join(''));
}
