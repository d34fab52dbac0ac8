// Apps on the stack container, built by Docker from the stack's own image: no registry is asked for anything.
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testEngine } from '../support/engine.js';
import { openShell } from '../support/shell.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { anApp, type PushResult, type Workspace } from '../support/workspace.js';

const BASE = process.env['SLIPWAY_RUN_IMAGE'] ?? '';
const engine = testEngine();
// Tells as whom it runs, what was built, and what it was given.
const SERVER = `import http.server, os
class Tell(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f'{os.getuid()} {open("built").read().strip()} {os.environ.get("NAME", "")}'.encode())
http.server.HTTPServer(("", int(os.environ["PORT"])), Tell).serve_forever()
`;

let platform: Platform;
const opened: Workspace[] = [];

beforeAll(async () => {
  platform = await startPlatform();
});

afterAll(async () => {
  await Promise.all(opened.map((app) => app.remove()));
  await platform?.stop();
});

async function open(name: string, files: Record<string, string>): Promise<Workspace> {
  const app = await anApp(platform, name, files);
  opened.push(app);
  await app.api('PATCH', '', { build_stack: 'container' });
  return app;
}

/** The lines of what failed, and why, at the end of a push. */
function refusal({ code, remote, output }: PushResult): string {
  expect(code, output).toBe(1);
  return remote.find((line) => line.startsWith(' !     ')) ?? '';
}

const web = () => platform.containers('slipway.dyno=web.1');
/** Names of the images that this platform's apps built. */
async function ownImages(): Promise<string[]> {
  const id = readFileSync(join(platform.home, 'home.id'), 'utf8').trim();
  const found = await engine.listImages({ filters: { reference: [`slipway/app-${id}`] } });
  return found.flatMap((image) => image.RepoTags ?? []).filter((name) => name.startsWith('slipway/app-'));
}

describe('a Dockerfile', () => {
  let app: Workspace;

  it('becomes the image that web dynos run, not as root', async () => {
    app = await open('dockered', {
      Dockerfile: `FROM ${BASE}\nWORKDIR /srv\nRUN id -u >built\nCOPY . .\nENV NAME=image\nCMD ["python3", "server.py"]\n`,
      'server.py': SERVER,
      '.dockerignore': 'secret\n',
      secret: 'x',
    });
    const push = await app.push('main');
    expect(push.code, push.output).toBe(0);
    const lines = [
      '=== Fetching app code',
      '=== Building web (Dockerfile)',
      `Step 1/6 : FROM docker.io/${BASE}`,
      '=== Pushing web (Dockerfile)',
      '-----> Launching...',
      '       Released v3',
    ];
    expect(push.remote.filter((line) => lines.includes(line))).toEqual(lines);
    expect(await app.get('/')).toEqual({ status: 200, body: '20000 0 image' });
    expect(await app.api('GET', '')).toMatchObject({ stack: { name: 'container' }, build_stack: { name: 'container' } });
    expect(await app.api('GET', '/formation')).toMatchObject([{ type: 'web', command: 'python3 server.py' }]);
  });

  it('gives way to config vars, and comes from the store where no engine has it', async () => {
    await app.api('PATCH', '/config-vars', { NAME: 'var' });
    await expect.poll(() => app.get('/').then((answer) => answer.body)).toBe('20000 0 var');
    await app.api('PATCH', '/formation', { updates: [{ type: 'web', quantity: 0 }] });
    await expect.poll(web).toEqual([]);
    const kept = (await ownImages()).filter((name) => !name.includes(':cache-'));
    for (const name of await ownImages()) await engine.getImage(name).remove({ force: true });
    await app.api('PATCH', '/formation', { updates: [{ type: 'web', quantity: 1 }] });
    await expect.poll(() => app.get('/').then((answer) => answer.body)).toBe('20000 0 var');
    expect(await ownImages()).toEqual(kept);
  });

  it('is built again from the step that changed, and stores that only', async () => {
    await app.push('main');
    await app.commit({ built: 'later' }, 'Another file');
    const push = await app.push('main');
    expect(push.code, push.output).toBe(0);
    expect(await app.get('/')).toMatchObject({ body: '20000 later var' });
  });
});

it('one-off dynos run in the image, behind its ENTRYPOINT; what it makes setuid, or gives capabilities, has no more rights there', async () => {
  const rawCapability = '0100000200200000000000000000000000000000';
  const app = await open('one-offs', {
    Dockerfile:
      `FROM ${BASE}\nWORKDIR /srv\nCOPY . .\nRUN id -u >built && cp /bin/bash /su && chmod 6755 /su && cp /usr/bin/python3 /raw\n` +
      `RUN python3 -c 'import os; os.setxattr("/raw", "security.capability", bytes.fromhex("${rawCapability}"))'\n` +
      'ENTRYPOINT ["/usr/bin/env", "ROLE=image"]\nCMD ["python3", "server.py"]\n',
    'server.py': SERVER,
    'attack.sh': [
      `/su -pc 'echo setuid: $EUID $(id -g)'`,
      `echo raw: $(/raw -c 'import socket; socket.socket(socket.AF_INET, socket.SOCK_RAW, 1)' 2>&1 | tail -1)`,
      `echo root: $(python3 -c 'import os; os.setuid(0)' 2>&1 | tail -1)`,
      `echo mount: $(python3 -c 'import ctypes; print(ctypes.CDLL(None).mount(b"none", b"/tmp", b"tmpfs", 0, 0))')`,
      'echo image: $(touch /srv/x /etc/x 2>&1 | grep -c denied)',
    ].join('\n'),
  });
  expect((await app.push('main')).code).toBe(0);
  const shell = await openShell({ PAAS_API_URL: platform.apiUrl, PAAS_API_KEY: platform.token, PAAS_APP: 'one-offs' });
  try {
    const command = 'echo $ROLE $(id -u) $(cat built) $DYNO; exit 3';
    const plain = await shell.run(`paas run '${command}'`);
    expect(plain).toMatchObject({ stdout: expect.stringMatching(/^image 20000 0 run\.\d{4}\n$/), code: 3 });
    expect((await shell.run('seq 3 | paas run cat')).stdout).toBe('1\n2\n3\n');
    expect((await shell.run('paas run:inside web.1 id -u')).stdout).toBe('20000\n');
    const detached = await shell.run(`paas run:detached '${command}'`);
    const [name = ''] = /run\.\d{4}/.exec(detached.stderr + detached.stdout) ?? [];
    await expect
      .poll(async () => (await shell.run('paas logs -n 200')).stdout)
      .toMatch(new RegExp(`app\\[${name}\\]: image 20000 0 ${name}`));
    expect((await shell.run('paas run sh attack.sh')).stdout.trim().split('\n')).toEqual([
      'setuid: 20000 20000',
      expect.stringMatching(/^raw: .*(Operation not permitted|PermissionError)/),
      expect.stringMatching(/^root: .*PermissionError/),
      'mount: -1',
      'image: 2',
    ]);
  } finally {
    await shell.remove();
  }
});

it('heroku.yml: several images, arguments, commands and a release command', async () => {
  const app = await open('manifested', {
    'heroku.yml': `setup: {config: {A: b}}
build:
  docker: {web: web/Dockerfile, worker: {dockerfile: Dockerfile, target: work}}
  config: {SAID: hello}
release: {image: worker, command: ['echo', 'migrated as', '$(id -un)']}
run: {web: python3 server.py}
`,
    'web/Dockerfile': `FROM ${BASE}\nARG SAID\nWORKDIR /srv\nRUN echo $SAID >built\nCOPY server.py .\n`,
    'web/server.py': SERVER,
    Dockerfile:
      `FROM ${BASE} AS base\nRUN useradd -u 1234 worker\nFROM base AS work\nUSER worker\n` +
      `ENTRYPOINT ["/usr/bin/env", "ROLE=worker"]\nCMD ["bash", "-c", "echo $ROLE; sleep 60"]\nFROM base\nRUN false\n`,
  });
  const push = await app.push('main');
  expect(push.code, push.output).toBe(0);
  expect(push.remote).toContain(' !     setup of heroku.yml has no effect on a push: set config vars with paas config:set.');
  expect(push.remote.filter((line) => line.startsWith('=== '))).toEqual([
    '=== Fetching app code',
    '=== Building web (web/Dockerfile)',
    '=== Building worker (Dockerfile)',
    '=== Pushing web (web/Dockerfile)',
    '=== Pushing worker (Dockerfile)',
  ]);
  expect(push.remote).toContain('migrated as worker');
  expect(await app.get('/')).toEqual({ status: 200, body: '20000 hello ' });
  await app.api('PATCH', '/formation', { updates: [{ type: 'worker', quantity: 1 }] });
  await expect
    .poll(() =>
      app
        .api('GET', '/dynos')
        .then((dynos) => (dynos as { name: string; state: string }[]).map(({ name, state }) => `${name} ${state}`).sort()),
    )
    .toEqual(['web.1 up', 'worker.1 up']);
});

describe('what cannot be built', () => {
  it.each<[string, Record<string, string>, string | RegExp]>([
    [
      'an app without either file',
      { Procfile: 'web: true\n' },
      ' !     The app is on the stack container, but has neither heroku.yml nor Dockerfile at its top. Add one, or ' +
        'choose another stack with paas stack:set.',
    ],
    ['a heroku.yml that is no YAML', { 'heroku.yml': 'build:\n  docker: [\n' }, /^ ! {5}heroku\.yml line 3: /],
    [
      'a heroku.yml that names no file',
      { 'heroku.yml': 'build: {docker: {web: Nope}}' },
      ' !     heroku.yml: build.docker.web names Nope, which is not in the app.',
    ],
    [
      'a step that fails',
      { Dockerfile: `FROM ${BASE}\nRUN echo broken >&2; exit 3\n` },
      " !     Push rejected, the image can't be built: The command '/bin/sh -c echo broken >&2; exit 3' returned a non-zero code: 3.",
    ],
    ['a word that is no instruction', { Dockerfile: `FROM ${BASE}\nNOPE x\n` }, ' !     Dockerfile line 2: unknown instruction: NOPE.'],
    [
      'a base image that nobody has',
      { Dockerfile: 'FROM registry.invalid/none:1\n' },
      /^ ! {5}Push rejected, the image can't be built: The base image registry\.invalid\/none:1 can't be pulled: /,
    ],
    [
      'an image of somebody else',
      { Dockerfile: 'FROM slipway/slug:1\n' },
      ' !     Dockerfile line 1: slipway/slug:1 is no base image: name one of a registry, with its tag.',
    ],
    ['an image that runs nothing', { Dockerfile: `FROM ${BASE}\nRUN true\n` }, /The image web has neither CMD nor ENTRYPOINT/],
  ])('%s', async (what, files, told) => {
    const app = await open(`bad-${opened.length}`, files);
    const line = refusal(await app.push('main'));
    if (typeof told === 'string') expect(line).toBe(told);
    else expect(line, what).toMatch(told);
    expect(await app.api('GET', '/dynos')).toEqual([]);
  });

  it('a build that is interrupted ends within 5 s', async () => {
    // Other homes on this machine may run the same test.
    const nap = `sleep ${randomInt(10_000, 90_000)}`;
    const app = await open('interrupted', { Dockerfile: `FROM ${BASE}\nRUN echo be''gun; ${nap}\n` });
    const push = app.startPush('main');
    await push.until('begun');
    const steps = async () => (await engine.listContainers()).filter(({ Command }) => Command.includes(nap));
    expect(await steps()).toHaveLength(1);
    push.interrupt();
    await expect.poll(steps).toEqual([]);
  });
});
