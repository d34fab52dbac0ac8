// The few calls of the Platform API that the demo makes.

export interface ApiAccess {
  url: string;
  token: string;
}

/** Calls the API and returns its JSON. Throws what it says when it refuses. */
export async function callApi(access: ApiAccess, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${access.url}${path}`, {
    method,
    headers: {
      accept: 'application/vnd.heroku+json; version=3',
      authorization: `Bearer ${access.token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(30_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`The API refused ${method} ${path} (${answer.status}): ${text.slice(0, 300)}`);
  return text === '' ? undefined : JSON.parse(text);
}
