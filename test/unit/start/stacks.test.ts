import { expect, test } from 'vitest';
import { readConfig } from '../../../src/config.js';
import { CONTAINER_STACK } from '../../../src/model/build/container.js';
import { DEFAULT_STACK, STACKS } from '../../../src/model/build/stack.js';
import { stackLine } from '../../../src/start/bring-up.js';
import { stackImages } from '../../../src/start/stack/ensure-stack.js';
import { olderStacks } from '../../../src/start/stack/older-stacks.js';
import { recipesOf } from '../../../src/start/stack/prepare-stacks.js';
import { RECIPES } from '../../../src/start/stack/recipe.js';
import { mmdebstrapArguments } from '../../../src/start/stack/root-image.js';

test('every stack but container has a recipe, the default one first', () => {
  expect(RECIPES.map((recipe) => recipe.stack)).toEqual(STACKS.map((stack) => stack.name).filter((name) => name !== CONTAINER_STACK));
  expect(RECIPES[0]?.stack).toBe(DEFAULT_STACK);
});

test('images are named by what is in them', () => {
  const [first, second] = RECIPES;
  expect(stackImages(first!)).toEqual(stackImages(first!));
  expect(stackImages(first!)).toEqual({
    run: expect.stringMatching(/^slipway\/stack:[0-9a-f]{16}$/) as string,
    build: expect.stringMatching(/^slipway\/stack-build:[0-9a-f]{16}$/) as string,
    services: {
      postgresql: expect.stringMatching(/^slipway\/postgresql:[0-9a-f]{16}$/) as string,
      redis: expect.stringMatching(/^slipway\/redis:[0-9a-f]{16}$/) as string,
    },
  });
  expect(stackImages(second!).run).not.toBe(stackImages(first!).run);
  const more = { ...first!, build: [...first!.build, { name: 'more', packages: ['cowsay'] }] };
  expect(stackImages(more).run).toBe(stackImages(first!).run);
  expect(stackImages(more).build).not.toBe(stackImages(first!).build);
});

test('each is made of its own release of the distribution', () => {
  const suites = RECIPES.map((recipe) => mmdebstrapArguments(recipe, []).at(-2));
  expect(suites).toEqual(['bookworm', 'trixie']);
});

test('those that are offered have an order', () => {
  expect(recipesOf(['slipway-13', 'slipway-12']).map((recipe) => recipe.stack)).toEqual(['slipway-13', 'slipway-12']);
});

test.each([
  [undefined, ['slipway-12', 'slipway-13', 'container']],
  ['slipway-13', ['slipway-13']],
  [' slipway-13 , slipway-12,slipway-13', ['slipway-13', 'slipway-12']],
])('SLIPWAY_STACKS=%s', (given, stacks) => {
  expect(readConfig({ SLIPWAY_STACKS: given }).stacks).toEqual(stacks);
});

test('the first of SLIPWAY_STACKS has images of its own', () => {
  expect(() => readConfig({ SLIPWAY_STACKS: 'container,slipway-12' })).toThrow(
    /SLIPWAY_STACKS: must begin with a stack other than container/,
  );
});

test.each(['heroku-24', 'slipway-12;slipway-13', ','])('SLIPWAY_STACKS=%s is refused', (given) => {
  expect(() => readConfig({ SLIPWAY_STACKS: given })).toThrow(/SLIPWAY_STACKS.*: must be some of slipway-12, slipway-13/);
});

test('images of older recipes go after a week, whatever has a name that is in use stays', () => {
  const [now, week] = [1_790_000_000, 604_800];
  const images = [
    { Id: 'used', Created: now - 2 * week, RepoTags: ['slipway/stack:a'] },
    { Id: 'young', Created: now - week + 1, RepoTags: ['slipway/stack:b'] },
    { Id: 'old', Created: now - week - 1, RepoTags: ['slipway/stack:c'] },
    { Id: 'nameless', Created: now - week - 1 },
  ];
  expect(olderStacks(images, ['slipway/stack:a'], now).map((image) => image.Id)).toEqual(['old', 'nameless']);
});

test('what is made in the background is told in a line each', () => {
  const news = { stack: 'slipway-13', ms: 92_400 };
  expect(stackLine({ ...news, state: 'begun' })).toBe('-----> Preparing the stack slipway-13 in the background');
  expect(stackLine({ ...news, state: 'ready' })).toBe('-----> The stack slipway-13 is ready, after 92 s');
  expect(stackLine({ ...news, state: 'failed', reason: 'no mirror' })).toBe(
    "-----> The stack slipway-13 can't be prepared; it is tried again in 10 min. Apps on other stacks are not concerned.\nno mirror",
  );
  expect(stackLine({ ...news, isServices: true, state: 'failed', reason: 'no mirror' })).toBe(
    "-----> The images of add-ons can't be prepared; it is tried again in 10 min. Apps without are not concerned.\nno mirror",
  );
});
