// Which volume is an app's cache. Its name tells, but for apps whose first build took a container that was there before them.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cacheVolumeName } from '../docker/build-volumes.js';

export interface Caches {
  volumeOf(appId: string): string;
  /** Whether a volume that was made before the app has been given to it. */
  isGiven(appId: string): boolean;
  /** The app that a volume was given to. */
  ownerOf(volume: string): string | undefined;
  /** Gives a volume that was made before the app to it. */
  give(appId: string, volume: string): void;
  forget(appId: string): void;
}

/** Opens the list in `file`. Like the volumes it belongs to this machine; when it is lost, caches are made anew. */
export function openCaches(o: { homeId: string; file: string }): Caches {
  const given = new Map<string, string>(readList(o.file));

  function write(): void {
    writeFileSync(`${o.file}.new`, JSON.stringify([...given]));
    renameSync(`${o.file}.new`, o.file);
  }

  return {
    volumeOf: (appId) => given.get(appId) ?? cacheVolumeName(o.homeId, appId),
    isGiven: (appId) => given.has(appId),
    ownerOf: (volume) => [...given].find(([, name]) => name === volume)?.[0],
    give(appId, volume) {
      given.set(appId, volume);
      write();
    },
    forget(appId) {
      if (given.delete(appId)) write();
    },
  };
}

function readList(file: string): [string, string][] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as [string, string][];
  } catch {
    return [];
  }
}
