// What is said about memory: R14 when something inside a dyno was ended for want of it, R15 when that was the dyno.
import type { Dyno } from '../../model/dyno.js';
import { R_CODES } from '../../model/error-codes.js';
import { listDynos } from '../../store/app/dynos.js';
import type { Deps } from '../deps.js';
import { say } from '../say.js';

/** An app that runs out of memory again and again is told so as often as Heroku does. */
const TELL_EVERY_MS = 20_000;

/** Says R14 when called for a dyno, but not too often. */
export function openMemoryTeller(deps: Deps): { outOfMemory(dynoId: string, appId: string): Promise<void>; forget(dynoId: string): void } {
  const toldAt = new Map<string, number>();
  return {
    async outOfMemory(dynoId, appId) {
      const now = deps.clock.now();
      if (now - (toldAt.get(dynoId) ?? 0) < TELL_EVERY_MS) return;
      toldAt.set(dynoId, now);
      const dyno = (await listDynos(deps.store, { appId })).find((row) => row.id === dynoId);
      if (dyno) say(deps, dyno, memoryText(deps, dyno), R_CODES.R14);
    },
    forget: (dynoId) => void toldAt.delete(dynoId),
  };
}

/** What Heroku says before either code. The limit is what was reached: there is no swap. */
export function memoryText({ sizes }: Pick<Deps, 'sizes'>, dyno: Pick<Dyno, 'size'>): string {
  const { memoryMb, burst } = sizes.of(dyno);
  return `Process running mem=${Math.round(memoryMb * burst)}M(${(burst * 100).toFixed(1)}%)`;
}
