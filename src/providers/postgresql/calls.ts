// What the data host asks of a PostgreSQL of ours, and has it do.
import { Refusal, type Call, type RunInside } from '../kind.js';
import { runScript } from '../run-script.js';
import { namesOf } from './names.js';
import { END_CONNECTIONS, MAKE_EXTENSION, READ_INFO, RESET } from './call-scripts.js';

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

export const LOOKS = { info };
export const CALLS = { reset, 'end-connections': endConnections };

function runPsql(run: RunInside, script: string, env: Record<string, string>): Promise<string> {
  return runScript(run, 'PostgreSQL', { script, env });
}
