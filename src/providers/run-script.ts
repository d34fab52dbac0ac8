// Runs a script of ours in an add-on's container.
import { NotReady, type RunInside } from './kind.js';

/** A failure that passes, in sysexits.h. */
export const NOT_READY = 75;
/** What ran inside when the server ended, or for too long. */
const KILLED = 137;
/** More than the longest script needs. */
const LIMIT_S = 30;

/** What it printed. Throws NotReady while the server isn't up, and what it said where it refuses. */
export async function runScript(run: RunInside, what: string, o: { script: string; env: Record<string, string> }): Promise<string> {
  const { status, stdout, stderr } = await run(['timeout', '-s', 'KILL', String(LIMIT_S), 'bash', '-c', o.script], o.env);
  if (status === NOT_READY || status === KILLED) throw new NotReady(`${what} is not up yet`);
  if (status !== 0) throw new Error(`${what} refuses what it is told (${status}): ${stderr.trim().split('\n')[0] ?? ''}`);
  return stdout;
}
