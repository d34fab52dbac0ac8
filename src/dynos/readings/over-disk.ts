// When a dyno's disk is looked at, and when it has too much on it. Pure. Looking means walking through all its files, so it is
// done when it may have become too much, by what the whole disk has lost since, and now and then.
import type { DynoSize } from '../../model/dyno-size.js';

export interface Disk {
  mb: number;
  /** Files and folders. */
  files: number;
}

/** What was seen at the last look. */
export interface Seen {
  used: Disk;
  /** What the whole disk had left then; null where that can't be seen. */
  free: Disk | null;
  at: number;
  /** How long the look took. */
  tookMs: number;
}

type Limits = Pick<DynoSize, 'diskMb' | 'files'>;

const AT_LEAST_EVERY_MS = 120_000;
/** Looking may take so small a part of the time, unless the disk fills. */
const PAUSE_FACTOR = 20;

export function isDue(seen: Seen | undefined, o: { size: Limits; free: Disk | null; now: number }): boolean {
  if (!seen) return true;
  const { used, free, at, tookMs } = seen;
  if (o.now - at >= Math.max(AT_LEAST_EVERY_MS, tookMs * PAUSE_FACTOR)) return true;
  if (!free || !o.free) return false;
  return free.mb - o.free.mb > o.size.diskMb - used.mb || free.files - o.free.files > o.size.files - used.files;
}

/** What is said of one that has too much; null of any other. */
export function overDiskText(used: Disk, size: Limits): string | null {
  const part = (have: number, most: number, unit: string) => `${have} of ${most} ${unit} (${((have / most) * 100).toFixed(1)}%)`;
  if (used.mb > size.diskMb) return `Disk quota exceeded: it has written ${part(used.mb, size.diskMb, 'MB')}`;
  if (used.files > size.files) return `Disk quota exceeded: it has made ${part(used.files, size.files, 'files')}`;
  return null;
}
