// A member of the platform who may push to an app of their own on the stack container, and wants what is not theirs.
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import tar from 'tar-stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { updateApp } from '../../src/actions/app/update-app.js';
import { keepBuildCache } from '../../src/docker/image/container-image.js';
import { buildImage, watchStages } from '../../src/docker/build/image-builder.js';
import { imageUser, resolveUser } from '../../src/docker/image/image-user.js';
import { CONTAINER_STACK } from '../../src/model/build/container.js';
import { DEFAULT_STACK } from '../../src/model/build/stack.js';
import { startWorld, type Files, type Pushed, type World } from '../integration/builder/world.js';

const BASE = process.env['SLIPWAY_RUN_IMAGE'] ?? '';
const DOCKERFILE = `FROM ${BASE}\nCMD ["true"]\n`;

let world: World;
/** A service that only the host can reach, and who asked it for what. */
let service: Server;
let asked: string[] = [];

beforeAll(async () => {
  service = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('what only the host may read');
  }).listen(0, '127.0.0.1');
  await once(service, 'listening');
  world = await startWorld({ stacks: [DEFAULT_STACK, CONTAINER_STACK], fetchAllow: [] });
});

afterAll(async () => {
  service.close();
  await world?.stop();
});

beforeEach(() => (asked = []));

const port = () => (service.address() as AddressInfo).port;

async function push(files: Files, o: Parameters<World['push']>[2] = {}): Promise<Pushed> {
  const app = await updateApp(world.ctx, await world.newApp(), world.user, { buildStack: CONTAINER_STACK });
  return world.push(app, files, o);
}

interface Part {
  name: string;
  text?: string;
  type?: 'file' | 'symlink' | 'link' | 'directory';
  linkname?: string;
}

/** A source as the API takes it, made of these entries in this order; returns its URL. */
async function archive(parts: Part[]): Promise<string> {
  const pack = tar.pack();
  for (const { text, ...header } of parts) pack.entry(header, text ?? '');
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  const file = join(world.dir, 'hostile.tar');
  writeFileSync(file, Buffer.concat(chunks));
  return world.upload(file);
}

describe('a Dockerfile that the engine might read in another way than the platform', () => {
  it.each<[string, () => string, RegExp]>([
    [
      'ADD behind a character that only the engine takes for a blank',
      () => `FROM ${BASE}\n\u0085ADD http://127.0.0.1:${port()}/a /x\nCMD true\n`,
      /Dockerfile line 2: unknown instruction/,
    ],
    ['the same in an ONBUILD', () => `FROM ${BASE}\nONBUILD \u0085ADD http://127.0.0.1:${port()}/a /x\nCMD true\n`, /Dockerfile line 2: /],
    [
      'FROM behind such a character, of the beginning of an image id',
      () => `FROM ${BASE} AS a\n\u0085FROM 3f\nCMD true\n`,
      /Dockerfile line 2: unknown instruction/,
    ],
    [
      'ADD after a line that ends in two backslashes',
      () => `FROM ${BASE}\nRUN false \\\\\nADD http://127.0.0.1:${port()}/a /x\n`,
      /RUN false \\ADD http/,
    ],
    [
      'ADD after a lone carriage return',
      () => `FROM ${BASE}\nRUN true\rADD http://127.0.0.1:${port()}/a /x\n`,
      /Dockerfile line 2: it holds the character U\+000D/,
    ],
    [
      'an image of a registry on the host',
      () => `FROM localhost:${port()}/a/b:1\n`,
      /localhost is not on the public internet; the operator can allow it with SLIPWAY_FETCH_ALLOW/,
    ],
    ['an image of a registry by its address', () => `FROM 127.0.0.1:${port()}/a/b:1\n`, /127\.0\.0\.1 is not on the public internet/],
    [
      'files of an image of such a registry',
      () => `FROM ${BASE}\nCOPY --from=localhost:${port()}/a/b / /\n`,
      /localhost is not on the public internet/,
    ],
    ["another app's image by its name", () => `FROM slipway/app-${world.homeId}:1\n`, /is no base image/],
    ["another app's image in full", () => `FROM docker.io/slipway/app-${world.homeId}:1\n`, /is no base image/],
  ])('%s', async (_, dockerfile, told) => {
    const { build, output } = await push({ Dockerfile: dockerfile() });
    expect(output).toMatch(told);
    expect(build.status).toBe('failed');
    expect(asked).toEqual([]);
  });
});

describe('a source in which the engine finds another Dockerfile than was checked', () => {
  const evil = () => `FROM ${BASE}\nADD http://127.0.0.1:${port()}/a /x\nCMD ["true"]\n`;

  it.each<[string, () => Part[], RegExp]>([
    [
      'a second one',
      () => [
        { name: 'Dockerfile', text: DOCKERFILE },
        { name: 'Dockerfile', text: evil() },
      ],
      /"Dockerfile" comes twice/,
    ],
    [
      'a second one by another path',
      () => [
        { name: 'Dockerfile', text: DOCKERFILE },
        { name: './/Dockerfile', text: evil() },
      ],
      /"\.\/\/Dockerfile" comes twice/,
    ],
    [
      'a second one by a way round',
      () => [
        { name: 'Dockerfile', text: DOCKERFILE },
        { name: 'x/../Dockerfile', text: evil() },
      ],
      /"x\/\.\.\/Dockerfile" leads out of the archive/,
    ],
    [
      'a symbolic link in its place',
      () => [
        { name: 'evil', text: evil() },
        { name: 'Dockerfile', text: DOCKERFILE },
        { name: 'Dockerfile', type: 'symlink', linkname: 'evil' },
      ],
      /"Dockerfile" comes twice/,
    ],
    [
      'a hard link in its place',
      () => [
        { name: 'evil', text: evil() },
        { name: 'Dockerfile', text: DOCKERFILE },
        { name: 'Dockerfile', type: 'link', linkname: 'evil' },
      ],
      /"Dockerfile" comes twice/,
    ],
    [
      'one behind a link to its folder',
      () => [
        { name: 'Dockerfile', text: DOCKERFILE },
        { name: 'here', type: 'symlink', linkname: '.' },
        { name: 'here/Dockerfile', text: evil() },
      ],
      /"here\/Dockerfile" lies behind a link/,
    ],
    [
      "the platform's own name for it",
      () => [
        { name: 'Dockerfile', text: DOCKERFILE },
        { name: '.slipway.dockerfile', text: evil() },
      ],
      /"\.slipway\.dockerfile" has a name that the platform uses itself/,
    ],
  ])('%s', async (_, parts, told) => {
    const { build, output } = await push({}, { origin: 'api', source: await archive(parts()) });
    expect(output).toMatch(told);
    expect(build.status).toBe('failed');
    expect(asked).toEqual([]);
  });
});

it('an honest one is built, and its image holds neither the name nor the list that was added', async () => {
  const steps = ['WORKDIR /srv', 'COPY . .', 'RUN ls -A >/listed && echo "listed: $(tr "\\n" " " </listed)"'];
  const { build, output } = await push({
    Dockerfile: `FROM ${BASE}\n${steps.join('\n')}\nCMD ["true"]\n`,
    '.dockerignore': 'secret\n.dockerignore\n',
    secret: 'x',
    shown: 'x',
    constructor: 'x',
  });
  expect(output).toContain('\nlisted: Dockerfile constructor shown \n');
  expect(build.status).toBe('succeeded');
});

describe('an image whose USER is root by another name', () => {
  const stages = watchStages();
  afterAll(() => keepBuildCache(world.engine, { homeId: world.homeId, appId: 'none', images: stages.list() }));

  it.each<[string, string, string]>([
    ['in its passwd', "RUN echo 'alice:x:0:0::/:/bin/sh' >>/etc/passwd\nUSER alice", '20000:20000'],
    ['that looks like a number', "RUN echo '1001:x:0:0::/:/bin/sh' >>/etc/passwd\nUSER 1001", '1001:1001'],
    ['with the group of root', "RUN echo 'bob:x:1234:0::/:/bin/sh' >>/etc/passwd\nUSER bob", '1234:1234'],
  ])('%s', async (_, steps, user) => {
    const context = tar.pack();
    context.entry({ name: 'Dockerfile' }, `FROM ${BASE}\n${steps}\n`);
    context.finalize();
    const o = {
      context: Readable.from(context),
      dockerfile: 'Dockerfile',
      target: null,
      buildArgs: {},
      network: 'none',
      memoryMb: 512,
      stages,
      signal: AbortSignal.timeout(50_000),
      hear: () => undefined,
    };
    const image = await buildImage(world.engine, o);
    expect(await resolveUser(world.engine, { homeId: world.homeId, image, user: await imageUser(world.engine, image) })).toBe(user);
  });

  it.each([
    ['behind a link in place of passwd', "RUN echo 'alice:x:0:0::/:/bin/sh' >/p && ln -sf /p /etc/passwd\nUSER alice", 'alice'],
    ['that nobody has', 'USER mallory', 'mallory'],
  ])('%s is refused', async (_, steps, name) => {
    const { build, output } = await push({ Dockerfile: `FROM ${BASE}\n${steps}\nCMD ["sleep", "60"]\n` });
    expect(output).toContain(`USER ${name} of the image web is not in its /etc/passwd or /etc/group`);
    expect(build.status).toBe('failed');
  });
});
