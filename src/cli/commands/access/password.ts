// One's own password.
import type { Command } from 'commander';
import { CliError } from '../../api/errors.js';
import { reachApi } from '../../api/reach.js';
import type { Account } from '../../api/resources.js';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { askSecret, readPiped } from '../../terminal/prompt.js';

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'password', 'set the password you log in with').action((options: JsonOption) => setPassword(cli, options));
}

async function setPassword(cli: Cli, options: JsonOption): Promise<void> {
  const { present, next } = await readBoth(cli);
  const body = { new_password: next, ...(present && { password: present }) };
  const account = await during(cli.terminal, 'Setting password', () => reachApi(cli).put<Account>('/account/password', body));
  if (options.json) cli.terminal.printJson(account);
}

/** Asked for; or two lines that are piped in, the present one first, which may be empty. */
async function readBoth(cli: Cli): Promise<{ present: string; next: string }> {
  if (!cli.stdin.isTTY) {
    const lines = (await readPiped(cli)).split('\n');
    const [present = '', next] = lines.length > 1 ? lines : ['', lines[0]];
    if (!next) throw new CliError('No password given.\nPipe in the present one (where there is one) and the new one, a line each.');
    return { present, next };
  }
  const present = await askSecret(cli, 'Present password (empty if you have none): ');
  const next = await askSecret(cli, 'New password: ');
  if (next !== (await askSecret(cli, 'Again: '))) throw new CliError('That was not the same twice. Nothing was changed.');
  return { present, next };
}
