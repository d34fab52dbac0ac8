// What there is to choose from, told beside what isn't there.
import type { Api } from '../../api/api.js';
import { oneLine } from '../../terminal/clean.js';
import { ApiError } from '../../api/errors.js';
import type { DynoResource, FormationResource } from '../../api/resources.js';

/** A refusal over a process type or a dyno that isn't there also says which are. */
export async function nameChoice(error: unknown, api: Api, path: string): Promise<never> {
  if (!(error instanceof ApiError) || !/^Couldn't find that (process type|dyno)/.test(error.text)) throw error;
  const choice = /process type/.test(error.text)
    ? hasTypes(await api.get<FormationResource[]>(`${path}/formation`))
    : hasDynos(await api.get<DynoResource[]>(`${path}/dynos`));
  throw new ApiError({ id: error.id, status: error.status, message: `${error.text}${choice}` });
}

function hasDynos(dynos: DynoResource[]): string {
  return dynos.length === 0
    ? '\nThere are none: paas ps'
    : `\nIts dynos: ${dynos
        .map(({ name }) => oneLine(name))
        .sort()
        .join(', ')}`;
}

/** A line that names the process types; nothing when there are none. */
export function hasTypes(entries: FormationResource[]): string {
  return entries.length === 0
    ? ''
    : `\nIts process types: ${entries
        .map(({ type }) => oneLine(type))
        .sort()
        .join(', ')}`;
}
