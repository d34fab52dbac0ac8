// A Docker that is stuck while it is to build: the pusher reads of it, and the build ends at its limit all the same.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readOutput } from '../../../src/bus/output.js';
import { openEngine } from '../../../src/docker/engine.js';
import { openEngineRelay, STUCK, type EngineRelay } from '../dynos/engine-relay.js';
import { startWorld, type World } from './world.js';

/** Longer than it takes to tell that Docker is stuck. */
const LIMIT_S = 40;
const APP = { 'package.json': '{"scripts":{"start":"node .","build":"sleep 8"}}' };
let relay: EngineRelay;
let world: World;

beforeAll(async () => {
  relay = await openEngineRelay();
  world = await startWorld({ engine: openEngine(relay), buildTimeoutS: LIMIT_S, spareBuilds: 0 });
});

afterAll(async () => {
  await world?.stop();
  await relay?.close();
});

const builds = async () => (await world.engine.listContainers({ all: true, filters: { label: [`slipway.home=${world.homeId}`] } })).length;

it('is told in time; a build fails at its limit; the next one waits and goes on when Docker answers again', async () => {
  relay.hold(STUCK);
  const failed = await world.push(await world.newApp(), APP);
  expect(failed.output).toContain(' !     Docker is stuck: the build waits until it answers again, or its time is up.\n');
  expect(failed.output).toContain(` !     Build took longer than ${LIMIT_S} s and was stopped.`);
  expect(failed.build).toMatchObject({ status: 'failed', failure: expect.stringContaining(`Build took longer than ${LIMIT_S} s`) });
  expect(failed.ms).toBeLessThan((LIMIT_S + 45) * 1000);

  const waiting = await world.begin(await world.newApp(), APP);
  const ended = world.ended(waiting.id);
  const said = async () => (await readOutput(world.ctx.bus, waiting.id)).chunks.map(({ text }) => text).join('');
  await expect.poll(said).toContain('Docker is stuck');
  relay.release();
  const done = await ended;
  expect(done.output).toContain('       Docker answers again.\n');
  expect(done.build.status).toBe('succeeded');
  await expect.poll(builds).toBe(0);
}, 180_000);
