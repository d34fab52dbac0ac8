// How tests speak to the API: one call, JSON in and out. Each answer is held to what the API says of itself, and to Heroku's schema.
import { expectContract } from './contract.js';

export interface Answer {
  status: number;
  headers: Headers;
  body: unknown;
}

export type Call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>;

/** Calls with a token, or with none. */
export function callAs(base: () => string, token: string | null): Call {
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${base()}${path}`, {
      method,
      headers: {
        accept: 'application/vnd.heroku+json; version=3',
        ...(token !== null && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const answer = { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
    expectContract(method, path, answer);
    return answer;
  };
}
