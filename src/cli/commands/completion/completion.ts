// completion: the script that lets a shell complete commands, flags and names.
import { basename } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../../api/errors.js';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { SCRIPTS, SHELLS } from './scripts.js';

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'completion [shell]', 'print what lets bash, zsh or fish complete commands, apps and names').action(
    (shell: string | undefined, options: JsonOption) => print(cli, shell, options),
  );
}

function print({ terminal, env }: Cli, shell: string | undefined, options: JsonOption): void {
  const wished = shell ?? basename(env['SHELL'] ?? '');
  const name = SHELLS.find((each) => each === wished);
  if (!name) throw new CliError(`There is completion for ${SHELLS.join(', ')}: paas completion bash`);
  if (options.json) return terminal.printJson({ shell: name, script: SCRIPTS[name] });
  terminal.print(SCRIPTS[name]);
}
