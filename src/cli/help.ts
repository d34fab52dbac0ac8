// `paas help`: every command on one page.
import { GROUPS, type Group } from './command-groups.js';
import type { Cli } from './command.js';
import { newProgram } from './program.js';
import { DEFAULT_COLUMNS, wrap } from './terminal/wrap.js';

const HIDDEN = new Set(['git:credentials']);

const CLOSING = [
  'paas help COMMAND tells more of one, with examples. The app is named by --app, by --remote, by PAAS_APP, or by the ' +
    'git remote of this directory.',
  'PAAS_API_URL and PAAS_API_KEY override the login. Exit codes: 0 done, 1 error, 2 refused by the API, 100 not logged ' +
    'in, 127 no such command.',
];

/** The page that `paas help` prints, as wide as the terminal. */
export async function overview(cli: Cli): Promise<string> {
  const columns = cli.terminal.columns ?? DEFAULT_COLUMNS;
  const sections = await Promise.all(GROUPS.map((group) => describeGroup(group, cli)));
  const width = Math.max(...sections.flatMap((section) => section.rows.map(([name]) => name.length)));
  const row = ([name, summary]: [string, string]) => wrap(`  ${name.padEnd(width)}  ${summary}`, columns, ' '.repeat(width + 4), width + 4);
  const body = sections.flatMap((section) => ['', section.title, ...section.rows.flatMap(row)]);
  return [
    'Create, deploy and run apps on Slipway.',
    '',
    'Usage: paas COMMAND [options]',
    ...body,
    '',
    ...CLOSING.flatMap((line) => wrap(line, columns)),
  ].join('\n');
}

async function describeGroup(group: Group, cli: Cli): Promise<{ title: string; rows: [string, string][] }> {
  const program = newProgram(cli.terminal, () => undefined);
  (await group.load()).register(program, cli);
  const rows = program.commands
    .filter((command) => !HIDDEN.has(command.name()))
    .map((command): [string, string] => [command.name(), command.description()]);
  return { title: group.title, rows };
}
