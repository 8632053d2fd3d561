/** How tall the bars of a logarithmic chart are, in percent: the largest fills it, nothing stays at nothing. */
export function heights(values: number[]): number[] {
  const largest = Math.max(...values.map((value) => Math.log1p(value)), 0);
  if (largest === 0) return values.map(() => 0);
  return values.map((value) => Math.round((100 * Math.log1p(value)) / largest));
}
