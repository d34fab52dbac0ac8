// `paas ps:type`: shows of which size the dynos of each process type are, or changes it.
import { CliError } from '../../api/errors.js';
import { reachApp } from '../../api/reach.js';
import type { FormationResource } from '../../api/resources.js';
import type { AppOptions, Cli } from '../../command.js';
import { during } from '../../terminal/progress.js';
import { alignRows } from '../../terminal/table.js';
import { nameChoice } from './name-choice.js';

/** As the words say: `web=Standard-2X worker=Basic`, or one size for all; without any it shows. */
export async function typeDynos(cli: Cli, changes: string[], options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const wishes = parseSizes(changes);
  const { api, app, path } = await reachApp(cli, options);
  const read = () => api.get<FormationResource[]>(`${path}/formation`);
  let formation = await read();
  if (formation.length === 0) throw new CliError(`No process types on ${app}.\nPush a Procfile to add process types.`);
  if (changes.length > 0) {
    const updates = typeof wishes === 'string' ? formation.map(({ type }) => ({ type, size: wishes })) : wishes;
    const patch = () => api.patch(`${path}/formation`, { updates }).catch((error: unknown) => nameChoice(error, api, path));
    await during(terminal, `Scaling dynos on ${app}`, patch);
    formation = await read();
  }
  if (options.json) return terminal.printJson(formation);
  terminal.print(terminal.paint('bold', '=== Process Types'));
  const rows = formation.map(({ type, size, quantity }) => [type, size, String(quantity)]).sort();
  for (const row of alignRows([['Type', 'Size', 'Qty'], ...rows], terminal)) terminal.print(row);
}

/** One size for all as text. Throws CliError. */
function parseSizes(changes: string[]): string | { type: string; size: string }[] {
  const [first] = changes;
  if (changes.length === 1 && first && !first.includes('=')) return first;
  return changes.map((text) => {
    const match = /^([\w-]+)=([\w.-]+)$/.exec(text);
    if (!match) throw new CliError(`${JSON.stringify(text)} is no size: use TYPE=SIZE, such as web=Standard-2X, or one SIZE for all`);
    return { type: match[1]!, size: match[2]! };
  });
}
