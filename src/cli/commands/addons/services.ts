// addons:services, addons:plans, and for admins addons:services:add and :remove.
import type { Command } from 'commander';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { reachApi } from '../../api/reach.js';
import { during } from '../../terminal/progress.js';
import { fields, table } from '../../terminal/table.js';
import { priceText, type PlanResource, type ServiceResource } from './addon-resource.js';
import { readManifest } from './create-addon.js';

export function registerServices(program: Command, cli: Cli): void {
  addCommand(program, 'addons:services', 'list the add-on services there are').action((options: JsonOption) => listServices(cli, options));
  addCommand(program, 'addons:services:add <manifest>', "add a provider's service by its manifest, or take over a new one (admin)")
    .option('--test', "call the manifest's test part")
    .action((file: string, options: JsonOption & { test?: boolean }) => addService(cli, file, options));
  addCommand(program, 'addons:services:remove <service>', 'remove a service that no app has an add-on of (admin)')
    .option('--force', 'end its add-ons without asking their provider, who is gone for good')
    .action((service: string, options: JsonOption & { force?: boolean }) => removeService(cli, service, options));
  addCommand(program, 'addons:plans <service>', 'list the plans of a service').action((service: string, options: JsonOption) =>
    listPlans(cli, service, options),
  );
}

async function listServices(cli: Cli, options: JsonOption): Promise<void> {
  const { terminal } = cli;
  const services = await reachApi(cli).get<ServiceResource[]>('/addon-services');
  if (options.json) return terminal.printJson(services);
  if (services.length === 0)
    return terminal.print('There are no add-on services. An admin adds one with: paas addons:services:add manifest.json');
  const rows = services.map((each) => [each.name, each.human_name, each.supports_sharing ? 'yes' : 'no']);
  table(['Slug', 'Name', 'Can be shared'], rows, terminal).forEach(terminal.print);
}

async function addService(cli: Cli, file: string, options: JsonOption & { test?: boolean }): Promise<void> {
  const { terminal } = cli;
  const body = { manifest: readManifest(file), environment: options.test ? 'test' : 'production' };
  const added = await during(terminal, 'Adding the service', () => reachApi(cli).post<ServiceResource>('/addon-services', body));
  if (options.json) return terminal.printJson(added);
  fields({ Service: added.name, 'Client secret': added.client_secret }, terminal).forEach(terminal.print);
}

async function removeService(cli: Cli, service: string, options: JsonOption & { force?: boolean }): Promise<void> {
  const path = `/addon-services/${encodeURIComponent(service)}`;
  const body = options.force ? { force: true } : undefined;
  const gone = await during(cli.terminal, `Removing ${service}`, () => reachApi(cli).remove<ServiceResource>(path, body));
  if (options.json) cli.terminal.printJson(gone);
}

async function listPlans(cli: Cli, service: string, options: JsonOption): Promise<void> {
  const { terminal } = cli;
  const plans = await reachApi(cli).get<PlanResource[]>(`/addon-services/${encodeURIComponent(service)}/plans`);
  if (options.json) return terminal.printJson(plans);
  const rows = plans.map((each) => [each.default ? 'default' : '', each.name, each.human_name, priceText(each.price)]);
  table(['', 'Slug', 'Name', 'Price'], rows, terminal).forEach(terminal.print);
}
