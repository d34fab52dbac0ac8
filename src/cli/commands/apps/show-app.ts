// `paas info`.
import { formatSize } from '../../../model/build/slug.js';
import type { AppOptions, Cli } from '../../command.js';
import { quote } from '../../terminal/quote.js';
import { reachApp } from '../../api/reach.js';
import type { AppResource, DynoResource } from '../../api/resources.js';
import { fields } from '../../terminal/table.js';

/** Shows an app: for people, for a shell, or as JSON with its dynos. */
export async function showApp(cli: Cli, options: AppOptions & { shell?: boolean }): Promise<void> {
  const { terminal } = cli;
  const { api, path } = await reachApp(cli, options);
  const [app, dynos] = await Promise.all([api.get<AppResource>(path), api.get<DynoResource[]>(`${path}/dynos`)]);
  if (options.json) return terminal.printJson({ app, dynos });
  const facts = describe(app, dynos);
  if (options.shell) return Object.entries(facts).forEach(([key, value]) => terminal.print(`${snakeCase(key)}=${quote(value ?? '')}`));
  terminal.print(terminal.paint('bold', `=== ${app.name}`));
  fields(facts, terminal).forEach(terminal.print);
}

function describe(app: AppResource, dynos: DynoResource[]): Record<string, string | undefined> {
  const next = app.stack.name === app.build_stack.name ? '' : ` (next build will use ${app.build_stack.name})`;
  return {
    Dynos: countByType(dynos),
    'Git URL': app.git_url,
    Maintenance: app.maintenance ? 'on' : 'off',
    Owner: app.owner.email,
    'Repo Size': app.repo_size ? formatSize(app.repo_size) : undefined,
    'Slug Size': app.slug_size ? formatSize(app.slug_size) : undefined,
    Stack: app.stack.name + next,
    'Web URL': app.web_url,
  };
}

function countByType(dynos: DynoResource[]): string {
  const types = [...new Set(dynos.map((dyno) => dyno.type))].sort();
  return types.map((type) => `${type}: ${dynos.filter((dyno) => dyno.type === type).length}`).join(', ');
}

function snakeCase(key: string): string {
  return key.toLowerCase().replaceAll(' ', '_');
}
