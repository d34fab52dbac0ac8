import { describe, expect, it } from 'vitest';
import { routerLine, type Told } from '../../../src/router/router-line.js';

const told = (change: Partial<Told> = {}): Told => ({
  method: 'GET',
  path: '/posts?x=1',
  host: 'example.localhost',
  requestId: '60fbbe6e-0ea5-4013-ab6a-9d6851fe1c95',
  forwardedFor: '80.187.107.115, 167.82.231.29',
  dyno: 'web.10',
  connectMs: 2.4,
  serviceMs: 864.2,
  status: 200,
  bytes: 15055,
  protocol: 'https',
  ...change,
});

describe('the line', () => {
  const cases: [string, Told, string][] = [
    [
      'of a request',
      told(),
      'at=info method=GET path="/posts?x=1" host=example.localhost request_id=60fbbe6e-0ea5-4013-ab6a-9d6851fe1c95 ' +
        'fwd="80.187.107.115,167.82.231.29" dyno=web.10 connect=2ms service=864ms status=200 bytes=15055 protocol=https',
    ],
    [
      'of a refusal, with empty fields',
      told({
        code: 'H10',
        dyno: undefined,
        connectMs: undefined,
        serviceMs: undefined,
        bytes: undefined,
        status: 503,
        forwardedFor: '1.1.1.1',
      }),
      'at=error code=H10 desc="App crashed" method=GET path="/posts?x=1" host=example.localhost ' +
        'request_id=60fbbe6e-0ea5-4013-ab6a-9d6851fe1c95 fwd="1.1.1.1" dyno= connect= service= status=503 bytes= protocol=https',
    ],
    [
      'of a client that left',
      told({ code: 'H27', status: 499, bytes: 0, serviceMs: 0, forwardedFor: '1.1.1.1' }),
      'sock=client at=warning code=H27 desc="Client Request Interrupted" method=GET path="/posts?x=1" ' +
        'host=example.localhost request_id=60fbbe6e-0ea5-4013-ab6a-9d6851fe1c95 fwd="1.1.1.1" dyno=web.10 connect=2ms ' +
        'service=0ms status=499 bytes=0 protocol=https',
    ],
  ];
  it.each(cases)('%s', (_name, input, line) => {
    expect(routerLine(input)).toBe(line);
  });

  it('tells cause and another description', () => {
    expect(routerLine(told({ code: 'H26', cause: 'bad chunk', status: 400 }))).toMatch(
      /^at=error code=H26 desc="Request Error" cause="bad chunk" method=/,
    );
    expect(routerLine(told({ code: 'H25', desc: 'HTTP restriction: oversized cookie', status: 502 }))).toMatch(
      /^at=error code=H25 desc="HTTP restriction: oversized cookie" method=/,
    );
    expect(routerLine(told({ code: 'H80', status: 503 }))).toMatch(/^at=info code=H80 /);
    expect(routerLine(told({ code: 'H18', status: 503 }))).toMatch(/^sock=backend at=error code=H18 /);
  });

  it('stays one line whatever a client sends', () => {
    expect(routerLine(told({ path: '/a"b\\c\n\xe9', forwardedFor: '"\r\n x' }))).toMatch(
      /^[\x20-\x7e]+path="\/a%22b%5Cc%0A%E9" [\x20-\x7e]+ fwd="%22%0D%0Ax"[\x20-\x7e]+$/,
    );
  });
});
