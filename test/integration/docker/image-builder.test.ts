// Docker's builder as apps get to use it: on the bridge of builds, with their memory, and stoppable.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import tar from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  containerImageNames,
  ensureContainerImage,
  keepBuildCache,
  listBuildCaches,
  nameImage,
  removeContainerImages,
} from '../../../src/docker/image/container-image.js';
import {
  createDynoContainer,
  listDynoContainers,
  removeContainer,
  startDynoContainer,
  waitForExit,
} from '../../../src/docker/dyno/dyno-container.js';
import { testEngine } from '../../support/engine.js';
import { buildImage, ImageBuildError, pullBase, watchStages } from '../../../src/docker/build/image-builder.js';
import { ensureNetwork, type Network } from '../../../src/docker/network/network.js';
import { seccompProfile } from '../../../src/docker/seccomp.js';
import { terminateProcesses } from '../../../src/docker/dyno/terminate-processes.js';
import { SIZES } from '../../../src/model/dyno-size.js';
import { removeDockerObjects } from '../../../src/docker/remove-docker-objects.js';
import { runImage } from './images.js';

const homeId = `t${randomBytes(4).toString('hex')}`;
const appId = randomUUID();
/** Of all builds here: what they leave behind is tidied away by their names. */
const stages = watchStages();
const engine = testEngine();
let network: Network;
let host: Server;

beforeAll(async () => {
  network = await ensureNetwork(engine, { homeId, kind: 'builds' });
  host = createServer((_, response) => response.end('host')).listen(0, '0.0.0.0');
  await once(host, 'listening');
});

afterAll(async () => {
  host.close();
  await keepBuildCache(engine, { homeId, appId, images: stages.list() });
  await removeDockerObjects(engine, homeId);
});

async function build(steps: string, o: { memoryMb?: number; signal?: AbortSignal } = {}) {
  let said = '';
  const context = tar.pack();
  context.entry({ name: 'Dockerfile' }, `FROM ${runImage}\nLABEL test=${homeId}\n${steps}\n`);
  context.finalize();
  const hear = (text: string) => (said += text);
  const given = {
    context: Readable.from(context),
    dockerfile: 'Dockerfile',
    target: null,
    buildArgs: {},
    network: network.id,
    memoryMb: o.memoryMb ?? 512,
    stages,
    signal: o.signal ?? new AbortController().signal,
    hear,
  };
  return { id: await buildImage(engine, given), said };
}

test('a step reaches neither the host nor its neighbours', async () => {
  const { port } = host.address() as AddressInfo;
  const { IPAM } = (await engine.getNetwork(network.id).inspect()) as { IPAM: { Config: { Gateway: string }[] } };
  const reach = (address: string, at: number) =>
    `(timeout 2 bash -c 'exec 3<>/dev/tcp/${address}/${at}' && echo rea''ched || echo blo''cked)`;
  const { id, said } = await build(
    `RUN ${reach(IPAM.Config[0]!.Gateway, port)}; ${reach('127.0.0.1', port)}; ${reach('169.254.169.254', 80)}`,
  );
  expect(said.match(/reached|blocked/g)).toEqual(['blocked', 'blocked', 'blocked']);
  expect(id.startsWith(stages.list().at(-1)!)).toBe(true);
});

test('a step has the memory it was given, and not more', async () => {
  const failed = await build('RUN python3 -c "bytearray(400 << 20)"', { memoryMb: 64 }).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(ImageBuildError);
  expect((failed as Error).message).toMatch(/returned a non-zero code: 137/);
});

test('a build that is aborted ends its step', async () => {
  const stopper = new AbortController();
  const building = build('RUN sleep 5432', { signal: stopper.signal });
  building.catch(() => undefined);
  const steps = async () => (await engine.listContainers()).filter(({ Command }) => Command.includes('sleep 5432')).length;
  await expect.poll(steps).toBe(1);
  stopper.abort();
  await expect(building).rejects.toThrow();
  await expect.poll(steps).toBe(0);
});

test('what an engine has is not fetched', async () => {
  const hear = () => undefined;
  expect(await pullBase(engine, runImage, { signal: new AbortController().signal, hear })).toMatchObject({
    onBuild: [],
    diffIds: expect.arrayContaining([expect.stringMatching(/^[0-9a-f]{64}$/)]) as string[],
  });
  await expect(pullBase(engine, 'registry.invalid/none', { signal: new AbortController().signal, hear })).rejects.toThrow(
    /^The base image registry\.invalid\/none can't be pulled: /,
  );
});

/** Builds an image, runs it as a dyno until it says `ready`, and has it stopped: how it ended, and what it said. */
async function stopped(dockerfile: string): Promise<{ status: number | null; output: string }> {
  const { id } = await build(dockerfile);
  await nameImage(engine, homeId, id);
  const image = await ensureContainerImage(engine, { homeId, id, config: '', layers: [] });
  const app = { id: appId, name: 'demo', domain: 'localhost' };
  const release = { version: 3, createdAt: new Date() };
  const spec = {
    homeId,
    app,
    release,
    image,
    dyno: { id: randomUUID(), name: 'web.1', command: '', port: 5000 },
    slug: { commit: null },
    size: SIZES.default,
    configVars: {},
    own: { command: null, user: 'root' },
    network: network.id,
    seccomp: seccompProfile(),
    caBundle: null,
  };
  const containerId = await createDynoContainer(engine, spec);
  const output = async () => String(await engine.getContainer(containerId).logs({ stdout: true, stderr: true }));
  await startDynoContainer(engine, containerId);
  await expect.poll(output).toContain('ready');
  expect((await engine.getContainer(containerId).inspect()).Config.User).toBe('20000:20000');
  await terminateProcesses(engine, containerId);
  const { status } = await waitForExit(engine, containerId, AbortSignal.timeout(20_000));
  return { status, output: await output() };
}

test('what it runs is told to end, whatever is in the image', async () => {
  const loop = 'echo ready; while :; do sleep 0.1; done';
  expect(await stopped(`RUN rm /bin/bash /usr/bin/bash || true\nCMD ["/bin/sh", "-c", "trap 'exit 9' TERM; ${loop}"]`)).toMatchObject({
    status: 9,
  });
  expect(
    await stopped(
      `RUN rm /bin/bash /usr/bin/bash /bin/sh /usr/bin/sh /bin/dash /usr/bin/dash; true\n` +
        `CMD ["/usr/bin/perl", "-e", "$SIG{TERM} = sub { exit 7 }; $| = 1; print qq(ready), chr 10; sleep 1 while 1"]`,
    ),
  ).toMatchObject({ status: 7 });
});

test('what is still there when its command leaves has its time', async () => {
  const child = "(trap 'sleep 1; echo closed cleanly; exit 0' TERM; echo ready; while :; do sleep 0.1; done)";
  const { status, output } = await stopped(`STOPSIGNAL SIGPWR\nCMD ["/bin/sh", "-c", "trap 'exit 9' TERM; ${child} & wait"]`);
  expect({ status, output }).toEqual({ status: 9, output: expect.stringContaining('closed cleanly') });
});

test('images that no release needs go, caches stay until their app is built again', async () => {
  await keepBuildCache(engine, { homeId, appId, images: stages.list() });
  expect(await listBuildCaches(engine, homeId)).toEqual([appId]);
  for (const { containerId } of await listDynoContainers(engine, homeId)) await removeContainer(engine, containerId);
  expect(await removeContainerImages(engine, { homeId, keeps: () => true })).toBe(0);
  const named = (await containerImageNames(engine, homeId)).filter((name) => !name.includes(':cache-'));
  expect(await removeContainerImages(engine, { homeId, keeps: () => false })).toBe(named.length);
  expect(await containerImageNames(engine, homeId)).toEqual(stages.list().map(() => expect.stringContaining(`:cache-${appId}-`) as string));
  await keepBuildCache(engine, { homeId, appId, images: [] });
  expect(await containerImageNames(engine, homeId)).toEqual([]);
});
