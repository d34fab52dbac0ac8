// Keeps the names of apps for the log of a process that mostly deals with their ids.
import { listApps } from './app/apps.js';
import type { Store } from './open-store.js';

const AGAIN_MS = 60_000;

/** Reads them now and each minute, so that a renamed app isn't told by its old name for long. A store that is away is no matter. */
export function keepNamingApps(store: Store): void {
  const read = () => void listApps(store).catch(() => undefined);
  read();
  setInterval(read, AGAIN_MS).unref();
}
