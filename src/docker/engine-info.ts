// What an engine says of itself.
import { dockerOf, type Engine } from './engine.js';

interface Info {
  ID?: string;
  Labels?: string[];
}

/** What tells engines apart: what is kept of one's containers means nothing to another. */
export async function engineId(engine: Engine): Promise<string> {
  return (await read(engine)).ID ?? 'engine';
}

/** Whether it was started with this label: `key=value`. */
export async function hasLabel(engine: Engine, label: string): Promise<boolean> {
  return (await read(engine)).Labels?.includes(label) ?? false;
}

async function read(engine: Engine): Promise<Info> {
  return (await dockerOf(engine).info()) as Info;
}
