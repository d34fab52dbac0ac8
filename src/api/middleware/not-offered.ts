// What Heroku has and this platform hasn't: lists of it are empty, and whoever wants more is told that there is none, and what to do
// instead, so that clients of Heroku go on. Not part of the schema: it says what there is.
import type { Middleware } from 'koa';
import { unescaped } from '../../lib/net/unescaped.js';
import { PlatformError } from '../../model/errors.js';
import { admit } from '../admit.js';
import type { ApiDeps } from '../deps.js';
import { reply, type ApiContext, type ApiState } from '../http.js';

interface NotOffered {
  /** Answers a GET of one of these with an empty list. */
  lists?: readonly string[];
  /** Has none, nor a list of them: whatever lies below is refused. */
  others?: readonly string[];
  /** Why not, for people. */
  why: string;
}

const DATA =
  "This platform's databases don't have that: there are no followers, forks, links, pools, maintenance windows or settings here.";
const PIPELINES = "Couldn't find that pipeline. There are none here: push the same commit to another app.";
const ENTERPRISE = 'There are no enterprise accounts here: a team belongs to its admins.';

const NOT_OFFERED: readonly NotOffered[] = [
  {
    why: DATA,
    lists: ['/users/:user/addons'],
    others: ['/client', '/postgres', '/redis', '/data', '/apps/:app/usage'],
  },
  {
    why: PIPELINES,
    lists: ['/pipelines', '/pipeline-couplings'],
    others: ['/apps/:app/pipeline-couplings', '/pipeline-promotions', '/pipeline-transfers', '/filters/apps'],
  },
  {
    why: 'There are no review apps here: create an app for the branch, and push to it.',
    others: ['/review-apps', '/apps/:app/review-app'],
  },
  { why: 'There are no test runs here: run tests before you push.', others: ['/test-runs', '/test-cases'] },
  { why: 'There are no telemetry drains here: see log drains.', lists: ['/apps/:app/telemetry-drains', '/telemetry-drains'] },
  { why: 'There are no webhooks of add-ons here: those of their apps tell of them.', lists: ['/addons/:addon/webhooks'] },
  { why: "Couldn't find that feature.", lists: ['/account/features'], others: ['/apps/:app/features'] },
  { why: 'The SSH keys of others are not shown.', lists: ['/users/:user/keys'] },
  { why: ENTERPRISE, lists: ['/enterprise-accounts', '/organizations'] },
  {
    why: 'There is no such part of a team here.',
    lists: ['/teams/:team/invoices', '/teams/:team/addons', '/teams/:team/pipelines', '/teams/:team/spaces'],
    others: ['/teams'],
  },
  { why: "Couldn't find that space. There are none here.", lists: ['/spaces'] },
  { why: 'Nothing here costs anything: there are no invoices.', lists: ['/account/invoices'], others: ['/account/credits', '/accounts'] },
  { why: 'Two-factor authentication is for logging in here: no app asks for it.', others: ['/apps/:app/pre-authorizations'] },
  { why: 'There is no shell into a dyno here: see what it says with logs --tail.', others: ['/api/v2'] },
  { why: 'There is no registry of buildpacks here: name one that is built in (nodejs), or give its URL.', others: ['/buildpacks'] },
  { why: 'There are no OCI images here.', others: ['/apps/:app/oci-images'] },
];

interface Row {
  pattern: RegExp;
  path: string;
  isList: boolean;
  why: string;
}

const rowsOf = ({ why, ...paths }: NotOffered, isList: boolean): Row[] =>
  ((isList ? paths.lists : paths.others) ?? []).map((path) => ({ pattern: patternOf(path), path, isList, why }));
const ROWS: readonly Row[] = NOT_OFFERED.flatMap((each) => [...rowsOf(each, true), ...rowsOf(each, false)]);

/** Answers for what isn't offered. Throws `not_found`, saying what there is instead. */
export function answerNotOffered(deps: ApiDeps): Middleware<ApiState> {
  return async (http, next) => {
    const found = notOffered(http.path);
    if (!found) return next();
    const asked = Object.assign(http as unknown as ApiContext, { params: found.params });
    await admit(deps, asked, { path: found.row.path, needs: 'view' });
    const isListed = found.row.isList && found.isWhole && ['GET', 'HEAD'].includes(http.method);
    if (!isListed) throw new PlatformError('not_found', found.row.why);
    return reply(http, 200, []);
  };
}

/** The row whose path this is, or lies below. */
export function notOffered(path: string): { row: Row; isWhole: boolean; params: Record<string, string> } | undefined {
  for (const row of ROWS) {
    const match = row.pattern.exec(path);
    if (!match) continue;
    const { below, ...named } = match.groups ?? {};
    const params = Object.fromEntries(Object.entries(named).map(([name, value]) => [name, unescaped(value)]));
    return { row, isWhole: !below, params };
  }
  return undefined;
}

function patternOf(path: string): RegExp {
  const parts = path.replace(/:(\w+)/g, '(?<$1>[^/]+)');
  return new RegExp(`^${parts}/?(?<below>(?<=/)[^/].*)?$`, 'i');
}
