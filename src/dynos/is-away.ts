import { isUnreachable } from '../lib/is-unreachable.js';

const PASSING: ReadonlySet<unknown> = new Set(['STACK_MISSING', 'ENGINE_TIMEOUT']);

/** Whether Docker, a store or a stack isn't there just now, or Docker takes too long, which passes: a stack may still be made. */
export function isAway(error: unknown): boolean {
  return isUnreachable(error) || PASSING.has((error as { code?: unknown }).code);
}
