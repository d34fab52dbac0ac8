import { z } from 'zod';
import { runDyno } from '../../../actions/one-off/run-dyno.js';
import { runInside } from '../../../actions/one-off/run-inside.js';
import { LONGEST_LIFE_S } from '../../../model/run/one-off.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { callerOf, publicUrl, type ApiContext } from '../../http.js';
import { Dyno, presentDyno, type AttachFacts } from '../../present/app/dyno.js';
import { named } from '../../schema/fields.js';
import { dynoOfPath } from './dynos.js';

const MOST_CHARS = 65_536;
const MOST_NAMES = 1_000;

const isText = (value: string) => !value.includes('\0');
const command = z
  .string('must be the command to run')
  .max(MOST_CHARS)
  .refine(isText, 'must not contain NUL')
  .refine((value) => value.trim() !== '', 'must name what to run');
const value = z.union([z.string().max(MOST_CHARS).refine(isText), z.number().transform(String)], 'must be a text or a number');
const variable = z
  .string()
  .max(1_000)
  .regex(/^[A-Za-z_]\w*$/, 'must be the name of a variable');
const env = named(value, { key: variable, most: MOST_NAMES }).refine(
  (given) => JSON.stringify(given).length <= MOST_CHARS,
  `must have at most ${MOST_CHARS / 1024} kB`,
);

const Inside = z.object({ command, env: env.nullish(), force_no_tty: z.boolean().nullish() });
const Alone = Inside.extend({
  attach: z.boolean().nullish(),
  size: z.string().max(100).nullish(),
  type: z
    .string()
    .regex(/^[-\w]{1,100}$/, 'must be letters, digits, - and _')
    .nullish(),
  time_to_live: z.int().min(1).max(LONGEST_LIFE_S).nullish(),
});

/** Commands that run once: in a dyno of their own, or inside one that is up. */
export function mountOneOffs(router: ApiRouter, deps: ApiDeps): void {
  const running = { of: Dyno, needs: 'run', gives: Dyno } as const;
  const alone = { ...running, title: 'Create', about: 'Runs a command in a dyno of its own, once.', takes: Alone };
  router.post('/apps/:app/dynos', alone, async (http, wish) => {
    const { app, user } = http.state;
    const attach = wish.attach ?? false;
    const how = { attach, hasTty: attach && !wish.force_no_tty, env: wish.env ?? {}, type: wish.type || 'run' };
    const limits = { size: wish.size ?? undefined, timeToLiveS: wish.time_to_live ?? undefined };
    const { dyno, secret } = await runDyno(deps, app, user, callerOf(http), { command: wish.command, ...how, ...limits });
    return presentDyno(dyno, app, secret === null ? null : attachFacts(deps, http, secret));
  });

  const inside = { ...running, title: 'Run inside', about: 'Runs a command inside a dyno that is up; not part of Heroku.', takes: Inside };
  router.post('/apps/:app/dynos/:dyno', inside, async (http, wish) => {
    const { app, user } = http.state;
    const dyno = await dynoOfPath(deps, http);
    const how = { command: wish.command, env: wish.env ?? {}, hasTty: !wish.force_no_tty };
    const secret = await runInside(deps, { app, user, by: callerOf(http), dyno, ...how });
    return presentDyno({ ...dyno, command: wish.command }, app, attachFacts(deps, http, secret));
  });
}

/** On the host by which whoever asks reaches us. */
function attachFacts({ place }: ApiDeps, http: ApiContext, secret: string): AttachFacts {
  const { hostname } = new URL(publicUrl(http, place));
  return { url: `rendezvous://${hostname}:${place.rendezvous.port}/${secret}`, fingerprint: place.rendezvous.fingerprint() };
}
