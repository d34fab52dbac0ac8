// `paas authorizations`: what each token is for, how long it is good for, and when it was last used.
import { age } from '../../terminal/age.js';
import type { Cli, JsonOption } from '../../command.js';
import { reachApi } from '../../api/reach.js';
import type { AuthorizationResource } from '../../api/resources.js';
import { idCells } from '../../terminal/short-id.js';
import { table, type Cell, type Look } from '../../terminal/table.js';

/** Lists the tokens of whoever is logged in, or those at another path of the API. */
export async function listAuthorizations(cli: Cli, options: JsonOption, path = '/oauth/authorizations'): Promise<void> {
  const { terminal } = cli;
  const authorizations = await reachApi(cli).get<AuthorizationResource[]>(path);
  authorizations.sort((a, b) => a.description.localeCompare(b.description));
  if (options.json) return terminal.printJson(authorizations);
  if (authorizations.length === 0) return terminal.print('No authorizations.');
  describeAuthorizations(authorizations, cli.now(), terminal).forEach(terminal.print);
}

/** The table: when each was last used, where the API says. */
export function describeAuthorizations(authorizations: AuthorizationResource[], now: Date, look: Look): string[] {
  const ids = idCells(
    authorizations.map(({ id }) => id),
    look.columns,
  );
  const row = (each: AuthorizationResource, at: number): Cell[] => [
    each.description,
    ids[at]!,
    limitsOf(each),
    expiry(each),
    lastUse(each, now),
  ];
  const hasLastUse = authorizations.some(({ last_used_at }) => last_used_at !== undefined);
  const head = ['Description', 'ID', 'Scope', 'Expires', ...(hasLastUse ? ['Last used'] : [])];
  return table(
    head,
    authorizations.map((each, at) => row(each, at).slice(0, head.length)),
    look,
  );
}

/** What it may do, and to which apps where not to all. */
export function limitsOf({ scope, apps }: AuthorizationResource): string {
  const names = (apps ?? []).map(({ name }) => name).join(',');
  return apps ? `${scope.join(',')} on ${names || 'no app that is there'}` : scope.join(',');
}

function expiry({ access_token }: AuthorizationResource): Cell {
  const seconds = access_token?.expires_in ?? null;
  if (seconds === null) return 'never';
  return seconds === 0 ? { text: 'expired', style: 'red' } : `in ${age(seconds * 1000)}`;
}

function lastUse({ last_used_at }: AuthorizationResource, now: Date): string {
  return last_used_at ? `${age(now.getTime() - Date.parse(last_used_at))} ago` : 'never';
}
