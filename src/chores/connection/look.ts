// One look at the branch that an app is connected to: its host is asked for the tip, and what is new is built.
import { mayOn } from '../../actions/people/may-on.js';
import { buildConnected } from '../../actions/connection/build-connected.js';
import { sshLoginOf } from '../../actions/connection/ssh-login.js';
import { log } from '../../lib/log.js';
import type { GitConnection } from '../../model/connection/connection.js';
import { lookAgainAfter, tryAgainAfter } from '../../model/connection/pace.js';
import { PlatformError } from '../../model/errors.js';
import { withLogin } from '../../model/git/remote-url.js';
import { apiLine } from '../../model/logs/log-line.js';
import { isFetchFault } from '../../outbound/fetch-fault.js';
import { branchTip } from '../../outbound/git-commit.js';
import { withGit } from '../../outbound/git.js';
import { findApp } from '../../store/app/apps.js';
import { noteLook, readConnectionLogin } from '../../store/connection/connections.js';
import { checksOf, type Looking } from './checks-of.js';
import { findUser } from '../../store/people/users.js';

/** Another build of the app is under way: whoever ends it tells so, and otherwise it is found by looking. */
const BUSY_MS = 5_000;
const CHECKS_MS = 10_000;
/** Whoever has checks has told of them by then. */
const GIVE_UP_MS = 60 * 60_000;

/** Looks, and notes what came of it. Never throws for what the host does. */
export async function look(o: Looking, c: GitConnection): Promise<void> {
  const { store } = o.ctx;
  try {
    const tip = await tipOf(o, c);
    const isNew = tip !== c.tip;
    // What a branch was at before anybody knew it is nothing new, unless its host says so.
    const isDue = isNew && c.auto && (c.tip !== null || c.askedAt !== null);
    const course = isDue ? await courseOf(o, c, tip) : 'leave';
    const waitMs = typeof course === 'object' ? course.waitMs : null;
    const waiting = waitMs === null ? { waitingFor: null, waitingSince: null } : { waitingFor: tip, waitingSince: sinceOf(c, tip) };
    if (waitMs !== null || (course === 'build' && (await build(o, c, tip)) === 'busy')) {
      const nextMs = waitMs ?? BUSY_MS;
      await noteLook(store, c, { found: { failure: null, failures: 0, ...waiting }, isAnswered: false, nextMs });
      return;
    }
    const quietLooks = isNew ? 0 : c.quietLooks + 1;
    const found = { tip, failure: null, failures: 0, quietLooks, ...waiting };
    await noteLook(store, c, { found, isAnswered: true, nextMs: lookAgainAfter({ ...c, quietLooks }, Date.now()) });
  } catch (error) {
    if (!(error instanceof PlatformError) || o.signal.aborted) throw error;
    await fail(o, c, error);
  }
}

/** Whether a new commit is built now, waits for the host's checks, or is left: they have failed, or taken too long. */
async function courseOf(o: Looking, c: GitConnection, tip: string): Promise<'build' | 'leave' | { waitMs: number }> {
  if (!c.waitForCi) return 'build';
  const { verdict, againMs } = await checksOf(o, c, tip);
  if (verdict === 'passed') return 'build';
  const isOver = Date.now() - sinceOf(c, tip).getTime() > GIVE_UP_MS;
  if (verdict !== 'failed' && !isOver) return { waitMs: Math.max(CHECKS_MS, againMs ?? 0) };
  const why =
    verdict === 'failed'
      ? 'the checks of its host have failed'
      : `its host has told of no end of its checks within ${GIVE_UP_MS / 60_000} min`;
  o.ctx.lines.write(
    c.appId,
    apiLine(Date.now(), `${tip.slice(0, 8)} of ${c.branch} isn't deployed: ${why}. By hand: paas git:deploy ${tip.slice(0, 8)}`),
  );
  return 'leave';
}

function sinceOf({ waitingFor, waitingSince }: GitConnection, tip: string): Date {
  return waitingFor === tip && waitingSince ? waitingSince : new Date();
}

async function tipOf({ ctx, git, signal }: Looking, c: GitConnection): Promise<string> {
  const url = withLogin(c.url, await readConnectionLogin(ctx.store, c.id));
  const tip = await withGit({ ...git, ssh: await sshLoginOf(ctx, c.id) }, url, signal, (run) => branchTip(run, url, c.branch));
  if (tip !== null) return tip;
  throw new PlatformError(
    'not_found',
    `it has no branch ${c.branch} (any more); what is deployed goes on. Push the branch, or connect another`,
  );
}

async function build({ ctx }: Looking, c: GitConnection, tip: string): Promise<'begun' | 'busy'> {
  const [app, user] = await Promise.all([findApp(ctx.store, c.appId), findUser(ctx.store, c.userId)]);
  if (!app) return 'begun';
  if (!user || user.suspendedAt !== null || !(await mayOn(ctx.store, { ...user, scope: null, apps: null }, 'deploy', app)))
    throw new PlatformError('forbidden', 'who connected it may not deploy the app any more. Connect it again');
  try {
    await buildConnected(ctx, { app, user, connection: c, tip });
    return 'begun';
  } catch (error) {
    if (error instanceof PlatformError && error.id === 'conflict') return 'busy';
    throw error;
  }
}

/** Says it once, in the app's log too, and looks again later and later. */
async function fail({ ctx }: Looking, c: GitConnection, error: PlatformError): Promise<void> {
  const why = error.message.replace(/\.$/, '');
  const failure = `${why}.${isFetchFault(error, 'refused') ? remedyFor(c) : ''}`;
  const failures = c.failures + 1;
  log('git-look-failed', { app: c.appId, failures, error: why });
  if (failure !== c.failure) ctx.lines.write(c.appId, apiLine(Date.now(), `${c.branch} of ${c.url} can't be deployed: ${failure}`));
  await noteLook(ctx.store, c, { found: { failure, failures }, isAnswered: false, nextMs: tryAgainAfter(failures) });
}

function remedyFor({ branch, deployKey }: GitConnection): string {
  if (deployKey !== null) return ' Look at its URL, and add the deploy key at its host, to read only: paas git:info shows it';
  return ` Look at its URL, or give a token that may read it: paas git:connect URL --branch ${branch} --token-stdin`;
}
