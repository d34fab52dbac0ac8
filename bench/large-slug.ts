// A slug of nearly the largest size: what packing and storing it does to the memory of builder and web.
import { anApp } from '../test/support/workspace.js';
import { seconds, time, type Bench, type Result } from './support/bench.js';
import { watchMemory } from './support/watch-memory.js';

const SLUG_MB = 450;
/** What counts as flat: buffers of streams, not the slug. */
const FLAT_MIB = 60;

export const largeSlug: Bench = {
  name: 'large-slug',
  about: `A slug of ${SLUG_MB} MB that does not compress`,
  async run(platform, note) {
    const build = `head -c ${SLUG_MB}000000 /dev/urandom >data.bin`;
    const app = await anApp(platform, 'bench-large-slug', {
      'package.json': JSON.stringify({ name: 'large', version: '1.0.0', scripts: { start: 'node server.js', build } }),
      'server.js': "require('node:http').createServer((_, response) => response.end('hello')).listen(process.env.PORT);\n",
    });
    const watched = {
      builder: watchMemory(platform.pid('builder')),
      web: watchMemory(platform.pid('web')),
      dynos: watchMemory(platform.pid('dynos')),
    };
    const ms = await time(async () => {
      const push = await app.push('main');
      if (push.code !== 0) throw new Error(push.output);
    });
    const grown = Object.entries(watched).map(([name, watch]) => ({ name, mib: watch.stop() }));
    note(`the push took ${seconds(ms)}`);
    await platform.api('DELETE', `/apps/${app.name}`);
    await app.remove();
    return grown.map(({ name, mib }): Result => ({
      what: `growth of ${name} by a slug of ${SLUG_MB} MB`,
      floor: `${FLAT_MIB} MiB`,
      ours: `${Math.round(mib)} MiB`,
      ratio: mib / FLAT_MIB,
      target: { most: 1 },
    }));
  },
};
