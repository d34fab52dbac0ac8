// Room on this node: a dyno starts when there is memory for its size, waits for it as long as there isn't, and is refused when
// there never will be.
import { pause } from '../../lib/async/clock.js';
import { log } from '../../lib/log.js';
import type { Dyno } from '../../model/dyno.js';
import type { DynoSize } from '../../model/dyno-size.js';
import { listRoomHolders, type RoomHolder } from '../../store/app/dynos.js';
import type { Deps, Room } from '../deps.js';
import { say } from '../say.js';
import { admit, usedMb, type Holder } from './fits.js';

/** The message is for the app's owner. */
export class NeverFits extends Error {
  constructor(size: DynoSize, capacityMb: number) {
    super(
      `A ${size.name} dyno has ${size.memoryMb} MB and this machine has ${capacityMb} MB for all: choose a smaller size with paas ps:type`,
    );
  }
}

/** It waited as long as it may. The message is for whoever waited with it. */
export class NoRoom extends Error {}

/** How long somebody at a terminal waits with a dyno. */
const PATIENCE_MS = 600_000;

interface Waiting extends Holder {
  dyno: Dyno;
  start(): void;
}

const LOOK_AGAIN_MS = 1_000;

type RoomDeps = Pick<Deps, 'store' | 'lines' | 'clock' | 'sizes' | 'node'> & {
  /** What the dynos of this node may have together. */
  dynoMemoryMb: number;
  patienceMs?: number;
};

export function openRoom(deps: RoomDeps): Room {
  const { dynoMemoryMb: capacityMb, patienceMs = PATIENCE_MS } = deps;
  /** Those that have room, by id. Who has gone is found out only when it matters. */
  let holders: Map<string, Holder> | null = null;
  const queue = new Set<Waiting>();
  /** When those that waited were let in. */
  const letIn = new Map<string, number>();
  let isLooking = false;

  async function take(dyno: Dyno, signal: AbortSignal, tell?: (text: string) => void): Promise<void> {
    const size = deps.sizes.of(dyno);
    if (size.memoryMb > capacityMb) throw new NeverFits(size, capacityMb);
    const wanted = holderOf(dyno);
    if (!holders) await refresh();
    signal.throwIfAborted();
    if (enter([wanted]).length > 0) return;
    await refresh();
    signal.throwIfAborted();
    if (enter([wanted]).length > 0) return;
    say(deps, dyno, fullText(size));
    log('node-full', { app: dyno.appId, dyno: dyno.name, wantsMb: size.memoryMb, usedMb: usedMb(holders!.values()), capacityMb });
    tell?.(`waiting for room: ${needsText(size)}`);
    return wait(dyno, signal, tell ? patienceMs : null);
  }

  function wait(dyno: Dyno, signal: AbortSignal, forMs: number | null): Promise<void> {
    return new Promise((resolve, reject) => {
      const begin = () => {
        letIn.set(dyno.id, deps.clock.now());
        resolve();
      };
      const waiting: Waiting = { ...holderOf(dyno), dyno, start: () => end(begin) };
      const leave = () => end(() => reject(signal.reason as Error));
      const giveUp = () => end(() => reject(new NoRoom(noRoomText(dyno))));
      const cancel = forMs === null ? null : deps.clock.after(forMs, giveUp);
      const end = (next: () => void) => {
        queue.delete(waiting);
        cancel?.();
        signal.removeEventListener('abort', leave);
        next();
      };
      queue.add(waiting);
      signal.addEventListener('abort', leave, { once: true });
      if (!isLooking) void look();
    });
  }

  async function look(): Promise<void> {
    isLooking = true;
    while (queue.size > 0) {
      await pause(deps.clock, LOOK_AGAIN_MS);
      // What was known is good enough while the store is away.
      await refresh().catch(() => undefined);
      for (const { start } of enter([...queue])) start();
    }
    isLooking = false;
  }

  function enter<H extends Holder>(wanted: H[]): H[] {
    const admitted = admit(holders!.values(), wanted, capacityMb);
    for (const { id, appId, name, memoryMb } of admitted) holders!.set(id, { id, appId, name, memoryMb });
    return admitted;
  }

  /** Who has a container has room, and keeps it over a crash; so has who was let in and is about to have one. */
  async function refresh(): Promise<void> {
    const before = new Set(holders?.keys());
    const held = await listRoomHolders(deps.store, deps.node, [...before]);
    const meanwhile = [...(holders?.values() ?? [])].filter(({ id }) => !before.has(id));
    holders = new Map([...held.map(holderOf), ...meanwhile].map((holder) => [holder.id, holder]));
    for (const id of letIn.keys()) if (!holders.has(id)) letIn.delete(id);
  }

  function holderOf(dyno: RoomHolder): Holder {
    return { id: dyno.id, appId: dyno.appId, name: dyno.name, memoryMb: deps.sizes.of(dyno).memoryMb };
  }

  function needsText({ memoryMb }: DynoSize): string {
    return `${memoryMb} MB needed, dynos have ${usedMb(holders!.values())} of ${capacityMb} MB`;
  }

  function noRoomText(dyno: Dyno): string {
    const needs = needsText(deps.sizes.of(dyno));
    return `There was no room within ${patienceMs / 1000} seconds: ${needs}. Scale something down, or try again later.`;
  }

  function fullText({ memoryMb }: DynoSize): string {
    const used = usedMb(holders!.values());
    return `This machine is full: its dynos have ${used} of ${capacityMb} MB; starts when there are ${memoryMb} MB free`;
  }

  return {
    take,
    begun(dyno) {
      if ([...queue].some(({ id }) => id === dyno.id)) return null;
      return letIn.get(dyno.id) ?? dyno.createdAt.getTime();
    },
  };
}
