// The one-off dynos of this home: each is seen through by one run of this process, whoever began it.
import { performance } from 'node:perf_hooks';
import { hashToken } from '../../lib/seal.js';
import { log } from '../../lib/log.js';
import type { Dyno } from '../../model/dyno.js';
import type { Caller } from '../../model/user.js';
import type { AttachSession } from '../../model/run/one-off.js';
import { deleteExpiredSessions, takeAttachSession } from '../../store/app/attach-sessions.js';
import { findDyno } from '../../store/app/dynos.js';
import { listOneOffDynos } from '../../store/app/one-offs.js';
import { mayGoOn } from '../../actions/people/may-on.js';
import type { OneOffs } from '../one-offs.js';
import type { OneOffParts } from './parts.js';
import { live } from './life.js';
import { listenForClients, type Door, type Host, type Rendezvous } from './rendezvous/listen.js';
import type { Line } from './rendezvous/line.js';
import { LIMITS, type Limits, type Run } from './run.js';
import { runInside } from './run-inside.js';

interface Kept extends Run {
  join(line: Line): void;
  stop(): void;
}

const LISTEN_AGAIN_MS = 1_000;
const FORGET_EVERY_MS = 60_000;

export function openOneOffs(deps: OneOffParts, door: Door & { limits?: Limits }): OneOffs {
  const limits = door.limits ?? LIMITS;
  const closing = new AbortController();
  const runs = new Map<string, Kept>();
  const lines = new Map<Line, AttachSession & { appId: string }>();
  const known = new Set<string>();
  const since = Date.now();
  let forgetAt = 0;
  let rendezvous = listen();

  async function look(appId?: string): Promise<void> {
    if (!appId && performance.now() >= forgetAt) {
      await deleteExpiredSessions(deps.store);
      forgetAt = performance.now() + FORGET_EVERY_MS;
    }
    for (const dyno of await listOneOffDynos(deps.store, appId)) {
      if (closing.signal.aborted) return;
      const run = runs.get(dyno.id) ?? take(dyno);
      if (dyno.state === 'down') run.stop();
    }
  }

  function take(dyno: Dyno): Kept {
    const stopping = new AbortController();
    let join!: (line: Line) => void;
    const line = new Promise<Line>((resolve) => (join = resolve));
    const run: Kept = { dyno, line, stopping: stopping.signal, closing: closing.signal, join, stop: () => stopping.abort() };
    // Only what an earlier manager knew, or an earlier run of ours, can have a container.
    const isFresh = !known.has(dyno.id) && dyno.createdAt.getTime() > since;
    known.add(dyno.id);
    runs.set(dyno.id, run);
    live(deps, run, { isFresh, limits })
      .then(() => known.delete(dyno.id), tell)
      .finally(() => {
        runs.delete(dyno.id);
        // Of what never began, or broke off, the client would wait for ever.
        void line.then((client) => client.cut());
      });
    return run;
  }

  function tell(error: Error): void {
    if (!closing.signal.aborted) log('one-off-left', { error: error.message });
  }

  /** Whom a secret leads to. It is good once. */
  async function find(secret: string): Promise<Host | null> {
    const session = await takeAttachSession(deps.store, hashToken(secret));
    if (!session || closing.signal.aborted) return null;
    const dyno = await findDyno(deps.store, session.dynoId);
    if (!dyno || !(await mayRun(session.by, dyno.appId))) return null;
    return { hasTty: session.hasTty, take: (line) => meet(line, dyno, session) };
  }

  function meet(line: Line, dyno: Dyno, session: AttachSession): void {
    lines.set(line, { ...session, appId: dyno.appId });
    line.gone.addEventListener('abort', () => lines.delete(line), { once: true });
    const { command } = session;
    if (command === null) (runs.get(dyno.id) ?? take(dyno)).join(line);
    else void runInside(deps, { ...session, command, dyno, line, limits }).catch(tell);
  }

  function cut(isMeant: (session: AttachSession & { appId: string }) => boolean): void {
    for (const [line, session] of lines) if (isMeant(session)) line.cut();
  }

  const mayRun = (caller: Caller, appId: string) => mayGoOn(deps.store, { caller, appId, verb: 'run' });

  /** Of those meant, whoever may run nothing there any more; one that can't be asked about keeps no other. */
  async function cutStrangers(isMeant: (session: AttachSession & { appId: string }) => boolean): Promise<void> {
    const meant = [...lines].filter(([, session]) => isMeant(session));
    for (const [line, { by, appId }] of meant) if (!(await mayRun(by, appId).catch(() => true))) line.cut();
  }

  function listen(): Promise<Rendezvous | null> {
    return listenForClients({ ...door, find }).catch(async (error: Error) => {
      log('rendezvous-not-open', { port: door.port, error: error.message });
      await new Promise((resolve) => setTimeout(resolve, LISTEN_AGAIN_MS).unref());
      return closing.signal.aborted ? null : listen();
    });
  }

  const quietly = (work: Promise<unknown>) => void work.catch(() => undefined);
  quietly(deps.bus.subscribe('one-offs-changed', ({ appId }) => quietly(look(appId))));
  quietly(deps.bus.subscribe('app-destroyed', ({ appId }) => cut((session) => session.appId === appId)));
  quietly(
    deps.bus.subscribe('access-revoked', ({ userId, authorizationId }) =>
      cut(({ by }) => by.userId === userId && (authorizationId === null || by.authorizationId === authorizationId)),
    ),
  );
  quietly(
    deps.bus.subscribe('access-changed', ({ userId, appId }) =>
      quietly(cutStrangers((session) => (userId === null || session.by.userId === userId) && (appId === null || session.appId === appId))),
    ),
  );
  deps.bus.onReconnect(() => quietly(cutStrangers(() => true)));
  return {
    look,
    async port() {
      return (await rendezvous)?.port ?? 0;
    },
    async close() {
      closing.abort();
      await (await rendezvous)?.close();
    },
  };
}
