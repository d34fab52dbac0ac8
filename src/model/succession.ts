// What a foreman asks of the router that a killed one left behind: to start its successor, with the sockets it listens on.
import { join } from 'node:path';

/** One line of JSON. The answer is a line with the successor's pid; what follows is what it prints, and the end is its end. */
export interface SuccessorRequest {
  command: string;
  cwd: string;
  env: Record<string, string | undefined>;
}

/** What a successor tells its predecessor when it has taken over. */
export const SERVING = 'serving';

/** Where a router hears such requests, in a directory that is the operator's alone. */
export function successionSocket(runDir: string): string {
  return join(runDir, 'router.sock');
}
