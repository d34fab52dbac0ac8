// Puts web's parts together: the two listeners, the git door, the chores.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cancelBuild } from '../actions/build/cancel-build.js';
import type { Context } from '../actions/context.js';
import { userOfRequest } from '../api/middleware/auth.js';
import type { ApiDeps } from '../api/deps.js';
import { openStreams } from '../api/open-streams.js';
import { describeEvent } from '../api/routes/webhook/describe-event.js';
import type { PushSession, PushSessions } from '../git/push-sessions.js';
import { createGitDoor } from '../git/smart-http.js';
import { listenForHooks, type Hooks } from '../hook/listen.js';
import { fingerprintOf, watchCertificate } from '../lib/certificate.js';
import { keepTrying } from '../lib/async/keep-trying.js';
import { log } from '../lib/log.js';
import { PUSH_INTERRUPTED, PUSH_OVER } from '../model/build/build.js';
import { PlatformError } from '../model/errors.js';
import { openBackupDirectory, type BackupFiles } from '../store/backup/backup-files.js';
import { openBackups } from '../store/backup/backups.js';
import { findBuild } from '../store/build/builds.js';
import type { OpenStore } from '../store/open-store.js';
import { PROVIDERS_SOCKET } from '../model/addon/own-services.js';
import { providersAt } from './ask-provider.js';
import { openBell } from './bell.js';
import { startChores, type ChoreParts } from '../chores/chores.js';
import type { EarlyDoor } from './early-door.js';
import { ensureAdmin } from './ensure-admin.js';
import { listenOnPort, listenOnSocket } from './listen.js';
import { createSite } from './site.js';

export interface WebOptions {
  ctx: Context & { store: OpenStore };
  home: string;
  node: string;
  bind: string;
  apiPort: number;
  domain: string;
  /** Names of the stacks that are offered, that of new apps first. */
  stacks: readonly string[];
  routerPort: number;
  rendezvousPort: number;
  /** By which add-ons of ours are reached from outside; null where they aren't. */
  dataPort?: number | null;
  /** Where other processes reach this port; null takes the port it got. */
  internalUrl: string | null;
  /** Where everybody else does; null takes it from each request. */
  publicUrl?: string | null;
  /** Who makes certificates by itself. */
  acme?: ChoreParts['acme'];
  adminEmail: string;
  adminTokenFile: string;
  blobsDir: string;
  /** Where backups of databases are; below the home unless given. */
  backupFiles?: BackupFiles;
  reposDir: string;
  runDir: string;
  hooksDir: string;
  /** The largest push, and the largest slug, in bytes. */
  maxBytes: number;
  /** Hosts that providers of add-ons, log drains and webhooks may be at though they are not public. */
  fetchAllow?: readonly string[];
  fetchCa?: string;
  /** Where the API's port is listened on already. */
  early?: EarlyDoor;
}

export interface Web {
  port: number;
  /** Pushes under way. */
  pushes: PushSessions;
  stop(): Promise<void>;
}

const CANCEL_WITHIN_MS = 120_000;

/** Starts answering; resolves when both listeners are open. */
export async function startWeb(o: WebOptions): Promise<Web> {
  const { ctx } = o;
  const startedAt = Date.now();
  mkdirSync(o.runDir, { recursive: true, mode: 0o700 });
  await ensureAdmin(ctx.store, { email: o.adminEmail, tokenFile: o.adminTokenFile });
  const streams = openStreams(ctx);
  let hooks = null as Hooks | null;
  const git = createGitDoor({
    reposDir: o.reposDir,
    runDir: o.runDir,
    hooksDir: o.hooksDir,
    store: ctx.store,
    maxPackBytes: o.maxBytes,
    authenticate: (http) => userOfRequest(ctx.store, http),
    watchAccess(asked) {
      const stream = { ...asked, verb: 'deploy' as const };
      const leave = streams.add(stream);
      const check = async () => (await streams.mayGoOn(stream)) || stream.end();
      void check().catch(() => undefined);
      return leave;
    },
    onPushGone(session) {
      hooks?.drop(session.pid);
      return cancelPush(ctx, session, PUSH_INTERRUPTED);
    },
    onPushOver(session) {
      void cancelPush(ctx, session, PUSH_OVER);
      return hooks?.drop(session.pid, new PlatformError('forbidden', PUSH_OVER)) ?? false;
    },
  });
  const certificate = watchCertificate(o.home);
  const rendezvous = { port: o.rendezvousPort, fingerprint: () => fingerprintOf(certificate()) };
  const api: ApiDeps = {
    ...ctx,
    stacks: o.stacks,
    askProvider: providersAt(ctx.store, join(o.runDir, PROVIDERS_SOCKET)),
    blobs: { dir: o.blobsDir, maxBytes: o.maxBytes },
    backups: openBackups(o.backupFiles ?? openBackupDirectory(join(o.home, 'backups')), ctx.store.key),
    streams,
    hasAcme: Boolean(o.acme),
    fetchAllow: o.fetchAllow ?? [],
    readCommit: git.readCommit,
    place: {
      domain: o.domain,
      routerPort: o.routerPort,
      rendezvous,
      internalUrl: o.internalUrl ?? '',
      publicUrl: o.publicUrl ?? null,
      dataPort: o.dataPort ?? null,
    },
  };
  const site = createSite({ api, store: ctx.store, git: git.middleware });
  // Hooks first: a push may come as soon as the door is open.
  const socketPath = join(o.runDir, 'hook.sock');
  const socket = await listenOnSocket({
    path: socketPath,
    answer: createSite({ api: { ...api, findPush: git.sessions.bySecret }, store: ctx.store }),
  });
  hooks = listenForHooks({ runDir: o.runDir, findPush: git.sessions.byPid, socketPath, bell: openBell(ctx.bus) });
  const door = await listenOnPort({ port: o.apiPort, host: o.bind, answer: site, certificate, early: o.early });
  api.place.internalUrl ||= `http://127.0.0.1:${door.port}`;
  const repos = { sweepRepos: git.sweep, reposDir: o.reposDir, removeRepo: git.removeRepo };
  const stopChores = startChores({
    fetchAllow: o.fetchAllow ?? [],
    runDir: o.runDir,
    fetchCa: o.fetchCa,
    describeEvent: (event) => describeEvent(api, event),
    ...repos,
    acme: o.acme ?? null,
    ctx,
    blobs: api.blobs,
    node: o.node,
    place: api.place,
    startedAt,
  });
  log('listening', { bind: o.bind, port: door.port });
  return {
    port: door.port,
    pushes: git.sessions,
    async stop() {
      await stopChores();
      hooks.close();
      await Promise.all([git.close(), door.close(), socket.close()]);
    },
  };
}

/** Nobody waits for a push's build any more. A store that is away is waited for, since the build would be released. */
async function cancelPush(ctx: Context, { buildId, appName }: PushSession, reason: string): Promise<void> {
  if (buildId === null) return;
  const cancel = async () => {
    const build = await findBuild(ctx.store, buildId);
    if (build?.status === 'pending') await cancelBuild(ctx, build, reason);
  };
  const cancelled = keepTrying('the end of a build', cancel, { forMs: CANCEL_WITHIN_MS });
  await cancelled.catch((error: Error) => log('cancel-failed', { build: buildId, app: appName, error: error.message }));
}
