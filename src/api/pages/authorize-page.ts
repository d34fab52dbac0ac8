// The page on which a person lets an OAuth client act for them. Whoever allows it signs in for that alone, as on the login page, so a
// browser that was signed in elsewhere allows nothing by itself. The browser is sent back to the client's URI and to no other.
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { hashToken } from '../../lib/seal.js';
import { CODE_FOR_S, readOauthWish, withQuery, type OauthClient, type OauthWish } from '../../model/people/oauth.js';
import type { Scope } from '../../model/scope.js';
import { findOauthClient, saveOauthCode } from '../../store/people/oauth-clients.js';
import type { ApiDeps } from '../deps.js';
import { auditedPage } from '../middleware/audit.js';
import type { OpenContext, OpenRouter } from '../open-router.js';
import { readForm } from '../read-form.js';
import { noun } from '../schema/resource.js';
import { escapeHtml } from './escape-html.js';
import { showPage, wrong } from './page.js';
import { checkRedis, signInByForm, signInFields, type Refusal } from './sign-in-form.js';

const PATH = '/oauth/authorize';

const about = { name: 'oauth-page', about: 'The page on which a person lets an OAuth client act for them.', identity: [] };
const Page = noun(about, z.string());

/** What a client may do then, for the person. */
const MEANS: Record<Scope, string> = {
  global: 'do everything that you can do, with your account, too',
  identity: 'know who you are',
  read: 'see your apps, without their config vars',
  'read-protected': 'see your apps, with their config vars',
  write: 'change and deploy your apps, without their config vars',
  'write-protected': 'change and deploy your apps, with their config vars',
  deploy: 'deploy your apps',
  run: 'run commands in your apps',
  logs: "read your apps' logs",
};

interface Asked {
  client: OauthClient;
  wish: OauthWish;
}

export function mountAuthorizePage(router: OpenRouter, deps: ApiDeps): void {
  const bytes = { gives: 'text/html' };
  router.get(PATH, { of: Page, title: 'Show', about: 'Shows which client asks, for what, and the form.', bytes }, async (http) => {
    checkRedis(deps);
    const asked = await read(deps, http, http.query);
    if (asked) showForm(http, asked, {});
  });

  const form = { ...bytes, takes: 'application/x-www-form-urlencoded' };
  const about = 'Sends the browser back to the client, with a code or with why there is none.';
  router.post(PATH, { of: Page, title: 'Send', about, bytes: form }, async (http) => {
    checkRedis(deps);
    const given = await readForm(http.req);
    const asked = await read(deps, http, given);
    if (!asked) return;
    const { client, wish } = asked;
    const { state } = wish;
    if (given['refuse'] !== undefined) return sendBack(http, client, { error: 'access_denied', state });
    const found = await signInByForm(deps, http, given);
    if ('text' in found) return showForm(http, asked, { email: String(given['email'] ?? ''), refusal: found });
    const code = randomBytes(24).toString('base64url');
    const kept = { clientId: client.id, userId: found.id, scope: wish.scope, challenge: wish.challenge };
    await auditedPage(http, found, () => saveOauthCode(deps.store, hashToken(code), kept, CODE_FOR_S));
    return sendBack(http, client, { code, state });
  });
}

/** What is asked for; where that can't be, the answer was given. */
async function read(deps: ApiDeps, http: OpenContext, query: Record<string, unknown>): Promise<Asked | undefined> {
  const id = query['client_id'];
  const client = typeof id === 'string' ? await findOauthClient(deps.store, id) : undefined;
  if (!client) return refuse(http, 'There is no such OAuth client here: tell whoever sent you here.');
  const found = readOauthWish(query, client);
  if ('page' in found) return refuse(http, found.page);
  if ('wish' in found) return { client, wish: found.wish };
  sendBack(http, client, { error: found.error, error_description: found.why, state: found.state });
  return undefined;
}

function refuse(http: OpenContext, text: string): undefined {
  showPage(http, { status: 400, title: 'Not possible', body: wrong(text) });
}

/** Never by the method of the form (RFC 9700 §4.12), and kept nowhere. */
function sendBack(http: OpenContext, { redirectUri }: OauthClient, query: Record<string, string | null>): void {
  http.status = 303;
  http.set({ Location: withQuery(redirectUri, query), 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
  http.body = '';
}

function showForm(
  http: OpenContext,
  { client, wish }: Asked,
  { email = '', refusal = null }: { email?: string; refusal?: Refusal | null },
): void {
  const to = new URL(client.redirectUri);
  const asked: Record<string, string | null> = {
    client_id: client.id,
    response_type: 'code',
    scope: wish.scope.join(' '),
    redirect_uri: wish.redirectUri,
    state: wish.state,
    code_challenge: wish.challenge,
    code_challenge_method: wish.challenge === null ? null : 'S256',
  };
  const hidden = Object.entries(asked).map(([name, value]) =>
    value === null ? '' : `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  );
  const body = `${wrong(refusal?.text ?? null)}
<p><b dir="auto">${escapeHtml(client.name)}</b>, at ${escapeHtml(to.host)}, asks to act as you on this platform. It could:</p>
<ul>${wish.scope.map((scope) => `<li>${escapeHtml(MEANS[scope])}</li>`).join('')}</ul>
<p>Go on only if you trust it. You can take it back at any time: <code>paas authorizations</code></p>
<form method="post" action="${PATH}">${hidden.join('')}
${signInFields(email)}
<button>Allow</button> <button name="refuse" value="yes" formnovalidate>Refuse</button></form>`;
  showPage(http, { status: refusal?.status ?? 200, title: 'Allow access', body, formTo: wayTo(to) });
}

/** Chrome and Safari hold each step that follows the form to it, and a client may lead on to another host of its own. */
function wayTo({ protocol, origin }: URL): string {
  return protocol === 'https:' ? 'https:' : `https: ${origin}`;
}
