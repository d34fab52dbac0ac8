// Heroku's data host for credentials of databases (`/postgres/v0`), and of key-value stores.
import type { Context } from 'koa';
import { z } from 'zod';
import { rotateCredentials } from '../../../actions/addon/rotate-credentials.js';
import type { Addon } from '../../../model/addon/addon.js';
import { checkCredentialName, DEFAULT_CREDENTIAL, namespaceOf } from '../../../model/addon/credential.js';
import { configOf } from '../../../model/addon/provider-answer.js';
import { PlatformError } from '../../../model/errors.js';
import { readAddonConfig } from '../../../store/addon/addons.js';
import { listAttachments } from '../../../store/addon/attachments.js';
import { deleteCredential, insertCredential, listCredentials } from '../../../store/addon/credentials.js';
import { findApp } from '../../../store/app/apps.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { outsideOf, param, type ApiContext } from '../../http.js';
import { Credential, presentCredential } from '../../present/data/credential.js';
import { Done } from '../../present/data/database.js';
import { ask, readyDatabase, recordOf, tell } from './database-of.js';

const PG = 'heroku-postgresql';
const AT = '/postgres/v0/databases/:database';
const MOST_CREDENTIALS = 50;
const New = z.object({ name: z.string('must be a text').max(100).describe('name of the credential') });
const Rotation = z.object({ forced: z.boolean('must be true or false').nullish().describe('no difference here') });

export function mountCredentials(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: Credential, gives: Credential } as const;
  const shownAs = (http: ApiContext, showsPassword: boolean) => ({
    outside: outsideOf(http as unknown as Context, deps.place),
    showsPassword,
  });

  const listing = { of: Credential, title: 'List', about: 'Lists the credentials of a database.', needs: 'view' } as const;
  router.get(`${AT}/credentials`, { ...listing, gives: z.array(Credential) }, async (http) => {
    const all = await allOf(deps, await readyDatabase(deps, http, PG));
    return all.map((each) => presentCredential(each, shownAs(http, false)));
  });
  const showing = { ...facts, title: 'Info', about: 'Shows a credential of a database.', needs: 'read-config' } as const;
  router.get(`${AT}/credentials/:credential`, showing, async (http) => {
    const addon = await readyDatabase(deps, http, PG, 'read-config');
    return presentCredential(await credentialOf(deps, http, addon), shownAs(http, true));
  });

  const creating = { ...facts, title: 'Create', about: 'Makes another credential for a database.', takes: New, needs: 'manage' } as const;
  router.post(`${AT}/credentials`, creating, async (http, { name }) => {
    checkCredentialName(name);
    const addon = await readyDatabase(deps, http, PG, 'manage');
    const known = await listCredentials(deps.store, addon.id);
    if (known.some((each) => each.name === name))
      throw new PlatformError('invalid_params', `${addon.name} has a credential ${name} already.`);
    if (known.length >= MOST_CREDENTIALS)
      throw new PlatformError('invalid_params', `A database has ${MOST_CREDENTIALS} credentials at most.`);
    const told = await ask(deps, addon, 'create-credential', { credential: name });
    const config = configOf(recordOf(told, 'config'), ['HEROKU_POSTGRESQL_URL']);
    await insertCredential(deps.store, { addonId: addon.id, name, config });
    return presentCredential({ name, config }, shownAs(http, false));
  });

  const destroying = { ...facts, title: 'Delete', about: 'Destroys a credential that no app has attached.', needs: 'manage' } as const;
  router.delete(`${AT}/credentials/:credential`, destroying, async (http) => {
    const addon = await readyDatabase(deps, http, PG, 'manage');
    const credential = await credentialOf(deps, http, addon);
    if (credential.name === DEFAULT_CREDENTIAL) throw new PlatformError('invalid_params', 'The default credential cannot be destroyed.');
    await refuseAttached(deps, addon, credential.name);
    await ask(deps, addon, 'destroy-credential', { credential: credential.name });
    await deleteCredential(deps.store, addon.id, credential.name);
    return presentCredential(credential, shownAs(http, false));
  });

  const rotating = { of: Done, gives: Done, title: 'Rotate', takes: Rotation, needs: 'manage', status: 200 } as const;
  const one = { ...rotating, about: 'Gives a credential another password: makes a release of each app that has it.' };
  router.post(`${AT}/credentials/:credential/credentials_rotation`, one, async (http) => {
    const addon = await readyDatabase(deps, http, PG, 'manage');
    return rotated(deps, addon, [(await credentialOf(deps, http, addon)).name]);
  });
  const all = { ...rotating, title: 'Rotate All', about: 'Gives all credentials of a database other passwords.' };
  router.post(`${AT}/credentials_rotation`, all, async (http) => {
    const addon = await readyDatabase(deps, http, PG, 'manage');
    return rotated(
      deps,
      addon,
      (await allOf(deps, addon)).map(({ name }) => name),
    );
  });
  const store = { ...rotating, about: 'Gives a key-value store another password: makes a release of each app that has it.' };
  router.post('/redis/v0/databases/:database/credentials_rotation', store, async (http) =>
    rotated(deps, await readyDatabase(deps, http, 'heroku-redis', 'manage'), [DEFAULT_CREDENTIAL]),
  );

  const repairing = { of: Done, gives: Done, title: 'Repair Default', needs: 'manage', status: 200 } as const;
  const repair = { ...repairing, about: 'Gives what other credentials of a database own to the default one.' };
  router.post(`${AT}/repair-default`, repair, async (http) => {
    const addon = await readyDatabase(deps, http, PG, 'manage');
    await tell(deps, addon, 'repair-default');
    return { message: `The default credential of ${addon.name} owns all that is in it.` };
  });
}

async function allOf(deps: ApiDeps, addon: Addon) {
  const own = { name: DEFAULT_CREDENTIAL, config: await readAddonConfig(deps.store, addon.id) };
  return [own, ...(await listCredentials(deps.store, addon.id))];
}

async function credentialOf(deps: ApiDeps, http: ApiContext, addon: Addon) {
  const name = param(http, 'credential');
  const found = (await allOf(deps, addon)).find((each) => each.name === name);
  if (!found) throw new PlatformError('not_found', `Couldn't find that credential of ${addon.name}.`);
  return found;
}

async function refuseAttached(deps: ApiDeps, addon: Addon, name: string): Promise<void> {
  const having = (await listAttachments(deps.store, { addonId: addon.id })).filter(({ namespace }) => namespace === namespaceOf(name));
  const [first] = having;
  if (!first) return;
  const app = await findApp(deps.store, first.appId);
  throw new PlatformError(
    'invalid_params',
    `Credential ${name} is attached to ${app?.name ?? 'an app'} as ${first.name}: detach it first.`,
  );
}

async function rotated(deps: ApiDeps, addon: Addon, names: string[]): Promise<{ message: string }> {
  const isDone = await rotateCredentials(deps, addon, names);
  return { message: isDone ? `${names.join(', ')}: rotated.` : `${names.join(', ')}: being rotated; ${addon.name} does not answer yet.` };
}
