import type { Point } from '../../api/types';
import { absoluteTime, duration } from '../../lib/time';
import { bytes, plural } from '../../lib/words';
import { BarChart } from '../../ui/chart/BarChart';
import styles from './points.module.css';
import { timelineOf, type Moment } from './timeline';

/** How late each point came, how much changed, and how the vault grew. The table below has the figures. */
export function Charts({ points, target }: { points: Point[]; target: number | undefined }) {
  const moments = timelineOf(points);
  if (moments.length < 2) return null;
  return (
    <div className={styles.charts}>
      <Lags moments={moments} target={target} />
      <ChangesOf moments={moments} />
      <Sizes moments={moments} />
    </div>
  );
}

function named({ number, taken }: Point): string {
  return `No. ${number}, ${absoluteTime(new Date(taken))}`;
}

function Lags({ moments, target }: { moments: Moment[]; target: number | undefined }) {
  const known = moments.flatMap(({ point, lag }) => (lag === undefined ? [] : [{ point, lag }]));
  const late = known.filter(({ lag }) => target !== undefined && lag > target).length;
  const longest = known.reduce((most, { lag }) => Math.max(most, lag), 0);
  const against = target === undefined ? '' : ` ${late} of ${known.length} over the target.`;
  return (
    <BarChart
      caption="RPO lag: how old the newest point had become when each came."
      summary={`RPO lag of ${plural(known.length, 'recovery point')}: ${duration(longest)} at most.${against}`}
      line={target === undefined ? undefined : { value: target, text: `the target, ${duration(target)}` }}
      bars={known.map(({ point, lag }) => ({
        key: String(point.number),
        text: `${named(point)}: ${duration(lag)} after the one before`,
        value: lag,
        isOver: target !== undefined && lag > target,
      }))}
    />
  );
}

function ChangesOf({ moments }: { moments: Moment[] }) {
  const most = moments.reduce((largest, { changes }) => Math.max(largest, changes), 0);
  return (
    <BarChart
      caption="Objects added, changed and deleted by each point, on a logarithmic scale."
      summary={`Changes by recovery point: ${plural(most, 'change')} at most.`}
      scale="logarithmic"
      bars={moments.map(({ point, changes }) => ({
        key: String(point.number),
        text: `${named(point)}: ${plural(changes, 'change')}`,
        value: changes,
      }))}
    />
  );
}

function Sizes({ moments }: { moments: Moment[] }) {
  const known = moments.flatMap(({ point }) => (point.bytes == null ? [] : [{ point, size: point.bytes }]));
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return null;
  return (
    <BarChart
      caption="Size of the whole vault with each point."
      summary={`Size of the vault: ${bytes(first.size)} with No. ${first.point.number}, ${bytes(last.size)} with No. ${last.point.number}.`}
      bars={known.map(({ point, size }) => ({
        key: String(point.number),
        text: `${named(point)}: ${bytes(size)}`,
        value: size,
      }))}
    />
  );
}
