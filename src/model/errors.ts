// The errors our doors may answer with. Only api/errors.ts knows their HTTP statuses.

export type ErrorId =
  | 'bad_request'
  | 'unauthorized'
  | 'forbidden'
  | 'two_factor'
  | 'not_found'
  | 'not_acceptable'
  | 'conflict'
  | 'precondition_failed'
  | 'invalid_params'
  | 'requested_range_not_satisfiable'
  | 'confirmation_required'
  | 'rate_limit'
  | 'too_large'
  | 'unavailable'
  | 'internal_server_error';

/** Of a message: it may repeat what somebody sent, which may be long. */
const MAX_MESSAGE_CHARS = 2_000;

/** An error whose message is written for the person who caused it. */
export class PlatformError extends Error {
  readonly id: ErrorId;
  /** What wasn't found, where clients ask for it: `session`. */
  readonly resource: string | undefined;

  constructor(id: ErrorId, message: string, options?: { cause?: unknown; resource?: string }) {
    super(message.length > MAX_MESSAGE_CHARS ? `${message.slice(0, MAX_MESSAGE_CHARS)}…` : message, options);
    this.name = 'PlatformError';
    this.id = id;
    this.resource = options?.resource;
  }
}

/** The message to show to a user, or `fallback` where the error isn't ours to show. */
export function messageFor(error: unknown, fallback: string): string {
  return error instanceof PlatformError ? error.message : fallback;
}
