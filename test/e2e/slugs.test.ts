// A slug's way out of the platform and into another: downloaded, described, uploaded, released, and it runs.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../support/platform.js';
import { anApp, type Workspace } from '../support/workspace.js';
import { ask } from '../support/ask.js';

interface SlugBody {
  id: string;
  checksum: string;
  size: number;
  process_types: Record<string, string>;
  blob: { url: string };
}

let platform: Platform;
let app: Workspace;

beforeAll(async () => {
  platform = await startPlatform();
  app = await anApp(platform, 'origin', {
    'package.json': PACKAGE,
    'package-lock.json': LOCK,
    'index.js': SERVER,
    Procfile: 'web: node index.js\n',
  });
  expect((await app.push('main')).code).toBe(0);
});
afterAll(async () => {
  await app?.remove();
  await platform?.stop();
});

async function slugOf(name: string): Promise<SlugBody> {
  const releases = await platform.api<{ slug: { id: string } | null }[]>('GET', `/apps/${name}/releases`);
  return platform.api<SlugBody>('GET', `/apps/${name}/slugs/${releases.at(-1)?.slug?.id}`);
}

const answers = (name: string) => expect.poll(async () => (await ask(platform, name, '/')).body).toBe('2 days');

describe('a slug of a build', () => {
  it('is downloaded whole, as its checksum and size say, and runs elsewhere', async () => {
    const slug = await slugOf('origin');
    const archive = Buffer.from(await (await fetch(slug.blob.url)).arrayBuffer());
    expect(archive.length).toBe(slug.size);
    expect(slug.checksum).toBe(`SHA256:${createHash('sha256').update(archive).digest('hex')}`);
    expect(await slugOf('origin')).toMatchObject({ checksum: slug.checksum, size: slug.size });

    await platform.api('POST', '/apps', { name: 'elsewhere' });
    const made = await platform.api<SlugBody>('POST', '/apps/elsewhere/slugs', {
      process_types: slug.process_types,
      checksum: slug.checksum,
    });
    expect((await fetch(made.blob.url, { method: 'PUT', body: archive })).status).toBe(201);
    await platform.api('POST', '/apps/elsewhere/releases', { slug: made.id });
    await answers('elsewhere');
  });

  it('is released by another app, and runs on when its own is destroyed', async () => {
    const { id } = await slugOf('origin');
    await platform.api('POST', '/apps', { name: 'promoted' });
    await platform.api('POST', '/apps/promoted/releases', { slug: id });
    await answers('promoted');
    await platform.api('DELETE', '/apps/origin');
    await platform.api('PATCH', '/apps/promoted/config-vars', { AGAIN: '1' });
    await expect
      .poll(() =>
        platform.api<{ current: boolean; version: number }[]>('GET', '/apps/promoted/releases').then((all) => all.at(-1)?.current),
      )
      .toBe(true);
    await answers('promoted');
  });
});

const PACKAGE = JSON.stringify({ name: 'origin', version: '1.0.0', dependencies: { ms: '2.1.3' } });
const LOCK = JSON.stringify({
  name: 'origin',
  version: '1.0.0',
  lockfileVersion: 3,
  packages: { '': { name: 'origin', version: '1.0.0', dependencies: { ms: '2.1.3' } }, 'node_modules/ms': { version: '2.1.3' } },
});
const SERVER = `require('http').createServer((_req, res) => res.end(require('ms')(172800000, { long: true }))).listen(process.env.PORT);`;
