// `paas create`: the app, its buildpack, and the git remote to push to.
import type { Cli, JsonOption } from '../../command.js';
import { isWorkTree, listRemotes, setRemote, letGitIn } from '../../git/git.js';
import { during } from '../../terminal/progress.js';
import { reachApi } from '../../api/reach.js';
import type { AppResource } from '../../api/resources.js';
import { credentialsPath, readCredentials } from '../../api/credentials.js';
import { settle } from '../../api/settings.js';

export interface CreateOptions extends JsonOption {
  /** False with --no-remote. */
  remote?: string | false;
  buildpack?: string;
  stack?: string;
  addons?: string;
  team?: string;
  locked?: boolean;
}

/** Creates an app. Its git remote is left alone when it exists already, and said so. */
export async function createApp(cli: Cli, name: string | undefined, options: CreateOptions): Promise<void> {
  const { terminal } = cli;
  const api = reachApi(cli);
  const body = { name, stack: options.stack, ...(options.team !== undefined && { team: options.team, locked: options.locked ?? false }) };
  const path = options.team === undefined ? '/apps' : '/teams/apps';
  const app = await during(
    terminal,
    `Creating ${name ?? 'app'}`,
    () => api.post<AppResource>(path, body),
    (made) => status(made, name, options),
  );
  for (const plan of options.addons?.split(',').filter(Boolean) ?? [])
    await during(terminal, `Adding ${plan}`, () => api.post(`/apps/${app.id}/addons`, { plan: plan.trim() }));
  if (options.buildpack) {
    const updates = [{ buildpack: options.buildpack }];
    await during(terminal, `Setting buildpack to ${options.buildpack}`, () =>
      api.put(`/apps/${app.id}/buildpack-installations`, { updates }),
    );
  }
  if (options.json) terminal.printJson(app);
  else terminal.print(`${app.web_url} | ${app.git_url}`);
  if (options.remote !== false && (await isWorkTree(cli))) await addRemote(cli, options.remote ?? 'paas', app);
}

function status(app: AppResource, name: string | undefined, options: CreateOptions): string {
  return ['done', ...(name ? [] : [app.name]), ...(options.stack ? [`stack is ${app.stack.name}`] : [])].join(', ');
}

async function addRemote(cli: Cli, name: string, app: AppResource): Promise<void> {
  const present = (await listRemotes(cli)).find((remote) => remote.name === name);
  if (present && present.url !== app.git_url) {
    cli.terminal.warn(
      `The git remote ${name} exists already and was left as it is.\n` +
        `Point it to the new app with: paas git:remote --app ${app.name} --remote ${name}`,
    );
  } else {
    await setRemote(cli, name, app.git_url);
  }
  const { caFile } = settle(cli.env, readCredentials(credentialsPath(cli.env)));
  await letGitIn(cli, new URL(app.git_url).origin, caFile);
}
