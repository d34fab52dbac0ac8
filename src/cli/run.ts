// Finds the command that was typed, runs it, and turns whatever happens into lines and an exit code.
import { ALIASES, GROUPS } from './command-groups.js';
import type { Cli } from './command.js';
import { ApiError, CliError } from './errors.js';
import { suggest } from './suggest.js';
import { version } from './project.js';

/** Runs one command line (without `node` and the script). Returns the exit code; never throws. */
export async function run(argv: string[], cli: Cli): Promise<number> {
  try {
    return await dispatch(argv, cli);
  } catch (error) {
    if (error instanceof CliError) {
      cli.terminal.fail(error.message + hintFor(error, cli.env));
      return error.exitCode;
    }
    cli.terminal.fail(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function dispatch(argv: string[], cli: Cli): Promise<number> {
  const [first = 'help', ...rest] = argv;
  if (first === '--version' || first === '-v' || first === 'version') {
    cli.terminal.print(`paas/${version()} ${process.platform}-${process.arch} node-${process.version}`);
    return 0;
  }
  if (first === 'help' || first === '--help' || first === '-h') return showHelp(rest[0], cli);
  const name = resolveName(first);
  if (name === 'git:credentials' && /^\w+$/.test(rest[0] ?? '')) return answerGit(rest[0], cli);
  const { runCommand } = await import('./program.js');
  return runCommand(name, rest, cli);
}

// Every push waits for this one: no parser, which takes 30 ms to load.
async function answerGit(operation: string | undefined, cli: Cli): Promise<number> {
  const { serveGit } = await import('./git-credentials.js');
  await serveGit(cli, operation);
  return 0;
}

async function showHelp(topic: string | undefined, cli: Cli): Promise<number> {
  const { runCommand } = await import('./program.js');
  if (topic !== undefined && !topic.startsWith('-')) return runCommand(resolveName(topic), ['--help'], cli);
  const { overview } = await import('./help.js');
  cli.terminal.print(await overview(cli));
  return 0;
}

function hintFor(error: CliError, env: NodeJS.ProcessEnv): string {
  if (!(error instanceof ApiError) || error.status !== 401) return '';
  return env['PAAS_API_KEY'] ? '\n\nThe token in PAAS_API_KEY is not valid here, or not any more.' : '\n\nLog in again with: paas login';
}

/** The command's own name. Throws, with a suggestion and exit code 127, when there is none. */
export function resolveName(typed: string): string {
  const name = Object.hasOwn(ALIASES, typed) ? ALIASES[typed]! : typed;
  const names = GROUPS.flatMap((group) => group.commands);
  if (names.includes(name)) return name;
  const near = suggest(typed, [...names, ...Object.keys(ALIASES)]);
  const hint = near ? `Did you mean ${near}? ` : '';
  throw new CliError(`${typed} is not a paas command.\n${hint}Run paas help for a list of commands.`, 127);
}
