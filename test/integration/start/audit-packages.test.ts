// What npm test says of vulnerable packages, with a registry that tells of one, of none, and one that doesn't tell.
import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { auditPackages, installedPackages, readAudit } from '../../../src/start/development/audit-packages.js';

let server: Server | undefined;
afterEach(() => server?.close());

/** Audits our own packages at a registry that answers so; what was said, and the status. */
async function audit(status: number, advisories: object): Promise<{ status: number; said: string }> {
  server = createServer((req, res) => {
    req.resume().on('end', () => {
      const isAdvice = req.url?.endsWith('/advisories/bulk');
      const name = decodeURIComponent(req.url ?? '').slice(1);
      const packument = {
        name,
        'dist-tags': { latest: '9.9.9' },
        versions: { '3.3.0': { name, version: '3.3.0' }, '9.9.9': { name, version: '9.9.9' } },
      };
      res.writeHead(isAdvice ? status : 200, { 'content-type': 'application/json' }).end(JSON.stringify(isAdvice ? advisories : packument));
    });
  });
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  let said = '';
  const registry = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const result = await auditPackages({ root: process.cwd(), say: (text) => (said += text), now: new Date('2026-11-28'), registry });
  return { status: result, said };
}

/** Of another id each time: npm keeps what it has made of one. */
const advisory = (severity: string) => ({
  koa: [
    {
      id: randomInt(1, 2 ** 40),
      url: 'https://example.com/advisory',
      title: 'Koa is open',
      severity,
      vulnerable_versions: '<9',
      cwe: [],
      cvss: { score: 9 },
    },
  ],
});

test('a grave one is told with what to do, and fails', async () => {
  const { status, said } = await audit(200, advisory('critical'));
  expect(said).toMatch(/^ !     koa <9 is vulnerable \(critical\): Koa is open https:\/\/example\.com\/advisory\. \S/m);
  expect(status).toBe(1);
});

test('a moderate one fails nothing', async () => {
  expect(await audit(200, advisory('moderate'))).toEqual({
    status: 0,
    said: '-----> No package is known to be vulnerable (high, critical)\n',
  });
});

test('where the registry tells nothing, versions are listed with the day', async () => {
  const { status, said } = await audit(405, {});
  expect(status).toBe(0);
  expect(said).toMatch(/^-----> The registry doesn't tell of vulnerabilities\. Packages on 2026-11-28:\n {7}\S+@\S+ /);
  expect(said).toContain(' koa@');
  expect(said).not.toContain(' vitest@');
});

test.each([
  ['', null],
  ['{"message": "405"}', null],
  ['{"vulnerabilities": {}}', []],
  ['{"vulnerabilities": {"a": {"severity": "low"}}}', []],
  [
    '{"vulnerabilities": {"a": {"severity": "high", "range": "<2", "via": ["b"], "fixAvailable": false}}}',
    [
      'a <2 is vulnerable (high): through b. No fixed version is known: see whether it can be reached, or put ' +
        'another package in its place.',
    ],
  ],
  [
    '{"vulnerabilities": {"a": {"severity": "critical", "range": "", "via": [{"title": "Open"}], "fixAvailable": ' +
      '{"name": "b", "version": "3.0.0"}}}}',
    ['a is vulnerable (critical): Open. Set b to 3.0.0 in package.json, run npm install, and test again.'],
  ],
  [
    '{"vulnerabilities": {"a": {"severity": "high", "range": "<2", "via": ["b"], "fixAvailable": true}}}',
    ['a <2 is vulnerable (high): through b. Run npm audit fix, and test again.'],
  ],
])('%s is read as %j', (answer, lines) => expect(readAudit(answer)).toEqual(lines));

test('what runs in production is known by the lock file', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0' },
      'node_modules/b': { version: '2.0.0', dev: true },
      'node_modules/a/node_modules/@c/d': { version: '3.0.0' },
    },
  };
  expect(installedPackages(JSON.stringify(lock))).toEqual(['@c/d@3.0.0', 'a@1.0.0']);
});
