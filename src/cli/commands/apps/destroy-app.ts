// `paas destroy`: asks for the app's name, destroys it, and removes the git remotes that led to it.
import type { AppOptions, Cli } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { listRemotes, removeRemote } from '../../git/git.js';
import { during } from '../../terminal/progress.js';
import { ask } from '../../terminal/prompt.js';
import { reachApp } from '../../api/reach.js';
import { appOfUrl } from '../../git/remotes.js';
import type { AppResource } from '../../api/resources.js';

/** Destroys the app for good, once its name was typed again or given with --confirm. */
export async function destroyApp(cli: Cli, options: AppOptions & { confirm?: string }): Promise<void> {
  const { api, path } = await reachApp(cli, options);
  const app = await api.get<AppResource>(path);
  const addons = await api.get<{ name: string }[]>(`${path}/addons`);
  await confirm(cli, { name: app.name, addons: addons.map(({ name }) => name) }, options.confirm);
  await during(cli.terminal, `Destroying ${app.name}`, async () => {
    await api.remove(`/apps/${app.id}`);
    for (const remote of await listRemotes(cli)) if (appOfUrl(remote.url, api.url) === app.name) await removeRemote(cli, remote.name);
  });
  if (options.json) cli.terminal.printJson(app);
}

async function confirm(cli: Cli, { name, addons }: { name: string; addons: string[] }, given: string | undefined): Promise<void> {
  if (given === name) return;
  if (given !== undefined) throw new CliError(`Confirmation ${given} did not match ${name}. Aborted.`);
  if (!cli.stdin.isTTY) throw new CliError(`This would destroy ${name} for good.\nTo do so, run again with --confirm ${name}`);
  const services = addons.length > 0 ? `, and its add-ons with what is in them: ${addons.join(', ')}` : '';
  cli.terminal.warn(`This will destroy ${name} for good: its code, releases, config vars and logs${services}.`);
  const typed = await ask(cli, `To proceed, type ${name} or re-run this command with --confirm ${name}: `);
  if (typed !== name) throw new CliError(`Confirmation did not match ${name}. Aborted.`);
}
