// How much one user may have, as the operator says; 0 where there is no limit. Admins have none.
import { PlatformError } from './errors.js';

export interface Quotas {
  apps: number;
  /** All that their formations want, and one-off ones. */
  dynos: number;
  /** Pending at once. */
  builds: number;
  /** What their slugs take in store, runtimes of the platform's left out. */
  slugsMb: number;
}

const REFUSALS: Record<keyof Quotas, (most: number) => string> = {
  apps: (most) => `You've reached the limit of ${count(most, 'app')}. Destroy one that you don't need any more.`,
  dynos: (most) => `You've reached the limit of ${count(most, 'dyno')}. Scale others down first.`,
  builds: (most) => `Your account has reached its concurrent builds limit (${most}). Wait until a build has ended, or cancel it.`,
  slugsMb: (most) =>
    `You've reached the limit of ${most} MB of slugs. Make them smaller (.slugignore), or destroy apps that you don't need any more.`,
};

/** The error for somebody who would have more than they may. */
export function overQuota(kind: keyof Quotas, most: number): PlatformError {
  return new PlatformError('invalid_params', REFUSALS[kind](most));
}

function count(most: number, noun: string): string {
  return `${most} ${noun}${most === 1 ? '' : 's'}`;
}
