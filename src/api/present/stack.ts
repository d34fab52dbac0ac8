import { findStack, type Stack } from '../../model/build/stack.js';

/** When the first stack came out; stacks have no other date. */
const SINCE = '2026-11-23T00:00:00.000Z';

/** `isDefault` says whether new apps get it. */
export function presentStack({ id, name, state }: Stack, isDefault: boolean) {
  return { id, name, state, default: isDefault, created_at: SINCE, updated_at: SINCE };
}

/** A stack as it appears inside other things. */
export function presentStackRef(name: string) {
  return { id: findStack(name)?.id ?? name, name };
}
