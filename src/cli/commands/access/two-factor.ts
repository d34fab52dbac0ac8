// 2fa: the second factor for logging in with a password.
import type { Command } from 'commander';
import { CliError } from '../../api/errors.js';
import { reachApi } from '../../api/reach.js';
import type { Account } from '../../api/resources.js';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { ask } from '../../terminal/prompt.js';
import { readPassword } from './token-by-password.js';

interface TwoFactor {
  secret: string | null;
  url: string | null;
  recovery_codes: string[] | null;
}

interface CodeOption extends JsonOption {
  code?: string;
}

interface DisableOptions extends CodeOption {
  user?: string;
}

const PATH = '/account/two-factor';

export function register(program: Command, cli: Cli): void {
  addCommand(program, '2fa', 'show whether two-factor authentication is on').action((options: JsonOption) => show(cli, options));
  addCommand(program, '2fa:enable', 'ask for a code of your phone whenever you log in with your password')
    .option('--code <code>', 'the code that confirms the secret which was shown before')
    .action((options: CodeOption) => enable(cli, options));
  addCommand(program, '2fa:disable', 'ask for no code any more')
    .option('--code <code>', 'a code of your phone, or one for recovery')
    .option('-u, --user <email>', 'of a user who has lost all (admin)')
    .action((options: DisableOptions) => disable(cli, options));
}

async function show(cli: Cli, options: JsonOption): Promise<void> {
  const account = await reachApi(cli).get<Account>('/account');
  if (options.json) return cli.terminal.printJson({ two_factor_authentication: account.two_factor_authentication });
  return cli.terminal.print(`Two-factor authentication is ${account.two_factor_authentication ? 'enabled' : 'not enabled'}`);
}

/** Shows a secret and confirms it; without a terminal, one after the other. */
async function enable(cli: Cli, options: CodeOption): Promise<void> {
  if (options.code) return confirm(cli, options.code, options);
  const api = reachApi(cli);
  const made = await api.post<TwoFactor>(PATH, { password: await readPassword(cli, 'Password: ') });
  if (options.json) return cli.terminal.printJson(made);
  await draw(cli, made);
  if (!cli.stdin.isTTY) return cli.terminal.warn('It counts once you confirm it: paas 2fa:enable --code CODE');
  return confirm(cli, await ask(cli, 'Code that your phone shows: '), options);
}

async function draw({ terminal }: Cli, { secret, url }: TwoFactor): Promise<void> {
  const { renderUnicodeCompact } = await import('uqr');
  terminal.print('Scan this with an authenticator app:');
  renderUnicodeCompact(url ?? '')
    .split('\n')
    .forEach(terminal.print);
  terminal.print(`Or type it in: ${secret}`);
  terminal.print(url ?? '');
}

async function confirm(cli: Cli, code: string, options: JsonOption): Promise<void> {
  const work = () => reachApi(cli).put<TwoFactor>(PATH, { code });
  const { recovery_codes: codes } = await during(cli.terminal, 'Enabling two-factor authentication', work);
  if (options.json) return cli.terminal.printJson({ recovery_codes: codes });
  cli.terminal.print('Recovery codes, for when your phone is lost:');
  codes?.forEach(cli.terminal.print);
  cli.terminal.warn('Each is good once, and none is shown again: keep them where your phone is not.');
}

async function disable(cli: Cli, { user, code: given, json }: DisableOptions): Promise<void> {
  if (user && given) throw new CliError('Give --code for your own, or --user for that of another: not both.');
  if (!user && !given && !cli.stdin.isTTY) throw new CliError('Which code? Give one of your phone, or one for recovery: --code CODE');
  const code = user ? undefined : (given ?? (await ask(cli, 'Code of your phone, or for recovery: ')));
  const api = reachApi(cli);
  const work = () => (user ? api.remove<Account>(`/users/${encodeURIComponent(user)}/two-factor`) : api.remove<Account>(PATH, { code }));
  const account = await during(cli.terminal, 'Disabling two-factor authentication', work);
  if (json) cli.terminal.printJson(account);
}
