// The stacks of this platform: the first is made before it starts, the others are told by name and made when it is up.
import type { StackImages } from '../../model/build/stack.js';
import { ensureStack, stackImages, type Stack } from './ensure-stack.js';
import { hasImage } from '../../docker/image/has-image.js';
import { RECIPES, type Recipe } from './recipe.js';

export interface PreparedStacks {
  /** Images by the name of their stack; of those that are only told, some may not be there yet. */
  images: Record<string, StackImages>;
  /** Whether the first was built now, rather than found. */
  isNew: boolean;
  /** Whether the others are there as well. */
  isComplete: boolean;
}

type Options = Parameters<typeof ensureStack>[0];

/** Makes the first of the offered stacks and names the images of all that are known: slugs may rest on one no longer offered. */
export async function prepareStacks(o: Options, offered: readonly string[]): Promise<PreparedStacks> {
  const [first, ...others] = recipesOf(offered);
  if (!first) throw new Error(`SLIPWAY_STACKS names none of ${RECIPES.map((recipe) => recipe.stack).join(', ')}.`);
  const { images, isNew } = await ensureStack(o, first);
  const later = others.flatMap((recipe) => [stackImages(recipe).run, stackImages(recipe).build]);
  const found = await Promise.all([...later, ...Object.values(images.services ?? {})].map((image) => hasImage(o.engine, image)));
  const told = RECIPES.map((recipe) => [recipe.stack, stackImages(recipe)] as const);
  return { images: { ...Object.fromEntries(told), [first.stack]: images }, isNew, isComplete: found.every(Boolean) };
}

/** Makes one of the other stacks, letting everyone else go first. */
export async function prepareLater(o: Omit<Options, 'given' | 'isPatient'>, recipe: Recipe): Promise<Stack> {
  return ensureStack({ ...o, given: '', isPatient: true }, recipe);
}

/** The recipes of these stacks, in their order; those that need no image have none. */
export function recipesOf(names: readonly string[]): Recipe[] {
  return names.flatMap((name) => RECIPES.filter((recipe) => recipe.stack === name));
}
