// domains, domains:add, :remove, :clear, :info, :update, :wait.
import type { Command } from 'commander';
import { isApex } from '../../../model/domain/hostname.js';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { reachApp } from '../../api/reach.js';
import type { DomainResource } from '../../api/resources.js';
import { fields, table } from '../../terminal/table.js';

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'domains', "list an app's host names").action((options: AppOptions) => list(cli, options));
  addAppCommand(program, 'domains:add <hostname>', 'let the app answer at another host name; *.example.com is all below example.com')
    .option('-c, --cert <name>', 'the certificate that it is to use')
    .action((hostname: string, options: AppOptions & { cert?: string }) => add(cli, hostname, options));
  addAppCommand(program, 'domains:remove <hostname>', 'take a host name from the app').action((hostname: string, options: AppOptions) =>
    remove(cli, hostname, options),
  );
  addAppCommand(program, 'domains:clear', 'take all host names from the app that were added').action((options: AppOptions) =>
    clear(cli, options),
  );
  addAppCommand(program, 'domains:info <hostname>', 'show a host name').action((hostname: string, options: AppOptions) =>
    info(cli, hostname, options),
  );
  addAppCommand(program, 'domains:update <hostname>', 'let a host name use another certificate of the app')
    .requiredOption('-c, --cert <name>', 'which one')
    .action((hostname: string, options: AppOptions & { cert: string }) => update(cli, hostname, options));
  addAppCommand(program, 'domains:wait [hostname]', 'wait until a host name is set up: here it is at once').action(
    (hostname: string | undefined, options: AppOptions) => wait(cli, hostname, options),
  );
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const domains = await api.get<DomainResource[]>(`${path}/domains`);
  if (options.json) return terminal.printJson(domains);
  terminal.print(terminal.paint('bold', `=== ${app} Heroku Domain`));
  terminal.print(domains.find(({ kind }) => kind === 'heroku')?.hostname);
  const added = domains.filter(({ kind }) => kind === 'custom');
  if (added.length === 0) return;
  terminal.print();
  terminal.print(terminal.paint('bold', `=== ${app} Custom Domains`));
  const rows = added.map(({ hostname, cname, sni_endpoint: used }) => [hostname, recordType(hostname), cname ?? '', used?.name ?? '']);
  table(['Domain Name', 'DNS Record Type', 'DNS Target', 'SNI Endpoint'], rows, terminal).forEach(terminal.print);
}

/** What stands at the apex of a zone has other entries beside it, so DNS allows it no CNAME. */
function recordType(hostname: string): string {
  return isApex(hostname) ? 'ALIAS or ANAME' : 'CNAME';
}

async function add(cli: Cli, hostname: string, options: AppOptions & { cert?: string }): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const work = () => api.post<DomainResource>(`${path}/domains`, { hostname, sni_endpoint: options.cert ?? null });
  const added = await during(cli.terminal, `Adding ${hostname} to ${app}`, work);
  if (options.json) return cli.terminal.printJson(added);
  cli.terminal.print(`Configure your app's DNS provider to point to the DNS Target ${added.cname}.`);
}

async function remove(cli: Cli, hostname: string, options: AppOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const gone = await during(cli.terminal, `Removing ${hostname} from ${app}`, () => api.remove<DomainResource>(domainPath(path, hostname)));
  if (options.json) cli.terminal.printJson(gone);
}

async function clear(cli: Cli, options: AppOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const gone = await during(cli.terminal, `Removing all domains from ${app}`, async () => {
    const added = (await api.get<DomainResource[]>(`${path}/domains`)).filter(({ kind }) => kind === 'custom');
    for (const { id } of added) await api.remove(domainPath(path, id));
    return added;
  });
  if (options.json) cli.terminal.printJson(gone);
}

async function info(cli: Cli, hostname: string, options: AppOptions): Promise<void> {
  const { api, path } = await reachApp(cli, options);
  const domain = await api.get<DomainResource>(domainPath(path, hostname));
  if (options.json) return cli.terminal.printJson(domain);
  const facts = {
    'Domain Name': domain.hostname,
    'DNS Record Type': domain.cname ? recordType(domain.hostname) : undefined,
    'DNS Target': domain.cname,
    'SNI Endpoint': domain.sni_endpoint?.name,
    Added: domain.created_at,
    ID: domain.id,
  };
  fields(facts, cli.terminal).forEach(cli.terminal.print);
}

async function update(cli: Cli, hostname: string, options: AppOptions & { cert: string }): Promise<void> {
  const { api, path } = await reachApp(cli, options);
  const work = () => api.patch<DomainResource>(domainPath(path, hostname), { sni_endpoint: options.cert });
  const updated = await during(cli.terminal, `Updating ${hostname} to use ${options.cert} certificate`, work);
  if (options.json) cli.terminal.printJson(updated);
}

async function wait(cli: Cli, hostname: string | undefined, options: AppOptions): Promise<void> {
  const { api, app, path } = await reachApp(cli, options);
  const look = () => api.get<DomainResource | DomainResource[]>(hostname === undefined ? `${path}/domains` : domainPath(path, hostname));
  const found = await during(cli.terminal, `Waiting for ${hostname ?? `the domains of ${app}`}`, look);
  if (options.json) cli.terminal.printJson(found);
}

function domainPath(path: string, ref: string): string {
  return `${path}/domains/${encodeURIComponent(ref)}`;
}
