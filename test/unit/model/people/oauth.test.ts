import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isVerifierOf, readOauthWish, whyNoRedirect, withQuery } from '../../../../src/model/people/oauth.js';

const URI = 'https://app.test/cb?a=%20b';

describe('a URI that browsers are sent back to', () => {
  it.each(['https://app.test', URI, 'http://localhost:3000/cb', 'http://127.0.0.1/cb', 'https://10.0.0.1:8443/x'])('%s', (uri) => {
    expect(whyNoRedirect(uri)).toBeNull();
  });

  it.each([
    ['', /whole URL/],
    ['/cb', /whole URL/],
    ['https://app.test/a b', /whole URL/],
    ['https://app.test/\n', /whole URL/],
    ['https://äpp.test/', /whole URL/],
    [`https://app.test/${'x'.repeat(2_000)}`, /whole URL/],
    ['http://app.test/cb', /must begin with https/],
    ['http://localhost.app.test/cb', /must begin with https/],
    ['javascript:alert(1)', /must begin with https/],
    ['data:text/html,x', /must begin with https/],
    ['https://me@app.test/', /no user name/],
    ['https://me:pass@app.test/', /no user name/],
    ['https://app.test/#x', /no #fragment/],
    ['https://app.test/#', /no #fragment/],
  ])('not %.40j', (uri, why) => expect(whyNoRedirect(uri)).toMatch(why));

  it('keeps its own query', () => {
    expect(withQuery(URI, { code: 'x y', state: null })).toBe(`${URI}&code=x+y`);
    expect(withQuery('https://app.test', { code: 'x', state: 'a&b' })).toBe('https://app.test?code=x&state=a%26b');
  });
});

describe('PKCE', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  // RFC 7636, appendix B.
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const short = createHash('sha256').update('short').digest('base64url');
  it.each([
    [challenge, verifier, true],
    [challenge, `${verifier}x`, false],
    [challenge, challenge, false],
    [challenge, null, false],
    [null, verifier, false],
    [null, null, true],
    [short, 'short', false],
  ])('%s by %s: %s', (given, shown, isGood) => expect(isVerifierOf(given, shown)).toBe(isGood));
});

describe('what a client asks for', () => {
  const client = { redirectUri: URI };
  const right = { client_id: 'x', response_type: 'code', scope: 'read,deploy read' };
  const challenge = 'x'.repeat(43);
  it.each<[string, object, object]>([
    ['scopes by comma or blank', {}, { wish: { scope: ['read', 'deploy'], redirectUri: null, challenge: null, state: null } }],
    ['with its state', { state: 'a', redirect_uri: URI }, { wish: { state: 'a', redirectUri: URI } }],
    ['with PKCE', { code_challenge: challenge, code_challenge_method: 'S256' }, { wish: { challenge } }],
    ['to be sent elsewhere', { redirect_uri: `${URI}x` }, { page: expect.stringContaining('elsewhere') }],
    ['to be sent to a part of it', { redirect_uri: 'https://app.test/cb' }, { page: expect.stringContaining('elsewhere') }],
    ['something twice', { state: ['a', 'b'] }, { page: expect.stringContaining('twice') }],
    ['a token at once', { response_type: 'token', state: 'a' }, { error: 'unsupported_response_type', state: 'a' }],
    ['nothing', { response_type: undefined }, { error: 'unsupported_response_type' }],
    ['no scope', { scope: ' , ' }, { error: 'invalid_scope' }],
    ['a scope that is none', { scope: 'read constructor' }, { error: 'invalid_scope' }],
    ['a long state', { state: 'x'.repeat(2_001) }, { error: 'invalid_request', state: null }],
    ['PKCE without a method', { code_challenge: challenge }, { error: 'invalid_request' }],
    ['plain PKCE', { code_challenge: challenge, code_challenge_method: 'plain' }, { error: 'invalid_request' }],
    ['a challenge that is none', { code_challenge: 'x', code_challenge_method: 'S256' }, { error: 'invalid_request' }],
  ])('%s', (_what, query, found) => expect(readOauthWish({ ...right, ...query }, client)).toMatchObject(found));
});
