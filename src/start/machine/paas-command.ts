// How the CLI is called from any directory and any terminal.
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { shellWord } from '../../lib/shell-word.js';
import type { Config } from '../../config.js';
import { findProgram } from './find-program.js';

/** `paas` when PATH leads to ours, else its whole path. */
export function paasCommand(root: string): string {
  const ours = join(root, 'bin/paas');
  const found = findProgram('paas');
  return found && realpathSync(found) === realpathSync(ours) ? 'paas' : shellWord(ours);
}

/** What goes before a command that must find this home: nothing where it looks there by itself. */
export function homeSetting({ home, isDefaultHome }: Pick<Config, 'home' | 'isDefaultHome'>): string {
  return isDefaultHome ? '' : `SLIPWAY_HOME=${shellWord(home)} `;
}
