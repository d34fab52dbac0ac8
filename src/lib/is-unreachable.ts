// Whether an error says that a store or the engine isn't there just now: it passes, and is nobody's fault.

/** What node and PostgreSQL say: refused, reset or lost, no way there, shutting down, starting, no connection left. */
const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '08001',
  '08003',
  '08006',
]);
/** What pg, ioredis and node's HTTP client say without a code. */
const TEXT = /^(socket hang up|connection terminated|connection is closed|timeout exceeded when trying to connect)/i;

/** True for connections that can't be had, or were lost. */
export function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isUnreachable);
  // A Unix socket that isn't there is ENOENT; so is a missing file, which is another matter.
  if ('syscall' in error && error.syscall === 'connect') return true;
  return ('code' in error && CODES.has(String(error.code))) || TEXT.test(error.message);
}
