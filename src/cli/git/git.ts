// What the CLI asks of git: remotes of a checkout, and the credential helper for the API's origin.
import { execFile } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { singleQuoted } from '../../lib/shell-word.js';
import { CliError } from '../api/errors.js';
import { paasPath } from './project.js';
import { parseRemotes, type Remote } from './remotes.js';
import type { Terminal } from '../terminal/terminal.js';

/** Another git that writes the same file is done soon. */
const LOCK_TRIES = 20;
const LOCK_WAIT_MS = 50;
const MOST_OUTPUT = 64 * 1024 * 1024;

interface GitResult {
  code: number;
  stdout: string;
  stderr: string;
}

export interface Place {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** Runs git and waits; a code other than 0 is for the caller to judge. Throws CliError when there is no git. */
export function git(place: Place, args: string[]): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    execFile('git', args, { cwd: place.cwd, env: place.env, maxBuffer: MOST_OUTPUT }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number')
        return reject(new CliError(`Can't run git: ${error.message}\nInstall it, then try again.`));
      return resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

export async function isWorkTree(place: Place): Promise<boolean> {
  return (await git(place, ['rev-parse', '--is-inside-work-tree'])).stdout.trim() === 'true';
}

/** The remotes of this checkout; none outside of one. */
export async function listRemotes(place: Place): Promise<Remote[]> {
  return parseRemotes((await git(place, ['config', '-z', '--get-regexp', String.raw`^remote\..*\.url$`])).stdout);
}

/** Adds a remote, or points the one of this name elsewhere. */
export async function setRemote(place: Place, name: string, url: string): Promise<void> {
  const known = (await listRemotes(place)).some((remote) => remote.name === name);
  await must(place, known ? ['remote', 'set-url', name, url] : ['remote', 'add', name, url]);
}

export async function removeRemote(place: Place, name: string): Promise<void> {
  await must(place, ['remote', 'remove', name]);
}

/** As `useCredentialHelper`; where git's configuration can't be written, that is said, and all else goes on. */
export async function letGitIn(cli: Place & { terminal: Terminal }, origin: string, caFile?: string): Promise<void> {
  try {
    await useCredentialHelper(cli, origin, caFile);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    cli.terminal.warn(`git push will ask for a password, since git can't be told about paas.\n${error.message}`);
  }
}

/** Lets git ask us, and no other helper, for the password of this origin; and trust its CA. Does nothing when that is so already. */
export async function useCredentialHelper(place: Place, origin: string, caFile?: string): Promise<void> {
  const key = `credential.${origin}.helper`;
  const present = (await git(place, ['config', '--global', '-z', '--get-all', key])).stdout;
  if (present !== `\0${helperCommand()}\0`) {
    await must(place, ['config', '--global', '--replace-all', key, '']);
    await must(place, ['config', '--global', '--add', key, helperCommand()]);
  }
  if (caFile && origin.startsWith('https:')) await must(place, ['config', '--global', `http.${origin}.sslCAInfo`, caFile]);
}

export async function forgetCredentialHelper(place: Place, origin: string): Promise<void> {
  await git(place, ['config', '--global', '--remove-section', `credential.${origin}`]);
  await git(place, ['config', '--global', '--unset-all', `http.${origin}.sslCAInfo`]);
}

/** The helper as git runs it: this node and this checkout, wherever they are; only `get` is worth starting node for. */
export function helperCommand(): string {
  const paas = `${singleQuoted(process.execPath)} ${singleQuoted(paasPath())}`;
  return `!f() { test "$1" != get || ${paas} git:credentials get; }; f`;
}

/** Runs git and returns what it wrote. Throws CliError with its reason when it fails. */
export async function must(place: Place, args: string[]): Promise<string> {
  let result = await git(place, args);
  for (let tries = 1; tries < LOCK_TRIES && result.stderr.includes('could not lock config file'); tries += 1) {
    await sleep(LOCK_WAIT_MS);
    result = await git(place, args);
  }
  if (result.code !== 0) throw new CliError(`git ${args[0]} ${args[1] ?? ''} failed: ${result.stderr.trim() || `code ${result.code}`}`);
  return result.stdout;
}
