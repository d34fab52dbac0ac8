import { describe, expect, it } from 'vitest';
import { ALIASES, GROUPS } from '../../../src/cli/command-groups.js';
import { during } from '../../../src/cli/terminal/progress.js';
import { newProgram } from '../../../src/cli/program.js';
import { resolveName, run } from '../../../src/cli/run.js';
import { memoryCli } from './memory-cli.js';

const ALL = GROUPS.flatMap((group) => group.commands);

describe('the table of commands', () => {
  it.each(GROUPS.map((group) => [group.title, group] as const))('names what the file of %s registers', async (_, group) => {
    const { cli } = memoryCli();
    const program = newProgram(cli.terminal, () => undefined);
    (await group.load()).register(program, cli);
    expect(program.commands.map((command) => command.name())).toEqual(group.commands);
    for (const command of program.commands) expect(command.description()).not.toBe('');
  });

  it('has aliases that lead somewhere and hide nothing', () => {
    for (const [alias, name] of Object.entries(ALIASES)) {
      expect(ALL).toContain(name);
      expect(ALL).not.toContain(alias);
    }
  });
});

describe('paas', () => {
  it.each([[[]], [['help']], [['--help']], [['-h']]])('%j prints all commands', async (argv) => {
    const { cli, out } = memoryCli();
    expect(await run(argv, cli)).toBe(0);
    for (const name of ALL.filter((each) => each !== 'git:credentials')) expect(out()).toContain(`\n  ${name} `);
  });

  it.each(ALL)('%s has --help and --json', async (name) => {
    const { cli, out } = memoryCli();
    expect(await run([name, '--help'], cli)).toBe(0);
    expect(out()).toContain(`Usage: paas ${name}`);
    expect(out()).toContain('--json');
    const asked = memoryCli();
    expect(await run(['help', name], asked.cli)).toBe(0);
    expect(asked.out()).toBe(out());
  });

  it('--version prints the version', async () => {
    const { cli, out } = memoryCli();
    expect(await run(['--version'], cli)).toBe(0);
    expect(out()).toMatch(/^paas\/\d+\.\d+\.\d+ \S+ node-v\d+/);
  });

  it.each([
    [
      'an unknown command',
      ['confg'],
      127,
      ' ›   Error: confg is not a paas command.\n ›   Did you mean config? Run paas help for a list of commands.\n',
    ],
    ['help on an unknown command', ['help', 'confg'], 127, 'Did you mean config?'],
    ['nothing to suggest', ['xyzzyx'], 127, 'not a paas command.\n ›   Run paas help'],
    ['a name from Object.prototype', ['constructor'], 127, 'constructor is not a paas command.'],
    [
      'a missing argument',
      ['config:unset'],
      1,
      " ›   Error: Missing required argument 'keys'\n ›   See more help with: paas help config:unset\n",
    ],
    ['nothing to set', ['config:set', '-a', 'demo'], 1, 'No config vars given.'],
    ['an unknown option', ['ps', '--wat'], 1, "Unknown option '--wat'"],
    ['an option without its value', ['ps', '--app'], 1, 'argument missing'],
    ['too many arguments', ['whoami', 'x'], 1, 'Too many arguments'],
    ['a bad count', ['logs', '-n', '0'], 1, '"0" is not a whole number above 0.'],
    ['a bad pair', ['config:set', 'A', '-a', 'demo'], 1, 'A is invalid. Must be in the format FOO=bar.'],
    ['a bad scale', ['ps:scale', 'web', '-a', 'demo'], 1, 'is no change of scale'],
    ['a bad size', ['ps:type', 'web=', '-a', 'demo'], 1, 'is no size: use TYPE=SIZE'],
    ['nothing to stop', ['ps:stop', '-a', 'demo'], 1, 'Please specify a process type or dyno name to stop.'],
    [
      'an old dyno with a name',
      ['ps:stop', 'web.1', '--old', '-a', 'demo'],
      1,
      '--old ends all dynos that are to be replaced; name no dyno or process type.',
    ],
    ['nobody logged in anywhere', ['whoami'], 100, 'Not logged in.\n ›   On the machine of the platform: paas login --admin'],
    [
      'nobody logged in there',
      ['whoami'],
      100,
      'Not logged in at https://paas.example\n ›   Log in with: paas login https://paas.example, or set PAAS_API_KEY.',
      { PAAS_API_URL: 'paas.example' },
    ],
    [
      'a command of Heroku that is not here',
      ['pg:info', 'x'],
      127,
      "pg:info is a command of Heroku's that paas doesn't have.\n ›   Backups are commands here (paas pg:backups), the rest is Heroku's own: paas heroku pg:psql.",
    ],
    ['nothing that destroys', ['destro'], 127, 'destro is not a paas command.\n ›   Run paas help'],
    ['a bad API URL', ['whoami'], 1, 'is not the URL of an API', { PAAS_API_URL: 'ftp://x' }],
    [
      'a CA file that is missing',
      ['whoami'],
      1,
      "Can't read the CA file /nonexistent/ca.pem",
      { PAAS_API_KEY: 'k', PAAS_CA: '/nonexistent/ca.pem' },
    ],
    ['two apps at once', ['info', 'a', '-a', 'b'], 1, 'Which app: a or b?'],
  ])('says so: %s', async (_, argv, code, message, env: NodeJS.ProcessEnv = {}) => {
    const { cli, out, err } = memoryCli({ env });
    expect(await run(argv, cli)).toBe(code);
    expect(err()).toContain(message);
    expect(out()).toBe('');
  });

  it.each([
    [
      'an unknown command',
      ['confg', '--json'],
      { id: null, message: 'confg is not a paas command.\nDid you mean config? Run paas help for a list of commands.', exit_code: 127 },
    ],
    [
      'nobody logged in',
      ['ps', '-j', '-a', 'demo'],
      { id: null, message: expect.stringContaining('Not logged in.') as string, exit_code: 100 },
    ],
  ])('says so in one line of JSON where --json asks for it: %s', async (_, argv, error) => {
    const { cli, out, err } = memoryCli({ isTTY: true });
    expect(await run(argv, cli)).toBe(error.exit_code);
    expect(JSON.parse(err())).toEqual(error);
    expect(err().trimEnd()).not.toContain('\n');
    expect(out()).toBe('');
  });

  it('takes no --json behind -- for its own', async () => {
    const { cli, err } = memoryCli();
    await run(['confg', '--', '--json'], cli);
    expect(err()).toContain(' ›   Error: ');
  });

  it('suggests nothing that destroys, and knows what replaces each of these commands of Heroku', () => {
    const words = ['deploy', 'destroi', 'apps:destro', 'config:unse', 'users:remov', 'kil', 'authorizations:revok', 'builds:cache:purg'];
    for (const word of words) expect(() => resolveName(word)).not.toThrow(/Did you mean .*(destroy|unset|remove|kill|revoke|purge)/);
    for (const word of ['pg:psql', 'ps:exec', 'pipelines:promote', 'config:edit', 'container:push', 'git:clone']) {
      expect(() => resolveName(word)).toThrow(/is a command of Heroku's that paas doesn't have\.\n\S/);
    }
  });

  it('knows the names of Heroku', () => {
    expect(resolveName('apps:create')).toBe('create');
    expect(resolveName('scale')).toBe('ps:scale');
  });
});

describe('progress', () => {
  it('goes to stderr, and ends in done or in what came of it', async () => {
    const { cli, out, err } = memoryCli();
    await during(
      cli.terminal,
      'Creating demo',
      async () => 'v7',
      (version) => `done, ${version}`,
    );
    await expect(during(cli.terminal, 'Creating demo', async () => Promise.reject(new Error('taken')))).rejects.toThrow('taken');
    expect(err()).toBe('Creating demo... done, v7\nCreating demo... !\n');
    expect(out()).toBe('');
  });
});

describe('colours', () => {
  const painted = (o: Parameters<typeof memoryCli>[0]) => memoryCli(o).cli.terminal.paint('red', 'x') !== 'x';
  it.each([
    [{ isTTY: true }, true],
    [{ isTTY: false }, false],
    [{ isTTY: true, env: { NO_COLOR: '1' } }, false],
    [{ isTTY: true, env: { TERM: 'dumb' } }, false],
    [{ isTTY: false, env: { FORCE_COLOR: '1' } }, true],
    [{ isTTY: true, env: { FORCE_COLOR: '0' } }, false],
  ])('%j: %s', (o, expected) => expect(painted(o)).toBe(expected));
});
