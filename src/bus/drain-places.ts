// How far each log drain has come, and which process sends to them: kept where the lines are.
import { readLastSequence } from './log-lines.js';
import type { Bus } from './open-bus.js';

const KEEP_S = 604_800;
const HOLDER = 'drains-holder';
const ANY = 'drains-any';
const placeKey = (drainId: string) => `drain-place:${drainId}`;

const HOLD = `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`;
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end`;

/** Lets `holder` be the one who sends for the next `ms`, unless another is. */
export async function holdDrains(bus: Bus, holder: string, ms: number): Promise<boolean> {
  return (await bus.redis.eval(HOLD, 1, HOLDER, holder, ms)) === 1;
}

export async function releaseDrains(bus: Bus, holder: string): Promise<void> {
  await bus.redis.eval(RELEASE, 1, HOLDER, holder);
}

/** The number of the last line that a drain needs no more; empty where it is to have all, null where nobody knows. */
export async function readPlace(bus: Bus, drainId: string): Promise<string | null> {
  return bus.redis.get(placeKey(drainId));
}

export async function savePlaces(bus: Bus, places: ReadonlyMap<string, string>): Promise<void> {
  const pipeline = bus.redis.pipeline();
  for (const [drainId, place] of places) pipeline.set(placeKey(drainId), place, 'EX', KEEP_S);
  await pipeline.exec();
}

/** Says that there are drains: until then whoever sends to them needs no store. */
export async function noteDrains(bus: Bus): Promise<void> {
  await bus.redis.set(ANY, '1');
}

export async function areThereDrains(bus: Bus): Promise<boolean> {
  return (await bus.redis.exists(ANY)) === 1;
}

/** A new drain gets what is said from now on, whoever sends it, and whenever. */
export async function beginPlace(bus: Bus, { id, appId }: { id: string; appId: string }): Promise<void> {
  await noteDrains(bus);
  await bus.redis.set(placeKey(id), await readLastSequence(bus, appId), 'EX', KEEP_S, 'NX');
}

export async function forgetPlace(bus: Bus, drainId: string): Promise<void> {
  await bus.redis.del(placeKey(drainId));
}
