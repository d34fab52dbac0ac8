// Builds of whole apps in the real engine: what people read, and what the slug holds.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld();
}, 120_000);

afterAll(() => world?.stop(), 60_000);

describe('an app with a Procfile', () => {
  it('is built, packed and released, and says so as Heroku does', async () => {
    const pushed = await world.push(await world.newApp(), { Procfile: 'web: bash serve.sh\n', 'serve.sh': 'sleep 1\n', 'log/old.log': 'x', '.DS_Store': 'x' });
    expect(pushed.output).toMatch(
      new RegExp(
        [
          '^-----> Building on the Slipway-12 stack',
          '-----> Determining which buildpack to use for this app',
          '-----> Procfile app detected',
          '-----> Discovering process types',
          '       Procfile declares types     -> web',
          '',
          '-----> Compressing...',
          '       Done: \\d+B',
          '-----> Launching...',
          '       Released v3',
          '       http://\\S+ deployed to Slipway',
          '\n$',
        ].join('\n'),
      ),
    );
    expect(pushed.build).toMatchObject({ status: 'succeeded', failure: null });
    expect(pushed.slug).toMatchObject({ processTypes: { web: 'bash serve.sh' }, buildpackProvidedDescription: 'Procfile' });
    const entries = await world.list(pushed.slug!);
    expect(entries.map((line) => line.split(/\s+/).slice(5).join(' '))).toEqual(['app/', 'app/Procfile', 'app/log/', 'app/serve.sh']);
    expect(entries.every((line) => line.includes(' 20000/20000 '))).toBe(true);
  }, 60_000);
});

describe('a Node.js app', () => {
  it('has its dependencies installed', async () => {
    const files = {
      'package.json': JSON.stringify({ name: 'a', version: '1.0.0', scripts: { start: 'node index.js' }, dependencies: { ms: '2.1.3' } }),
      'index.js': 'console.log(require("ms")("1h"))',
    };
    const pushed = await world.push(await world.newApp(), files);
    expect(pushed.output).toContain('-----> Node.js app detected');
    expect(pushed.output).toContain('Default types for buildpack -> web');
    expect(pushed.build.failure).toBe(null);
    expect(await world.read(pushed.slug!, 'app/node_modules/ms/package.json')).toContain('2.1.3');
  }, 60_000);
});
