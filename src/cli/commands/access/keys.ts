// keys, keys:add, keys:remove, keys:clear: the public SSH keys of one's account.
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../../api/errors.js';
import { reachApi } from '../../api/reach.js';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { table } from '../../terminal/table.js';

interface KeyResource {
  id: string;
  comment: string;
  fingerprint: string;
  public_key: string;
}

/** As ssh makes them, the best first. */
const USUAL = ['id_ed25519.pub', 'id_ecdsa.pub', 'id_rsa.pub'];

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'keys', 'list your SSH keys').action((options: JsonOption) => list(cli, options));
  addCommand(program, 'keys:add [file]', 'keep a public SSH key with your account (git takes a token here, not a key)').action(
    (file: string | undefined, options: JsonOption) => add(cli, file, options),
  );
  addCommand(program, 'keys:remove <key>', 'remove an SSH key, by its comment or fingerprint').action((ref: string, options: JsonOption) =>
    remove(cli, ref, options),
  );
  addCommand(program, 'keys:clear', 'remove all your SSH keys').action((options: JsonOption) => clear(cli, options));
}

const all = (cli: Cli) => reachApi(cli).get<KeyResource[]>('/account/keys');

async function list(cli: Cli, options: JsonOption): Promise<void> {
  const keys = await all(cli);
  if (options.json) return cli.terminal.printJson(keys);
  if (keys.length === 0) return cli.terminal.print('You have no SSH keys.');
  const rows = keys.map(({ comment, fingerprint, public_key: key }) => [comment, key.split(' ')[0]!, fingerprint]);
  table(['Key', 'Kind', 'Fingerprint'], rows, cli.terminal).forEach(cli.terminal.print);
}

async function add(cli: Cli, given: string | undefined, options: JsonOption): Promise<void> {
  const file = given === undefined ? usualFile(cli) : resolve(cli.cwd, given);
  const work = () => reachApi(cli).post<KeyResource>('/account/keys', { public_key: read(file) });
  const added = await during(cli.terminal, `Adding ${file}`, work);
  if (options.json) cli.terminal.printJson(added);
}

function usualFile({ env }: Cli): string {
  const dir = join(env['HOME'] || homedir(), '.ssh');
  const found = USUAL.map((name) => join(dir, name)).find((file) => existsSync(file));
  if (!found) throw new CliError(`There is no public key in ${dir}. Make a pair with ssh-keygen -t ed25519, or name a file.`);
  return found;
}

/** A private key isn't even sent. */
function read(file: string): string {
  const text = textOf(file);
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text))
    throw new CliError(`${file} is a private key, which must stay with you: name the file that ends in .pub.`);
  return text;
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CliError(`Can't read ${file}: ${(error as Error).message}`);
  }
}

async function remove(cli: Cli, ref: string, options: JsonOption): Promise<void> {
  const found = (await all(cli)).filter(({ comment, fingerprint, id }) => [comment, fingerprint, id].includes(ref));
  if (found.length === 0) throw new CliError(`You have no SSH key ${ref}. See yours with: paas keys`, 2);
  if (found.length > 1) throw new CliError(`${found.length} of your SSH keys are called ${ref}: name one by its fingerprint.`);
  const gone = await during(cli.terminal, `Removing ${ref}`, () => removeOne(cli, found[0]!));
  if (options.json) cli.terminal.printJson(gone);
}

async function clear(cli: Cli, options: JsonOption): Promise<void> {
  const gone = await during(cli.terminal, 'Removing all SSH keys', async () => {
    const keys = await all(cli);
    for (const key of keys) await removeOne(cli, key);
    return keys;
  });
  if (options.json) cli.terminal.printJson(gone);
}

function removeOne(cli: Cli, { id }: KeyResource): Promise<KeyResource> {
  return reachApi(cli).remove<KeyResource>(`/account/keys/${id}`);
}
