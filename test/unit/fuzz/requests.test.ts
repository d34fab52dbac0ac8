// What anybody with a connection may send to one of our ports, and what a member may put into the API.
import { describe, expect } from 'vitest';
import { isAcceptable } from '../../../src/api/middleware/accept.js';
import { eventOf } from '../../../src/api/output/output-formats.js';
import { nextRange, parseRange, takeRange } from '../../../src/api/range.js';
import { sourceRef } from '../../../src/model/build/source-ref.js';
import { isGitPath, parseGitRequest } from '../../../src/git/git-request.js';
import { parseUpdates, planPush } from '../../../src/hook/push-plan.js';
import { blobUrl, isBlobKey, mayUseBlob } from '../../../src/model/build/blob-url.js';
import { decodeSession, encodeSession, type LogSession } from '../../../src/model/session-token.js';
import { changeConfig } from '../../../src/model/config-vars.js';
import { applyQuantity } from '../../../src/model/formation.js';
import { dynoHeaders, isBad, readRequestHead } from '../../../src/router/in/request-head.js';
import { readResponseHead, upgradeHead } from '../../../src/router/out/response-head.js';
import { pathOfTarget } from '../../../src/web/request-target.js';
import { accepted, fuzz } from './fuzz.js';
import { text, type Make } from './inputs.js';

const KEY = Buffer.alloc(32, 7);
const NOW = 1_800_000_000_000;
const OTHERS = 'https://paas.example.com:8000';

describe('the request line:', () => {
  fuzz({
    name: 'its target',
    make: text({
      seeds: ['/apps/x?y=1', 'http://paas.example.com:8000/apps', 'HTTPS://h?x', '*', 'a:443'],
      pieces: ['/', 'http://', 'https://', 'user@', '\\', '?', '#', '/streams/logs/', '..'],
    }),
    check(input) {
      const path = pathOfTarget(input);
      if (path === null) return;
      expect(path.startsWith('/')).toBe(true);
      expect(input.endsWith(path) || path === '/' || `/${input.slice(input.indexOf('?'))}` === path).toBe(true);
    },
  });

  fuzz({
    name: "a git request's",
    make: text({
      seeds: ['/my-app.git/info/refs', '/x.git/HEAD', '/x.git/git-upload-pack', '/x.git/git-receive-pack'],
      pieces: ['.git', '/info/refs', '/objects/info/packs', '/HEAD', '/config', 'a', 'A'],
    }),
    check(input, random) {
      if (!isGitPath(input)) return;
      const request = parseGitRequest({
        method: random.pick(['GET', 'HEAD', 'POST', 'PUT', '']),
        path: input,
        service: random.pick<unknown>([
          'git-upload-pack',
          'git-receive-pack',
          'git-upload-archive',
          undefined,
          ['git-upload-pack'],
          'constructor',
        ]),
        contentType: random.pick(['', 'application/x-git-upload-pack-request', 'application/x-git-receive-pack-request']),
      });
      if ('status' in request) return;
      expect(request.app).toMatch(/^[a-z0-9-]{1,36}$/);
      expect(input.startsWith(`/${request.app}.git/`)).toBe(true);
      if (request.kind !== 'head') expect(['upload-pack', 'receive-pack']).toContain(request.service);
    },
  });
});

describe('headers:', () => {
  const range = {
    seeds: ['version ]3..; max=10, order=desc', 'name a..b', 'id [a..b[; max=1'],
    pieces: ['version', 'name ', '..', ']', '[', '; ', 'max=', 'order=', 'asc', 'desc', '10'],
  };
  const items = Array.from({ length: 30 }, (_, index) => ({
    version: index + 1,
    name: `a-${index % 7}${index}`,
    created_at: `2026-01-${10 + index}T00:00:00Z`,
  }));
  fuzz({
    name: 'Range',
    make: text(range),
    check(input) {
      const asked = accepted(() => parseRange(input, ['version', 'name', 'created_at']));
      if (!asked) return;
      expect(asked.max).toBeGreaterThan(0);
      expect(asked.max).toBeLessThanOrEqual(1_000);
      const whole = takeRange(items, { ...asked, max: 1_000 }).items;
      // Page by page it is the same, each item once.
      const seen: object[] = [];
      for (let next: string | null = input; next !== null;) {
        const range = parseRange(next, ['version', 'name', 'created_at']);
        const page = takeRange(items, range);
        seen.push(...page.items);
        next = nextRange(page, range);
        if (seen.length > items.length) break;
      }
      expect(seen).toEqual(whole);
    },
  });

  fuzz({
    name: 'Accept',
    make: text({
      seeds: ['application/vnd.heroku+json; version=3', 'text/html, */*;q=0.1'],
      pieces: ['application/', 'json', 'version=', '3.sdk', ';', ','],
    }),
    check(input) {
      expect(typeof isAcceptable(input)).toBe('boolean');
    },
  });

  const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
  const pieces = text({
    seeds: [
      'Host: demo.localhost',
      'Content-Length: 5',
      'X-Forwarded-For: 1.1.1.1',
      'Connection: close, Content-Length',
      'Transfer-Encoding: chunked',
      'Via: 1.0 a',
      'Cookie: a=b',
      'X-Request-Id: aaaaaaaaaaaaaaaaaaaaaaaa',
    ],
    pieces: ['Host', ': ', 'Connection', 'Upgrade', 'TE', 'Content-Length', 'chunked', 'Expect', 'Proxy-Authorization'],
  });
  /** As node's parser lets them pass: names are tokens, values have no line feed. */
  const heads: Make<string[]> = (random, number) => {
    const lines = ['Host: demo.localhost', ...random.some(0, 6, () => pieces(random, random.chance(0.02) ? number : 1e9))];
    return lines
      .map(
        (line) =>
          [
            line.slice(0, line.indexOf(':')),
            line
              .slice(line.indexOf(':') + 1)
              .trim()
              .replaceAll(/[\r\n\0]/g, ''),
          ] as const,
      )
      .flatMap(([name, value]) => (TOKEN.test(name) ? [name, value] : []));
  };
  const target = text({ seeds: ['/', '/a?b', 'http://demo.localhost/x'], pieces: ['http://', '/', '?', 'a.b'] });
  fuzz({
    name: "a request's head, as the router passes it on",
    make: (random, number) => ({
      method: random.pick(['GET', 'POST', 'CONNECT', 'M-SEARCH']),
      url: target(random, random.chance(0.02) ? number : 1e9),
      httpVersion: '1.1',
      rawHeaders: heads(random, number),
    }),
    check(input) {
      const head = readRequestHead(input);
      if (isBad(head)) return expect(head.message).not.toMatch(/[^ -~]/);
      expect(head.path).toMatch(/^\/[\x21-\x7e\x80-\xff]*$/);
      const facts = {
        clientIp: '9.9.9.9',
        proto: 'http' as const,
        version: '1.1' as const,
        port: 80,
        requestId: 'id',
        startedAt: 1,
        connectMs: 2,
        routeMs: 3,
      };
      const sent = dynoHeaders(head, facts);
      const names = sent.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
      for (const once of ['host', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'x-request-id', 'via', 'x-request-start'])
        expect(names.filter((name) => name === once)).toHaveLength(1);
      for (const never of ['connection', 'transfer-encoding', 'upgrade', 'te', 'expect', 'proxy-authorization'])
        expect(names).not.toContain(never);
      // eslint-disable-next-line no-control-regex
      expect(sent.filter((part) => /[\x00-\x08\x0a-\x1f\x7f]|[^\x00-\xff]/.test(part))).toEqual([]);
      expect(sent[sent.findIndex((part, index) => index % 2 === 0 && part === 'X-Forwarded-For') + 1]).toMatch(/(^|, )9\.9\.9\.9$/);
      return undefined;
    },
  });

  fuzz({
    name: "a dyno's head, as the router passes it on",
    make: heads,
    check(input) {
      const head = readResponseHead(200, input, input[1] ?? '');
      if (typeof head === 'string') return;
      expect(head.reason).not.toMatch(/[\r\n]/);
      expect(head.headers.filter((part) => /[\r\n]/.test(part))).toEqual([]);
      expect(upgradeHead(input).split('\r\n\r\n')).toHaveLength(2);
    },
  });
});

describe('what we have signed:', () => {
  const session: LogSession = {
    appId: 'a',
    lines: 100,
    tail: true,
    source: null,
    dyno: null,
    by: { userId: 'u', authorizationId: null },
    expires: NOW / 1_000 + 60,
  };
  const token = encodeSession(KEY, session);
  fuzz({
    name: "a log session's token",
    make: text({
      seeds: [token, `${token}=`, token.replace('.', '..')],
      pieces: ['.', token.split('.')[0]!, token.split('.')[1]!, 'e30', '=', '_'],
    }),
    check(input) {
      const found = decodeSession(KEY, input, NOW);
      if (found) expect([input, found]).toEqual([token, session]);
    },
  });

  const blob = `sources/${'1'.repeat(8)}-1111-1111-1111-111111111111.22222222-2222-2222-2222-222222222222`;
  const url = blobUrl({ base: OTHERS, key: KEY, method: 'GET', blob, now: NOW, ttlS: 60 });
  fuzz({
    name: "a blob's URL",
    make: text({
      seeds: [url, url.replace('sources', 'slugs'), `${url}&expires=9999999999`],
      pieces: ['/blobs/', 'sources/', 'slugs/', '?expires=', '&signature=', '9999999999', new URL(url).searchParams.get('signature')!],
    }),
    check(input) {
      const source = accepted(() =>
        sourceRef({ key: KEY, internalUrl: 'http://127.0.0.1:1', url: input, userId: blob.slice(8, 44), now: NOW }),
      );
      if (source?.startsWith('http://127.0.0.1:1/')) expect(new URL(input).pathname).toBe(new URL(url).pathname);
      const [path = '', query = ''] = input.split('?');
      const named = path.slice(path.indexOf('/blobs/') + 7);
      if (isBlobKey(named)) expect(named).toMatch(/^[a-z]+\/[^/]+$/);
      const parameters = new URLSearchParams(query);
      const isMine = mayUseBlob({
        key: KEY,
        method: 'GET',
        blob: named,
        expires: parameters.get('expires') ?? '',
        signature: parameters.get('signature') ?? '',
        now: NOW,
      });
      if (isMine) expect([named, Number(parameters.get('expires'))]).toEqual([blob, NOW / 1_000 + 60]);
    },
  });
});

describe('the rest:', () => {
  fuzz({
    name: 'config vars',
    make: text({
      seeds: ['{"A": "1", "B": null}', '{"__proto__": "x", "constructor": "y"}'],
      pieces: ['{"', '": "', '"}', 'A', 'B', 'null', '\\u0000', ', "'],
    }),
    check(input) {
      let patch: unknown;
      try {
        patch = JSON.parse(input);
      } catch {
        return;
      }
      if (typeof patch !== 'object' || patch === null || Object.values(patch).some((value) => typeof value !== 'string' && value !== null))
        return;
      const { vars, set } = accepted(() => changeConfig({ B: 'b' }, patch as Record<string, string>)) ?? { vars: {}, set: [] };
      expect(Object.keys(vars)).toEqual(expect.arrayContaining(set));
      for (const [key, value] of Object.entries(vars)) expect(`${key}=${value}`).toMatch(/^[A-Za-z_]\w*=[^\0]*$/);
    },
  });

  fuzz({
    name: 'quantities',
    make: text({ seeds: ['1', '+1', '-2', '100'], pieces: ['+', '-', '9', '0x1', '.5'] }),
    check(input) {
      const next = accepted(() => applyQuantity(3, input));
      if (next !== null) expect(Number.isInteger(next) && next >= 0 && next <= 100).toBe(true);
    },
  });

  fuzz({
    name: "a push's refs",
    make: text({
      seeds: [`${'0'.repeat(40)} ${'a'.repeat(40)} refs/heads/main\n`],
      pieces: [`${'b'.repeat(40)} `, 'refs/heads/', 'main', 'master'],
    }),
    check(input) {
      let updates;
      try {
        updates = parseUpdates(input);
      } catch (error) {
        return expect((error as Error).message).toMatch(/^git gave the hook a line it can't read/);
      }
      const plan = planPush(updates);
      if (plan.kind === 'build') expect(['main', 'master']).toContain(plan.branch);
      return undefined;
    },
  });

  fuzz({
    name: "output as events, which can't be forged",
    make: text({ seeds: ['-----> Hello\nid: 5\n\nevent: x\n'], pieces: ['\n', '\r', 'id: 1', 'data: ', '\n\n', 'event: end', 'retry: 1'] }),
    check(input) {
      const lines = eventOf(input, 7).split(/\r\n|\r|\n/);
      expect(lines[0]).toBe('id: 7');
      expect(lines.slice(-2)).toEqual(['', '']);
      expect(lines.slice(1, -2).filter((line) => !line.startsWith('data: '))).toEqual([]);
    },
  });
});
