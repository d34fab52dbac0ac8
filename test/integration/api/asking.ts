import { expect } from 'vitest';
import type { Call } from './client.js';
import { expectHeroku } from './heroku-schema.js';

/** Calls that are checked: their status, and their body as the noun of Heroku's schema. */
export function asking(call: () => Call) {
  return async <T = Record<string, unknown>>(
    status: number,
    noun: string | null,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<T> => {
    const answer = await call()(method, path, body);
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
    if (noun) expectHeroku(noun, answer.body);
    return answer.body as T;
  };
}
