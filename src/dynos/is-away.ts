import { isUnreachable } from '../lib/is-unreachable.js';

const LATE = 'ENGINE_TIMEOUT';
const PASSING: ReadonlySet<unknown> = new Set(['STACK_MISSING', LATE]);

/** Whether Docker, a store or a stack isn't there just now, or Docker takes too long, which passes: a stack may still be made. */
export function isAway(error: unknown): boolean {
  return isUnreachable(error) || PASSING.has((error as { code?: unknown }).code);
}

/** Whether a driver that is there took too long. */
export function isLate(error: unknown): boolean {
  return (error as { code?: unknown }).code === LATE;
}
