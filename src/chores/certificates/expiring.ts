// Tells in an app's log that one of its certificates ends soon: four times, then when it has ended.
import type { Context } from '../../actions/context.js';
import { platformLine } from '../../model/logs/log-line.js';
import { listExpiring, noteWarned, type Expiring } from '../../store/domain/certificates.js';

const DAY_MS = 86_400_000;
/** Days before its end, the earliest first. */
const WARNINGS = [30, 14, 7, 1, 0];
/** One that is replaced by itself should have been by then. */
const MANAGED_DAYS = 7;

export async function warnOfExpiring(ctx: Context, now: number): Promise<void> {
  for (const certificate of await listExpiring(ctx.store, new Date(now + WARNINGS[0]! * DAY_MS))) {
    const due = dueWarning(certificate, now);
    if (due === null) continue;
    await noteWarned(ctx.store, certificate.id, due);
    ctx.lines.write(certificate.appId, platformLine(now, 'router', textOf(certificate, now)));
  }
}

/** Which of the warnings is due; null where it has been given. */
function dueWarning({ expiresAt, isManaged, warnedDays }: Expiring, now: number): number | null {
  const due = WARNINGS.findLast((days) => expiresAt.getTime() - now <= days * DAY_MS) ?? null;
  if (due !== null && isManaged && due > MANAGED_DAYS) return null;
  return due !== null && (warnedDays === null || due < warnedDays) ? due : null;
}

function textOf({ name, names, expiresAt, isManaged }: Expiring, now: number): string {
  const ends = `${expiresAt.getTime() > now ? 'expires' : 'has expired'} at ${expiresAt.toISOString()}`;
  return `Certificate ${name} for ${names.join(', ')} ${ends}: ${isManaged ? 'see why with certs:auto' : 'replace it with certs:update'}`;
}
