/** Minutes as they were typed, in seconds; 0 takes a target away. */
export function targetSeconds(minutes: string): number {
  const typed = Number(minutes.trim().replace(',', '.'));
  return Number.isFinite(typed) && typed > 0 ? Math.round(60 * typed) : 0;
}
