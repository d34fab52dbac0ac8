// Docker answers 200 and tells failures in the body, one JSON object a line.
import type { Readable } from 'node:stream';

/** Reads an answer to its end and calls `hear` with each piece of output. Throws the error it holds, if any. */
export async function readAnswer(answer: NodeJS.ReadableStream, hear: (text: string) => void = () => undefined): Promise<void> {
  let rest = '';
  let failure: string | undefined;
  const take = (line: string) => {
    if (line.trim() === '') return;
    const message = JSON.parse(line) as { stream?: string; error?: string };
    if (message.stream) hear(message.stream);
    failure ??= message.error;
  };
  for await (const chunk of answer as Readable) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(take);
  }
  take(rest);
  if (failure) throw new Error(failure);
}
