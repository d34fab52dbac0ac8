// Whether an error says that Docker, PostgreSQL, Redis or a stack isn't there just now: it passes, and is nobody's crash.

const CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENOTFOUND',
  '57P01',
  '57P02',
  '57P03',
  '08006',
  '08001',
  '08003',
  'STACK_MISSING',
]);

/** True for connections refused, reset or lost, and for a stack that is still being made. */
export function isAway(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (typeof code === 'string' && CODES.has(code)) return true;
  return /^(socket hang up|Connection terminated|timeout exceeded when trying to connect|Connection is closed)/.test(String(message));
}
