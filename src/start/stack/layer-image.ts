// A layer on top of an image: packages of the distribution, and Node where the recipe asks for it.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Engine } from '../../docker/engine.js';
import { buildStackLayer } from '../../docker/image/stack-images.js';
import { run } from '../machine/run-command.js';
import { fetchNode } from './fetch-node.js';
import type { Layer } from './recipe.js';

const RUN_PACKAGES = '/slipway/run-packages';

/** The Dockerfile of a layer: pure, so that the recipe's digest covers it. */
export function layerDockerfile(layer: Layer): string {
  const install = `apt-get install -qq -y --no-install-recommends ${layer.packages.join(' ')}`;
  return [
    'ARG BASE',
    'FROM $BASE',
    ...(layer.node ? ['COPY node /opt/node'] : []),
    ...(layer.before ? [`RUN ${layer.before}`] : []),
    // Which packages dynos have already: a runtime's layer is made of the others.
    `RUN mkdir -p /slipway && [ -f ${RUN_PACKAGES} ] || dpkg-query -W -f '\${Package}\\n' >${RUN_PACKAGES}`,
    `RUN apt-get -q update && DEBIAN_FRONTEND=noninteractive ${install} && rm -rf /tmp/* /var/lib/apt/lists/* /var/cache/apt/* /var/log/*`,
    '',
  ].join('\n');
}

/** Builds `layer` on `base` and tags it. */
export async function buildLayerImage(
  engine: Engine,
  o: { layer: Layer; base: string; repo: string; tag: string; isPatient: boolean },
): Promise<void> {
  const context = mkdtempSync(join(tmpdir(), 'slipway-layer-'));
  try {
    writeFileSync(join(context, 'Dockerfile'), layerDockerfile(o.layer));
    if (o.layer.node) await fetchNode(o.layer.node, join(context, 'node'));
    const buildArgs = { BASE: o.base, ...(await proxies()) };
    const tar = spawn('tar', ['-C', context, '--owner=0', '--group=0', '-c', '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await buildStackLayer(engine, { ...o, context: tar.stdout, buildArgs });
  } catch (cause) {
    throw new Error(`Building the stack's layer "${o.layer.name}" failed: ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(context, { recursive: true, force: true });
  }
}

/** The proxies apt uses on the host. */
async function proxies(): Promise<Record<string, string>> {
  const { stdout } = await run('apt-config', ['dump', 'Acquire::http::Proxy', 'Acquire::https::Proxy']);
  const configured = [...stdout.matchAll(/^Acquire::(https?)::Proxy "([^"]+)";/gm)].map((match) => [`${match[1]}_proxy`, match[2]!]);
  const inherited = ['http_proxy', 'https_proxy', 'no_proxy'].map((name) => [
    name,
    process.env[name] ?? process.env[name.toUpperCase()] ?? '',
  ]);
  return Object.fromEntries([...inherited, ...configured].filter(([, value]) => value !== ''));
}
