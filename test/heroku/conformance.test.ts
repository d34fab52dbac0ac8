// A day with Heroku's own client, from a fresh account to the end of the app. What this platform doesn't offer is refused in words.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../support/ask.js';
import { aCertificate } from '../support/certificates.js';
import { openHerokuShell } from '../support/heroku-client.js';
import { startPlatform, type Platform } from '../support/platform.js';
import { startProvider, type Provider } from '../support/provider.js';
import type { Shell } from '../support/shell.js';
import { until } from '../support/until.js';

const ME = 'me@example.com';
const YOU = 'you@example.com';
const WHEN = String.raw`\d{4}/\d\d/\d\d \d\d:\d\d:\d\d [+-]\d{4}`;
const SERVER = `require('node:http').createServer((request, response) => {
  console.log('asked for ' + request.url);
  response.end('B is ' + process.env.B);
}).listen(process.env.PORT);
`;

let platform: Platform;
let shell: Shell;
let token: string;
let gitHost: string;
let acme: Provider;

beforeAll(async () => {
  acme = await startProvider();
  platform = await startPlatform({ SLIPWAY_FETCH_ALLOW: `127.0.0.1:${acme.port}` });
  const addUser = (email: string) => platform.api<{ access_token: { token: string } }>('POST', '/users', { email });
  token = (await addUser(ME)).access_token.token;
  await addUser(YOU);
  gitHost = `localhost:${new URL(platform.apiUrl).port}`;
  shell = await openHerokuShell(platform, token);
  await shell.write({
    'package.json': JSON.stringify({ name: 'conf', version: '1.0.0', private: true }),
    'index.js': SERVER,
    Procfile: 'web: node index.js\nworker: node -e "setInterval(() => {}, 1000)"\n',
  });
  const commit =
    'git init -q -b main && git config user.name Me && git config user.email me@example.com && git add -A && git commit -qm First';
  expect(await shell.run(commit)).toMatchObject({ code: 0 });
});

afterAll(async () => {
  await shell?.remove();
  await platform?.stop();
  await acme?.stop();
});

interface Said {
  code: number | null;
  stdout: string;
  /** What was said to the person, without the breaks and arrows that fit it to 80 columns. */
  stderr: string;
}

async function heroku(words: string): Promise<Said> {
  const { code, stdout, stderr } = await shell.run(`heroku ${words}`);
  return { code, stdout, stderr: stderr.replaceAll(/\n\s*›?\s*/g, ' ') };
}

/** Runs a command that must succeed. */
async function ok(words: string): Promise<Said> {
  const said = await heroku(words);
  expect({ words, ...said }).toMatchObject({ words, code: 0 });
  return said;
}

/** Runs a command that the API must refuse, in these words. */
async function refused(words: string, ...message: string[]): Promise<void> {
  const { code, stderr } = await heroku(words);
  for (const each of message) expect({ words, stderr }).toEqual({ words, stderr: expect.stringContaining(each) as string });
  expect(stderr).toContain('Error ID: ');
  expect({ words, code }).toEqual({ words, code: 2 });
}

describe('1–4: a fresh account', () => {
  it('is who it is, and has nothing', async () => {
    const [who, key, wrong, apps] = await Promise.all([
      ok('whoami'),
      ok('auth:token'),
      shell.run('HEROKU_API_KEY=bad heroku apps'),
      ok('apps'),
    ]);
    expect(who).toMatchObject({ stdout: `${ME}\n`, stderr: expect.stringContaining('Warning: HEROKU_API_KEY is set') as string });
    expect(key.stdout).toBe(`${token}\n`);
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('The token provided to HEROKU_API_KEY is invalid') as string });
    expect(apps.stdout).toBe('You have no apps.\n');
  });
});

describe('5–12: apps', () => {
  it('are created, with a remote', async () => {
    const { stdout, stderr } = await ok('apps:create conf-a');
    expect(stderr).toContain('Creating conf-a... done');
    expect(stdout).toMatch(new RegExp(`^http://conf-a\\.localhost:\\d+/ \\| https://${gitHost}/conf-a\\.git\n$`));
    expect((await shell.run('git remote -v')).stdout).toContain(`heroku\thttps://${gitHost}/conf-a.git (push)`);
  });

  it('are told apart, listed and shown', async () => {
    const [, other] = await Promise.all([refused('apps:create conf-a', 'Name conf-a is already taken'), ok('create -n')]);
    const name = /Creating app\.\.\. done, (\S+)/.exec(other.stderr)?.[1] ?? '';
    const [apps, info, lines, remote] = await Promise.all([
      ok('apps'),
      ok('apps:info -a conf-a'),
      ok('apps:info -a conf-a -s'),
      ok('git:remote -a conf-a -r prod'),
      refused('apps:info -a nope', "Couldn't find that app.", 'Error ID: not_found'),
    ]);
    expect(apps.stdout).toContain(`=== ${ME} Apps`);
    expect(apps.stdout).toContain(name);
    expect(apps.stdout).toContain('conf-a');
    expect(info.stdout).toMatch(/^=== conf-a\n/);
    for (const key of ['Auto Cert Mgmt', 'Git URL', 'Web URL', 'Repo Size', 'Slug Size', 'Owner', 'Region', 'Dynos', 'Stack'])
      expect(info.stdout).toMatch(new RegExp(`^${key}:`, 'm'));
    expect(info.stdout).toMatch(/^Owner: +me@example\.com$/m);
    expect(info.stdout).not.toContain('Create Status');
    expect(lines.stdout).toMatch(/^git_url=/m);
    expect(lines.stdout).toMatch(/^stack=slipway-12$/m);
    expect(lines.stdout).not.toContain('create_status');
    expect(remote.stdout).toBe(`set git remote prod to https://${gitHost}/conf-a.git\n`);
    await ok(`apps:destroy -a ${name} -c ${name}`);
  });
});

describe('13–17: config vars', () => {
  it('are set, read and unset', async () => {
    const set = await ok('config:set A=1 B="x y" -a conf-a');
    expect(set.stderr).toMatch(/Setting A, B and restarting conf-a\.\.\. done, v3/);
    expect(set.stdout).toBe('A: 1\nB: x y\n');
    const [all, lines, one] = await Promise.all([ok('config -a conf-a'), ok('config -a conf-a -s'), ok('config:get B -a conf-a')]);
    expect(all.stdout).toMatch(/^=== conf-a Config Vars\n\nA: 1\nB: x y\n/);
    expect(lines.stdout).toBe("A=1\nB='x y'\n");
    expect(one.stdout).toBe('x y\n');
    expect((await ok('config:unset A -a conf-a')).stderr).toMatch(/Unsetting A and restarting conf-a\.\.\. done, v4/);
  });
});

describe('18–20: a push and its release', () => {
  it('git push heroku main', async () => {
    const { code, stderr } = await shell.run('git push heroku main');
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/remote: .*Released v5/) as string });
    const [all, info, json] = await Promise.all([
      ok('releases -a conf-a'),
      ok('releases:info -a conf-a'),
      ok('releases --json -a conf-a'),
      ok('ps:wait -a conf-a'),
    ]);
    expect(all.stdout).toMatch(/^=== conf-a Releases - Current: v5\n/);
    expect(all.stdout).toMatch(new RegExp(`v5 +Deploy [0-9a-f]{8} +${ME} +${WHEN}`));
    expect(all.stdout.indexOf('v5')).toBeLessThan(all.stdout.indexOf('v4'));
    expect(info.stdout).toMatch(/^=== Release v5\n/);
    for (const key of ['By', 'Change', 'When']) expect(info.stdout).toMatch(new RegExp(`^${key}:`, 'm'));
    expect(info.stdout).toContain('=== v5 Config vars');
    expect((JSON.parse(json.stdout) as { version: number }[]).map(({ version }) => version)).toEqual([5, 4, 3, 2, 1]);
  });
});

describe('21–29: dynos', () => {
  it('are listed, scaled, of another size, restarted and stopped', async () => {
    const { stdout } = await ok('ps -a conf-a');
    expect(stdout).toMatch(/^=== web \(Basic|=== web \(/);
    expect(stdout).toMatch(new RegExp(`web\\.1: up ${WHEN} \\(~ \\d+[smh] ago\\)`));
    expect((await ok('ps:scale web=2 worker=1 -a conf-a')).stderr).toMatch(
      /Scaling dynos\.\.\. done, now running (web at 2:\S+, worker at 1:\S+|worker at 1:\S+, web at 2:\S+)/,
    );
    expect((await ok('ps:scale -a conf-a')).stdout).toMatch(/^web=2:\S+ worker=1:\S+\n$/);
    expect((await ok('ps:scale worker-1 -a conf-a')).stderr).toMatch(/now running worker at 0:/);
    await ok('ps:wait -a conf-a');
    const sized = await ok('ps:type web=standard-2x -a conf-a');
    expect(sized.stderr).toContain('Scaling dynos on conf-a... done');
    expect(sized.stdout).toMatch(/web +Standard-2X +2/);
    expect((await ok('ps:restart -a conf-a')).stderr).toContain('Restarting all dynos on conf-a... done');
    await ok('ps:wait -a conf-a');
    const [one, two] = await Promise.all([ok('ps:restart -d web.1 -a conf-a'), ok('ps:stop -d web.2 -a conf-a')]);
    expect(one.stderr).toContain('Restarting dyno web.1 on conf-a... done');
    expect(two.stderr).toContain('Stopping dyno web.2 on conf-a... done');
  });
});

describe('30–32: logs', () => {
  it('show the past', async () => {
    const [last, ofApp] = await Promise.all([ok('logs -n 20 -a conf-a'), ok('logs -s app -d web.1 -a conf-a')]);
    const lines = last.stdout.trim().split('\n');
    expect(lines.length).toBeLessThanOrEqual(20);
    for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\S+ (app|heroku)\[[\w.-]+\]: /);
    for (const line of ofApp.stdout.trim().split('\n').filter(Boolean)) expect(line).toMatch(/ app\[web\.1\]: /);
  });

  it('go on', async () => {
    const tail = shell.start('heroku logs -t -a conf-a');
    await tail.until('heroku[');
    expect((await ask(platform, 'conf-a', '/seen')).body).toBe('B is x y');
    await tail.until('path="/seen"');
    expect(tail.output()).toMatch(/heroku\[router\]: at=info method=GET path="\/seen"/);
    tail.interrupt();
    await tail.ended;
  });
});

describe('39–41: back, and away', () => {
  it('rollback, and output of releases', async () => {
    await shell.run('git commit -q --allow-empty -m Second && git push heroku main');
    const { stderr } = await ok('rollback -a conf-a');
    expect(stderr).toMatch(/Rolling back conf-a to v5\.\.\. done, v7/);
    expect(stderr).toContain('Warning: Rollback affects code and config vars');
    expect((await ok('releases:output -a conf-a')).stderr).toContain('Warning: Release v7 has no release output available.');
  });

  it('maintenance', async () => {
    expect((await ok('maintenance:on -a conf-a')).stderr).toContain('Enabling maintenance mode for conf-a... done');
    expect((await ok('maintenance -a conf-a')).stdout).toBe('on\n');
    expect((await ok('maintenance:off -a conf-a')).stderr).toContain('done');
  });
});

describe('42–47: the world outside', () => {
  it('domains: come and go', async () => {
    const added = await ok('domains:add www.example.com -a conf-a');
    expect(added.stderr).toContain('Adding www.example.com to conf-a... done');
    const target = /point to the DNS Target (\S+)\.\n/.exec(added.stdout)?.[1] ?? '';
    expect(target).toMatch(/^[0-9a-f]{32}\.localhost$/);
    expect((await ask(platform, 'conf-a', '/', { host: 'www.example.com' })).body).toMatch(/^B is /);
    const [list, info] = await Promise.all([
      ok('domains -a conf-a'),
      ok('domains:info www.example.com -a conf-a'),
      ok('domains:wait www.example.com -a conf-a'),
      refused('domains:add www.example.com -a conf-a', 'Domain www.example.com is already added to this app.'),
      refused('domains:add shop.localhost -a conf-a', 'Domain shop.localhost is reserved'),
      refused('domains:remove other.example.com -a conf-a', "Couldn't find that domain."),
    ]);
    expect(list.stdout).toContain('=== conf-a Heroku Domain\n\nconf-a.localhost\n');
    expect(list.stdout).toMatch(new RegExp(`www\\.example\\.com +CNAME +${target}`));
    expect(info.stdout).toMatch(/^kind: +custom$/m);
    expect((await ok('domains:remove www.example.com -a conf-a')).stderr).toContain('Removing www.example.com from conf-a... done');
    await ok('domains:add a.example.com -a conf-a');
    await ok('domains:clear -a conf-a');
    expect((await ok('domains -a conf-a')).stdout).not.toContain('example.com');
  });

  it('certs: come, are used, and go', async () => {
    expect((await ok('certs -a conf-a')).stdout).toContain('conf-a has no SSL certificates.');
    const [one, two] = await Promise.all([aCertificate(['www.example.com']), aCertificate(['www.example.com', 'two.example.com'])]);
    await shell.write({ '../one.pem': one.chain, '../one.key': one.key, '../two.pem': two.chain, '../two.key': two.key });
    await refused('certs:add ../one.pem ../two.key -a conf-a', 'private_key: belongs to none of the certificates.');
    const added = await ok('certs:add ../one.pem ../one.key -a conf-a');
    expect(added.stderr).toContain('Adding SSL certificate to conf-a... done');
    expect(added.stdout).toMatch(/Common Name\(s\): +www\.example\.com/);
    await ok('domains:add www.example.com -a conf-a');
    const [list, domains] = await Promise.all([ok('certs -a conf-a'), ok('domains -a conf-a')]);
    const [, name = ''] = /^ *(\S+-\d+) +www\.example\.com +\d{4}-.* UTC +False +SNI +1/m.exec(list.stdout) ?? [];
    expect(domains.stdout).toMatch(new RegExp(`www\\.example\\.com +CNAME +\\S+ +${name}`));
    await ok(`domains:update www.example.com --cert ${name} -a conf-a`);
    expect((await ok('certs:update ../two.pem ../two.key -a conf-a --confirm conf-a')).stdout).toContain('two.example.com');
    expect((await ok('certs:info -a conf-a')).stdout).toContain('SSL certificate is not trusted.');
    await ok('certs:remove -a conf-a --confirm conf-a');
    expect((await ok('certs:auto -a conf-a')).stdout).toContain('Automatic Certificate Management is disabled on conf-a');
    await refused('certs:auto:enable -a conf-a', 'Certificates are not made by themselves here', 'SLIPWAY_ACME_EMAIL for that');
    await ok('domains:clear -a conf-a');
  });

  it('drains: come and go', async () => {
    const [url, token] = ['https://x.test/d', String.raw`\(d\.[0-9a-f-]{36}\)`];
    expect((await ok(`drains:add ${url} -a conf-a`)).stdout).toContain(`Successfully added drain ${url}`);
    await Promise.all([
      refused(`drains:add ${url} -a conf-a`, 'Url has already been taken'),
      ok('drains:add syslog+tls://x.test:6514 -a conf-a'),
    ]);
    const { stdout } = await ok('drains -a conf-a');
    expect(stdout).toMatch(new RegExp(`=== Drains\\s+${url} ${token}\\s+syslog\\+tls://x.test:6514 ${token}`));
    const tokenOf = /6514 \((.*)\)/.exec(stdout)?.[1] ?? '';
    const gone = await Promise.all([url, tokenOf].map((ref) => ok(`drains:remove ${ref} -a conf-a`)));
    expect(gone.map((each) => each.stdout).join('')).toContain(`Successfully removed drain ${url}`);
    expect((await ok('drains -a conf-a')).stdout).toBe('');
  });
});

describe('48–49: buildpacks', () => {
  it('are set and cleared', async () => {
    const set = await ok('buildpacks:set https://github.com/x/y.git -a conf-a');
    expect(set.stdout).toContain('Buildpack set. Next release on conf-a will use https://github.com/x/y.git');
    expect((await ok('buildpacks -a conf-a')).stdout).toContain('https://github.com/x/y.git');
    expect((await ok('buildpacks:clear -a conf-a')).stdout).toContain(
      'Buildpacks cleared. Next release on conf-a will detect buildpacks normally.',
    );
    // The client would ask a registry for its URL, and there is none.
    await refused('buildpacks:set heroku/nodejs -a conf-a', 'must be the name or URL of a buildpack');
  });
});

describe('50–57, 59: what comes later is empty', () => {
  it('add-ons and databases', async () => {
    const [addons] = await Promise.all([
      ok('addons -a conf-a'),
      refused('addons:create heroku-kafka:basic-0 -a conf-a --wait', "Couldn't find that add-on service."),
      refused('addons:attach db --as SECOND -a conf-a', "Couldn't find that add-on."),
      refused('addons:destroy db -a conf-a -c conf-a', "Couldn't find that add-on."),
    ]);
    expect(addons.stdout).toContain('No add-ons for app conf-a.');
    const [services] = await Promise.all([
      ok('addons:services --json'),
      ok('pg:info -a conf-a'),
      heroku("pg:psql -a conf-a -c 'select 1'"),
    ]);
    expect(JSON.parse(services.stdout)).toMatchObject([{ name: 'heroku-postgresql' }, { name: 'heroku-redis' }, { name: 'scheduler' }]);
  });

  it('the add-ons of a provider', async () => {
    await platform.api('POST', '/addon-services', { manifest: acme.manifest, environment: 'test' });
    await platform.api('POST', '/apps', { name: 'conf-helper' }, token);
    const said = async (words: string) => {
      const { stdout, stderr } = await ok(words);
      return stdout + stderr;
    };
    expect(await said('addons:plans acme')).toContain('acme:large');
    expect(await said('addons:create acme:basic -a conf-a --name conf-cache --wait')).toContain('Created conf-cache as ACME_');
    expect(await said('addons -a conf-a')).toMatch(/acme.*conf-cache[^]*as ACME/);
    expect(await said('addons:attach conf-cache -a conf-helper --as LENT')).toMatch(/done, v3/);
    expect(await said('addons:info conf-cache -a conf-a')).toContain('acme:basic');
    expect(await said('addons:upgrade conf-cache acme:large -a conf-a')).toContain('acme:large');
    await ok('addons:detach LENT -a conf-helper');
    await ok('addons:rename conf-cache conf-store');
    expect(await said('addons:destroy conf-store -a conf-a -c conf-a')).toContain('Destroying conf-store');
    expect(acme.resources.size).toBe(0);
    await platform.api('DELETE', '/apps/conf-helper', undefined, token);
  });

  it('pipelines and webhooks', async () => {
    const [pipelines, webhooks] = await Promise.all([
      ok('pipelines'),
      ok('webhooks -a conf-a'),
      refused('pipelines:create pipe -a conf-a -s staging', "Couldn't find that pipeline."),
      refused('pipelines:promote -a conf-a', "Couldn't find that pipeline."),
    ]);
    expect(pipelines.stdout).toContain('=== My Pipelines');
    expect(webhooks.stdout).toContain('conf-a has no webhooks');
    const added = await ok('webhooks:add -a conf-a -i api:release,api:build -l notify -u https://x.test/h');
    expect(added.stdout).toMatch(/=== Webhooks Signing Secret\s+[0-9a-f]{60}\s/);
    const { stdout: listed } = await ok('webhooks -a conf-a');
    const id = /[0-9a-f-]{36}/.exec(listed)![0];
    expect(listed).toContain('api:release,api:build');
    await ok(`webhooks:update ${id} -a conf-a -i api:release -l notify -u https://x.test/other`);
    expect((await ok(`webhooks:info ${id} -a conf-a`)).stdout).toContain('https://x.test/other');
    await ok('config:set TOLD=1 -a conf-a');
    await until(async () => (await ok('webhooks:deliveries -s failed -a conf-a')).stdout).toContain('api:release');
    const [delivery] = /[0-9a-f-]{36}/.exec((await ok('webhooks:deliveries -a conf-a')).stdout)!;
    expect((await ok(`webhooks:deliveries:info ${delivery} -a conf-a`)).stdout).toContain('Set TOLD config vars');
    expect((await ok('webhooks:events -a conf-a')).stdout).toContain('release');
    await ok(`webhooks:remove ${id} -a conf-a`);
    await ok('config:unset TOLD -a conf-a');
  });
});

describe('58, 60–62: people', () => {
  it('authorizations', async () => {
    const made = (await ok('authorizations:create -d t -S')).stdout.trim();
    expect(await shell.run(`HEROKU_API_KEY=${made} heroku whoami`)).toMatchObject({ code: 0, stdout: `${ME}\n` });
    const { stdout } = await ok('authorizations --json');
    const { id } = (JSON.parse(stdout) as { id: string; description: string }[]).find(({ description }) => description === 't')!;
    expect((await ok(`authorizations:update ${id} -d u`)).stderr).toContain('done');
    expect((await ok(`authorizations:info ${id}`)).stdout).toMatch(/Description: +u\n/);
    const limited = (await ok('authorizations:create -d d -s deploy -S')).stdout.trim();
    expect(await shell.run(`HEROKU_API_KEY=${limited} heroku config -a conf-a`)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/its scope is[^]*deploy/) as string,
    });
    const rotated = /Token: +(\S+)/.exec((await ok(`authorizations:rotate ${id}`)).stdout)?.[1] ?? '';
    const [old, fresh] = await Promise.all([made, rotated].map((each) => shell.run(`HEROKU_API_KEY=${each} heroku whoami`)));
    expect([old?.stdout, fresh?.stdout]).toEqual(['', `${ME}\n`]);
    expect((await ok(`authorizations:revoke ${id}`)).stderr).toContain('done, revoked authorization from u');
  });

  it('access, keys, features', async () => {
    const [access, keys, features, labs] = await Promise.all([ok('access -a conf-a'), ok('keys'), ok('features -a conf-a'), ok('labs')]);
    expect(access.stdout).toMatch(/me@example\.com +owner/);
    expect(keys.stderr).toContain('You have no SSH keys.');
    expect(features.stdout).toMatch(
      /=== App Features conf-a\n\n\[ \] http-boot-check.*\n\[ \] http-session-affinity.*\n\[ \] https-only.*\n\[\+\] preboot/,
    );
    expect((await ok('features:enable http-boot-check -a conf-a')).stderr).toContain('done');
    expect((await ok('features -a conf-a')).stdout).toMatch(/\[\+\] http-boot-check/);
    await ok('features:disable http-boot-check -a conf-a');
    expect((await ok('labs:enable log-runtime-metrics -a conf-a')).stderr).toContain('done');
    expect((await ok('labs -a conf-a')).stdout).toMatch(/\[\+\] log-runtime-metrics/);
    expect(labs.stdout).toContain(`=== User Features ${ME}`);
    await shell.write({ '../id.pub': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMjfwCnIDYNIWdvYjCJqLKpZv887qK+ulMNmBKmPhlze me@laptop\n' });
    await Promise.all([
      refused('access:add nobody@example.com -a conf-a', "Couldn't find that user."),
      refused('features:disable nope -a conf-a', "Couldn't find that feature."),
    ]);
    expect((await ok('keys:add ../id.pub')).stderr).toContain('Warning: Git takes a token here, over HTTPS, and no SSH key');
    expect((await ok('keys')).stdout).toMatch(/ssh-ed25519 AAAAC3NzaC\.\.\.\S+ me@laptop/);
    await ok('keys:remove me@laptop');
  });
});

describe('60: people', () => {
  it('an app of one user is shared with another', async () => {
    expect((await ok(`access:add ${YOU} -a conf-a`)).stderr).toContain(`Adding ${YOU} access to the app`);
    const { stdout } = await ok('access -a conf-a');
    expect(stdout).toMatch(/me@example\.com +owner/);
    expect(stdout).toMatch(/you@example\.com +collaborator +deploy, operate, view/);
    expect((await ok(`access:remove ${YOU} -a conf-a`)).stderr).toContain('done');
    expect((await ok('access -a conf-a')).stdout).not.toContain(YOU);
  });

  it('a team has members and apps, and its apps are locked, joined and given back', async () => {
    await platform.api('POST', '/teams', { name: 'conf-team' });
    await platform.api('PUT', '/teams/conf-team/members', { email: ME, role: 'admin' });
    expect((await ok('teams')).stdout).toMatch(/conf-team +admin/);
    expect((await ok(`members:add ${YOU} -r member -t conf-team`)).stderr).toContain('done');
    expect((await ok(`members:set ${YOU} -r viewer -t conf-team`)).stderr).toContain('done');
    expect((await ok('members -t conf-team')).stdout).toMatch(/you@example\.com +viewer/);
    expect((await ok('apps:create conf-team-app -t conf-team -n')).stdout).toContain('/conf-team-app.git');
    expect((await ok('apps:lock -a conf-team-app')).stderr).toContain('done');
    expect((await ok('apps -t conf-team')).stdout).toContain('conf-team-app [locked]');
    expect((await ok('apps:unlock -a conf-team-app')).stderr).toContain('done');
    expect((await ok(`access:add ${YOU} -p deploy -a conf-team-app`)).stderr).toContain('deploy, view');
    expect((await ok(`access:update ${YOU} -p operate -a conf-team-app`)).stderr).toContain('done');
    expect((await ok('access -a conf-team-app')).stdout).toMatch(/you@example\.com +viewer +operate, view/);
    expect((await ok('apps:leave -a conf-team-app')).stderr).toContain('done');
    expect((await ok('apps:join -a conf-team-app')).stderr).toContain('done');
    expect((await ok(`members:remove ${YOU} -t conf-team`)).stderr).toContain('done');
    expect((await ok(`apps:transfer ${ME} -a conf-team-app -c conf-team-app`)).stderr).toContain('done');
    expect((await ok('apps:transfer conf-team -a conf-team-app')).stderr).toContain('done');
    await ok('apps:destroy -a conf-team-app -c conf-team-app');
  });
});

describe('63–64: the end', () => {
  it('another name, another owner, and gone', async () => {
    const renamed = await ok('apps:rename conf-b -a conf-a');
    expect(renamed.stdout).toContain(`https://${gitHost}/conf-b.git`);
    expect(renamed.stdout + renamed.stderr).toContain('Git remote heroku updated');
    expect((await ok(`apps:transfer ${YOU} -a conf-b`)).stderr).toContain('email sent');
    expect((await ok('apps:destroy -a conf-b -c conf-b')).stderr).toContain('Destroying conf-b (including all add-ons)... done');
    await refused('apps:info -a conf-b', "Couldn't find that app.");
  });
});
