// Tells hooks that what they wait for may have happened, so that they need not ask again and again.
import type { Bus } from '../bus/open-bus.js';
import type { Bell } from '../hook/wait.js';

/** Rings for the ids of builds and releases that have ended, and of apps whose dynos changed, as the bus tells. */
export function openBell(bus: Pick<Bus, 'subscribe'>): Bell {
  const hearers = new Map<string, Set<() => void>>();
  const ring = (id: string) => hearers.get(id)?.forEach((hear) => hear());
  // Redis may not be there yet: hooks ask by themselves until it is.
  const subscribed = Promise.all([
    bus.subscribe('build-finished', ({ buildId }) => ring(buildId)),
    bus.subscribe('release-finished', ({ releaseId }) => ring(releaseId)),
    bus.subscribe('route-changed', ({ appId }) => ring(appId)),
  ]);
  subscribed.catch(() => undefined);
  return (id, hear) => {
    const set = hearers.get(id) ?? new Set();
    hearers.set(id, set.add(hear));
    return () => {
      set.delete(hear);
      if (set.size === 0 && hearers.get(id) === set) hearers.delete(id);
    };
  };
}
