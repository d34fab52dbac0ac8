// Installs packages of the distribution, where that is allowed and possible.
import { existsSync } from 'node:fs';
import { findProgram } from './find-program.js';
import type { Progress } from '../screen/progress.js';
import { run, runOrThrow } from './run-command.js';

export interface Missing {
  /** What the packages bring, as in "Docker Engine". */
  what: string;
  packages: string[];
  /** What else one could do, as in "or set DOCKER_HOST". */
  otherwise?: string;
}

/** Installs `missing.packages`, or throws one sentence that says what to run. */
export async function install(o: { progress: Progress; mayInstall: boolean }, missing: Missing): Promise<void> {
  const refusal = whyNot(o.mayInstall, process.getuid?.() === 0, hasApt());
  if (refusal) throw new Error(`${missing.what} is missing and ${refusal}: ${remedy(missing, hasApt())}`);
  await o.progress.step(`Installing ${missing.what} (${missing.packages.join(' ')})`, () => aptInstall(missing));
}

/** Why nothing can be installed; undefined when it can. */
export function whyNot(mayInstall: boolean, isRoot: boolean, isDebian: boolean): string | undefined {
  if (!mayInstall) return 'SLIPWAY_INSTALL=no forbids installing it';
  if (!isDebian) return 'only Debian and Ubuntu are known to install it on';
  if (!isRoot) return 'only root can install it';
  return undefined;
}

/** The command to run, in one line. */
export function remedy({ what, packages, otherwise }: Missing, isDebian: boolean): string {
  const command = isDebian ? `run \`sudo apt-get install ${packages.join(' ')}\`` : `install ${what} by hand`;
  return `${command}${otherwise ? `, ${otherwise}` : ''}, then try again.`;
}

async function aptInstall({ what, packages }: Missing): Promise<void> {
  const args = ['install', '-qq', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const known = await run('apt-get', ['install', '-s', '--no-install-recommends', ...packages], { env });
  if (known.code === 0 && (await run('apt-get', args, { env })).code === 0) return;
  await runOrThrow('Fetching the package lists', 'apt-get', ['update', '-qq'], { env });
  await runOrThrow(`Installing ${what}`, 'apt-get', args, { env });
}

function hasApt(): boolean {
  return existsSync('/etc/debian_version') && findProgram('apt-get') !== undefined;
}
