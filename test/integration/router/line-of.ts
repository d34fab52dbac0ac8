// What the router's line of a failure reads like.
export const UNSENT = 'dyno= connect= service=';
export const SENT = 'dyno=web\\.1 connect=\\d+ms service=\\d+ms';

/** The line of a failed request in the log of its app. */
export function lineOf(code: string, at: string, desc: string, rest: string, status: number | ''): RegExp {
  return new RegExp(
    `^${at} code=${code} desc="${desc}" method=[A-Z]+ path="/" host=demo\\.localhost request_id=\\S+ ` +
      `fwd="127\\.0\\.0\\.1" ${rest} status=${status} bytes=\\d* protocol=http$`,
  );
}
