// Logins that a terminal asked for and a browser is to allow: known to all web processes, forgotten after ten minutes.
import type { Bus } from './open-bus.js';

export interface LoginRequest {
  /** What asks, in its own words. */
  description: string;
  /** The network it asks from. */
  from: string;
  /** Hash of what the terminal shows to have the answer. */
  waiterHash: string;
}

const FOR_S = 600;

export async function saveLoginRequest(bus: Bus, id: string, request: LoginRequest): Promise<void> {
  await bus.redis.multi().hset(keyOf(id), request).expire(keyOf(id), FOR_S).exec();
}

/** Null when there is none, or its answer was taken, or it is too old. */
export async function findLoginRequest(bus: Bus, id: string): Promise<(LoginRequest & { isAnswered: boolean }) | null> {
  const { description, from, waiterHash, answer } = await bus.redis.hgetall(keyOf(id));
  if (description === undefined || from === undefined || waiterHash === undefined) return null;
  return { description, from, waiterHash, isAnswered: answer !== undefined };
}

const ANSWER = "if redis.call('exists', KEYS[1]) == 0 then return 0 end return redis.call('hsetnx', KEYS[1], 'answer', ARGV[1])";
const TAKE = "local answer = redis.call('hget', KEYS[1], 'answer') if answer then redis.call('del', KEYS[1]) end return answer";

/** Answers with a user's id, or with nobody's; false when it was answered before. */
export async function answerLogin(bus: Bus, id: string, userId: string | null): Promise<boolean> {
  return (await bus.redis.eval(ANSWER, 1, keyOf(id), userId ?? '')) === 1;
}

/** The answer, which nobody gets twice: a user's id, '' for a refusal; null while there is none. */
export async function takeAnswer(bus: Bus, id: string): Promise<string | null> {
  return (await bus.redis.eval(TAKE, 1, keyOf(id))) as string | null;
}

function keyOf(id: string): string {
  return `login:${id}`;
}
