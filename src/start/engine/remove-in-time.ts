// `npm run down` waits for an engine as long as that does something, and no longer.
import { setTimeout as sleep } from 'node:timers/promises';
import { isEngineTimeout } from '../../docker/calls/engine-timeout.js';
import type { Engine } from '../../docker/engine.js';
import { countLeft, type Left } from '../../docker/left-of-home.js';
import { removeDockerObjects, type Removed } from '../../docker/remove-docker-objects.js';

/** Longer than the largest volume takes to be deleted. */
const STILL_MS = 60_000;
const LOOK_MS = 1_000;

type Outcome = { removed: Removed } | { left: Left | null };

/** Removes what a home has in Docker; what is left of it when nothing has gone for a minute, null when not even that is told. */
export async function removeInTime(
  engine: Engine,
  homeId: string,
  o: { tell: (what: string) => void; stillMs?: number },
): Promise<Outcome> {
  const over = new AbortController();
  const left = () => countLeft(engine, homeId).catch(() => null);
  const removing = removeDockerObjects(engine, homeId, o.tell)
    .then((removed) => ({ removed }))
    .catch(async (error: unknown) => {
      if (!isEngineTimeout(error)) throw error;
      return { left: await left() };
    });
  try {
    return await Promise.race([removing, standstill(left, o.stillMs ?? STILL_MS, over.signal)]);
  } finally {
    over.abort();
    removing.catch(() => undefined);
  }
}

/** Resolves when what is left has been the same for so long. */
async function standstill(look: () => Promise<Left | null>, stillMs: number, signal: AbortSignal): Promise<{ left: Left | null }> {
  let last = await look();
  let since = Date.now();
  while (!signal.aborted && Date.now() - since < stillMs) {
    await sleep(LOOK_MS, undefined, { signal, ref: false }).catch(() => undefined);
    const now = await look();
    if (JSON.stringify(now) !== JSON.stringify(last)) since = Date.now();
    last = now;
  }
  return { left: last };
}

/** `12 containers, 1 volume`; what can't be told is the engine's. */
export function describeLeft(left: Left | null): string {
  const parts = Object.entries(left ?? {}).filter(([, count]) => count > 0);
  const told = parts.map(([noun, count]) => `${count} ${count === 1 ? noun.slice(0, -1) : noun}`);
  return [...told, 'the networks'].join(', ');
}
