// A driver that runs dynos in memory: a program is a few words about what it does, and starting one takes no time.
// What is in it outlives a manager, as containers do.
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { pause, type Clock } from '../../src/lib/async/clock.js';
import { ChecksumError } from '../../src/model/build/checksum-error.js';
import type { Dyno } from '../../src/model/dyno.js';
import type { Disk } from '../../src/dynos/readings/over-disk.js';
import type { Reading } from '../../src/dynos/readings/reading.js';
import type { Driver, Exit, Listed, News, Running, Socket } from '../../src/dynos/driver.js';

export interface Program {
  /** Where it listens: its port, or another one that is of no use. */
  listens?: 'port' | { address: string; port: number };
  /** How long it takes until then; no time where it is missing. */
  listensAfterMs?: number;
  /** What it answers to a GET of this path, so long after its start. */
  answers?: (path: string, ranMs: number) => number | string;
  /** Takes a request and never answers it. */
  isMute?: boolean;
  /** What answers there, on a socket of its own; without it nobody can connect. */
  serves?: RequestListener;
  says?: string;
  /** How it ends by itself, after so long. It runs on if this is missing. */
  exits?: { status: number; afterMs?: number };
  /** SIGTERM is nothing to it. */
  isStubborn?: boolean;
  /** What it is made of is broken. */
  isDamaged?: boolean;
}

export interface MemoryDriver extends Driver {
  /** It can't be reached, or again; what runs runs on. */
  cut(): void;
  join(): void;
  /** A container that no row knows. */
  addStray(appId: string): void;
}

interface Container extends Listed {
  program: Program;
  server: Server | null;
  /** One of its own, as real ones have. */
  host: string;
  port: number;
  startedAt: number;
  exit: Exit | null;
  end(status: number): void;
  ended: Promise<Exit>;
}

/** @param programOf what a command does; a command that it doesn't know runs on in silence */
export function openMemoryDriver(o: {
  clock: Clock;
  programs: Record<string, Program>;
  /** What a dyno uses now. */
  uses?: (dynoId: string) => Partial<Reading>;
  /** What it has on its disk. */
  disk?: (dynoId: string) => Disk | undefined;
}): MemoryDriver {
  const all = new Map<string, Container>();
  let news: News | null = null;
  let born = 0;
  let isCut = false;
  const waiting = new Set<() => void>();

  /** Whoever waits when it is cut off hears of it. */
  async function reached<T>(work: () => T | Promise<T>, signal?: AbortSignal): Promise<T> {
    if (isCut) throw away();
    return new Promise<T>((resolve, reject) => {
      const lose = () => reject(away());
      const leave = () => reject(signal?.reason as Error);
      waiting.add(lose);
      signal?.addEventListener('abort', leave, { once: true });
      new Promise<T>((begin) => begin(work())).then(resolve, reject).finally(() => {
        waiting.delete(lose);
        signal?.removeEventListener('abort', leave);
      });
    });
  }

  function add(dyno: Pick<Dyno, 'id' | 'appId' | 'port'>, program: Program): Container {
    let tell: (exit: Exit) => void = () => undefined;
    const ended = new Promise<Exit>((resolve) => (tell = resolve));
    const startedAt = o.clock.now();
    born += 1;
    const host = `127.1.${(born >> 8) & 255}.${born & 255}`;
    const container: Container = {
      containerId: randomUUID(),
      dynoId: dyno.id,
      appId: dyno.appId,
      state: 'running',
      program,
      server: program.serves ? createServer(program.serves).listen(dyno.port ?? 0, host) : null,
      host,
      port: dyno.port ?? 0,
      startedAt,
      exit: null,
      ended,
      end(status) {
        if (container.exit) return;
        container.exit = { status, outOfMemory: false, ranMs: o.clock.now() - startedAt };
        container.state = 'exited';
        container.server?.close().closeAllConnections();
        tell(container.exit);
        if (!isCut) news?.ended(container);
      },
    };
    all.set(container.containerId, container);
    const { exits } = program;
    if (exits) o.clock.after(exits.afterMs ?? 0, () => container.end(exits.status));
    return container;
  }

  function socketsOf({ program, port, state }: Container): Socket[] {
    const { listens } = program;
    if (!listens || state !== 'running') return [];
    return [{ ...(listens === 'port' ? { address: '0.0.0.0', port } : listens), state: 'listening' }];
  }

  function running(container: Container | undefined, containerId: string): Running {
    const isRunning = container?.state === 'running';
    return {
      containerId,
      isRunning,
      host: isRunning ? container.host : '',
      startedAt: container?.startedAt ?? 0,
      async listens({ port, timeoutMs, signal }) {
        const isThere = container ? socketsOf(container).some((socket) => socket.port === port) : false;
        const afterMs = isThere ? (container?.program.listensAfterMs ?? 0) : timeoutMs;
        if (afterMs > 0) await pause(o.clock, afterMs, signal);
        if (container?.server && !container.server.listening) await once(container.server, 'listening', { signal });
        return isThere && !signal.aborted;
      },
      async answers({ path, timeoutMs, signal }) {
        if (!container || container.exit) return 'connection refused';
        if (container.program.isMute) await pause(o.clock, timeoutMs, signal);
        if (container.program.isMute) return `no answer within ${timeoutMs / 1000} s`;
        return container.program.answers?.(path, o.clock.now() - container.startedAt) ?? 'connection refused';
      },
      sockets: async () => (container ? socketsOf(container) : null),
    };
  }

  const endOf = (containerId: string) => all.get(containerId)?.ended ?? Promise.resolve(UNKNOWN);

  return {
    name: 'memory',
    startsAtOnce: 16,
    trouble: () => (isCut ? 'memory: not reachable' : undefined),
    list: (appId) => reached(() => [...all.values()].filter((each) => !appId || each.appId === appId).map((each) => ({ ...each }))),
    prepare: (dyno) =>
      reached(() => {
        const program = o.programs[dyno.command] ?? {};
        if (program.isDamaged) throw new ChecksumError('a', 'b');
        return {
          start: () =>
            reached(() => {
              const container = add(dyno, program);
              return running(container, container.containerId);
            }),
        };
      }),
    find: (containerId) => reached(() => running(all.get(containerId), containerId)),
    dies: (containerId, signal) => reached(() => endOf(containerId), signal),
    ended: (containerId, signal) => reached(() => endOf(containerId), signal),
    exit: (containerId) =>
      reached(() => ({ ...(all.get(containerId)?.exit ?? UNKNOWN), isRunning: all.get(containerId)?.state === 'running' })),
    wasNeverBegun: async () => false,
    terminate: (containerId) =>
      reached(() => {
        const container = all.get(containerId);
        if (container && !container.program.isStubborn) container.end(143);
      }),
    kill: (containerId) => reached(() => all.get(containerId)?.end(137)),
    remove: (containerId) =>
      reached(() => {
        all.get(containerId)?.end(137);
        all.delete(containerId);
      }),
    async *output(containerId, { skipBytes, signal }) {
      const container = all.get(containerId);
      const rest = Buffer.from(container?.program.says ?? '').subarray(skipBytes);
      if (rest.length > 0) yield rest.toString();
      await reached(() => container?.ended, signal).catch(() => undefined);
    },
    processes: (containerId) => (all.get(containerId)?.state === 'running' ? ['node (14)'] : null),
    disk: async (containerId) => o.disk?.(all.get(containerId)?.dynoId ?? '') ?? null,
    freeDisk: async () => null,
    reading: (containerId) =>
      all.get(containerId)?.state === 'running' ? { ...NOTHING, ...o.uses?.(all.get(containerId)!.dynoId) } : null,
    watch(hearer, signal) {
      news = hearer;
      signal.addEventListener('abort', () => (news === hearer ? (news = null) : null), { once: true });
      if (!isCut) hearer.connected();
    },
    ahead: {
      prepare: async () => undefined,
      welcome: async () => undefined,
      prepareSoon: () => undefined,
      claim: () => undefined,
      drop: async () => undefined,
    },
    removeUnused: async () => undefined,
    close: async () => undefined,
    cut() {
      isCut = true;
      waiting.forEach((lose) => lose());
    },
    join() {
      isCut = false;
      news?.connected();
    },
    addStray: (appId) => void add({ id: randomUUID(), appId, port: 0 }, {}),
  };
}

const NOTHING: Reading = {
  rssBytes: 0,
  cacheBytes: 0,
  sharedBytes: 0,
  swapBytes: 0,
  pagesIn: 0,
  pagesOut: 0,
  cpuUs: 0,
  runnable: 0,
};
const UNKNOWN: Exit = { status: null, outOfMemory: false, ranMs: 0 };

function away(): Error {
  return Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
}
