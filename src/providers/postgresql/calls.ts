// What the data host asks of a PostgreSQL of ours, and has it do.
import { Refusal, type Call, type RunInside } from '../kind.js';
import { runScript } from '../run-script.js';
import { namesOf, newPassword, roleOf } from '../names.js';
import { configFor } from './address.js';
import {
  CREATE_CREDENTIAL,
  DESTROY_CREDENTIAL,
  END_CONNECTIONS,
  END_SESSIONS_OF,
  MAKE_EXTENSION,
  READ_INFO,
  REPAIR_DEFAULT,
  RESET,
} from './call-scripts.js';
import { SET_PASSWORD } from './scripts.js';

const EXTENSION = /^[a-z0-9_-]{1,63}$/;
const MB = 1024 * 1024;

/** Bytes, numbers of connections and tables, the server's version, and its state for people. */
const info: Call = async (run, { addonId, plan }) => {
  const [version, bytes, connections, tables, limited, closed] = (await runPsql(run, READ_INFO, namesOf(addonId))).split('\n');
  return {
    version: version?.split(' ')[0],
    bytes: Number(bytes),
    most_bytes: plan.diskMb * MB,
    connections: Number(connections),
    most_connections: plan.connections,
    tables: Number(tables),
    state: closed === '1' ? 'Closed: its disk is full' : limited === '1' ? 'Read-only: its disk is full' : 'Available',
  };
};

const reset: Call = async (run, { addonId, asked }) => {
  const extensions = (Array.isArray(asked['extensions']) ? asked['extensions'] : []).map(String);
  const wrong = extensions.find((name) => !EXTENSION.test(name));
  if (wrong !== undefined) throw new Refusal('There is no extension of that name.');
  await runPsql(run, RESET, namesOf(addonId));
  for (const EXTENSION_NAME of extensions) {
    await runPsql(run, MAKE_EXTENSION, { ...namesOf(addonId), EXTENSION_NAME }).catch(() => {
      throw new Refusal(`It is empty now, but the extension ${EXTENSION_NAME} can't be made: there is none, or it needs a superuser.`);
    });
  }
  return {};
};

const endConnections: Call = async (run, { addonId }) => ({
  ended: Number(await runPsql(run, END_CONNECTIONS, namesOf(addonId))),
});

/** Another password for a credential; who has come by the one before is sent away. */
const rotate: Call = async (run, { addonId, asked }) => {
  const credential = credentialOf(asked);
  const password = newPassword(addonId);
  const ROLE = roleOf(addonId, credential);
  await runPsql(run, SET_PASSWORD, { ROLE, PASSWORD: password });
  await runPsql(run, END_SESSIONS_OF, { ROLE });
  return { config: configFor(addonId, { role: ROLE, password }) };
};

/** May come to the database, and to nothing in it until whoever owns that grants it. */
const createCredential: Call = async (run, { addonId, asked, plan }) => {
  const role = roleOf(addonId, ownCredentialOf(asked));
  const password = newPassword(addonId);
  const env = { ...namesOf(addonId), CREDENTIAL: role, CONNECTIONS: String(plan.connections) };
  await runPsql(run, CREATE_CREDENTIAL, env);
  await runPsql(run, SET_PASSWORD, { ROLE: role, PASSWORD: password });
  return { config: configFor(addonId, { role, password }) };
};

/** What it owns is the default one's then. */
const destroyCredential: Call = async (run, { addonId, asked }) => {
  await runPsql(run, DESTROY_CREDENTIAL, { ...namesOf(addonId), CREDENTIAL: roleOf(addonId, ownCredentialOf(asked)) });
  return {};
};

const repairDefault: Call = async (run, { addonId }) => {
  await runPsql(run, REPAIR_DEFAULT, namesOf(addonId));
  return {};
};

export const LOOKS = { info };
export const CALLS = {
  reset,
  rotate,
  'end-connections': endConnections,
  'create-credential': createCredential,
  'destroy-credential': destroyCredential,
  'repair-default': repairDefault,
};

function credentialOf({ credential }: Record<string, unknown>): string {
  if (typeof credential !== 'string' || credential === '') throw new Refusal('There is no credential of that name.');
  return credential;
}

function ownCredentialOf(asked: Record<string, unknown>): string {
  const name = credentialOf(asked);
  if (name === 'default') throw new Refusal('The default credential is there as long as the database.');
  return name;
}

function runPsql(run: RunInside, script: string, env: Record<string, string>): Promise<string> {
  return runScript(run, 'PostgreSQL', { script, env });
}
