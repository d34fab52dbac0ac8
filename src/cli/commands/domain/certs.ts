// certs, certs:add, :update, :info, :remove.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { addAppCommand, type AppOptions, type Cli } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { during } from '../../terminal/progress.js';
import { reachApp, type Reached } from '../../api/reach.js';
import type { DomainResource, SniEndpointResource } from '../../api/resources.js';
import { expiry } from './expiry.js';
import { fields, table } from '../../terminal/table.js';

type NamedOptions = AppOptions & { name?: string };

export function register(program: Command, cli: Cli): void {
  addAppCommand(program, 'certs', "list an app's certificates").action((options: AppOptions) => list(cli, options));
  addAppCommand(program, 'certs:add <crt> <key>', 'add a certificate: files with its chain and its key, in PEM').action(
    (crt: string, key: string, options: AppOptions) => add(cli, { crt, key }, options),
  );
  addAppCommand(program, 'certs:update <crt> <key>', "put another in a certificate's place")
    .option('--name <name>', 'which one, where the app has several')
    .action((crt: string, key: string, options: NamedOptions) => update(cli, { crt, key }, options));
  addAppCommand(program, 'certs:info', 'show a certificate')
    .option('--name <name>', 'which one, where the app has several')
    .action((options: NamedOptions) => info(cli, options));
  addAppCommand(program, 'certs:remove', 'remove a certificate')
    .option('--name <name>', 'which one, where the app has several')
    .action((options: NamedOptions) => remove(cli, options));
}

async function list(cli: Cli, options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const { api, app, path } = await reachApp(cli, options);
  const all = await api.get<SniEndpointResource[]>(`${path}/sni-endpoints`);
  if (options.json) return terminal.printJson(all);
  if (all.length === 0) return terminal.print(`${app} has no SSL certificates.\nUse paas certs:add CRT KEY to add one.`);
  const rows = all.map(({ name, ssl_cert: cert, domains }) => [
    { text: name, isWhole: true },
    cert.cert_domains.join(', '),
    { text: expiry(cert.expires_at, cli.now()).text, style: expiry(cert.expires_at, cli.now()).style },
    cert['ca_signed?'] ? 'True' : 'False',
    String(domains.length),
  ]);
  table(['Name', 'Common Name(s)', 'Expires', 'Trusted', 'Domains'], rows, terminal).forEach(terminal.print);
  for (const { name, ssl_cert: cert } of all) {
    const { warning } = expiry(cert.expires_at, cli.now());
    if (warning) terminal.warn(`${name} ${warning}. Get another, then: paas certs:update CRT KEY --name ${name}`);
  }
}

interface Files {
  crt: string;
  key: string;
}

async function add(cli: Cli, files: Files, options: AppOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const work = () => reached.api.post<SniEndpointResource>(`${reached.path}/sni-endpoints`, bodyOf(cli, files));
  await show(cli, options, reached, await during(cli.terminal, `Adding SSL certificate to ${reached.app}`, work));
}

async function update(cli: Cli, files: Files, options: NamedOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const { name } = await choose(reached, options);
  const work = () => reached.api.patch<SniEndpointResource>(endpointPath(reached, name), bodyOf(cli, files));
  await show(cli, options, reached, await during(cli.terminal, `Updating SSL certificate ${name} for ${reached.app}`, work));
}

async function info(cli: Cli, options: NamedOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  await show(cli, options, reached, await choose(reached, options));
}

async function remove(cli: Cli, options: NamedOptions): Promise<void> {
  const reached = await reachApp(cli, options);
  const { name } = await choose(reached, options);
  const work = () => reached.api.remove<SniEndpointResource>(endpointPath(reached, name));
  const gone = await during(cli.terminal, `Removing SSL certificate ${name} from ${reached.app}`, work);
  if (options.json) cli.terminal.printJson(gone);
}

/** The one that is meant: by name, or the only one there is. Throws CliError. */
async function choose({ api, app, path }: Reached, { name }: NamedOptions): Promise<SniEndpointResource> {
  const all = await api.get<SniEndpointResource[]>(`${path}/sni-endpoints`);
  if (all.length === 0) throw new CliError(`${app} has no SSL certificates.`);
  const meant = all.filter((each) => name === undefined || each.name === name);
  const [one] = meant;
  if (!one) throw new CliError(`${app} has no SSL certificate ${name}.\nSee those it has with: paas certs`);
  if (meant.length > 1) throw new CliError(`${app} has several SSL certificates: say which with --name.\nSee them with: paas certs`);
  return one;
}

async function show(cli: Cli, options: AppOptions, { api, path }: Reached, one: SniEndpointResource): Promise<void> {
  const { terminal } = cli;
  if (options.json) return terminal.printJson(one);
  const domains = await api.get<DomainResource[]>(`${path}/domains`);
  const { ssl_cert: cert } = one;
  const { text, style } = expiry(cert.expires_at, cli.now());
  const users = domains.filter(({ id }) => one.domains.includes(id)).map(({ hostname }) => hostname);
  const facts = {
    Name: one.name,
    'Common Name(s)': cert.cert_domains.join('\n'),
    'Domain(s)': users.length > 0 ? users.join('\n') : 'none uses it',
    'Expires At': { text, style },
    Issuer: cert.issuer,
    'Starts At': cert.starts_at,
    Subject: cert.subject,
  };
  fields(facts, terminal).forEach(terminal.print);
  const self = cert['self_signed?'] ? 'SSL certificate is self signed.' : 'SSL certificate is not trusted.';
  terminal.print(cert['ca_signed?'] ? 'SSL certificate is verified by a root authority.' : self);
}

function bodyOf(cli: Cli, { crt, key }: Files): { certificate_chain: string; private_key: string } {
  return { certificate_chain: read(cli, crt), private_key: read(cli, key) };
}

function read({ cwd }: Cli, file: string): string {
  try {
    return readFileSync(resolve(cwd, file), 'utf8');
  } catch (error) {
    throw new CliError(`Can't read ${file}: ${(error as Error).message}`);
  }
}

function endpointPath({ path }: Reached, name: string): string {
  return `${path}/sni-endpoints/${encodeURIComponent(name)}`;
}
