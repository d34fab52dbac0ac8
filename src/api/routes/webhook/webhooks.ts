import { parseUrl } from '../../../lib/net/parse-url.js';
import type { Context } from 'koa';
import { z } from 'zod';
import { addWebhook } from '../../../actions/webhook/add-webhook.js';
import { changeWebhook, removeWebhook } from '../../../actions/webhook/change-webhook.js';
import { PlatformError } from '../../../model/errors.js';
import { may } from '../../../model/may.js';
import { withItems } from '../../../model/page.js';
import { asIncludes, INCLUDES, type Webhook as Noun } from '../../../model/webhook/webhook.js';
import { findWebhook, pageOfWebhooks } from '../../../store/webhook/webhooks.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, publicUrl, type ApiContext } from '../../http.js';
import { presentWebhook, Webhook } from '../../present/webhook/webhook.js';
import { warn } from '../../warn.js';

const url = z.string('must be a URL').max(2_000).refine(isTellable, 'must be a URL such as https://example.com/hooks, without a password');
const header = (what: string) =>
  z
    .string('must be a text')
    .min(1)
    .max(1_000)
    .regex(/^[\x20-\x7e]*$/, 'must be in plain letters')
    .describe(what);
const include = z
  .array(z.enum(INCLUDES, `must be one of ${INCLUDES.join(', ')}`), 'must be a list of what to tell of')
  .min(1, 'must name what to tell of')
  .max(50, 'may have 50 entries');
const level = z.enum(['notify', 'sync'], 'must be notify or sync').describe('notify: told once; sync: until it answers with a success');
const secret = header('what is told is signed with it; without one it gets one').nullish();
const authorization = header('what its Authorization header is to hold').nullish();
const NewWebhook = z.object({ url: url.describe('where to tell'), include, level, secret, authorization });
const WebhookChange = z.object({ url: url.optional(), include: include.optional(), level: level.optional(), secret, authorization });

/** Who is told of what happens to an app. */
export function mountWebhooks(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: Webhook, gives: Webhook } as const;

  const show = ({ state: { app, user, what } }: ApiContext, webhook: Noun) =>
    presentWebhook(webhook, app, { isOpen: may(user, 'read-config', what) });

  async function named(http: ApiContext): Promise<Noun> {
    const found = await findWebhook(deps.store, http.state.app.id, param(http, 'webhook'));
    if (!found) throw new PlatformError('not_found', "Couldn't find that webhook.");
    return found;
  }

  const listing = { ...facts, title: 'List', about: 'Lists the webhooks of an app.', needs: 'view', by: ['created_at', 'id'] } as const;
  router.list('/apps/:app/webhooks', listing, async (http, range) => {
    const page = await pageOfWebhooks(deps.store, http.state.app.id, range);
    return withItems(
      page,
      page.items.map((each) => show(http, each)),
    );
  });

  const adding = {
    ...facts,
    title: 'Create',
    about: 'Has a URL told of what happens to an app; its secret is in the header Heroku-Webhook-Secret.',
    needs: 'operate',
    takes: NewWebhook,
  } as const;
  router.post('/apps/:app/webhooks', adding, async (http, wish) => {
    const { app } = http.state;
    const apiUrl = publicUrl(http as unknown as Context, deps.place);
    const given = { ...wish, include: asIncludes(wish.include), secret: wish.secret ?? null, authorization: wish.authorization ?? null };
    const made = await addWebhook(deps, app, { ...given, apiUrl });
    http.set('Heroku-Webhook-Secret', made.secret);
    return show(http, made.webhook);
  });

  router.get('/apps/:app/webhooks/:webhook', { ...facts, title: 'Info', about: 'Shows a webhook.', needs: 'view' }, async (http) =>
    show(http, await named(http)),
  );

  const changing = { ...facts, title: 'Update', about: 'Changes a webhook.', needs: 'operate', takes: WebhookChange } as const;
  router.patch('/apps/:app/webhooks/:webhook', changing, async (http, { include: wished, url: to, level: at, ...secrets }) => {
    const { webhook, hasLostAuthorization } = await changeWebhook(deps, (await named(http)).id, {
      ...(to !== undefined && { url: to }),
      ...(at !== undefined && { level: at }),
      ...(wished && { include: asIncludes(wished) }),
      ...(secrets.secret && { secret: secrets.secret }),
      ...(secrets.authorization !== undefined && { authorization: secrets.authorization }),
    });
    if (hasLostAuthorization)
      warn(
        http as unknown as Context,
        'What its Authorization header held was for another host, and is forgotten: give it anew if it is needed.',
      );
    return show(http, webhook);
  });

  const removing = { ...facts, title: 'Delete', about: 'Removes a webhook, with what it was to be told.', needs: 'operate' } as const;
  router.delete('/apps/:app/webhooks/:webhook', removing, async (http) => {
    const webhook = await named(http);
    await removeWebhook(deps, webhook.id);
    return show(http, webhook);
  });
}

/** Whether something may be told there; whether the address may be reached is asked each time. */
function isTellable(text: string): boolean {
  if (!parseUrl(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
