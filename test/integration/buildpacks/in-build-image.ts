// Runs a buildpack's scripts on small apps in the image for builds, all of a file in one container.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import { testEngine } from '../../support/engine.js';
import { buildImage } from '../docker/images.js';

export interface Case {
  /** Path → content. */
  files: Record<string, string | Buffer>;
  /** Config vars. */
  config?: Record<string, string>;
  /** For bash, in a copy of the app; `compile` runs the buildpack's, `keep` does what the platform does after a build. */
  script: string;
}

export interface Outcome {
  status: number;
  said: string;
}

const RUN = `
pack=$1
export STACK=heroku-22 HOME=/app
mkdir -p /tmp/cache
compile() { /slipway/buildpacks/$pack/bin/compile "$PWD" /tmp/cache "$case/env"; }
keep() { while read -r from to; do mkdir -p "$(dirname "/tmp/cache/$to")"; mv "$from" "/tmp/cache/$to"; done <.slipway/keep; }
for case in /cases/*/; do
  rm -rf /tmp/build /tmp/cache/*; cp -r "$case/app" /tmp/build; chmod -R u+w /tmp/build
  said=$(cd /tmp/build && source "$case/script" 2>&1 </dev/null); status=$?
  echo "$status $(base64 -w0 <<<"$said")"
done`;

/** Runs the cases of one buildpack, and answers in their order. */
export async function inBuildImage(pack: string, cases: Case[]): Promise<Outcome[]> {
  const dir = mkdtempSync(join(tmpdir(), 'slipway-cases-'));
  try {
    cases.forEach((each, index) => writeCase(join(dir, String(index).padStart(3, '0')), each));
    chmodSync(dir, 0o755);
    const engine = testEngine();
    const [out, errors] = [collect(), collect()];
    await engine.run(buildImage, ['bash', '-c', RUN, 'bash', pack], [out.stream, errors.stream], {
      Tty: false,
      User: '20000:20000',
      Env: ['LANG=C.UTF-8', 'PORT=5000'],
      HostConfig: {
        AutoRemove: true,
        Init: true,
        NetworkMode: 'none',
        Binds: [`${dir}:/cases:ro`, `${resolve('buildpacks')}:/slipway/buildpacks:ro`],
      },
    });
    const lines = out.text().trim().split('\n');
    if (lines.length !== cases.length) throw new Error(`${lines.length} of ${cases.length} cases ended: ${errors.text()}`);
    return lines.map((line) => ({
      status: Number(line.split(' ')[0]),
      said: Buffer.from(line.split(' ')[1] ?? '', 'base64')
        .toString()
        .trimEnd(),
    }));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function writeCase(dir: string, { files, config = {}, script }: Case): void {
  const all = { ...prefixed('app', files), ...prefixed('env', config), script };
  mkdirSync(join(dir, 'app'), { recursive: true });
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
}

function prefixed<T>(prefix: string, files: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [`${prefix}/${path}`, content]));
}

function collect(): { stream: PassThrough; text(): string } {
  const stream = new PassThrough();
  let text = '';
  stream.setEncoding('utf8').on('data', (part: string) => (text += part));
  return { stream, text: () => text };
}
