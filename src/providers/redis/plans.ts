import type { ServicePlan } from '../plan.js';

/** Heroku's names and connections; two fifths of the memory hold data; free. The home's `redis.yml` replaces them. */
export const PLANS: readonly ServicePlan[] = [
  { name: 'mini', title: 'Mini', cents: 0, memoryMb: 64, connections: 20, diskMb: 256, isDefault: true },
  { name: 'premium-0', title: 'Premium 0', cents: 0, memoryMb: 128, connections: 40, diskMb: 512, isDefault: false },
  { name: 'premium-1', title: 'Premium 1', cents: 0, memoryMb: 256, connections: 80, diskMb: 1024, isDefault: false },
  { name: 'premium-2', title: 'Premium 2', cents: 0, memoryMb: 640, connections: 200, diskMb: 2560, isDefault: false },
  { name: 'premium-3', title: 'Premium 3', cents: 0, memoryMb: 1280, connections: 400, diskMb: 5120, isDefault: false },
];
