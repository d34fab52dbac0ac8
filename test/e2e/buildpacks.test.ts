// Buildpacks from elsewhere, written to the public interface by someone who knows nothing of the platform: three of them
// in a row, from a branch, a pinned commit and a tarball, and what of theirs reaches the dyno.
import { execFileSync } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type Platform } from '../support/platform.js';
import { openShell, type Shell } from '../support/shell.js';

// A tool that the next buildpacks and the app find on their PATH.
const TOOL = {
  'bin/detect': '#!/usr/bin/env bash\n[ -f "$1/.shout" ] || exit 1\necho "Shout"\n',
  'bin/compile': `#!/usr/bin/env bash
set -eo pipefail
BUILD_DIR=$1 CACHE_DIR=$2 ENV_DIR=$3
BP_DIR=$(cd "$(dirname "\${BASH_SOURCE[0]}")/.." && pwd)
if [ -d "$CACHE_DIR/shout" ]; then echo "-----> Using shout from cache"; else
  echo "-----> Installing shout"
  mkdir -p "$CACHE_DIR/shout/bin"
  printf '#!/usr/bin/env bash\\ntr a-z A-Z\\n' > "$CACHE_DIR/shout/bin/shout"
  chmod +x "$CACHE_DIR/shout/bin/shout"
fi
mkdir -p "$BUILD_DIR/.shout-tool" "$BUILD_DIR/.profile.d"
cp -R "$CACHE_DIR/shout/." "$BUILD_DIR/.shout-tool"
echo 'export PATH="$HOME/.shout-tool/bin:$PATH"' > "$BUILD_DIR/.profile.d/shout.sh"
echo "export PATH=\\"$BUILD_DIR/.shout-tool/bin:\\$PATH\\"" > "$BP_DIR/export"
`,
  'bin/report': '#!/usr/bin/env bash\necho "shout_version: 1.0"\n',
};

// Reads a config var the way the documentation says, and uses the first one's tool.
const TEXT = {
  'bin/detect': '#!/usr/bin/env bash\necho "Text"\nexit 0\n',
  'bin/compile': `#!/usr/bin/env bash
set -e
[ -z "\${GREETING+x}" ] || { echo "config vars are in the environment"; exit 1; }
echo "       Shouting the greeting"
shout < "$3/GREETING" > "$1/greeting.txt"
[ -f "$1/Procfile" ] || echo 'web: cat' > "$1/Procfile"
`,
  'bin/release': "#!/usr/bin/env bash\necho 'default_process_types: {ignored: never, since: it is not the last}'\n",
  'bin/report': '#!/usr/bin/env bash\nexit 7\n',
};

// The last: its default types count.
const SERVE = {
  'bin/detect': '#!/usr/bin/env bash\necho "Serve"\n',
  'bin/compile': '#!/usr/bin/env bash\necho "       \u001b[32mServing\u001b[0m by $(which python3)"\n',
  'bin/release':
    '#!/usr/bin/env bash\ncat <<YAML\n---\naddons:\ndefault_process_types:\n  web: python3 -m http.server $PORT\n  console: bash\nYAML\n',
  'bin/report': '#!/usr/bin/env bash\necho \'{"server": "python3", "build": {"step": "serve"}}\'\n',
};

// Quotes, a pipe, && and a variable, in a file with DOS line ends: all of it is bash's.
const PROCFILE =
  `# comment\r\nweb: cp greeting.txt said.txt && echo 'single "double"' "it's $FROM_PROFILE" | shout >> said.txt && exec ` +
  `python3 -m http.server $PORT # served\r\nnever: x\r\n`;

let platform: Platform;
let shell: Shell;

beforeAll(async () => {
  platform = await startPlatform({ SLIPWAY_BUILDPACK_FILE_URLS: 'yes' });
  shell = await openShell({ SLIPWAY_HOME: platform.home });
  await shell.write({
    ...under('tool', TOOL),
    ...under('text', TEXT),
    ...under('serve', SERVE),
    'app/.shout': '',
    'app/Procfile': PROCFILE,
    'app/.profile': 'export FROM_PROFILE="profile & $GREETING"\n',
  });
  for (const repo of ['tool', 'text', 'app'])
    await ok(
      `cd ${repo} && git init -q -b main && git config user.name Jane && git config user.email jane@example.com && git ` +
        `add -A && git commit -qm First`,
    );
  await ok('chmod +x serve/bin/* && tar czf serve.tgz serve');
  await ok('cd tool && git checkout -q -b stable && git checkout -q main && git rm -q bin/compile && git commit -qm Broken');
  await ok('cd text && git rev-parse HEAD > ../pinned && git rm -q bin/compile && git commit -qm Broken');
  await ok('cd app && paas login --admin && paas create chained && paas config:set GREETING="good morning"');
});

afterAll(async () => {
  await shell?.remove();
  await platform?.stop();
});

describe('three buildpacks in a row', () => {
  it('are set in their order', async () => {
    await ok(`cd app && paas buildpacks:set file://${shell.dir}/serve.tgz`);
    await ok(`cd app && paas buildpacks:add -i 1 file://${shell.dir}/tool#stable`);
    const { stdout } = await ok(`cd app && paas buildpacks:add -i 2 file://${shell.dir}/text#$(cat ../pinned)`);
    expect(stdout).toBe(
      `Buildpack added. Next release on chained will use:\n  1. ${url('tool#stable')}\n  2. ${url(`text#${pinned()}`)}\n  3. ${url('serve.tgz')}\nRun git push paas main to create a new release using these buildpacks.\n`,
    );
  });

  it('build the app, each on what the one before exports', async () => {
    const { stderr } = await ok('cd app && git push paas main');
    const said = remote(stderr);
    const lines = [
      '-----> Using buildpacks:',
      `       1. ${url('tool#stable')}`,
      `       2. ${url(`text#${pinned()}`)}`,
      `       3. ${url('serve.tgz')}`,
      `       Buildpack ${url('tool#stable')} is at commit ${execFileSync('git', ['rev-parse', 'stable'], { cwd: join(shell.dir, 'tool') })
        .toString()
        .trim()}`,
      `       Buildpack ${url(`text#${pinned()}`)} is at commit ${pinned()}`,
      '-----> Shout app detected',
      '-----> Installing shout',
      '-----> Text app detected',
      '       Shouting the greeting',
      '-----> Serve app detected',
      '       \u001b[32mServing\u001b[0m by /usr/bin/python3',
      '-----> Discovering process types',
      '       Procfile declares types     -> web, never',
      '       Default types for buildpack -> console',
    ];
    for (const line of lines) expect(said).toContain(`${line}\n`);
  });

  it('and the dyno sources what they and the app left for its start, then runs the command untouched', async () => {
    await expect.poll(() => get('/said.txt')).toBe('GOOD MORNINGSINGLE "DOUBLE" IT\'S PROFILE & GOOD MORNING\n');
  });

  it('are stored with their commits and reports', async () => {
    const build = JSON.parse((await ok('cd app && paas builds:info --json')).stdout) as {
      buildpacks: { url: string }[];
      buildpack_reports: unknown;
    };
    expect(build.buildpacks.map((each) => each.url)).toEqual([
      expect.stringMatching(/\/tool#[0-9a-f]{40}$/),
      url(`text#${pinned()}`),
      url('serve.tgz'),
    ]);
    expect(build.buildpack_reports).toEqual([
      { buildpack: 'Shout', report: { shout_version: 1 } },
      { buildpack: 'Serve', report: { server: 'python3', build: { step: 'serve' } } },
    ]);
  });
});

describe('the build cache', () => {
  it('is there for the next push, until it is purged', async () => {
    await ok('cd app && git commit -q --allow-empty -m Second');
    expect(remote((await ok('cd app && git push paas main')).stderr)).toContain('-----> Using shout from cache\n');
    expect(await ok('cd app && paas builds:cache:purge')).toEqual({ stdout: '', stderr: 'Purging build cache of chained... done\n' });
    await ok('cd app && git commit -q --allow-empty -m Third');
    expect(remote((await ok('cd app && git push paas main')).stderr)).toContain('-----> Installing shout\n');
  });
});

describe('the null buildpack', () => {
  it('takes what another would build, as it is', async () => {
    await ok('cd app && paas buildpacks:clear && paas buildpacks:set null');
    await ok(
      'cd app && echo "{" > package.json && git rm -q Procfile && echo "web: exec python3 -m http.server \\$PORT" > ' +
        'Procfile && git add -A && git commit -qm Null',
    );
    expect(remote((await ok('cd app && git push paas main')).stderr)).toContain('-----> Using buildpack: null\n-----> Null app detected\n');
    await expect.poll(() => get('/package.json')).toBe('{\n');
  });
});

function under(folder: string, files: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

const url = (path: string) => `file://${shell.dir}/${path}`;
const pinned = () =>
  execFileSync('cat', [join(shell.dir, 'pinned')])
    .toString()
    .trim();
const remote = (text: string) =>
  text
    .split('\n')
    .flatMap((line) => /^remote: ?(.*)$/.exec(line.replaceAll('\u001b[K', ''))?.[1]?.trimEnd() ?? [])
    .join('\n');

async function ok(command: string): Promise<{ stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await shell.run(command);
  expect(code, `${command}\n${stdout}${stderr}`).toBe(0);
  return { stdout, stderr };
}

function get(path: string): Promise<string> {
  const router = new URL(platform.routerUrl);
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: router.hostname, port: router.port, path, headers: { host: `chained.${platform.domain}:${router.port}` }, agent: false },
      (answer) => {
        let body = '';
        answer
          .setEncoding('utf8')
          .on('data', (chunk: string) => (body += chunk))
          .on('end', () => resolve(body));
      },
    );
    asked.on('error', reject).end();
  });
}
