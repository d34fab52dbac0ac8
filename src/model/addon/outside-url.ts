// How a database of ours is reached from outside, by the data port; inside, apps reach it by a name of their own network.

export interface Outside {
  /** As it stands in a URL. */
  host: string;
  port: number;
}

const OWN = /^(postgres|redis):\/\/([^@/]*@)(?:pg|redis)-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:\d+(\/.*)?$/;

/** The value of a config var as it is for people: a URL of ours leads to the data port, under TLS; anything else stays. */
export function outsideUrl(value: string, outside: Outside | null): string {
  const [, scheme, user, rest = ''] = (outside && OWN.exec(value)) ?? [];
  if (!outside || scheme === undefined) return value;
  return `${scheme === 'redis' ? 'rediss' : scheme}://${user}${outside.host}:${outside.port}${rest}`;
}
