import type { Cli } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { ask } from '../../terminal/prompt.js';

/** Asks for the app's name, unless it was given. Throws CliError where it is another. */
export async function confirmed(cli: Cli, { app, given, what }: { app: string; given: string | undefined; what: string }): Promise<void> {
  if (given === app) return;
  if (given !== undefined) throw new CliError(`Confirmation ${given} did not match ${app}. Aborted.`);
  if (!cli.stdin.isTTY) throw new CliError(`This would ${what}.\nTo do so, run again with --confirm ${app}`);
  cli.terminal.warn(`This will ${what}.`);
  const typed = await ask(cli, `To proceed, type ${app} or re-run this command with --confirm ${app}: `);
  if (typed !== app) throw new CliError(`Confirmation did not match ${app}. Aborted.`);
}
