// Dynos that have too much on their disk are ended; like any crash that starts them anew, with nothing on it.
import { log } from '../../lib/log.js';
import { listRunning } from '../../store/app/dynos.js';
import type { Dyno } from '../../model/dyno.js';
import type { Deps } from '../deps.js';
import { isDue, overDiskText, type Disk, type Seen } from '../readings/over-disk.js';
import { say } from '../say.js';

export interface DiskWatch {
  /** Looks at those dynos that are due, one after the other; to be called every few seconds. Throws when the store can't be asked. */
  look(): Promise<void>;
}

type DiskDeps = Pick<Deps, 'store' | 'lines' | 'driver' | 'clock' | 'sizes' | 'node'>;

export function openDiskWatch(deps: DiskDeps): DiskWatch {
  const seen = new Map<string, Seen>();

  async function measure(dyno: Dyno, free: Disk | null): Promise<void> {
    const begun = deps.clock.now();
    const used = await deps.driver.disk(dyno.containerId ?? '');
    if (!used) return;
    const now = deps.clock.now();
    seen.set(dyno.id, { used, free, at: now, tookMs: now - begun });
    const text = overDiskText(used, deps.sizes.of(dyno));
    if (!text) return;
    say(deps, dyno, text, 'Stopping process with SIGKILL');
    log('disk-full', { app: dyno.appId, dyno: dyno.name, mb: used.mb, files: used.files });
    await deps.driver.kill(dyno.containerId ?? '');
    seen.delete(dyno.id);
  }

  return {
    async look() {
      const rows = await listRunning(deps.store, deps.node);
      const free = rows.length > 0 ? await deps.driver.freeDisk() : null;
      const ids = new Set(rows.map(({ id }) => id));
      for (const id of seen.keys()) if (!ids.has(id)) seen.delete(id);
      const due = rows.filter((dyno) => isDue(seen.get(dyno.id), { size: deps.sizes.of(dyno), free, now: deps.clock.now() }));
      for (const dyno of due) await measure(dyno, free).catch(() => undefined);
    },
  };
}
