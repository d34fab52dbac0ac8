// `paas heroku …`: Heroku's own client, unmodified, against this platform.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { credentialsPath, readCredentials } from '../api/credentials.js';
import { readCa, reachApi } from '../api/reach.js';
import { settle } from '../api/settings.js';
import { addCommand, type Cli } from '../command.js';
import { letGitIn } from '../git/git.js';
import { during } from '../terminal/progress.js';
import { clientEnv } from './heroku/client-env.js';
import { openForwarder, type Forwarder } from './heroku/forward.js';
import { CLIENT_VERSION, clientDir, clientProgram, installClient, isInstalled } from './heroku/install-client.js';

const ON_LOOPBACK = /^https?:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/;

/** For `paas help`; what is typed goes to `runHeroku`, whose options are not ours to read. */
export function register(program: Command, _cli: Cli): void {
  addCommand(program, 'heroku [words...]', "run Heroku's own client against this platform");
}

/** Runs the client with these words, and answers its exit code. Throws CliError when nobody is logged in. */
export async function runHeroku(words: string[], cli: Cli): Promise<number> {
  reachApi(cli);
  const { url, token, caFile } = settle(cli.env, readCredentials(credentialsPath(cli.env)));
  const dir = clientDir(cli.env);
  const fetching = `Fetching heroku ${CLIENT_VERSION}, once`;
  if (!isInstalled(dir)) await during(cli.terminal, fetching, () => installClient(dir, cli.env));
  const { host: gitHost, hostname } = new URL(url);
  await letGitIn(cli, `https://${gitHost}`, caFile);
  const forwarder = ON_LOOPBACK.test(url) ? null : await openForwarder(url, readCa(caFile));
  const env = clientEnv(cli.env, {
    apiUrl: forwarder?.url ?? url,
    gitHost,
    token: token!,
    caFile,
    hosts: [hostname],
    clientDir: dir,
    guardFile: fileURLToPath(new URL('./heroku/guard.js', import.meta.url)),
    gitConfig: await ownGitConfig(cli.env, dir),
  });
  return start(words, { program: clientProgram(dir), env, cwd: cli.cwd, forwarder });
}

interface Start {
  program: string;
  env: NodeJS.ProcessEnv;
  cwd: string;
  forwarder: Forwarder | null;
}

/** The terminal is the client's; Ctrl-C reaches both. */
function start(words: string[], { program, env, cwd, forwarder }: Start): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, ...words], { cwd, env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('close', (code) => {
      forwarder?.close();
      resolve(code ?? 1);
    });
  });
}

/** Reads the user's own; what the client writes (itself, as git's helper for our host) stays in here. */
async function ownGitConfig(env: NodeJS.ProcessEnv, dir: string): Promise<string> {
  const home = env['HOME'] || homedir();
  const own = env['GIT_CONFIG_GLOBAL']
    ? [env['GIT_CONFIG_GLOBAL']]
    : [join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git/config'), join(home, '.gitconfig')];
  await mkdir(dir, { recursive: true });
  const file = join(dir, 'gitconfig');
  await writeFile(file, `[include]\n${own.map((path) => `\tpath = ${JSON.stringify(path)}\n`).join('')}`);
  return file;
}
