import { findStack, type STACKS } from '../../model/stack.js';

type Stack = (typeof STACKS)[number];

/** When the first stack came out; stacks have no other date. */
const SINCE = '2026-11-23T00:00:00.000Z';

export function presentStack(stack: Stack) {
  return { id: stack.id, name: stack.name, state: stack.state, default: stack.default, created_at: SINCE, updated_at: SINCE };
}

/** A stack as it appears inside other things. */
export function presentStackRef(name: string) {
  return { id: findStack(name)?.id ?? name, name };
}
