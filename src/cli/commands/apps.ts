// apps, create, info, open, rename, destroy.
import type { Command } from 'commander';
import { addAppCommand, addCommand, type AppOptions, type Cli, type JsonOption } from '../command.js';
import { CliError } from '../api/errors.js';
import { createApp, type CreateOptions } from './apps/create-app.js';
import { destroyApp } from './apps/destroy-app.js';
import { isWorkTree, listRemotes, setRemote } from '../git/git.js';
import { publicUrl } from './apps/public-url.js';
import { openBrowser } from './apps/open-browser.js';
import { during } from '../terminal/progress.js';
import { reachApi, reachApp } from '../api/reach.js';
import { appOfUrl } from '../git/remotes.js';
import type { Account, AppResource } from '../api/resources.js';
import { showApp } from './apps/show-app.js';
import { table } from '../terminal/table.js';

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'apps', 'list your apps')
    .option('-t, --team <name>', 'those of a team only')
    .action((options: JsonOption & { team?: string }) => listApps(cli, options));
  addCommand(program, 'create [name]', 'create an app, and the git remote paas for it')
    .option('-r, --remote <name>', 'the git remote to create (default: paas)')
    .option('-n, --no-remote', 'create no git remote')
    .option('-b, --buildpack <url>', 'the buildpack to use')
    .option('-s, --stack <name>', 'the stack to build and run on')
    .option('--addons <plans>', 'add-ons to create with it, with commas')
    .option('-t, --team <name>', 'the team that it is to belong to')
    .option('--locked', "let the team's members see it only when they were let in")
    .action((name: string | undefined, options: CreateOptions) => createApp(cli, name, options));
  addAppCommand(program, 'info [app]', 'show an app')
    .option('-s, --shell', 'print key=value lines')
    .action((app: string | undefined, options: AppOptions & { shell?: boolean }) => showApp(cli, withApp(app, options)));
  addAppCommand(program, 'open [path]', 'open the app in a browser').action((path: string | undefined, options: AppOptions) =>
    openApp(cli, path, options),
  );
  addAppCommand(program, 'rename <name>', 'rename an app').action((name: string, options: AppOptions) => renameApp(cli, name, options));
  addAppCommand(program, 'destroy [app]', 'destroy an app for good')
    .option('-c, --confirm <name>', "the app's name again, instead of being asked")
    .action((app: string | undefined, options: AppOptions & { confirm?: string }) => destroyApp(cli, withApp(app, options)));
}

function withApp<T extends AppOptions>(app: string | undefined, options: T): T {
  if (app !== undefined && options.app !== undefined && app !== options.app) throw new CliError(`Which app: ${app} or ${options.app}?`);
  return { ...options, app: app ?? options.app };
}

async function listApps(cli: Cli, options: JsonOption & { team?: string }): Promise<void> {
  const { terminal } = cli;
  const api = reachApi(cli);
  const path = options.team === undefined ? '/apps' : `/teams/${encodeURIComponent(options.team)}/apps`;
  const [apps, account] = await Promise.all([api.get<AppResource[]>(path), api.get<Account>('/account')]);
  apps.sort((a, b) => a.name.localeCompare(b.name));
  if (options.json) return terminal.printJson(apps);
  if (apps.length === 0) return terminal.print('You have no apps.');
  const own = apps.filter((app) => app.owner.email === account.email);
  const others = apps.filter((app) => app.owner.email !== account.email);
  if (own.length > 0) {
    terminal.print(terminal.paint('bold', `=== ${account.email} Apps`));
    own.forEach((app) => terminal.print(app.name));
  }
  if (own.length > 0 && others.length > 0) terminal.print();
  if (others.length > 0) {
    terminal.print(terminal.paint('bold', "=== Other People's Apps"));
    table(
      ['Name', 'Owner'],
      others.map((app) => [app.name, app.owner.email]),
      terminal,
    ).forEach(terminal.print);
  }
}

async function openApp(cli: Cli, path: string | undefined, options: AppOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const url = new URL((path ?? '').replace(/^\/+/, ''), await publicUrl(reached)).href;
  if (options.json) cli.terminal.printJson({ url });
  else cli.terminal.print(`Opening ${url}...`);
  await openBrowser(url, cli.env);
}

async function renameApp(cli: Cli, name: string, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app: before, path } = await reachApp(cli, options);
  const app = await during(terminal, `Renaming ${before} to ${name}`, () => api.patch<AppResource>(path, { name }));
  if (options.json) terminal.printJson(app);
  else terminal.print(`${app.web_url} | ${app.git_url}`);
  const remotes = (await isWorkTree(cli)) ? await listRemotes(cli) : [];
  for (const remote of remotes.filter((each) => appOfUrl(each.url, api.url) === before)) {
    await setRemote(cli, remote.name, app.git_url);
    terminal.tell(`Git remote ${remote.name} updated\n`);
  }
  terminal.warn("Don't forget to update git remotes for all other local checkouts of the app.");
}
