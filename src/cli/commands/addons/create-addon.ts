// `paas addons:create`: an add-on, and what its provider says; it may be made in the background.
import { readFileSync } from 'node:fs';
import type { AppOptions, Cli } from '../../command.js';
import { ApiError, CliError } from '../../api/errors.js';
import { reachApp, type Reached } from '../../api/reach.js';
import { during } from '../../terminal/progress.js';
import { ask } from '../../terminal/prompt.js';
import { priceText, type AddonResource } from './addon-resource.js';

export interface CreateOptions extends AppOptions {
  as?: string;
  name?: string;
  option?: string[];
  confirm?: string;
  wait?: boolean;
}

const LOOK_MS = 1_000;

export async function createAddon(cli: Cli, plan: string, options: CreateOptions): Promise<void> {
  const { terminal } = cli;
  const reached = await reachApp(cli, options);
  const config = Object.fromEntries((options.option ?? []).map(pairOf));
  const body = { plan, name: options.name, attachment: options.as === undefined ? undefined : { name: options.as }, config };
  const make = (confirm = options.confirm) => reached.api.post<AddonResource>(`${reached.path}/addons`, { ...body, confirm });
  const what = `Creating ${plan} on ${reached.app}`;
  const made = await during(
    terminal,
    what,
    () => make(),
    ({ billed_price: price }) => priceText(price),
  ).catch(async (error: unknown) => make(await confirmed(cli, reached.app, error)));
  if (made.provision_message) terminal.tell(`${made.provision_message}\n`);
  const addon = options.wait ? await waitFor(cli, reached, made) : made;
  if (options.json) return terminal.printJson(addon);
  if (addon.state === 'provisioning') {
    terminal.print(`${addon.name} is being created in the background. The app will restart when complete...`);
    return terminal.print(`Use paas addons:info ${addon.name} to check creation progress`);
  }
  terminal.print(`Created ${addon.name}${addon.config_vars.length > 0 ? ` as ${addon.config_vars.join(', ')}` : ''}`);
}

/** Waits until the add-on is there. Throws CliError when it never will be. */
export async function waitFor(cli: Cli, { api }: Pick<Reached, 'api'>, addon: AddonResource): Promise<AddonResource> {
  if (addon.state !== 'provisioning') return addon;
  const look = async () => {
    for (;;) {
      const now = await api.get<AddonResource>(`/addons/${addon.id}`);
      if (now.state !== 'provisioning') return now;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  };
  return during(cli.terminal, `Creating ${addon.name}`, look).catch((error: unknown) => {
    if (error instanceof ApiError && error.id === 'not_found') throw new CliError(`The add-on ${addon.name} could not be created.`);
    throw error;
  });
}

/** The app's name, where the API wants it again. Throws `error` where it wants something else. */
export async function confirmed(cli: Cli, app: string, error: unknown): Promise<string> {
  if (!(error instanceof ApiError) || error.id !== 'confirmation_required' || !cli.stdin.isTTY) throw error;
  cli.terminal.warn(error.text);
  const typed = await ask(cli, `To proceed, type ${app} or re-run this command with --confirm ${app}: `);
  if (typed !== app) throw new CliError(`Confirmation did not match ${app}. Aborted.`);
  return app;
}

function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new CliError(`${text} is not an option of an add-on: expected name=value.`);
  return [text.slice(0, at), text.slice(at + 1)];
}

/** A manifest as a file, or on standard input as `-`. Throws CliError for what is no JSON. */
export function readManifest(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (error) {
    throw new CliError(`Can't read the manifest ${file}: ${(error as Error).message}`);
  }
}
