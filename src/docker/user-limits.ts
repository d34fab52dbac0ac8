// What the kernel counts by user. All dynos and builds are one user, those of images with a USER are few: who takes all there is
// would deny it to the others. Since these kernels count what stands behind it in the memory of whoever takes it, that limit and
// the one on descriptors are enough, and those per user are lifted.
import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { log } from '../lib/log.js';

const ALL = 2_147_483_647;

interface Lift {
  file: string;
  to: number;
  /** What no number is higher than. */
  endless?: number;
}

const LIFTS: readonly Lift[] = [
  { file: 'fs/inotify/max_user_instances', to: ALL },
  { file: 'fs/inotify/max_user_watches', to: ALL },
  { file: 'fs/epoll/max_user_watches', to: ALL },
  { file: 'fs/pipe-user-pages-soft', to: 0, endless: 0 },
];

/** Since then instances of inotify are counted in memory, the last of these to be. */
const COUNTED_SINCE = [5, 12] as const;

/** Whether this kernel (`6.1.0-18-amd64`) counts all of that in the memory of who takes it. */
export function countsAll(kernel: string): boolean {
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10));
  return major > COUNTED_SINCE[0] || (major === COUNTED_SINCE[0] && minor >= COUNTED_SINCE[1]);
}

/** Lifts them on this machine, for as long as it runs. Needs root; without it, or on an older kernel, we say so and go on. */
export function liftUserLimits(o: { root?: string; kernel?: string } = {}): void {
  const { root = '/proc/sys', kernel = release() } = o;
  const effect = 'an app can take all inotify watches and pipes that others on this machine want, too';
  if (!countsAll(kernel)) return log('user-limits-not-lifted', { reason: `kernel ${kernel}`, effect, remedy: 'a kernel of 5.12 or later' });
  try {
    for (const lift of LIFTS) raise(join(root, lift.file), lift);
  } catch (error) {
    log('user-limits-not-lifted', { reason: (error as Error).message, effect, remedy: 'run as root' });
  }
}

function raise(path: string, { to, endless }: Lift): void {
  const now = Number(readFileSync(path, 'utf8'));
  if (now === endless || (endless === undefined && now >= to)) return;
  writeFileSync(path, String(to));
}
