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

export interface Checkout {
  cwd: string;
  env: NodeJS.ProcessEnv;
}

/** Runs git and waits; a code other than 0 is for the caller to judge. Throws CliError when there is no git. */
export function git(checkout: Checkout, args: string[]): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    execFile('git', args, { cwd: checkout.cwd, env: checkout.env, maxBuffer: MOST_OUTPUT }, (error, stdout, stderr) => {
      if (error && typeof error.code !== 'number')
        return reject(new CliError(`Can't run git: ${error.message}\nInstall it, then try again.`));
      return resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

export async function isWorkTree(checkout: Checkout): Promise<boolean> {
  return (await git(checkout, ['rev-parse', '--is-inside-work-tree'])).stdout.trim() === 'true';
}

/** The remotes of this checkout; none outside of one. */
export async function listRemotes(checkout: Checkout): Promise<Remote[]> {
  return parseRemotes((await git(checkout, ['config', '-z', '--get-regexp', String.raw`^remote\..*\.url$`])).stdout);
}

/** Adds a remote, or points the one of this name elsewhere. */
export async function setRemote(checkout: Checkout, name: string, url: string): Promise<void> {
  const known = (await listRemotes(checkout)).some((remote) => remote.name === name);
  await must(checkout, known ? ['remote', 'set-url', name, url] : ['remote', 'add', name, url]);
}

export async function removeRemote(checkout: Checkout, name: string): Promise<void> {
  await must(checkout, ['remote', 'remove', name]);
}

/** As `useCredentialHelper`; where git's configuration can't be written, that is said, and all else goes on. */
export async function letGitIn(cli: Checkout & { terminal: Terminal }, origin: string, caFile?: string): Promise<void> {
  try {
    await useCredentialHelper(cli, origin, caFile);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    cli.terminal.warn(`git push will ask for a password, since git can't be told about paas.\n${error.message}`);
  }
}

/** Lets git ask us, and no other helper, for the password of this origin; and trust its CA. Does nothing when that is so already. */
export async function useCredentialHelper(checkout: Checkout, origin: string, caFile?: string): Promise<void> {
  const key = `credential.${origin}.helper`;
  const present = (await git(checkout, ['config', '--global', '-z', '--get-all', key])).stdout;
  if (present !== `\0${helperCommand()}\0`) {
    await must(checkout, ['config', '--global', '--replace-all', key, '']);
    await must(checkout, ['config', '--global', '--add', key, helperCommand()]);
  }
  if (caFile && origin.startsWith('https:')) await must(checkout, ['config', '--global', `http.${origin}.sslCAInfo`, caFile]);
}

export async function forgetCredentialHelper(checkout: Checkout, origin: string): Promise<void> {
  await git(checkout, ['config', '--global', '--remove-section', `credential.${origin}`]);
  await git(checkout, ['config', '--global', '--unset-all', `http.${origin}.sslCAInfo`]);
}

/** The helper as git runs it: this node and this checkout, wherever they are; only `get` is worth starting node for. */
export function helperCommand(): string {
  const paas = `${singleQuoted(process.execPath)} ${singleQuoted(paasPath())}`;
  return `!f() { test "$1" != get || ${paas} git:credentials get; }; f`;
}

/** Runs git and returns what it wrote. Throws CliError with its reason when it fails. */
export async function must(checkout: Checkout, args: string[]): Promise<string> {
  let result = await git(checkout, args);
  for (let tries = 1; tries < LOCK_TRIES && result.stderr.includes('could not lock config file'); tries += 1) {
    await sleep(LOCK_WAIT_MS);
    result = await git(checkout, args);
  }
  if (result.code !== 0) throw new CliError(`git ${args[0]} ${args[1] ?? ''} failed: ${result.stderr.trim() || `code ${result.code}`}`);
  return result.stdout;
}
