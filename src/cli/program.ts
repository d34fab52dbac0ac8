// Parses and runs one command with commander; its errors become ours.
import { Command, CommanderError } from 'commander';
import { GROUPS } from './command-groups.js';
import type { Cli } from './command.js';
import { CliError } from './api/errors.js';
import { EXAMPLES } from './examples.js';
import { DEFAULT_COLUMNS, wrap } from './terminal/wrap.js';

/** Runs the command `name` with its arguments. Throws CliError for what can't be parsed. */
export async function runCommand(name: string, args: string[], cli: Cli): Promise<number> {
  const group = GROUPS.find((each) => each.commands.includes(name));
  if (!group) throw new Error(`no group holds ${name}`);
  const program = newProgram(cli.terminal, (text) => cli.terminal.print(text.trimEnd()));
  (await group.load()).register(program, cli);
  const siblings = group.commands.filter((each) => each.startsWith(`${name}:`));
  addMore(program, name, { siblings, columns: cli.terminal.columns ?? DEFAULT_COLUMNS });
  try {
    await program.parseAsync([name, ...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw new CliError(`${plainMessage(error.message)}\nSee more help with: paas help ${name}`);
  }
}

/** A program that prints through `write` and throws where commander would exit. */
export function newProgram({ columns }: { columns: number | null }, write: (text: string) => void): Command {
  return new Command('paas')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => undefined, outputError: () => undefined })
    .configureOutput({ getOutHelpWidth: () => columns ?? DEFAULT_COLUMNS })
    .configureHelp({ minWidthToWrap: 20 })
    .helpCommand(false);
}

/** Help on a command ends in examples; that on `config` also names `config:set` and the others. */
function addMore(program: Command, name: string, o: { siblings: string[]; columns: number }): void {
  const command = program.commands.find((each) => each.name() === name);
  const examples = EXAMPLES[name];
  if (examples) command?.addHelpText('after', ['', 'Examples:', ...examples.map((line) => `  ${line}`)].join('\n'));
  if (o.siblings.length === 0) return;
  const seeAlso = `See also: ${o.siblings.map((each) => `paas help ${each}`).join(', ')}`;
  command?.addHelpText('after', ['', ...wrap(seeAlso, o.columns)].join('\n'));
}

function plainMessage(text: string): string {
  const plain = text.replace(/^error: /, '');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
