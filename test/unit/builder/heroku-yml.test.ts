import { expect, test } from 'vitest';
import { parseHerokuYml } from '../../../src/builder/container/heroku-yml.js';

test('images, commands and arguments', () => {
  const plan = parseHerokuYml(`
setup: {config: {A: b}}
build:
  docker:
    web: Dockerfile
    worker: {dockerfile: worker/Dockerfile, target: run}
  config: {GREETING: hi, COUNT: 3, LOUD: true}
release: {image: worker, command: [./migrate.sh, --all]}
run:
  web: bundle exec puma
  clock: {command: [python clock.py], image: worker}
`);
  expect(plan).toEqual({
    images: [
      { name: 'web', dockerfile: 'Dockerfile', target: null },
      { name: 'worker', dockerfile: 'worker/Dockerfile', target: 'run' },
    ],
    buildArgs: { GREETING: 'hi', COUNT: '3', LOUD: 'true' },
    types: {
      web: { image: 'web', command: 'bundle exec puma' },
      worker: { image: 'worker', command: null },
      clock: { image: 'worker', command: 'python clock.py' },
      release: { image: 'worker', command: './migrate.sh --all' },
    },
    notes: ['setup of heroku.yml has no effect on a push: set config vars with paas config:set.'],
  });
});

test('without run, each image runs what it says itself; a type without an image runs that of web', () => {
  expect(parseHerokuYml('build: {docker: {web: Dockerfile}}').types).toEqual({ web: { image: 'web', command: null } });
  expect(parseHerokuYml('build: {docker: {web: Dockerfile}}\nrun: {worker: node work}').types['worker']).toEqual({
    image: 'web',
    command: 'node work',
  });
  expect(parseHerokuYml('build: {docker: {web: Dockerfile}}\nrelease: {command: [./up]}').types['release']).toEqual({
    image: 'web',
    command: './up',
  });
});

test('types may have names that every object has', () => {
  expect(Object.entries(parseHerokuYml('build: {docker: {constructor: a/Dockerfile, toString: b}}').types)).toEqual([
    ['constructor', { image: 'constructor', command: null }],
    ['toString', { image: 'toString', command: null }],
  ]);
});

test('a long one is refused: its parser takes the square of its length', () => {
  expect(() => parseHerokuYml(`# ${'x'.repeat(16 * 1024)}`)).toThrow('heroku.yml is longer than 16 kB.');
});

test.each([
  ['', 'heroku.yml: the file'],
  ['- web', 'heroku.yml: the file'],
  ['build:\n  docker:\n   web: Dockerfile\n  web: x\n bad', 'heroku.yml line 5: '],
  ['run: {web: x}', 'heroku.yml: build must say which images to build'],
  ['build: {docker: {}}', 'heroku.yml: build.docker must name an image.'],
  ['build: {docker: {web: 3}}', 'heroku.yml: build.docker.web must be the path of a Dockerfile'],
  ['build: {docker: {web: ../Dockerfile}}', 'heroku.yml: build.docker.web must be a path inside the app'],
  ['build: {docker: {web: {dockerfile: /etc/passwd}}}', 'heroku.yml: build.docker.web.dockerfile must be a path inside the app'],
  ['build: {docker: {"we b": Dockerfile}}', 'heroku.yml: build.docker.we b'],
  ['build: {docker: {web: Dockerfile}, config: {A: [1]}}', 'heroku.yml: build.config.A must be text.'],
  ['build: {docker: {web: Dockerfile}}\nrun: {web: []}', 'heroku.yml: run.web must be a command'],
  ['build: {docker: {worker: Dockerfile}}\nrun: {clock: x}', 'heroku.yml: run.clock needs an image: name one of worker.'],
  ['build: {docker: {web: Dockerfile}}\nrelease: {image: nope}', 'heroku.yml: release needs an image: name one of web.'],
])('%j is refused', (text, told) => {
  expect(() => parseHerokuYml(text)).toThrow(told);
});

test.each(['__proto__', 'constructor'])('a type and an argument may be called %s', (name) => {
  const plan = parseHerokuYml(`build: {docker: {web: Dockerfile}, config: {${name}: x}}\nrun: {${name}: {command: [work], image: web}}\n`);
  expect(Object.entries(plan.buildArgs)).toEqual([[name, 'x']]);
  expect(Object.entries(plan.types)).toContainEqual([name, { image: 'web', command: 'work' }]);
});
