// sessions, sessions:destroy: what one is signed in with.
import type { Command } from 'commander';
import { reachApi } from '../../api/reach.js';
import { addCommand, type Cli, type JsonOption } from '../../command.js';
import { age } from '../../terminal/age.js';
import { during } from '../../terminal/progress.js';
import { findByPrefix, idCells, isPrefix } from '../../terminal/short-id.js';
import { table } from '../../terminal/table.js';

interface SessionResource {
  id: string;
  description: string;
  expires_in: number | null;
  created_at: string;
}

export function register(program: Command, cli: Cli): void {
  addCommand(program, 'sessions', 'list what you are signed in with').action((options: JsonOption) => list(cli, options));
  addCommand(program, 'sessions:destroy <id>', 'end a session; ~ is the one of this terminal').action((id: string, options: JsonOption) =>
    destroy(cli, id, options),
  );
}

async function list(cli: Cli, options: JsonOption): Promise<void> {
  const { terminal } = cli;
  const sessions = await reachApi(cli).get<SessionResource[]>('/oauth/sessions');
  if (options.json) return terminal.printJson(sessions);
  if (sessions.length === 0) return terminal.print('No sessions.');
  const ids = idCells(
    sessions.map(({ id }) => id),
    terminal.columns,
  );
  const now = cli.now().getTime();
  const rows = sessions.map(({ description, expires_in: left, created_at: begun }, at) => [
    description,
    ids[at]!,
    `${age(now - Date.parse(begun))} ago`,
    left === null ? 'never' : left === 0 ? 'expired' : `in ${age(left * 1000)}`,
  ]);
  table(['Description', 'ID', 'Begun', 'Expires'], rows, terminal).forEach(terminal.print);
}

async function destroy(cli: Cli, ref: string, options: JsonOption): Promise<void> {
  const own = () => reachApi(cli).get<SessionResource[]>('/oauth/sessions');
  const id = isPrefix(ref) ? findByPrefix(await own(), ref, 'session').id : ref;
  const work = () => reachApi(cli).remove<SessionResource>(`/oauth/sessions/${encodeURIComponent(id)}`);
  const gone = await during(cli.terminal, 'Destroying session', work);
  if (options.json) cli.terminal.printJson(gone);
}
