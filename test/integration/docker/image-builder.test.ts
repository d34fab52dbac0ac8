// Docker's builder as apps get to use it: on the bridge of builds, with their memory, and stoppable.
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import tar from 'tar-stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { containerImageNames, ensureContainerImage, keepBuildCache, listBuildCaches, nameImage, removeContainerImages } from '../../../src/docker/container-image.js';
import { createDynoContainer, listDynoContainers, removeContainer, startDynoContainer, terminateProcesses, waitForExit } from '../../../src/docker/dyno-container.js';
import { openEngine } from '../../../src/docker/engine.js';
import { buildImage, ImageBuildError, pullBase, watchStages } from '../../../src/docker/image-builder.js';
import { ensureNetwork, type Network } from '../../../src/docker/network.js';
import { seccompProfile } from '../../../src/docker/seccomp.js';
import { findSize } from '../../../src/model/dyno-size.js';
import { removeDockerObjects } from '../../../src/start/remove-docker-objects.js';
import { runImage } from './images.js';

const homeId = `t${randomBytes(4).toString('hex')}`;
const appId = randomUUID();
/** Of all builds here: what they leave behind is tidied away by their names. */
const stages = watchStages();
const engine = openEngine({ dockerHost: process.env['DOCKER_HOST'] ?? '' });
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
  const given = { context: Readable.from(context), dockerfile: 'Dockerfile', target: null, buildArgs: {}, network: network.id, memoryMb: o.memoryMb ?? 512, stages, signal: o.signal ?? new AbortController().signal, hear };
  return { id: await buildImage(engine, given), said };
}

test('a step reaches neither the host nor its neighbours', async () => {
  const { port } = host.address() as AddressInfo;
  const { IPAM } = (await engine.getNetwork(network.id).inspect()) as { IPAM: { Config: { Gateway: string }[] } };
  const reach = (address: string, at: number) => `(timeout 2 bash -c 'exec 3<>/dev/tcp/${address}/${at}' && echo rea''ched || echo blo''cked)`;
  const { id, said } = await build(`RUN ${reach(IPAM.Config[0]!.Gateway, port)}; ${reach('127.0.0.1', port)}; ${reach('169.254.169.254', 80)}`);
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
  await expect.poll(steps, { timeout: 5_000 }).toBe(0);
});

test('what an engine has is not fetched', async () => {
  const hear = () => undefined;
  expect(await pullBase(engine, runImage, { signal: new AbortController().signal, hear })).toEqual([]);
  await expect(pullBase(engine, 'registry.invalid/none', { signal: new AbortController().signal, hear })).rejects.toThrow(/^The base image registry\.invalid\/none can't be pulled: /);
});

test('what it runs is told to end, whatever is in the image', async () => {
  const { id } = await build('RUN rm /bin/bash /usr/bin/bash || true\nCMD ["/bin/sh", "-c", "trap \'exit 9\' TERM; while :; do sleep 0.1; done"]');
  await nameImage(engine, homeId, id);
  const image = await ensureContainerImage(engine, { homeId, id, config: '', layers: [] });
  const app = { id: appId, name: 'demo', domain: 'localhost' };
  const release = { version: 3, description: 'Deploy', createdAt: new Date() };
  const spec = { homeId, app, release, image, dyno: { id: randomUUID(), name: 'web.1', command: '', port: 5000 }, slug: { commit: null }, size: findSize('Basic')!, configVars: {}, own: { command: null, user: 'root' }, network: network.id, seccomp: seccompProfile(), caBundle: null };
  const containerId = await createDynoContainer(engine, spec);
  await startDynoContainer(engine, containerId);
  await sleep(500);
  expect((await engine.getContainer(containerId).inspect()).Config.User).toBe('20000:20000');
  await terminateProcesses(engine, containerId);
  expect(await waitForExit(engine, containerId, AbortSignal.timeout(10_000))).toMatchObject({ status: 9 });
});

test('images that no release needs go, caches stay until their app is built again', async () => {
  await keepBuildCache(engine, { homeId, appId, images: stages.list() });
  expect(await listBuildCaches(engine, homeId)).toEqual([appId]);
  for (const { containerId } of await listDynoContainers(engine, homeId)) await removeContainer(engine, containerId);
  expect(await removeContainerImages(engine, { homeId, keeps: () => true })).toBe(0);
  expect(await removeContainerImages(engine, { homeId, keeps: () => false })).toBe(1);
  expect(await containerImageNames(engine, homeId)).toEqual(stages.list().map(() => expect.stringContaining(`:cache-${appId}-`) as string));
  await keepBuildCache(engine, { homeId, appId, images: [] });
  expect(await containerImageNames(engine, homeId)).toEqual([]);
});
