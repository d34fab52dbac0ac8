// Who may do what, as an admin's terminal shows it: tokens, users, and how access ends.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openShell, type Shell } from '../../support/shell.js';
import { ADMIN_EMAIL, openWeb, type OpenWeb } from '../web/open-web.js';

let web: OpenWeb;
let shell: Shell;

beforeAll(async () => {
  web = await openWeb();
  shell = await openShell({ PAAS_API_URL: web.url, PAAS_API_KEY: web.adminToken });
});
afterAll(async () => {
  await shell?.remove();
  await web?.stop();
});

async function ok(command: string): Promise<string> {
  const result = await shell.run(command);
  expect({ command, ...result }).toMatchObject({ command, code: 0 });
  return result.stdout + result.stderr;
}

const rowOf = (text: string, word: string) => text.split('\n').find((line) => line.includes(word)) ?? '';

describe('tokens', () => {
  it('show when they end and were used', async () => {
    const token = (await ok('paas authorizations:create -d brief -e 7200 --short')).split('\n')[0];
    await ok('paas authorizations:create -d lasting --short');
    await ok(`PAAS_API_KEY=${token} paas whoami`);
    const listed = await ok('paas authorizations');
    expect(rowOf(listed, 'brief')).toMatch(/global +in (2h|1h) +\d+s ago$/);
    expect(rowOf(listed, 'lasting')).toMatch(/global +never +never$/);
  });

  it('are limited to apps and actions, described anew, put in place of one, revoked', async () => {
    await ok('paas create shop --no-remote');
    const made = await ok('paas authorizations:create -d ci --app shop --only deploy,logs');
    expect(made).toMatch(/Scope: +deploy,logs on shop\n/);
    expect(made).toMatch(/Expires: +in (89|90)d/);
    expect(rowOf(await ok('paas authorizations'), 'ci')).toMatch(/deploy,logs on shop +in (89|90)d +never$/);
    const [, id, token] = /ID: +(\S+)[^]*Token: +(\S+)/.exec(made)!;
    expect(await shell.run(`PAAS_API_KEY=${token} paas run -a shop true`)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("This token can't be used for that: its scope is deploy, logs, for shop only.") as string,
    });
    await ok(`paas authorizations:update ${id!.slice(0, 8)} -d "the ci"`);
    expect(await ok(`paas authorizations:info ${id}`)).toMatch(/Description: +the ci\n/);
    const other = (await ok(`paas authorizations:rotate ${id} --short`)).split('\n')[0];
    expect((await shell.run(`PAAS_API_KEY=${token} paas info -a shop`)).code).toBe(100);
    expect(await ok(`PAAS_API_KEY=${other} paas info -a shop`)).toContain('shop');
    const never = await ok('paas authorizations:create --app shop --expires never');
    expect(never).toContain('This token never expires');
    expect(never).toMatch(/Expires: +never/);
  });
});

describe('a password', () => {
  it('is set by its user, or by a link, and logs in', async () => {
    const token = (await ok('paas users:add pat@example.com --short')).split('\n')[0];
    expect((await shell.run(`echo short | PAAS_API_KEY=${token} paas password`)).stderr).toContain('at least 10 characters');
    await ok(`echo 'horse battery' | PAAS_API_KEY=${token} paas password`);
    const login = (password: string) => `echo '${password}' | env -u PAAS_API_KEY paas login ${web.url} --email pat@example.com`;
    expect((await shell.run(login('horse buttery'))).stderr).toContain('There was a problem with your login.');
    expect(await ok(login('horse battery'))).toContain('Logged in as pat@example.com');
    expect(await ok('env -u PAAS_API_KEY paas whoami')).toContain('pat@example.com');
    const asPat = 'env -u PAAS_API_KEY paas';
    expect(await ok(`${asPat} 2fa`)).toContain('is not enabled');
    const drawn = await ok(`echo 'horse battery' | ${asPat} 2fa:enable`);
    expect(drawn).toMatch(/[▀▄█]{10}/);
    const { TOTP, URI } = await import('otpauth');
    const codes = URI.parse(/otpauth:\S+/.exec(drawn)![0]) as InstanceType<typeof TOTP>;
    const recovery = /^[\w]{4}(-[\w]{4}){3}$/m.exec(await ok(`${asPat} 2fa:enable --code ${codes.generate()}`))![0];
    expect(await ok(`${asPat} 2fa`)).toContain('is enabled');
    expect((await shell.run(login('horse battery'))).stderr).toContain('A code is needed to log in');
    expect(await ok(`${login('horse battery')} --code ${recovery}`)).toContain('Logged in as pat@example.com');
    expect((await shell.run(`${asPat} 2fa:disable --code ${recovery}`)).stderr).toContain('That code is wrong, or was used already');
    await ok('paas 2fa:disable --user pat@example.com');
    expect(await ok(`${asPat} 2fa`)).toContain('is not enabled');
    const link = await ok('paas users:reset-password pat@example.com');
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/account\/password-reset\?secret=[\w-]{32}\n/);
  });
});

describe('other people', () => {
  it('work on an app, belong to a team, and are given an app', async () => {
    const token = (await ok('paas users:add ann@example.com --short')).split('\n')[0];
    const ann = (words: string) => ok(`PAAS_API_KEY=${token} paas ${words}`);
    await ok('paas create shared --no-remote');
    expect(await ok('paas access:add ann@example.com --permissions deploy -a shared')).toContain('done, deploy, view');
    await ok('paas access:update ann@example.com --permissions operate -a shared');
    expect(rowOf(await ok('paas access -a shared'), 'ann')).toMatch(/^ann@example\.com +collaborator +operate, view$/);
    expect(await ann('apps')).toContain('shared');
    await ann('apps:leave -a shared');
    await ok('paas teams:create crew');
    await ok('paas members:add ann@example.com --role member --team crew');
    expect(rowOf(await ok('paas members --team crew'), 'ann')).toMatch(/^ann@example\.com +member/);
    await ok('paas create crewed --team crew --no-remote');
    await ann('apps:join -a crewed');
    await ok('paas apps:lock -a crewed');
    expect(await ann('apps --team crew')).toContain('crewed');
    await ok('paas apps:unlock -a crewed');
    await ok('paas members:remove ann@example.com --team crew');
    expect(await ann('apps')).toContain('You have no apps.');
    await ann('create anns --no-remote');
    await ann(`apps:transfer ${ADMIN_EMAIL} -a anns`);
    expect(rowOf(await ok('paas apps:transfers'), 'anns')).toMatch(/pending$/);
    await ok('paas apps:transfers:accept anns');
    await ok('paas apps:transfer ann@example.com -a anns');
    expect(await ann('info anns')).toContain('ann@example.com');
    await ok('paas users:remove ann@example.com --confirm ann@example.com --transfer-to ' + ADMIN_EMAIL);
  });
});

describe('users', () => {
  it('are given a role, disabled, enabled and removed', async () => {
    const token = (await ok('paas users:add joe@example.com --short')).split('\n')[0];
    await ok('paas users:role joe@example.com admin');
    expect(rowOf(await ok('paas users'), 'joe')).toMatch(/^joe@example\.com +admin$/);
    await ok('paas users:role joe@example.com member');
    await ok('paas users:disable joe@example.com');
    expect(rowOf(await ok('paas users'), 'joe')).toMatch(/^joe@example\.com +member +disabled$/);
    expect((await shell.run(`PAAS_API_KEY=${token} paas whoami`)).stderr).toContain('Your account is disabled.');
    await ok('paas users:enable joe@example.com');
    await ok(`PAAS_API_KEY=${token} paas create joes`);
    expect(await ok('paas authorizations --user joe@example.com')).toContain('Made for joe@example.com');
    expect(await ok('paas authorizations:revoke --user joe@example.com')).toContain('done, 1 revoked');

    expect(await shell.run('paas users:remove joe@example.com')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('run again with --confirm joe@example.com') as string,
    });
    expect(await shell.run('paas users:remove joe@example.com --confirm joe@example.com')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('They own joes') as string,
    });
    await ok(`paas users:remove joe@example.com --confirm joe@example.com --transfer-to ${ADMIN_EMAIL}`);
    expect(await ok('paas users')).not.toContain('joe@example.com');
    expect(await ok('paas info -a joes')).toContain(ADMIN_EMAIL);
  });

  it.each([
    ['paas authorizations:revoke', 'Which token?'],
    ['paas authorizations:create --expires soon', 'is no time'],
    ['paas authorizations:create --only deploy --scope read', 'Give --only or --scope'],
    ['paas authorizations:create --expires 1d -e 60', 'not both'],
    ['paas authorizations:revoke x --user joe@example.com', 'not both'],
    ['paas users:remove a@example.com --confirm b@example.com', 'did not match'],
  ])('%s is refused', async (command, why) => {
    expect(await shell.run(command)).toMatchObject({ code: 1, stderr: expect.stringContaining(why) as string });
  });
});

it('who changed what is listed, of an app and of all', async () => {
  await ok('paas create logged');
  await ok('paas config:set KEY=hidden-value --app logged');
  await ok('paas maintenance:on --app logged');
  const listed = await ok('paas access:log --app logged');
  expect(rowOf(listed, 'maintenance')).toMatch(/admin@example\.com +127\.0\.0\.1 +PATCH \/apps\/logged +apps\.maintenance false → true$/);
  expect(rowOf(listed, 'config-vars')).toMatch(/create releases Set KEY config vars$/);
  expect(listed).not.toContain('hidden-value');
  expect(await ok('paas access:log --all')).toContain('destroy users joe@example.com');
});

it('SSH keys are kept, told by their fingerprint, and removed', async () => {
  await shell.write({
    '../.ssh/id_ed25519.pub': 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMjfwCnIDYNIWdvYjCJqLKpZv887qK+ulMNmBKmPhlze me@laptop\n',
  });
  expect(await ok('paas keys:add')).toMatch(/Adding .*id_ed25519\.pub\.\.\. [^]*Git takes a token here[^]*done\n/);
  expect(await shell.run('paas keys:add ../.ssh/id_ed25519.pub')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('public_key: is among your keys already.') as string,
  });
  expect(rowOf(await ok('paas keys'), 'me@laptop')).toMatch(/ssh-ed25519 +SHA256:THZqsHV9AZyU9PqCuPTP5QMmPN2834gQgjZ9yjQDCHA/);
  await ok('paas keys:remove me@laptop');
  expect((await shell.run('paas keys:remove me@laptop')).stderr).toContain('You have no SSH key me@laptop');
  await ok('paas keys:add ../.ssh/id_ed25519.pub');
  await ok('paas keys:clear');
  expect(await ok('paas keys')).toContain('You have no SSH keys.');
  expect((await shell.run('paas keys:add nowhere.pub')).stderr).toContain("Can't read");
  await shell.write({ '../.ssh/id_ed25519': '-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n' });
  expect((await shell.run('paas keys:add ../.ssh/id_ed25519')).stderr).toMatch(/is a private key, which must stay with you: name/);
});

it('OAuth clients are registered, changed, given another secret, and destroyed; sessions are ended', async () => {
  const made = await ok('paas clients:create "My tool" https://tool.test/cb --shell');
  const [, id, secret] = /HEROKU_OAUTH_ID=(\S+)\nHEROKU_OAUTH_SECRET=(\S+)/.exec(made)!;
  expect(rowOf(await ok('paas clients'), 'My tool')).toContain('https://tool.test/cb');
  await ok(`paas clients:update ${id!.slice(0, 8)} --name Tool`);
  expect(await ok(`paas clients:info ${id}`)).toMatch(/Name: +Tool\n/);
  expect(await ok(`paas clients:rotate ${id} --shell`)).not.toContain(secret);
  expect((await shell.run(`paas clients:update ${id}`)).stderr).toContain('Nothing to change');
  await ok(`paas clients:destroy ${id}`);
  expect(await ok('paas clients')).toContain('No OAuth clients.');
  const session = await fetch(`${web.url}/oauth/sessions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${web.adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ description: 'the phone' }),
  });
  const { id: sessionId } = (await session.json()) as { id: string };
  expect(rowOf(await ok('paas sessions'), 'the phone')).toMatch(/\d+s ago +in (29|30)d$/);
  await ok(`paas sessions:destroy ${sessionId.slice(0, 8)}`);
  expect(await ok('paas sessions')).toContain('No sessions.');
});

it('two apps are compared, without telling their secrets', async () => {
  await ok('paas create one --no-remote');
  await ok('paas create other --no-remote');
  expect(await ok('paas apps:diff one other')).toContain('one and other are alike.');
  await ok('paas config:set SAME=x ONLY=hidden-one BOTH=hidden-one --app one');
  await ok('paas config:set SAME=x BOTH=hidden-other --app other');
  await ok('paas features:enable https-only --app other');
  const told = await ok('paas apps:diff one other');
  expect(rowOf(told, '(BOTH)')).toMatch(/set +another value$/);
  expect(rowOf(told, '(ONLY)')).toMatch(/set$/);
  expect(rowOf(told, 'https-only')).toMatch(/disabled +enabled$/);
  expect(told).not.toMatch(/SAME|hidden/);
  expect(rowOf(await ok('paas apps:diff one other --values'), '(BOTH)')).toMatch(/hidden-one +hidden-other$/);
  expect(await shell.run('paas apps:diff one nope')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Couldn't find that app.") as string,
  });
});
