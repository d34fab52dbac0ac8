// Requests at a steady rate, whatever becomes of those before: how long each took, and which failed.
import { Pool } from 'undici';

export interface Taken {
  /** Of those that were answered with 200. */
  ms: number[];
  /** Statuses, or words, of the others. */
  failed: string[];
}

const CONNECTIONS = 64;
/** How late a timer may be without a request being left out. */
const TICK_MS = 5;

/** Begins; what is returned ends it, when the last has its answer. */
export function keepLoading(o: { origin: string; host: string; perSecond: number }): () => Promise<Taken> {
  const pool = new Pool(o.origin, { connections: CONNECTIONS });
  const taken: Taken = { ms: [], failed: [] };
  const open = new Set<Promise<void>>();
  const began = performance.now();
  let sent = 0;

  async function ask(): Promise<void> {
    const at = performance.now();
    try {
      const { statusCode, body } = await pool.request({ path: '/', method: 'GET', headers: { host: o.host } });
      await body.dump();
      if (statusCode === 200) taken.ms.push(performance.now() - at);
      else taken.failed.push(`${statusCode}`);
    } catch (error) {
      taken.failed.push((error as Error).message);
    }
  }

  const timer = setInterval(() => {
    const due = ((performance.now() - began) / 1000) * o.perSecond;
    for (; sent < due; sent += 1) {
      const one: Promise<void> = ask().finally(() => open.delete(one));
      open.add(one);
    }
  }, TICK_MS);
  return async () => {
    clearInterval(timer);
    await Promise.all(open);
    await pool.destroy();
    return taken;
  };
}

/** The value that this part of all (0.99) is not above. */
export function quantile(values: number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}
