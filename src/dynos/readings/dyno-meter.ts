// What dynos used since it was asked last, by app: their readings, made into means and the most.
import { addReading, type Point } from '../../model/metrics/point.js';
import type { DynoReading } from './read-node.js';
import { usedBytes } from './reading.js';

export interface DynoMeter {
  add(readings: readonly DynoReading[]): void;
  take(): Map<string, Point>;
}

const MB = 1_048_576;

export function openDynoMeter(): DynoMeter {
  let points = new Map<string, Point>();
  return {
    add(readings) {
      for (const { dyno, reading, load } of readings) {
        let point = points.get(dyno.appId);
        if (!point) points.set(dyno.appId, (point = {}));
        addReading(point, dyno.name, { type: dyno.type, memoryMb: rounded(usedBytes(reading) / MB), load: rounded(load.load1) });
      }
    },
    take() {
      const taken = points;
      points = new Map();
      return taken;
    },
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
