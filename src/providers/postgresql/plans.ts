import type { ServicePlan } from '../plan.js';

/** Heroku's names, connections and disks, memory that a machine of one's own can spare; free. The home's `postgresql.yml` replaces them. */
export const PLANS: readonly ServicePlan[] = [
  { name: 'essential-0', title: 'Essential 0', cents: 0, memoryMb: 256, connections: 20, diskMb: 1024, isDefault: true },
  { name: 'essential-1', title: 'Essential 1', cents: 0, memoryMb: 512, connections: 20, diskMb: 10_240, isDefault: false },
  { name: 'essential-2', title: 'Essential 2', cents: 0, memoryMb: 1024, connections: 40, diskMb: 32_768, isDefault: false },
  { name: 'standard-0', title: 'Standard 0', cents: 0, memoryMb: 4096, connections: 120, diskMb: 65_536, isDefault: false },
  { name: 'standard-2', title: 'Standard 2', cents: 0, memoryMb: 8192, connections: 400, diskMb: 262_144, isDefault: false },
];
