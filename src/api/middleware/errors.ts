// Where errors become answers: the only place that knows statuses. The body is { id, message }, sometimes with a resource.
import type { Middleware } from 'koa';
import { isRedisFull, REDIS_FULL } from '../../bus/redis-memory.js';
import { isUnreachable } from '../../lib/is-unreachable.js';
import { log, type LogFields } from '../../lib/log.js';
import { PlatformError, type ErrorId } from '../../model/errors.js';
import { shownPath } from './shown-path.js';

const STATUS = {
  bad_request: 400,
  unauthorized: 401,
  forbidden: 403,
  two_factor: 403,
  not_found: 404,
  not_acceptable: 406,
  conflict: 409,
  precondition_failed: 412,
  too_large: 413,
  requested_range_not_satisfiable: 416,
  invalid_params: 422,
  confirmation_required: 423,
  rate_limit: 429,
  internal_server_error: 500,
  unavailable: 503,
} as const satisfies Record<ErrorId, number>;

/** Answers whatever is thrown further in. What isn't ours is logged whole with the request's id and shown as nothing more. */
export function answerErrors(): Middleware {
  return async (http, next) => {
    try {
      await next();
    } catch (error) {
      const known = asPlatformError(error);
      logFault(known, { 'request-id': String(http.state['requestId']), method: http.method, path: shownPath(http.path) }, error);
      // A body nobody read to its end would be taken for the next request.
      if (!http.req.complete) http.set('Connection', 'close');
      http.status = STATUS[known.id];
      http.body = { id: known.id, message: known.message, ...(known.resource && { resource: known.resource }) };
    }
  };
}

/** The error to show for one that was thrown. */
export function asPlatformError(error: unknown): PlatformError {
  if (error instanceof PlatformError) return error;
  if (isNulRefused(error)) return new PlatformError('invalid_params', 'Text must not contain NUL characters.', { cause: error });
  if (isRedisFull(error)) return new PlatformError('unavailable', REDIS_FULL, { cause: error });
  if (isUnreachable(error))
    return new PlatformError('unavailable', 'The platform cannot reach its database right now. Try again in a moment.', { cause: error });
  return new PlatformError(
    'internal_server_error',
    'Internal server error. The platform has logged what happened, with the Request-Id of this reply.',
    { cause: error },
  );
}

/** PostgreSQL's word for a NUL in a text. */
function isNulRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '22021' || error.code === '22P05');
}

/** A store that is away is told in a line; what nobody expected, with all that is known. */
function logFault(known: PlatformError, request: LogFields, error: unknown): void {
  if (known.id !== 'internal_server_error' && known.id !== 'unavailable') return;
  const told = error instanceof Error ? error : new Error(String(error));
  log('api-fault', { ...request, id: known.id, error: known.id === 'unavailable' ? told.message : (told.stack ?? told.message) });
}
