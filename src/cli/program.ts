// Parses and runs one command with commander; its errors become ours.
import { Command, CommanderError } from 'commander';
import { GROUPS } from './command-groups.js';
import type { Cli } from './command.js';
import { CliError } from './errors.js';

/** Runs the command `name` with its arguments. Throws CliError for what can't be parsed. */
export async function runCommand(name: string, args: string[], cli: Cli): Promise<number> {
  const group = GROUPS.find((each) => each.commands.includes(name));
  if (!group) throw new Error(`no group holds ${name}`);
  const program = newProgram((text) => cli.terminal.print(text.trimEnd()));
  (await group.load()).register(program, cli);
  addSiblings(program, name, group.commands);
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
export function newProgram(write: (text: string) => void): Command {
  return new Command('paas')
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => undefined, outputError: () => undefined })
    .helpCommand(false);
}

/** Help on `config` also names `config:set` and the others. */
function addSiblings(program: Command, name: string, names: readonly string[]): void {
  const siblings = names.filter((each) => each.startsWith(`${name}:`));
  const command = program.commands.find((each) => each.name() === name);
  if (!command || siblings.length === 0) return;
  command.addHelpText('after', `\nSee also: ${siblings.map((each) => `paas help ${each}`).join(', ')}`);
}

function plainMessage(text: string): string {
  const plain = text.replace(/^error: /, '');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
}
