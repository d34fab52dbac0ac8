// Chains for tests: an authority of their own, and what it vouches for.
import { openCertificateMaker } from '../../src/start/home/certificate-maker.js';

export interface Made {
  /** The server's and the authority's. */
  chain: string;
  server: string;
  ca: string;
  key: string;
}

/** A certificate for these names, good from a day before `now` on for 397 days. */
export async function aCertificate(names: string[], now = Date.now()): Promise<Made> {
  const maker = await openCertificateMaker();
  const authority = await maker.authority(now);
  const { certificate, key } = await maker.server({ ca: authority.certificate, caKey: authority.key, names, now });
  return { chain: `${certificate}\n${authority.certificate}\n`, server: certificate, ca: authority.certificate, key };
}
