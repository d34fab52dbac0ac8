import { expect, test } from 'vitest';
import { dynoContainer, dynoMessage, waitingContainer, type DynoSpec, type OnNetwork } from '../../../../src/docker/dyno/dyno-spec.js';
import { SIZES } from '../../../../src/model/dyno-size.js';

function aSpec(o: Partial<DynoSpec> = {}): DynoSpec & OnNetwork {
  return {
    homeId: 'home1',
    app: { id: 'app-id', name: 'demo', domain: 'example.com' },
    dyno: { id: 'dyno-id', name: 'web.1', command: 'npm start', port: 12_345 },
    release: { version: 7, createdAt: new Date('2026-03-13T15:08:07.123Z') },
    slug: { commit: 'c0ffee' },
    size: SIZES.find('Standard-2X')!,
    configVars: {},
    image: 'slipway/slug:abc',
    own: null,
    network: 'net-id',
    seccomp: '{}',
    caBundle: null,
    ...o,
  };
}

const envOf = (o: Partial<DynoSpec> = {}) =>
  Object.fromEntries(
    (dynoContainer(aSpec(o)).Env ?? []).map((entry) => [entry.slice(0, entry.indexOf('=')), entry.slice(entry.indexOf('=') + 1)]),
  );

test('is not root, has no capability, no way to more, and its own limits', () => {
  const { User, HostConfig } = dynoContainer(aSpec());
  expect(User).toBe('20000:20000');
  expect(HostConfig).toEqual({
    Init: true,
    NetworkMode: 'net-id',
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges', 'seccomp={}'],
    IpcMode: 'private',
    Memory: 1024 * 1024 * 1024,
    MemorySwap: 1024 * 1024 * 1024,
    CpuShares: 512,
    PidsLimit: 512,
    Ulimits: [
      { Name: 'nofile', Soft: 10_000, Hard: 10_000 },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
    OomScoreAdj: 500,
    LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '4' } },
    Binds: [],
  });
});

test.each([
  [1, 1, 512, 256],
  [2, 1, 1024, 256],
  [1.5, 0.5, 768, 128],
])('burst %s and cpu %s: a hard limit of %s MB without swap, %s shares; it is told its quota', (burst, cpu, mb, shares) => {
  const size = { ...SIZES.default, burst, cpu };
  const memory = mb * 1024 * 1024;
  expect(dynoContainer(aSpec({ size })).HostConfig).toMatchObject({ Memory: memory, MemorySwap: memory, CpuShares: shares });
  expect(envOf({ size })['MEMORY_AVAILABLE']).toBe('512');
});

test('one that somebody holds is the same place, and nobody else keeps what it prints', () => {
  const { HostConfig, ...plain } = dynoContainer(aSpec());
  const { HostConfig: held, ...attached } = dynoContainer(aSpec({ attached: { hasTty: true } }));
  expect(held).toEqual({ ...HostConfig, LogConfig: { Type: 'none', Config: {} } });
  const streams = { OpenStdin: true, StdinOnce: true, AttachStdin: true, AttachStdout: true, AttachStderr: true };
  expect(attached).toEqual({ ...plain, ...streams, Tty: true });
});

test('carries the labels by which it is found again', () => {
  expect(dynoContainer(aSpec()).Labels).toEqual({
    'slipway.home': 'home1',
    'slipway.app': 'app-id',
    'slipway.app-name': 'demo',
    'slipway.dyno': 'web.1',
    'slipway.dyno-id': 'dyno-id',
    'slipway.release': 'v7',
  });
});

test('passes the command on untouched, as an argument', () => {
  const command = `echo "$A" '$B' \`c\`; rm -rf "/tmp/x y" # \n && \\`;
  expect(dynoContainer(aSpec({ dyno: { ...aSpec().dyno, command } })).Cmd?.at(-1)).toBe(command);
});

test('one that waits is the same place, and holds nothing of what it will be', () => {
  const { Cmd: _, Env, ...dyno } = dynoContainer(aSpec());
  const { Cmd, ...waiting } = waitingContainer(aSpec());
  expect(waiting).toEqual({ ...dyno, OpenStdin: true, StdinOnce: true, AttachStdin: true });
  expect(Cmd?.join(' ')).not.toContain('npm start');
  expect(Env).toContain('PORT=12345');
});

test('it is told its command, its environment and the number of archives and those, with lengths before them', () => {
  const spec = aSpec({ configVars: { MULTI: 'ä\nb=c', EMPTY: '' } });
  const [length, about, ...rest] = dynoMessage(spec, [Buffer.from('packages'), Buffer.from('app')]).map(String);
  const [command, ...env] = about!.split('\0');
  expect(command).toBe('npm start');
  expect(env).toEqual(dynoContainer(spec).Env);
  expect(length).toMatch(/^[0-9a-f]{8}$/);
  expect(parseInt(length!, 16)).toBe(Buffer.byteLength(about!));
  expect(rest).toEqual(['00000002', '00000008', 'packages', '00000003', 'app']);
});

test('its environment: what Heroku gives, config vars above it, PORT, DYNO and HOME above those', () => {
  expect(envOf()).toEqual({
    LANG: 'C.UTF-8',
    MEMORY_AVAILABLE: '1024',
    HEROKU_APP_ID: 'app-id',
    HEROKU_APP_NAME: 'demo',
    HEROKU_APP_DEFAULT_DOMAIN_NAME: 'demo.example.com',
    HEROKU_DYNO_ID: 'dyno-id',
    HEROKU_RELEASE_VERSION: 'v7',
    HEROKU_RELEASE_CREATED_AT: '2026-03-13T15:08:07Z',
    HEROKU_SLUG_COMMIT: 'c0ffee',
    HEROKU_SLUG_DESCRIPTION: 'Deploy c0ffee',
    HEROKU_BUILD_COMMIT: 'c0ffee',
    HEROKU_BUILD_DESCRIPTION: 'Deploy c0ffee',
    HOME: '/app',
    PORT: '12345',
    DYNO: 'web.1',
  });
  const env = envOf({ configVars: { PORT: '1', DYNO: 'x', HOME: '/', MEMORY_AVAILABLE: '9', LANG: 'de', MULTI: 'a\nb=c', EMPTY: '' } });
  expect(env).toMatchObject({ PORT: '12345', DYNO: 'web.1', HOME: '/app', MEMORY_AVAILABLE: '9', LANG: 'de', MULTI: 'a\nb=c', EMPTY: '' });
  const commit = 'c'.repeat(40);
  expect(envOf({ slug: { commit } })).toMatchObject({
    HEROKU_SLUG_COMMIT: commit,
    HEROKU_BUILD_COMMIT: commit,
    HEROKU_SLUG_DESCRIPTION: 'Deploy cccccccc',
  });
  expect(Object.keys(envOf({ slug: { commit: null } })).filter((name) => /SLUG|BUILD/.test(name))).toEqual([]);
});

test('the host’s CA bundle is mounted read-only and named; a config var may name another', () => {
  const { HostConfig } = dynoContainer(aSpec({ caBundle: '/etc/pki/x.pem' }));
  expect(HostConfig?.Binds).toEqual(['/etc/pki/x.pem:/etc/ssl/certs/ca-certificates.crt:ro']);
  const env = envOf({ caBundle: '/etc/pki/x.pem', configVars: { PIP_CERT: '/app/own.pem' } });
  expect(env).toMatchObject({ NODE_EXTRA_CA_CERTS: '/etc/ssl/certs/ca-certificates.crt', PIP_CERT: '/app/own.pem' });
});
