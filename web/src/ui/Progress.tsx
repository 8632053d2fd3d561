import ProgressBar from '@atlaskit/progress-bar';
import type { Job } from '../api/types';
import { duration } from '../lib/time';
import { count, title } from '../lib/words';
import styles from './ui.module.css';

/** How far a job is: what it does, how much of it, how fast, and for how long still. */
export function Progress({ of }: { of: NonNullable<Job['progress']> }) {
  const { phase, done, total, rate, secondsLeft } = of;
  const parts = [
    total ? `${count(done)} of ${count(total)}` : count(done),
    rate > 0 ? `${count(Math.round(rate))} a second` : undefined,
    secondsLeft ? `${duration(secondsLeft)} left` : undefined,
  ];
  const told = parts.filter((part) => part !== undefined).join(' · ');
  return (
    <div>
      <ProgressBar
        value={total ? Math.min(1, done / total) : 0}
        isIndeterminate={!total}
        ariaLabel={`${title(phase)}: ${told}`}
      />
      <span className={styles.small}>
        {title(phase)}: {told}
      </span>
    </div>
  );
}
