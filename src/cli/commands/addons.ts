// addons: those of an app, creating, attaching, changing and destroying them.
import type { Command } from 'commander';
import { addAppCommand, addCommand, type AppOptions, type Cli, type JsonOption } from '../command.js';
import { CliError } from '../api/errors.js';
import { reachApi, reachApp } from '../api/reach.js';
import type { ReleaseResource } from '../api/resources.js';
import { during } from '../terminal/progress.js';
import { ask } from '../terminal/prompt.js';
import { fields, table } from '../terminal/table.js';
import { findAddon, priceText, type AddonResource, type AttachmentResource } from './addons/addon-resource.js';
import { confirmed, createAddon, waitFor, type CreateOptions } from './addons/create-addon.js';
import { registerServices } from './addons/services.js';
import { openBrowser } from './apps/open-browser.js';

type Attaching = AppOptions & { as?: string; confirm?: string };
type Destroying = AppOptions & { confirm?: string; force?: boolean };

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'addons', "list an app's add-ons")
    .option('-A, --all', 'list those of all your apps')
    .action((options: AppOptions & { all?: boolean }) => list(cli, options));
  addAppCommand(program, 'addons:create <plan>', 'create an add-on: SERVICE, or SERVICE:PLAN')
    .option('--as <name>', 'the name of its attachment')
    .option('--name <name>', 'the name of the add-on')
    .option('-o, --option <name=value...>', 'what to ask its provider for')
    .option('-c, --confirm <app>', "the app's name, where it takes the place of another add-on")
    .option('--wait', 'wait until it is there')
    .action((plan: string, options: CreateOptions) => createAddon(cli, plan, options));
  addAppCommand(program, 'addons:attach <addon>', 'attach an add-on to one more app, or under one more name')
    .option('--as <name>', 'the name of the attachment')
    .option('-c, --confirm <app>', "the app's name, where it takes the place of another")
    .action((addon: string, options: Attaching) => attach(cli, addon, options));
  addAppCommand(program, 'addons:detach <attachment>', 'take an add-on off an app; it stays').action((name: string, options: AppOptions) =>
    detach(cli, name, options),
  );
  addAppCommand(program, 'addons:destroy <addon>', 'destroy an add-on, and what is in it, for good')
    .option('-c, --confirm <app>', "the app's name, instead of being asked")
    .option('-f, --force', 'though other apps have it')
    .action((addon: string, options: Destroying) => destroy(cli, addon, options));
  addAppCommand(program, 'addons:info <addon>', 'show an add-on').action((addon: string, options: AppOptions) => info(cli, addon, options));
  addAppCommand(program, 'addons:upgrade <addon> <plan>', 'change the plan of an add-on').action(
    (addon: string, plan: string, options: AppOptions) => upgrade(cli, { addon, plan }, options),
  );
  addCommand(program, 'addons:rename <addon> <name>', 'rename an add-on').action((addon: string, name: string, options: JsonOption) =>
    rename(cli, { addon, name }, options),
  );
  addAppCommand(program, 'addons:open <addon>', "open the page of an add-on's provider, signed on").action(
    (addon: string, options: AppOptions) => open(cli, addon, options),
  );
  addAppCommand(program, 'addons:wait [addon]', 'wait until an add-on is there, or all of an app').action(
    (addon: string | undefined, options: AppOptions) => wait(cli, addon, options),
  );
  registerServices(program, cli);
}

async function list(cli: Cli, options: AppOptions & { all?: boolean }): Promise<void> {
  const { terminal } = cli;
  const { api, path, app } = options.all ? { api: reachApi(cli), path: '', app: '' } : await reachApp(cli, options);
  const [addons, attachments] = await Promise.all([
    api.get<AddonResource[]>(`${path}/addons`),
    api.get<AttachmentResource[]>('/addon-attachments'),
  ]);
  if (options.json) return terminal.printJson(addons);
  if (addons.length === 0) return terminal.print(options.all ? 'You have no add-ons.' : `No add-ons for app ${app}.`);
  const namesOf = (id: string) =>
    attachments
      .filter(({ addon }) => addon.id === id)
      .map((each) => (each.app.name === app ? each.name : `${each.app.name}::${each.name}`))
      .join(', ');
  const rows = addons.map((each) => [each.name, each.plan.name, priceText(each.billed_price), stateText(each.state), namesOf(each.id)]);
  table(['Add-on', 'Plan', 'Price', 'State', 'As'], rows, terminal).forEach(terminal.print);
}

function stateText(state: string): string {
  return { provisioned: 'created', provisioning: 'creating', deprovisioned: 'errored' }[state] ?? state;
}

async function attach(cli: Cli, ref: string, options: Attaching): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const make = (confirm = options.confirm) =>
    api.post<AttachmentResource>('/addon-attachments', { addon: ref, app, name: options.as, confirm });
  const what = `Attaching ${ref}${options.as ? ` as ${options.as}` : ''} to ${app}`;
  const made = await during(cli.terminal, what, () => make()).catch(async (error: unknown) => make(await confirmed(cli, app, error)));
  if (options.json) return cli.terminal.printJson(made);
  const [release] = await api.get<ReleaseResource[]>(`${path}/releases`, { range: 'version ..; order=desc,max=1' });
  cli.terminal.print(`Set ${made.config_vars.join(', ') || made.name} on ${app}, v${release?.version}`);
}

async function detach(cli: Cli, name: string, options: AppOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const attachment = await api.get<AttachmentResource>(`${path}/addon-attachments/${encodeURIComponent(name)}`);
  const gone = await during(cli.terminal, `Detaching ${attachment.name} (${attachment.addon.name}) from ${app}`, () =>
    api.remove<AttachmentResource>(`/addon-attachments/${attachment.id}`),
  );
  if (options.json) cli.terminal.printJson(gone);
}

async function destroy(cli: Cli, ref: string, options: Destroying): Promise<void> {
  const { api, app } = await reachApp(cli, options);
  const addon = await findAddon(api, ref, app);
  await confirm(cli, { addon: addon.name, app: addon.app.name }, options.confirm);
  const gone = await during(cli.terminal, `Destroying ${addon.name} on ${addon.app.name}`, () =>
    api.remove<AddonResource>(`/apps/${addon.app.id}/addons/${addon.id}`, { force: options.force === true }),
  );
  if (options.json) cli.terminal.printJson(gone);
}

async function confirm(cli: Cli, { addon, app }: { addon: string; app: string }, given: string | undefined): Promise<void> {
  if (given === app) return;
  if (given !== undefined) throw new CliError(`Confirmation ${given} did not match ${app}. Aborted.`);
  if (!cli.stdin.isTTY) throw new CliError(`This would destroy ${addon} and what is in it.\nTo do so, run again with --confirm ${app}`);
  cli.terminal.warn(`This will destroy ${addon}, which belongs to ${app}, and what is in it.`);
  const typed = await ask(cli, `To proceed, type ${app} or re-run this command with --confirm ${app}: `);
  if (typed !== app) throw new CliError(`Confirmation did not match ${app}. Aborted.`);
}

async function info(cli: Cli, ref: string, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app } = await reachApp(cli, options);
  const addon = await findAddon(api, ref, app);
  if (options.json) return terminal.printJson(addon);
  const attachments = await api.get<AttachmentResource[]>(`/addons/${addon.id}/addon-attachments`);
  terminal.print(terminal.paint('bold', `=== ${addon.name}`));
  const facts = {
    Plan: addon.plan.name,
    Price: priceText(addon.billed_price),
    Attachments: attachments.map((each) => `${each.app.name}::${each.name}`).join(', '),
    'Owning app': addon.app.name,
    State: stateText(addon.state),
    'Provider says': addon.provision_message ?? undefined,
  };
  fields(facts, terminal).forEach(terminal.print);
}

async function upgrade(cli: Cli, { addon: ref, plan }: { addon: string; plan: string }, options: AppOptions): Promise<void> {
  const { api, app } = await reachApp(cli, options);
  const addon = await findAddon(api, ref, app);
  const wished = plan.includes(':') ? plan : `${addon.addon_service.name}:${plan}`;
  const changed = await during(cli.terminal, `Changing ${addon.name} from ${addon.plan.name} to ${wished}`, () =>
    api.patch<AddonResource>(`/apps/${addon.app.id}/addons/${addon.id}`, { plan: wished }),
  );
  if (options.json) return cli.terminal.printJson(changed);
  if (changed.provision_message) cli.terminal.print(changed.provision_message);
}

async function rename(cli: Cli, { addon, name }: { addon: string; name: string }, options: JsonOption): Promise<void> {
  const path = `/addons/${encodeURIComponent(addon)}`;
  const renamed = await during(cli.terminal, `Renaming ${addon} to ${name}`, () => reachApi(cli).patch<AddonResource>(path, { name }));
  if (options.json) cli.terminal.printJson(renamed);
}

async function open(cli: Cli, ref: string, options: AppOptions): Promise<void> {
  const { api, app } = await reachApp(cli, options);
  const addon = await findAddon(api, ref, app);
  if (!addon.web_url) throw new CliError(`${addon.addon_service.name} has no page for ${addon.name}.`);
  if (options.json) cli.terminal.printJson({ url: addon.web_url });
  else cli.terminal.print(`Opening the page of ${addon.name}...`);
  await openBrowser(addon.web_url, cli.env);
}

async function wait(cli: Cli, ref: string | undefined, options: AppOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const { api, app, path } = reached;
  const addons = ref === undefined ? await api.get<AddonResource[]>(`${path}/addons`) : [await findAddon(api, ref, app)];
  const done = [];
  for (const addon of addons) done.push(await waitFor(cli, reached, addon));
  if (options.json) cli.terminal.printJson(done);
}
