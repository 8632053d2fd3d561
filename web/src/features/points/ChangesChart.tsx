import type { Point } from '../../api/types';
import { absoluteTime } from '../../lib/time';
import { plural } from '../../lib/words';
import { heights } from './heights';
import styles from './points.module.css';

/** How much changed from point to point, the newest on the right. The table below says the same in figures. */
export function ChangesChart({ points }: { points: Point[] }) {
  const bars = [...points].reverse();
  if (bars.length < 2) return null;
  const tall = heights(bars.map(changesOf));
  return (
    <figure className={styles.chart} aria-hidden="true">
      <div className={styles.bars}>
        {bars.map((point, index) => (
          <span
            key={point.number}
            title={`No. ${point.number}, ${absoluteTime(new Date(point.taken))}: ${plural(changesOf(point), 'change')}`}
            style={{ blockSize: `${tall[index] ?? 0}%` }}
          />
        ))}
      </div>
      <figcaption>Objects added, changed and deleted by each point, on a logarithmic scale</figcaption>
    </figure>
  );
}

function changesOf({ added, changed, deleted }: Point): number {
  return added + changed + deleted;
}
