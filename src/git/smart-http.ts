// The git door: smart HTTP at `/<app>.git`, mounted by `web`. Every request is authenticated and authorised here,
// before node-git-server sees any of it.
import { createReadStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Context, Middleware } from 'koa';
import { mayOn } from '../actions/people/may-on.js';
import { whyTokenMayNot } from '../actions/people/why-token-may-not.js';
import { within } from '../lib/async/within.js';
import { log } from '../lib/log.js';
import type { App } from '../model/app.js';
import { PUSH_OVER } from '../model/build/build.js';
import type { Commit } from '../model/git/commit.js';
import { tokenMay } from '../model/may.js';
import type { Actor, Caller } from '../model/user.js';
import { findApp } from '../store/app/apps.js';
import type { Store } from '../store/open-store.js';
import { openAdvertiser } from './advertise-refs.js';
import { finishPush } from './finish-push.js';
import { refuse } from './exchange.js';
import { readProtocol, settleGitEnvironment } from './git-environment.js';
import { isGitPath, parseGitRequest, type GitRequest } from './git-request.js';
import { pointHead } from './repos/point-head.js';
import { openPushBook, type PushSession, type PushSessions } from './push-sessions.js';
import { readCommit } from './repos/read-commit.js';
import { noteRepoSize } from './repos/repo-size.js';
import { openRepos } from './repos/repos.js';
import { servePack } from './serve-pack.js';
import { sweepRepos } from './repos/sweep-repos.js';

export interface GitDoorOptions {
  reposDir: string;
  runDir: string;
  /** Absolute path of the directory that holds `pre-receive`. */
  hooksDir: string;
  store: Store;
  /** The user whose token is the request's Basic password; null when there is none or it isn't known. */
  authenticate: (ctx: Context) => Promise<Knocking | null>;
  /** Calls `end` when the app is gone or its caller may do nothing any more, until the returned function is called. */
  watchAccess: (o: { appId: string; caller: Caller; end(): void }) => () => void;
  /** A push ended before its time: its client left, or git died. Its build is to be cancelled. */
  onPushGone: (session: PushSession) => Promise<void>;
  /** A push under way may go no further. Its build is to be cancelled; true when the pusher is told why by its hook. */
  onPushOver: (session: PushSession) => boolean;
  /** The largest pack that may be pushed, in bytes. */
  maxPackBytes: number;
}

export interface GitDoor {
  middleware: Middleware;
  sessions: PushSessions;
  /** Packs repositories again and removes those whose apps are gone; to be called nightly. */
  sweep(): Promise<void>;
  /** Removes an app's repository. */
  removeRepo(appId: string): Promise<void>;
  /** A commit that was pushed to an app; null when it isn't there. */
  readCommit(appId: string, id: string): Promise<Commit | null>;
  /** Ends every request under way. */
  close(): Promise<void>;
}

type Knocking = Actor & { authorizationId: string };

const CLOSE_WITHIN_MS = 5_000;
/** For a hook's last word to reach the pusher. */
const TELL_WITHIN_MS = 3_000;

/** Opens the door. From then on this process's environment is the one git runs in. */
export function createGitDoor(o: GitDoorOptions): GitDoor {
  settleGitEnvironment(process.env, join(o.hooksDir, 'git'));
  const repos = openRepos(o);
  const book = openPushBook(o.runDir);
  const advertise = openAdvertiser((name) => join(o.reposDir, name));
  const underWay = new Set<{ end: () => void; ended: Promise<unknown> }>();

  async function middleware(ctx: Context, next: () => Promise<unknown>): Promise<unknown> {
    if (!isGitPath(ctx.path)) return next();
    ctx.respond = false;
    ctx.res.on('error', () => undefined);
    const work = answer(ctx).catch((error: Error) => {
      log('git-fault', { path: ctx.path, error: error.message });
      refuse(ctx.res, { status: 503, message: 'The platform cannot answer right now; try again in a moment.' });
    });
    const entry = { end: () => ctx.res.destroy(), ended: work };
    underWay.add(entry);
    await work;
    underWay.delete(entry);
  }

  async function answer(ctx: Context): Promise<void> {
    const user = await o.authenticate(ctx);
    if (!user)
      return refuse(ctx.res, {
        status: 401,
        message: 'Log in with an API token as the password (any user name); paas login sets git up for it.',
        headers: { 'www-authenticate': 'Basic realm="Slipway"' },
      });
    const request = parseGitRequest({
      method: ctx.method,
      path: ctx.path,
      service: ctx.query['service'],
      contentType: ctx.get('content-type'),
    });
    if ('status' in request) return refuse(ctx.res, { ...request, ...(request.allow && { headers: { allow: request.allow } }) });
    // The same whatever is asked for: it says nothing of what there is.
    if (!tokenMay(user, 'deploy')) return refuse(ctx.res, { status: 403, message: await whyTokenMayNot(o, user) });
    const app = await findApp(o.store, request.app);
    if (!app || !(await mayOn(o.store, user, 'deploy', app))) return refuse(ctx.res, { status: 404, message: "Couldn't find that app." });
    const repoDir = await repos.ensure(app.id);
    await serve(ctx, { request, app, user, repoDir });
  }

  async function serve(
    ctx: Context,
    { request, app, user, repoDir }: { request: GitRequest; app: App; user: Knocking; repoDir: string },
  ): Promise<void> {
    const { req, res } = ctx;
    if (request.kind === 'head') return sendHead(ctx, repoDir);
    const { service } = request;
    // Version 2 is for fetching; pushes go on in the older ones.
    const protocol = service === 'upload-pack' ? readProtocol(ctx.get('git-protocol')) : null;
    const isPushed = book.list().some((push) => push.appId === app.id);
    if (request.kind === 'advertise' && !isPushed) await finishPush(o.store, { repoDir, app });
    if (request.kind === 'advertise') return advertise({ res, repoDir, service, protocol });
    let session = null as PushSession | null;
    const onStart = (git: { pid?: number | undefined }) => {
      if (service === 'receive-pack' && git.pid)
        session = book.begin({ userId: user.id, authorizationId: user.authorizationId, appId: app.id, appName: app.name, pid: git.pid });
    };
    const began = performance.now();
    const caller = { userId: user.id, authorizationId: user.authorizationId };
    const leave = o.watchAccess({ appId: app.id, caller, end: () => endEarly(res, session) });
    const { completed } = await servePack({ req, res, repoDir, service, protocol, onStart }).finally(leave);
    log('git', { service, app: app.name, user: user.email, ms: Math.round(performance.now() - began), completed });
    if (session) await endPush(session, { completed, repoDir });
    if (session && completed) await noteRepoSize(o.store, { appId: app.id, repoDir });
  }

  /** What is under way may go no further. A push is told why where git still listens. */
  function endEarly(res: ServerResponse, session: PushSession | null): void {
    if (session) session.isOver = true;
    const isTold = session !== null && o.onPushOver(session);
    if (!isTold) return refuse(res, { status: 403, message: PUSH_OVER });
    const late = setTimeout(() => res.destroy(), TELL_WITHIN_MS);
    res.once('close', () => clearTimeout(late));
  }

  /** The next push to the app has its turn when all of this is done. */
  async function endPush(session: PushSession, { completed, repoDir }: { completed: boolean; repoDir: string }): Promise<void> {
    try {
      if (completed && !session.isOver) await pointHead(repoDir);
      else await o.onPushGone(session);
      await finishPush(o.store, { repoDir, app: { id: session.appId, name: session.appName } });
    } finally {
      book.end(session);
    }
  }

  return {
    middleware,
    sessions: book,
    sweep: () => sweepRepos({ reposDir: o.reposDir, store: o.store }),
    removeRepo: (appId) => repos.remove(appId),
    readCommit: (appId, id) => readCommit({ repoDir: repos.pathOf(appId), id }),
    async close() {
      for (const entry of underWay) entry.end();
      // What waits for a store that is away is done by the next process.
      await within(CLOSE_WITHIN_MS, Promise.all([...underWay].map((entry) => entry.ended)));
    },
  };
}

async function sendHead(ctx: Context, repoDir: string): Promise<void> {
  ctx.res.setHeader('content-type', 'text/plain');
  await pipeline(createReadStream(join(repoDir, 'HEAD')), ctx.res);
}
