import { expect } from 'vitest';
import type { Outcome } from './in-build-image.js';

/** The status, and lines in this order. */
export function expectOutcome(outcome: Outcome, status: number, lines: (string | RegExp)[]): void {
  expect(outcome.status, outcome.said).toBe(status);
  expect(outcome.said).not.toMatch(/\bLEFT\b|Stack trace|PHP Warning/);
  let rest = outcome.said.split('\n');
  for (const line of lines) {
    const at = rest.findIndex((each) => (typeof line === 'string' ? each === line : line.test(each)));
    expect(at, `${String(line)} is not said, or not in this order:\n${outcome.said}`).toBeGreaterThanOrEqual(0);
    rest = rest.slice(at + 1);
  }
}
