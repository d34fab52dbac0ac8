// What the engine says while it builds or pulls: one JSON object a line.
import type { Readable } from 'node:stream';

export interface EngineEvent {
  stream?: string;
  status?: string;
  /** Of a layer. */
  id?: string;
  error?: string;
  aux?: { ID?: string };
}

/** Reads an answer to its end; what `hear` throws ends it. Aborting closes the connection, which ends what the engine does. */
export function readEvents(answer: Readable, signal: AbortSignal | null, hear: (event: EngineEvent) => void): Promise<void> {
  return readLines(answer, signal, (line) => hear(JSON.parse(line) as EngineEvent));
}

/** The same, line by line. */
export async function readLines(answer: Readable, signal: AbortSignal | null, hear: (line: string) => void): Promise<void> {
  const stop = () => void answer.destroy();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    let rest = '';
    for await (const chunk of answer) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') hear(line);
    }
    signal?.throwIfAborted();
    if (rest.trim() !== '') hear(rest);
  } finally {
    signal?.removeEventListener('abort', stop);
    answer.destroy();
  }
}

/** Reads an answer that only may fail: calls `hear` with each piece of output, and throws the error it holds, if any. */
export async function readAnswer(answer: NodeJS.ReadableStream, hear: (text: string) => void = () => undefined): Promise<void> {
  let failure: string | undefined;
  await readEvents(answer as Readable, null, (event) => {
    if (event.stream) hear(event.stream);
    failure ??= event.error;
  });
  if (failure !== undefined) throw new Error(failure);
}
