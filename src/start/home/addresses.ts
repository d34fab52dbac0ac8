// How a program on this machine reaches what listens on SLIPWAY_BIND.

const ANY: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '[::1]', '*': '127.0.0.1' };

/** The host part of a URL for `bind`; an address that means every interface becomes the loopback's. */
export function urlHost(bind: string): string {
  return ANY[bind] ?? (bind.includes(':') ? `[${bind}]` : bind);
}
