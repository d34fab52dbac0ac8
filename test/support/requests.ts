// A steady stream of requests, to see whether any fails while something else happens.
import { untilSo } from './until.js';
import type { Answer } from './workspace.js';

export interface Load {
  /** Waits until so many more answers have come. */
  more(count: number): Promise<void>;
  /** Stops and returns every answer; a refused or broken connection has status 0. */
  stop(): Promise<Answer[]>;
}

/** Sends requests one after the other on `lanes` lanes, each `pauseMs` after the last. */
export function keepRequesting(send: () => Promise<Answer>, o: { lanes?: number; pauseMs?: number } = {}): Load {
  const answers: Answer[] = [];
  let going = true;
  const lane = async () => {
    while (going) {
      answers.push(await send().catch((error: Error) => ({ status: 0, body: error.message })));
      await new Promise((resolve) => setTimeout(resolve, o.pauseMs ?? 20));
    }
  };
  const lanes = Array.from({ length: o.lanes ?? 4 }, lane);
  return {
    async more(count) {
      const enough = answers.length + count;
      await untilSo(`${count} more answers`, () => answers.length >= enough);
    },
    async stop() {
      going = false;
      await Promise.all(lanes);
      return answers;
    },
  };
}
