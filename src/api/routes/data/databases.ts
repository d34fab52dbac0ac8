// Heroku's data host for databases (`/client/v11/databases`), on this port: its clients are told so by HEROKU_DATA_HOST.
import { z } from 'zod';
import type { Addon } from '../../../model/addon/addon.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiContext } from '../../http.js';
import { Database, Done, sizeOf, Waiting, type Row } from '../../present/data/database.js';
import { databaseOf, readyDatabase, shownOf, tell, textOf } from './database-of.js';

const PG = 'heroku-postgresql';
const Reset = z.object({
  extensions: z
    .array(z.string('must be a text').regex(/^[a-z0-9_-]{1,63}$/, 'must be the name of an extension'), 'must be a list of extensions')
    .max(50, 'must be 50 extensions at most')
    .nullish()
    .describe('extensions that are made in it'),
});

export function mountDatabases(router: ApiRouter, deps: ApiDeps): void {
  const one = { of: Database, gives: Database, title: 'Info', about: 'Shows a database.', needs: 'view' } as const;
  router.get('/client/v11/databases/:database', one, async (http) => show(deps, http, await databaseOf(deps, http, PG)));

  const waiting = { of: Waiting, gives: Waiting, title: 'Wait', about: 'Tells whether a database is there.', needs: 'view' } as const;
  router.get('/client/v11/databases/:database/wait_status', waiting, async (http) => waitingOf(await databaseOf(deps, http, PG)));

  const doing = { of: Done, gives: Done, needs: 'manage' } as const;
  const resetting = { ...doing, title: 'Reset', about: 'Removes all that a database holds.', takes: Reset } as const;
  router.put('/client/v11/databases/:database/reset', resetting, async (http, { extensions }) => {
    const addon = await readyDatabase(deps, http, PG, 'manage');
    await tell(deps, addon, 'reset', { extensions: extensions ?? [] });
    return { message: `${addon.name} is empty.` };
  });
  const ending = { ...doing, title: 'Reset Connections', about: 'Ends all connections to a database.', status: 200 } as const;
  router.post('/client/v11/databases/:database/connection_reset', ending, async (http) => {
    const addon = await readyDatabase(deps, http, PG, 'manage');
    const told = await tell(deps, addon, 'end-connections');
    return { message: `${textOf(told, 'ended')} connections to ${addon.name} were ended.` };
  });
}

export function waitingOf({ state }: Addon): z.input<typeof Waiting> {
  return { 'waiting?': state !== 'provisioned', message: state === 'provisioned' ? 'available' : 'being created' };
}

async function show(deps: ApiDeps, http: ApiContext, addon: Addon): Promise<z.input<typeof Database>> {
  const { plan, told, shown } = await shownOf(deps, http, addon);
  return { ...shown, info: rowsOf(addon, plan.title, told), following: null, leader: null };
}

function rowsOf(addon: Addon, plan: string, told: Record<string, unknown> | null): Row[] {
  const rows: [string, string][] = [
    ['Plan', plan],
    ['Status', told ? textOf(told, 'state') : addon.state === 'provisioned' ? 'Not answering' : 'Being created'],
  ];
  if (told) {
    const [used, most] = [Number(told['bytes']), Number(told['most_bytes'])];
    const share = `${((used / most) * 100).toFixed(2)}%`;
    rows.push(
      ['Connections', `${textOf(told, 'connections')}/${textOf(told, 'most_connections')}`],
      ['PG Version', textOf(told, 'version')],
      ['Created', addon.createdAt.toISOString().replace('T', ' ').slice(0, 16) + ' UTC'],
      ['Data Size', `${sizeOf(used)} / ${sizeOf(most)} (${share})${used < most ? ' (In compliance)' : ' (Full)'}`],
      ['Tables', textOf(told, 'tables')],
      ['Fork/Follow', 'Unsupported'],
    );
  }
  return rows.map(([name, value]) => ({ name, values: [value] }));
}
