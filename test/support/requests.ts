// A steady stream of requests, to see whether any fails while something else happens.
import type { Answer } from './workspace.js';

export interface Load {
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
    async stop() {
      going = false;
      await Promise.all(lanes);
      return answers;
    },
  };
}
