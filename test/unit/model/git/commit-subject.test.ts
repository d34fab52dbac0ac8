import { expect, it } from 'vitest';
import { subjectOf } from '../../../../src/model/git/commit-subject.js';

it.each([
  ['Fix it', 'Fix it'],
  ['Fix it\n\nBecause.', 'Fix it'],
  ['\n\n  Late\nstart', 'Late'],
  ['', ''],
  ['x'.repeat(300), 'x'.repeat(200)],
  [`${'x'.repeat(199)}🚀`, 'x'.repeat(199)],
])('%j has the subject %j', (message, subject) => expect(subjectOf(message)).toBe(subject));
