/** `812 B`, `41.2 kB`, `1.25 GB` */
export function describeBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1024))));
  const number = bytes / 1024 ** power;
  return `${power === 0 ? number : Number(number.toPrecision(3))} ${units[power]}`;
}
