import type { ReactNode } from 'react';
import styles from './chart.module.css';
import { heights, type Scale } from './heights';

export interface Bar {
  key: string;
  /** What it says in words: shown where the pointer rests on it. */
  text: string;
  value: number;
  /** Beyond what is wanted. Being above the line says so as well. */
  isOver?: boolean;
}

interface Props {
  /** What is drawn, and on which scale. */
  caption: ReactNode;
  /** What one would say who looks at it: the largest, the latest, how many are over the line. */
  summary: string;
  /** The oldest first. */
  bars: Bar[];
  scale?: Scale;
  line?: { value: number; text: string } | undefined;
}

/** A picture of figures that a table beside it holds in full: whoever does not see it misses nothing. */
export function BarChart({ caption, summary, bars, scale = 'linear', line }: Props) {
  if (bars.length < 2) return null;
  const values = bars.map(({ value }) => value);
  const tall = heights(values, scale, line?.value);
  return (
    <figure className={styles.chart}>
      <svg
        role="img"
        aria-label={summary}
        viewBox={`0 0 ${bars.length} 100`}
        preserveAspectRatio="none"
        className={styles.bars}
      >
        {bars.map((bar, index) => {
          const height = tall.bars[index] ?? 0;
          return (
            <rect
              key={bar.key}
              className={bar.isOver ? styles.over : styles.bar}
              x={index + 0.08}
              width={0.84}
              y={100 - height}
              height={height}
            >
              <title>{bar.text}</title>
            </rect>
          );
        })}
        {tall.line !== undefined && (
          <line className={styles.line} x1={0} x2={bars.length} y1={100 - tall.line} y2={100 - tall.line} />
        )}
      </svg>
      <figcaption>
        {caption}
        {line && ` The dashed line is ${line.text}.`}
      </figcaption>
    </figure>
  );
}
