// `paas ps:scale`: shows how many dynos should run of each process type, or changes it.
import { oneLine } from '../../terminal/clean.js';
import type { AppOptions, Cli } from '../../command.js';
import { CliError } from '../../api/errors.js';
import { nameChoice } from './name-choice.js';
import { during } from '../../terminal/progress.js';
import { reachApp } from '../../api/reach.js';
import type { FormationResource } from '../../api/resources.js';
import { parseScale, type ScaleUpdate } from './scale-updates.js';

/** Scales as the words say: `web=2`, `worker+1`, `web=1:Standard-2X`; without any it shows. */
export async function scaleDynos(cli: Cli, changes: string[], options: AppOptions): Promise<void> {
  const { terminal } = cli;
  const updates = changes.map(parseScale);
  const { api, app, path } = await reachApp(cli, options);
  if (updates.length === 0) {
    const formation = await api.get<FormationResource[]>(`${path}/formation`);
    if (options.json) return terminal.printJson(formation);
    if (formation.length === 0) throw new CliError(`No process types on ${app}.\nPush a Procfile to add process types.`);
    return terminal.print(
      formation
        .map((entry) => oneLine(`${entry.type}=${entry.quantity}:${entry.size}`))
        .sort()
        .join(' '),
    );
  }
  const patch = () => api.patch<FormationResource[]>(`${path}/formation`, { updates });
  const work = () => patch().catch((error: unknown) => nameChoice(error, api, path));
  const formation = await during(terminal, 'Scaling dynos', work, (result) => `done, now running ${describe(result, updates)}`);
  if (options.json) terminal.printJson(formation);
}

/** `web at 2:Basic, worker at 1:Basic`, of the types that were changed. */
function describe(formation: FormationResource[], updates: ScaleUpdate[]): string {
  const named = formation.filter((entry) => updates.some((update) => update.type === entry.type));
  return named.map((entry) => `${entry.type} at ${entry.quantity}:${entry.size}`).join(', ');
}
