// apps:diff: what two apps differ in, as Heroku's client compares them, and in what they run. Values of config vars are not shown.
import type { Command } from 'commander';
import type { Api } from '../../api/api.js';
import { reachApi } from '../../api/reach.js';
import type {
  AppResource,
  BuildpackInstallation,
  ConfigVarsResource,
  FeatureResource,
  FormationResource,
  ReleaseResource,
} from '../../api/resources.js';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { table } from '../../terminal/table.js';

/** What an app is: each property by name; absent where it has none. */
type Facts = ReadonlyMap<string, string>;

export interface Difference {
  property: string;
  first: string | null;
  second: string | null;
}

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'apps:diff <app> <other>', 'show what two apps differ in')
    .option('--values', 'show the values of config vars')
    .action((app: string, other: string, options: DiffOptions) => diff(cli, [app, other], options));
}

interface DiffOptions extends JsonOption {
  values?: boolean;
}

async function diff(cli: Cli, [app, other]: [string, string], options: DiffOptions): Promise<void> {
  const { terminal } = cli;
  const api = reachApi(cli);
  const [first, second] = await Promise.all([factsOf(api, app), factsOf(api, other)]);
  const found = differences(first, second).map((each) => (options.values ? each : withoutValues(each)));
  if (options.json) return terminal.printJson(found);
  if (found.length === 0) return terminal.print(`${app} and ${other} are alike.`);
  const rows = found.map((each) => [each.property, each.first ?? '', each.second ?? '']);
  table(['Property', app, other], rows, terminal).forEach(terminal.print);
}

async function factsOf(api: Api, app: string): Promise<Facts> {
  const path = `/apps/${encodeURIComponent(app)}`;
  const about = await api.get<AppResource>(path);
  const [vars, releases, formation, buildpacks, addons, features] = await Promise.all([
    api.get<ConfigVarsResource>(`${path}/config-vars`),
    api.get<ReleaseResource[]>(`${path}/releases`, { range: 'version ..; order=desc, max=10' }),
    api.get<FormationResource[]>(`${path}/formation`),
    api.get<BuildpackInstallation[]>(`${path}/buildpack-installations`),
    api.get<{ plan: { name: string } }[]>(`${path}/addons`),
    api.get<FeatureResource[]>(`${path}/features`),
  ]);
  const slugId = (releases.find(({ current }) => current) ?? releases[0])?.slug?.id;
  const slug = slugId ? await api.get<{ checksum: string; commit: string | null }>(`${path}/slugs/${slugId}`) : null;
  return new Map([
    ...(slug ? [['slug (checksum)', slug.checksum] as const, ['slug (commit)', slug.commit ?? ''] as const] : []),
    ['stack', about.stack.name],
    ['maintenance', about.maintenance ? 'on' : 'off'],
    ...Object.entries(vars).map(([name, value]) => [`config (${name})`, value] as const),
    ...formation.map(({ type, quantity, size }) => [`dynos (${type})`, `${quantity}:${size}`] as const),
    ...buildpacks.map(({ buildpack }, at) => [`buildpack (${at})`, buildpack.url] as const),
    ...addons.map(({ plan }) => [`add-on (${plan.name.split(':')[0]})`, plan.name] as const),
    ...features.map(({ name, enabled }) => [`feature (${name})`, enabled ? 'enabled' : 'disabled'] as const),
  ]);
}

/** Sorted as the first app tells its properties, then those of the second only. */
export function differences(first: Facts, second: Facts): Difference[] {
  const properties = [...new Set([...first.keys(), ...second.keys()])];
  return properties
    .map((property) => ({ property, first: first.get(property) ?? null, second: second.get(property) ?? null }))
    .filter((each) => each.first !== each.second);
}

/** A config var may be a password: that it differs is enough. */
export function withoutValues(each: Difference): Difference {
  if (!each.property.startsWith('config (')) return each;
  if (each.first === null || each.second === null) return { ...each, first: each.first && 'set', second: each.second && 'set' };
  return { ...each, first: 'set', second: 'another value' };
}
