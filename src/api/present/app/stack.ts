import { z } from 'zod';
import { findStack, type Stack as Known } from '../../../model/build/stack.js';
import { createdAt, id, updatedAt, type StackRef } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = { name: 'stack', about: 'A stack is the system that apps are built and run on.', identity: ['id', 'name'] };

export const Stack = resource(about, {
  id: id('stack'),
  name: z.string().describe('unique name of stack'),
  state: z.string().describe('beta, deprecated or public'),
  default: z.boolean().describe('whether new apps get it'),
  created_at: createdAt('stack'),
  updated_at: updatedAt('stack'),
});

/** When the first stack came out; stacks have no other date. */
const SINCE = '2026-11-23T00:00:00.000Z';

/** `isDefault` says whether new apps get it. */
export function presentStack({ id: stack, name, state }: Known, isDefault: boolean): z.input<typeof Stack> {
  return { id: stack, name, state, default: isDefault, created_at: SINCE, updated_at: SINCE };
}

/** A stack as it appears inside other things. */
export function presentStackRef(name: string): z.input<typeof StackRef> {
  return { id: findStack(name)?.id ?? name, name };
}
