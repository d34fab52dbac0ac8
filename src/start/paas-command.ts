import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './find-program.js';

/** How the CLI is called from anywhere: `paas` when PATH leads to ours, else its whole path. */
export function paasCommand(root: string): string {
  const ours = join(root, 'bin/paas');
  const found = findProgram('paas');
  return found && realpathSync(found) === realpathSync(ours) ? 'paas' : ours;
}
