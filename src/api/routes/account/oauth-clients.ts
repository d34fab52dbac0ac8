import { z } from 'zod';
import { addOauthClient, noClient, removeOauthClient, rotateSecret } from '../../../actions/people/oauth-clients.js';
import { withItems } from '../../../model/page.js';
import { whyNoRedirect, type OauthClient as Noun } from '../../../model/people/oauth.js';
import { findOauthClient, pageOfOauthClients, updateOauthClient } from '../../../store/people/oauth-clients.js';
import type { ApiRouter } from '../../api-router.js';
import type { ApiDeps } from '../../deps.js';
import { param, type ApiContext } from '../../http.js';
import { OauthClient, presentOauthClient } from '../../present/account/oauth-client.js';

const name = z
  .string('must be a text')
  .trim()
  .min(1, 'must say what people are told that asks')
  .max(100)
  .regex(/^[^\p{Cc}]*$/u, 'must hold no control characters')
  .describe('what people are told that asks');
const uri = z
  .string('must be a URL')
  .max(2_000)
  .superRefine((text, check) => {
    const why = whyNoRedirect(text);
    if (why !== null) check.addIssue({ code: 'custom', message: why });
  })
  .describe('where browsers are sent back to: https, or http on localhost');
const NewClient = z.object({ name, redirect_uri: uri });
const ClientChange = z.object({ name: name.optional(), redirect_uri: uri.optional() });

/** The OAuth clients that one has registered. */
export function mountOauthClients(router: ApiRouter, deps: ApiDeps): void {
  const facts = { of: OauthClient, gives: OauthClient, needs: 'authorize' } as const;
  async function named(http: ApiContext): Promise<Noun> {
    return (await findOauthClient(deps.store, param(http, 'client'), http.state.user.id)) ?? noClient();
  }

  const listing = {
    ...facts,
    title: 'List',
    about: 'Lists the OAuth clients that you registered.',
    by: ['name', 'id', 'created_at'],
  } as const;
  router.list('/oauth/clients', listing, async (http, range) => {
    const page = await pageOfOauthClients(deps.store, http.state.user.id, range);
    return withItems(
      page,
      page.items.map((each) => presentOauthClient(each)),
    );
  });

  const creating = { ...facts, title: 'Create', about: 'Registers an OAuth client. Its secret is shown once.', takes: NewClient } as const;
  router.post('/oauth/clients', creating, async (http, wish) => {
    const given = { userId: http.state.user.id, name: wish.name, redirectUri: wish.redirect_uri };
    const { client, secret } = await addOauthClient(deps, given);
    return presentOauthClient(client, secret);
  });

  router.get('/oauth/clients/:client', { ...facts, title: 'Info', about: 'Shows an OAuth client of yours.' }, async (http) =>
    presentOauthClient(await named(http)),
  );

  const changing = { ...facts, title: 'Update', about: 'Changes an OAuth client of yours.', takes: ClientChange } as const;
  router.patch('/oauth/clients/:client', changing, async (http, wish) => {
    const { id } = await named(http);
    const change = { ...(wish.name && { name: wish.name }), ...(wish.redirect_uri && { redirectUri: wish.redirect_uri }) };
    return presentOauthClient((await updateOauthClient(deps.store, id, change)) ?? noClient());
  });

  const rotating = { ...facts, title: 'Rotate Credentials', about: 'Makes another secret for an OAuth client. It is shown once.' } as const;
  router.post('/oauth/clients/:client/actions/rotate-credentials', { ...rotating, status: 200 }, async (http) => {
    const { client, secret } = await rotateSecret(deps, (await named(http)).id);
    return presentOauthClient(client, secret);
  });

  const removing = { ...facts, title: 'Delete', about: 'Removes an OAuth client, with every token that it was given.' } as const;
  router.delete('/oauth/clients/:client', removing, async (http) => {
    const client = await named(http);
    await removeOauthClient(deps, client.id);
    return presentOauthClient(client);
  });
}
