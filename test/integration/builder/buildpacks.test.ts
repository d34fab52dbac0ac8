// Buildpacks from elsewhere, written to the public specification: what they are given, and what is refused.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type Files, type World } from './world.js';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

const app: Files = { Procfile: 'worker: ./work\n', 'main.txt': 'hello' };

/** A buildpack whose compile is this script. */
function pack(name: string, compile: string, more: Files = {}): Files {
  return { 'bin/detect': `#!/bin/bash\necho ${name}\n`, 'bin/compile': `#!/bin/bash\n${compile}\n`, ...more };
}

describe('a buildpack in a git repository', () => {
  it('is fetched at its commit, which is told and written down', async () => {
    const repo = await world.packRepository(
      pack('Text', 'echo "-----> Compiling text"; cp "$1/main.txt" "$1/out.txt"', {
        'bin/release': "#!/bin/bash\necho 'default_process_types: {web: cat out.txt, console: bash}'\n",
      }),
    );
    const pushed = await world.push(await world.newApp(), app, { buildpacks: [repo.url] });
    expect(pushed.output).toContain(
      `-----> Using buildpack: ${repo.url}\n       Buildpack ${repo.url} is at commit ${repo.commit}\n` +
        `-----> Text app detected\n-----> Compiling text\n`,
    );
    expect(pushed.output).toContain('       Procfile declares types     -> worker\n       Default types for buildpack -> web, console\n');
    expect(pushed.build.buildpacks).toEqual([`${repo.url}#${repo.commit}`]);
    expect(pushed.slug).toMatchObject({
      buildpackProvidedDescription: 'Text',
      processTypes: { worker: './work', web: 'cat out.txt', console: 'bash' },
    });
    expect(await world.read(pushed.slug!, 'app/out.txt')).toBe('hello');
  });

  it('is taken at a branch, a tag, a commit and a shortened commit', async () => {
    const repo = await world.packRepository(pack('One', 'true'));
    await repo.git('tag', '-a', 'v1', '-m', 'v1');
    await repo.git('checkout', '--quiet', '-b', 'next');
    await repo.git('commit', '--quiet', '--allow-empty', '-m', 'two');
    const next = await repo.git('rev-parse', 'HEAD');
    await repo.git('checkout', '--quiet', 'main');
    const tried = [
      ['next', next],
      ['v1', repo.commit],
      [next, next],
      [repo.commit.slice(0, 8), repo.commit],
    ] as const;
    for (const [ref, commit] of tried) {
      const pushed = await world.push(await world.newApp(), app, { buildpacks: [`${repo.url}#${ref}`] });
      expect([ref, pushed.build.buildpacks]).toEqual([ref, [`${repo.url}#${commit}`]]);
    }
  });
});

describe('an app that names its buildpacks', () => {
  it('in .buildpacks has them fetched and run in order, on a copy of the cache', async () => {
    const repo = await world.packRepository(pack('First', 'echo "export FIRST=yes" > "$(dirname "$0")/../export"; echo x > "$2/kept"'));
    const second = await world.packTarball(pack('Second', 'echo "$FIRST" > "$1/seen"; ls "$2" > "$1/cache"'));
    const target = await world.newApp();
    const files = { ...app, '.buildpacks': `# ours\n${repo.url}#main\r\n\n${second}\n` };
    const pushed = await world.push(target, files);
    expect(pushed.output).toContain(
      `-----> Using buildpacks (.buildpacks):\n       1. ${repo.url}#main\n       2. ${second}\n` +
        `       Buildpack ${repo.url}#main is at commit ${repo.commit}\n-----> First app detected\n-----> Second app detected\n`,
    );
    expect(pushed.build.buildpacks).toEqual([`${repo.url}#${repo.commit}`, second]);
    expect(await world.read(pushed.slug!, 'app/seen')).toBe('yes\n');
    const again = await world.push(target, files);
    expect(await world.read(again.slug!, 'app/cache')).toBe('kept\n');
  });

  it('in app.json has those, which go before .buildpacks; what is set goes before both', async () => {
    const target = await world.newApp();
    const named = {
      ...app,
      'app.json': '{"name": "x", "buildpacks": [{"url": "heroku/procfile"}]}',
      '.buildpacks': 'https://127.0.0.1:9/never.git\n',
    };
    const pushed = await world.push(target, named);
    expect(pushed.output).toContain('-----> Using buildpack: heroku/procfile (app.json)\n-----> Procfile app detected\n');
    expect(pushed.build.status).toBe('succeeded');
    const set = await world.push(target, named, { buildpacks: [await world.packTarball(pack('Set', 'true'))] });
    expect(set.output).toContain('-----> Set app detected\n');
    const neither = await world.push(target, { ...app, 'app.json': '{"name": "x"}', '.buildpacks': '# none\n' });
    expect(neither.output).toContain('-----> Procfile app detected\n');
  });

  it('that are none, or not there, is told so', async () => {
    const cases: [string, RegExp][] = [
      ['heroku/cobol\n', /^\.buildpacks, line 1: "heroku\/cobol" is not a buildpack: /],
      ['file:///nowhere.tgz\n', /^Buildpack file:\/\/\/nowhere\.tgz can't be used: there is no such file\.$/],
    ];
    for (const [text, failure] of cases) {
      const pushed = await world.push(await world.newApp(), { ...app, '.buildpacks': text });
      expect(pushed.build.failure).toMatch(failure);
      expect(pushed.output).toMatch(/ !     Push failed\n$/);
    }
  });
});

describe('the classic interface', () => {
  it('gives directories, config vars as files and a clean environment', async () => {
    const script = `
      set -e
      [ "$PWD" = "$(cd "$(dirname "$0")/.." && pwd)" ]
      cd "$1"
      [ "$PWD" = "$1" ] && [[ $1 =~ ^/tmp/build_ ]] && [ -w /app ] && [ -z "$(ls -A /app)" ]
      [ "$(id -u)" = 20000 ] && [ "$HOME" = /app ] && [ "$STACK" = heroku-22 ] && [ -n "$REQUEST_ID" ]
      [ "$SOURCE_VERSION" = 1234567890123456789012345678901234567890 ] && [ -z "\${SECRET+x}" ] && [ -z "\${GIT_DIR+x}" ] && [ -z "\${PORT+x}" ]
      [ "$(stat -c %d "$1")" = "$(stat -c %d "$2")" ]
      od -An -tx1 "$3/SECRET" | tr -d ' \\n' > secret.hex
      ls "$3" > names
      n=$(cat "$2/count" 2>/dev/null || echo 0); echo $((n+1)) > "$2/count"; cp "$2/count" count
      echo "to stdout"; echo "to stderr" >&2; echo "to stdout again"`;
    const tarball = await world.packTarball(pack('Spec', script));
    const target = await world.newApp();
    await world.setConfig(target, { SECRET: 'line one\n"quoted" $HOME\n', EMPTY: '' });
    const first = await world.push(target, app, { buildpacks: [tarball] });
    expect(first.build.failure).toBe(null);
    expect(first.output).toContain('to stdout\nto stderr\nto stdout again\n');
    expect(Buffer.from(await world.read(first.slug!, 'app/secret.hex'), 'hex').toString()).toBe('line one\n"quoted" $HOME\n');
    expect(await world.read(first.slug!, 'app/names')).toBe('EMPTY\nSECRET\n');
    const second = await world.push(target, app, { buildpacks: [tarball] });
    expect(await world.read(second.slug!, 'app/count')).toBe('2\n');
  });

  it('runs several in order, with what each exports, and takes the release of the last', async () => {
    const one = await world.packTarball(
      pack('One', 'echo "export FROM_ONE=yes PATH=/one:\\$PATH" > "$(dirname "$0")/../export"', {
        'bin/release': '#!/bin/bash\necho "default_process_types: {one: x}"\n',
      }),
    );
    const two = await world.packTarball(
      pack('Two', 'echo "$FROM_ONE ${PATH%%:*}" > "$1/seen"; [ ! -e "$(dirname "$0")/../export" ]', {
        'bin/release': '#!/bin/bash\necho "--- {}"\n',
        'bin/report': '#!/bin/bash\necho "{\\"two\\": 2}"\n',
      }),
    );
    const pushed = await world.push(await world.newApp(), app, { buildpacks: [one, two] });
    expect(pushed.output).toContain(
      `-----> Using buildpacks:\n       1. ${one}\n       2. ${two}\n-----> One app detected\n-----> Two app detected\n`,
    );
    expect(await world.read(pushed.slug!, 'app/seen')).toBe('yes /one\n');
    expect(pushed.slug).toMatchObject({ processTypes: { worker: './work' }, buildpackProvidedDescription: 'One,Two' });
  });

  it('keeps what each reports, of builds that fail, too', async () => {
    const reporter = (name: string, report: string, compile = 'true') =>
      world.packTarball(pack(name, compile, { 'bin/report': `#!/bin/bash\n${report}\n` }));
    const packs = [
      await reporter('One', 'echo "version: 1.2\nfailure: null"; ls "$1" "$2" "$3" >&2'),
      await world.packTarball(pack('Silent', 'true')),
      await reporter('Broken', 'echo words; exit 3'),
      await reporter('Failed', 'echo "{\\"why\\": \\"$(cat "$2/why")\\"}"', 'echo no luck > "$2/why"; exit 1'),
    ];
    const pushed = await world.push(await world.newApp(), app, { buildpacks: packs });
    expect(pushed.build).toMatchObject({ status: 'failed', failure: 'Push rejected, failed to compile Failed app.' });
    expect(pushed.build.reports).toEqual([
      { buildpack: 'One', report: { version: 1.2, failure: null } },
      { buildpack: 'Broken', report: 'words' },
      { buildpack: 'Failed', report: { why: 'no luck' } },
    ]);
  });

  it('warns when one writes over what another sources at start', async () => {
    const writer = (name: string, file: string) =>
      world.packTarball(pack(name, `mkdir -p "$1/.profile.d"; echo "export ${name}=1" > "$1/.profile.d/${file}"`));
    const packs = [
      await writer('One', '000_apt.sh'),
      await writer('Two', 'two.sh'),
      await writer('Three', '000_apt.sh'),
      await writer('Four', 'WEB_CONCURRENCY.sh'),
      await writer('Five', 'WEB_CONCURRENCY.sh'),
    ];
    const pushed = await world.push(await world.newApp(), app, { buildpacks: packs });
    expect(pushed.output.match(/^ !     .*written over.*$/gm)).toEqual([' !     Three has written over .profile.d/000_apt.sh of One.']);
    expect(pushed.build.status).toBe('succeeded');
  });

  it('keeps the cache of the last good build when one fails', async () => {
    const tarball = await world.packTarball(
      pack('Cache', 'cat "$2/x" 2>/dev/null > "$1/was"; cp "$1/main.txt" "$2/x"; [ ! -e "$1/fail" ]'),
    );
    const target = await world.newApp();
    await world.push(target, app, { buildpacks: [tarball] });
    const failed = await world.push(target, { ...app, 'main.txt': 'bad', fail: '' }, { buildpacks: [tarball] });
    expect(failed.output).toContain('\n !     Push rejected, failed to compile Cache app.\n\n !     Push failed\n');
    expect(failed.build).toMatchObject({
      status: 'failed',
      slugId: null,
      releaseId: null,
      failure: 'Push rejected, failed to compile Cache app.',
    });
    const good = await world.push(target, app, { buildpacks: [tarball] });
    expect(await world.read(good.slug!, 'app/was')).toBe('hello');
  });
});

describe('a buildpack is refused', () => {
  const refused: [string, () => Promise<string>, RegExp][] = [
    [
      "that isn't there",
      async () => 'file:///nowhere/at/all.git',
      /^Buildpack file:\/\/\/nowhere\/at\/all\.git can't be used: git says: .*not (exist|appear)/,
    ],
    [
      'whose tarball is missing',
      async () => 'file:///nowhere.tgz',
      /^Buildpack file:\/\/\/nowhere\.tgz can't be used: there is no such file\.$/,
    ],
    [
      'without the branch',
      async () => `${(await world.packRepository(pack('A', ''))).url}#gone`,
      /can't be used: it has no branch, tag or commit "gone"\.$/,
    ],
    ["that isn't one", () => world.packTarball({ 'README.md': 'Hello' }), /can't be used: it is not a buildpack: it has no bin\/detect\.$/],
    [
      'whose links lead out',
      () => world.packTarball(pack('A', '', { 'lib/etc@': '/etc' })),
      /can't be used: it is refused: the link "lib\/etc" leads out of it\.$/,
    ],
    [
      'whose links lead up and out',
      () => world.packTarball(pack('A', '', { 'lib/up@': '../../x' })),
      /it is refused: the link "lib\/up" leads out of it\.$/,
    ],
    ["that we don't have", async () => 'heroku/cobol', /^"heroku\/cobol" is not a buildpack: use one of slipway\/ruby, /],
  ];

  it.each(refused)('%s', async (_, url, failure) => {
    const pushed = await world.push(await world.newApp(), app, { buildpacks: [await url()] });
    expect(pushed.build.failure).toMatch(failure);
    expect(pushed.output).toContain(` !     ${pushed.build.failure}\n\n !     Push failed\n`);
  });

  it('whose detect does not take the app, with what it says', async () => {
    const tarball = await world.packTarball({
      'bin/detect': '#!/bin/bash\necho "needs a file x" >&2; exit 1\n',
      'bin/compile': '#!/bin/bash\n',
    });
    const pushed = await world.push(await world.newApp(), app, { buildpacks: [tarball] });
    expect(pushed.output).toContain(`needs a file x\n-----> App not compatible with buildpack: ${tarball}\n`);
    expect(pushed.build.status).toBe('failed');
  });
});

describe('a server that accepts and says nothing', () => {
  let server: Server;
  const sockets: Socket[] = [];

  beforeAll(async () => {
    server = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    await world.restart({ buildpackTimeoutMs: 1_500 });
  });

  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it.each(['x.git', 'x.tgz'])('is given up for %s', async (path) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;
    const pushed = await world.push(await world.newApp(), app, { buildpacks: [url] });
    expect(pushed.build.failure).toMatch(/did not answer (within 1\.5 s|in time)\.$/);
  });
});
