// Processes of a home whose foreman was killed: they still serve, and make way for the next start.
import { findByEnvironment, isGoneWithin, signal } from './machine/processes.js';

const LEAVE_WITHIN_MS = 3_000;

/** Ends every process that was started for this home, at once; returns how many there were. `spared` goes on. */
export async function stopLeftovers(homeId: string, spared?: number): Promise<number> {
  const pids = findByEnvironment(`SLIPWAY_HOME_ID=${homeId}`).filter((pid) => pid !== spared);
  for (const pid of pids) signal(pid, 'SIGTERM');
  const deadline = Date.now() + LEAVE_WITHIN_MS;
  for (const pid of pids) if (!(await isGoneWithin(pid, deadline - Date.now()))) signal(pid, 'SIGKILL');
  return pids.length;
}
