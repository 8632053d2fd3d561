export type Scale = 'linear' | 'logarithmic';

export interface Heights {
  /** In percent of the chart, one for each value: nothing stays at nothing, and whatever is more is seen. */
  bars: number[];
  /** Where the line is, if there is one. */
  line: number | undefined;
}

/** The least that is seen beside a large bar, in percent. */
const SEEN = 1;

/** How tall bars are: the largest value, or the line, fills the chart. */
export function heights(values: number[], scale: Scale, line?: number): Heights {
  const scaled = (value: number) => (scale === 'logarithmic' ? Math.log1p(value) : value);
  const largest = [...values, line ?? 0].reduce((most, value) => Math.max(most, scaled(value)), 0);
  const percent = (value: number) => (largest === 0 ? 0 : Math.round((1_000 * scaled(value)) / largest) / 10);
  return {
    bars: values.map((value) => (value > 0 ? Math.max(SEEN, percent(value)) : 0)),
    line: line === undefined ? undefined : percent(line),
  };
}
