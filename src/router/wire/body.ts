// What reads a body as it streams.

/** Is given ranges of the chunk that is read. */
export type TakeData = (chunk: Buffer, start: number, end: number) => void;

export interface BodyReader {
  isDone: boolean;
  /** The bytes break the framing: nobody knows what follows. */
  isBroken: boolean;
  /** Names and values in turns, once it is done. */
  trailers: string[];
  /** Reads from `from` on; gives where it stopped. */
  read(chunk: Buffer, from: number, take: TakeData): number;
}
