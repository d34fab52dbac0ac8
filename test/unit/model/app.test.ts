import { describe, expect, it } from 'vitest';
import { checkAppName, generateAppName, webUrl } from '../../../src/model/app.js';

describe('app names', () => {
  it.each(['abc', 'my-app', 'a1-b2', 'a'.repeat(30)])('accepts %s', (name) => expect(() => checkAppName(name)).not.toThrow());
  it.each(['ab', 'A-app', '1app', 'app-', '-app', 'a_b', 'a b', 'a.b', '../x', 'a'.repeat(31), '', 'api'])('refuses %j', (name) => {
    expect(() => checkAppName(name)).toThrow(expect.objectContaining({ id: 'invalid_params' }));
  });
  it('generates names that are accepted', () => {
    for (let i = 0; i < 50; i += 1) checkAppName(generateAppName(() => i / 50));
  });
  it.each([
    [8080, 'http://demo.localhost:8080/'],
    [80, 'http://demo.localhost/'],
  ])('has a URL on port %i', (routerPort, url) => expect(webUrl({ name: 'demo' }, { domain: 'localhost', routerPort })).toBe(url));
});
