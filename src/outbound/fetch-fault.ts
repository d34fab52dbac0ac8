import { PlatformError } from '../model/errors.js';

/**
 * `unreachable`: nobody answers there, or not now: another try may bring it. `late`: it took longer than it may. `refused`: we were
 * told no, or ask nobody there.
 */
export type FetchProblem = 'unreachable' | 'late' | 'refused';

/** Why something that lies outside of the platform can't be had; the message is for whoever named it. */
export class FetchFault extends PlatformError {
  readonly kind: FetchProblem;

  constructor(kind: FetchProblem, message: string, options?: { cause?: unknown }) {
    super(kind === 'refused' ? 'invalid_params' : 'unavailable', message, options);
    this.name = 'FetchFault';
    this.kind = kind;
  }
}

/** Whether what was asked for didn't come because of this. */
export function isFetchFault(error: unknown, kind: FetchProblem): boolean {
  return error instanceof FetchFault && error.kind === kind;
}
