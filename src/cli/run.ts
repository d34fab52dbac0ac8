// Finds the command that was typed, runs it, and turns whatever happens into lines and an exit code.
import { oneLine } from './terminal/clean.js';
import { ALIASES, DESTRUCTIVE, GROUPS } from './command-groups.js';
import type { Cli } from './command.js';
import { ApiError, CliError, Exit } from './api/errors.js';
import { insteadOf } from './heroku-commands.js';
import { version } from './git/project.js';
import { suggest } from './suggest.js';
import { inJson } from './terminal/terminal.js';

/** Runs one command line (without `node` and the script). Returns the exit code; never throws. */
export async function run(argv: string[], cli: Cli): Promise<number> {
  const wantsJson = isJsonWanted(argv);
  const terminal = wantsJson ? inJson(cli.terminal) : cli.terminal;
  try {
    return await dispatch(argv, { ...cli, terminal });
  } catch (error) {
    if (error instanceof Exit) return error.exitCode;
    const { text, exitCode, id } = describe(error, wantsJson);
    terminal.fail(text + hintFor(error, cli.env), { id, exitCode });
    return exitCode;
  }
}

/** Whether --json or -j is among the options; what stands behind `--` is none. */
function isJsonWanted(argv: string[]): boolean {
  const end = argv.indexOf('--');
  return argv.slice(1, end < 0 ? undefined : end).some((word) => word === '--json' || word === '-j');
}

/** People read the id below the message; a program finds it beside it. */
function describe(error: unknown, wantsJson: boolean): { text: string; exitCode: number; id: string | null } {
  if (error instanceof ApiError) return { text: wantsJson ? error.text : error.message, exitCode: error.exitCode, id: error.id };
  if (error instanceof CliError) return { text: error.message, exitCode: error.exitCode, id: null };
  return { text: error instanceof Error ? error.message : String(error), exitCode: 1, id: null };
}

async function dispatch(argv: string[], cli: Cli): Promise<number> {
  const [first = 'help', ...rest] = argv;
  if (first === '--version' || first === '-v' || first === 'version') {
    cli.terminal.print(`paas/${version()} ${process.platform}-${process.arch} node-${process.version}`);
    return 0;
  }
  if (first === 'help' || first === '--help' || first === '-h') return showHelp(rest[0], cli);
  if (first === '--complete') return (await import('./commands/completion/complete.js')).complete(rest, cli);
  const name = resolveName(first);
  if (name === 'git:credentials' && /^\w+$/.test(rest[0] ?? '')) return answerGit(rest[0], cli);
  // Its options are the client's.
  if (name === 'heroku' && rest[0] !== '--help' && rest[0] !== '-h') return (await import('./commands/heroku.js')).runHeroku(rest, cli);
  const { runCommand } = await import('./program.js');
  return runCommand(name, rest, cli);
}

// Every push waits for this one: no parser, which takes 30 ms to load.
async function answerGit(operation: string | undefined, cli: Cli): Promise<number> {
  const { serveGit } = await import('./git/git-credentials.js');
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

function hintFor(error: unknown, env: NodeJS.ProcessEnv): string {
  if (!(error instanceof ApiError) || error.status !== 401) return '';
  return env['PAAS_API_KEY'] ? '\n\nThe token in PAAS_API_KEY is not valid here, or not any more.' : '\n\nLog in again with: paas login';
}

/** The command's own name. Throws, with a suggestion and exit code 127, when there is none. */
export function resolveName(typed: string): string {
  const name = Object.hasOwn(ALIASES, typed) ? ALIASES[typed]! : typed;
  const names = GROUPS.flatMap((group) => group.commands);
  if (names.includes(name)) return name;
  const instead = insteadOf(typed);
  if (instead) throw new CliError(`${typed} is a command of Heroku's that paas doesn't have.\n${instead}`, 127);
  const near = suggest(typed, [...names, ...Object.keys(ALIASES)]);
  const hint = near && !DESTRUCTIVE.test(near) ? `Did you mean ${near}? ` : '';
  throw new CliError(`${oneLine(typed)} is not a paas command.\n${hint}Run paas help for a list of commands.`, 127);
}
