import { isUnreachable } from '../lib/is-unreachable.js';

/** Whether Docker, a store or a stack isn't there just now, which passes: a stack may still be made. */
export function isAway(error: unknown): boolean {
  return isUnreachable(error) || (error as { code?: unknown }).code === 'STACK_MISSING';
}
