import { expect, test } from 'vitest';
import { findCrashReason } from '../../../src/hook/crash-reason.js';

const log = (...texts: string[]) => texts.map((text) => `2026-03-13T15:08:07.123000+00:00 heroku[web.1]: ${text}\n`).join('');
const START = 'Starting process with command `npm start`';
const R10 = 'Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch';

const TABLE: Array<[string, string, string[]]> = [
  ['an exit', log(START, 'Process exited with status 1', 'State changed from starting to crashed'), ['Process exited with status 1']],
  [
    'a boot timeout hides the exit that it causes',
    log(START, R10, 'The process listens on 127.0.0.1:3000 instead of 0.0.0.0:5000.', 'Process exited with status 137'),
    [R10, 'The process listens on 127.0.0.1:3000 instead of 0.0.0.0:5000.'],
  ],
  ['only the last start counts', log(START, R10, START, 'Process exited with status 2'), ['Process exited with status 2']],
  [
    'the next start may have begun already',
    log(START, 'Process exited with status 1', 'State changed from starting to crashed', START),
    ['Process exited with status 1'],
  ],
  ['a start of which nothing is known yet', log(START), []],
  ["lines of the app itself are not the platform's word", '2026-03-13T15:08:07.123000+00:00 app[web.1]: Error R10 (Boot timeout)\n', []],
  ['an empty log', '', []],
];

test.each(TABLE)('%s', (_name, text, reason) => expect(findCrashReason(text)).toEqual(reason));
