// What is said about memory: R14 to a dyno that has had too much for a while, or in which something was ended for want of it; R15
// when what was ended is the dyno.
import type { Dyno } from '../../model/dyno.js';
import { R_CODES } from '../../model/error-codes.js';
import { findDyno } from '../../store/app/dynos.js';
import type { Deps } from '../deps.js';
import { judgeMemory, memoryText, mostBytes, type Over } from '../readings/over-quota.js';
import type { DynoReading } from '../readings/read-node.js';
import { usedBytes } from '../readings/reading.js';
import { say } from '../say.js';

export interface MemoryTeller {
  /** Looks at what dynos use; to be called every few seconds. */
  look(readings: readonly DynoReading[]): void;
  /** Something in this dyno was ended for want of memory. */
  outOfMemory(dynoId: string): Promise<void>;
  forget(dynoId: string): void;
}

/** An app that runs out of memory again and again is told so as often as Heroku does. */
const TELL_EVERY_MS = 20_000;

export function openMemoryTeller(deps: Pick<Deps, 'store' | 'lines' | 'sizes' | 'clock'>): MemoryTeller {
  let over = new Map<string, Over>();
  const toldAt = new Map<string, number>();

  function tell(dyno: Dyno, used: number): void {
    const now = deps.clock.now();
    if (now - (toldAt.get(dyno.id) ?? -Infinity) < TELL_EVERY_MS) return;
    toldAt.set(dyno.id, now);
    say(deps, dyno, memoryText(used, deps.sizes.of(dyno)), R_CODES.R14);
  }

  return {
    look(readings) {
      const now = deps.clock.now();
      const next = new Map<string, Over>();
      for (const { dyno, reading } of readings) {
        const used = usedBytes(reading);
        const judged = judgeMemory(over.get(dyno.id), { usedBytes: used, size: deps.sizes.of(dyno), now });
        if (judged) next.set(dyno.id, judged);
        if (judged?.toldAt === now) tell(dyno, used);
      }
      over = next;
    },
    async outOfMemory(dynoId) {
      const dyno = await findDyno(deps.store, dynoId);
      if (dyno) tell(dyno, mostBytes(deps.sizes.of(dyno)));
    },
    forget: (dynoId) => void toldAt.delete(dynoId),
  };
}

/** What is said of a dyno that reached its hard limit. */
export function limitText({ sizes }: Pick<Deps, 'sizes'>, dyno: Pick<Dyno, 'size'>): string {
  const size = sizes.of(dyno);
  return memoryText(mostBytes(size), size);
}
