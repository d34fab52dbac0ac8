// git:remote, and git:credentials, which git runs when it needs the password of our API.
import type { Command } from 'commander';
import { addAppCommand, addCommand, type AppOptions, type Cli } from '../command.js';
import { credentialsPath, readCredentials } from '../api/credentials.js';
import { CliError } from '../api/errors.js';
import { serveGit } from '../git/git-credentials.js';
import { isWorkTree, setRemote, letGitIn } from '../git/git.js';
import { reachApp } from '../api/reach.js';
import type { AppResource } from '../api/resources.js';
import { settle } from '../api/settings.js';

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'git:remote [app]', 'add the git remote of an app to this checkout, or point it there').action(
    (app: string | undefined, options: AppOptions) => addRemote(cli, { ...options, app: app ?? options.app }),
  );
  addCommand(program, 'git:credentials <operation>', "answer git's question for a password").action((operation: string) =>
    serveGit(cli, operation),
  );
}

async function addRemote(cli: Cli, options: AppOptions): Promise<void> {
  const name = options.app ?? cli.env['PAAS_APP'];
  if (!name) throw new CliError('Specify an app with --app');
  if (!(await isWorkTree(cli))) throw new CliError(`${cli.cwd} is not a git checkout.\nMake it one with: git init`);
  const { api, path } = await reachApp(cli, { app: name });
  const app = await api.get<AppResource>(path);
  const remote = options.remote ?? 'paas';
  await setRemote(cli, remote, app.git_url);
  const { caFile } = settle(cli.env, readCredentials(credentialsPath(cli.env)));
  await letGitIn(cli, new URL(app.git_url).origin, caFile);
  if (options.json) cli.terminal.printJson({ remote, url: app.git_url });
  else cli.terminal.print(`set git remote ${remote} to ${app.git_url}`);
}
