// Where OAuth clients get tokens: by RFC 6749 (`/oauth/token`), and as Heroku's API has it (`/oauth/tokens`). Clients show their secret.
import { z } from 'zod';
import { clientOfSecret, exchangeCode, refreshTokens, type Granted } from '../../../actions/people/grant-tokens.js';
import { PlatformError } from '../../../model/errors.js';
import type { OauthClient } from '../../../model/people/oauth.js';
import { readWish } from '../../body.js';
import type { ApiDeps } from '../../deps.js';
import { reply } from '../../http.js';
import { auditedClient } from '../../middleware/audit.js';
import type { OpenContext, OpenRouter } from '../../open-router.js';
import { OauthToken, presentOauthToken, type Grant } from '../../present/account/oauth-token.js';
import { secondsLeft } from '../../present/account/authorization.js';
import { readForm } from '../../read-form.js';
import { exchangeGrant, isOfProvider } from '../addon/provider-grant.js';

const text = z.string('must be a text').max(1_000);
const NewToken = z.object({
  client: z.object({ secret: text.describe("the client's secret") }),
  grant: z.object({
    type: z.enum(['authorization_code', 'refresh_token'], 'must be authorization_code or refresh_token').describe('what it is given for'),
    code: text.nullish().describe('the code that the browser came back with'),
  }),
  refresh_token: z.object({ token: text.nullish() }).nullish().describe('what a token is refreshed with'),
});

interface Ask {
  client: OauthClient;
  fields: Fields;
}

/** Fields of RFC 6749; null where one isn't given, or isn't a text. */
type Fields = Record<'grant_type' | 'code' | 'redirect_uri' | 'code_verifier' | 'refresh_token', string | null>;
const FIELDS = ['grant_type', 'code', 'redirect_uri', 'code_verifier', 'refresh_token'] as const satisfies readonly (keyof Fields)[];

type WhyNot = 'invalid_request' | 'invalid_client' | 'invalid_grant' | 'unsupported_grant_type';

/** A refusal in RFC 6749's words. */
class Refused extends Error {
  readonly error: WhyNot;

  constructor(error: WhyNot, message: string) {
    super(message);
    this.error = error;
  }
}

export function mountOauthTokens(router: OpenRouter, deps: ApiDeps): void {
  const bytes = { gives: 'application/json', takes: 'application/x-www-form-urlencoded' };
  const about = 'Gives an OAuth client tokens for a code, or for a refresh token (RFC 6749 §4.1.3, §6).';
  router.post('/oauth/token', { of: OauthToken, title: 'Grant', about, bytes }, async (http) => {
    http.set({ 'Cache-Control': 'no-store', Pragma: 'no-cache' });
    const form = await readForm(http.req);
    if (isOfProvider(form)) return reply(http, 200, await exchangeGrant(deps, form));
    try {
      const client = await clientOf(deps, http, form);
      const { authorization, token, refreshToken } = await grant(deps, http, { client, fields: fieldsOf(form) });
      reply(http, 200, {
        access_token: token,
        expires_in: secondsLeft(authorization, Date.now()),
        refresh_token: refreshToken,
        scope: authorization.scope.join(' '),
        session_nonce: null,
        token_type: 'Bearer',
        user_id: authorization.userId,
      });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const isClient = error.error === 'invalid_client';
      if (isClient) http.set('WWW-Authenticate', 'Basic realm="OAuth client"');
      const told = { id: isClient ? 'unauthorized' : 'bad_request', message: error.message };
      reply(http, isClient ? 401 : 400, { ...told, error: error.error, error_description: error.message });
    }
  });

  const creating = { of: OauthToken, gives: OauthToken, takes: NewToken, title: 'Create', status: 201 } as const;
  router.post('/oauth/tokens', { ...creating, about: "Gives an OAuth client tokens, in the form of Heroku's API." }, async (http) => {
    http.set('Cache-Control', 'no-store');
    const wish = await readWish(http, NewToken);
    try {
      const client = await clientOf(deps, http, { client_secret: wish.client.secret });
      const given: Grant = { type: wish.grant.type, code: wish.grant.code ?? '' };
      const fields = { code: wish.grant.code ?? null, refresh_token: wish.refresh_token?.token ?? null };
      const all = { ...fields, grant_type: given.type, redirect_uri: null, code_verifier: null };
      const granted = await grant(deps, http, { client, fields: all });
      reply(http, 201, presentOauthToken(granted, given, Date.now()));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      throw new PlatformError(error.error === 'invalid_client' ? 'unauthorized' : 'invalid_params', error.message, { cause: error });
    }
  });
}

function fieldsOf(form: Record<string, unknown>): Fields {
  return Object.fromEntries(FIELDS.map((name) => [name, textOf(form[name])])) as Fields;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** By Basic (RFC 6749 §2.3.1), or in the body. */
async function clientOf(deps: ApiDeps, http: OpenContext, form: Record<string, unknown>): Promise<OauthClient> {
  const basic = /^basic +(\S+)$/i.exec(http.get('authorization').trim());
  const [id = '', ...rest] = basic ? Buffer.from(basic[1]!, 'base64').toString('utf8').split(':').map(unescaped) : [];
  const secret = basic ? rest.join(':') : textOf(form['client_secret']);
  const found = secret ? await clientOfSecret(deps, secret, basic ? id || null : textOf(form['client_id'])) : undefined;
  if (!found) throw new Refused('invalid_client', 'There is no OAuth client with that secret. Make another: heroku clients:rotate');
  return found;
}

/** As forms are: what can't be read stays as it is. */
function unescaped(part: string): string {
  return new URLSearchParams(`x=${part.replaceAll('&', '%26')}`).get('x') ?? part;
}

async function grant(deps: ApiDeps, http: OpenContext, { client, fields }: Ask): Promise<Granted> {
  const found = await auditedClient(http, () => granted(deps, client, fields));
  if (!found) throw new Refused('invalid_grant', 'That code or refresh token is not good, or not any more: ask the person anew.');
  return found;
}

function granted(deps: ApiDeps, client: OauthClient, fields: Fields): Promise<Granted | undefined> {
  const { grant_type: type, code, refresh_token: refreshToken, redirect_uri: redirectUri, code_verifier: verifier } = fields;
  if (type === 'authorization_code') {
    if (code === null) throw new Refused('invalid_request', 'code: is missing');
    return exchangeCode(deps, client, { code, redirectUri, verifier });
  }
  if (type === 'refresh_token') {
    if (refreshToken === null) throw new Refused('invalid_request', 'refresh_token: is missing');
    return refreshTokens(deps, client, refreshToken);
  }
  throw type === null
    ? new Refused('invalid_request', 'grant_type: is missing')
    : new Refused('unsupported_grant_type', 'grant_type: must be authorization_code or refresh_token');
}
