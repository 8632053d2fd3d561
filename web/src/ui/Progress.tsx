import ProgressBar from '@atlaskit/progress-bar';
import type { Job } from '../api/types';
import { duration } from '../lib/time';
import { count, title } from '../lib/words';
import styles from './ui.module.css';

type Steps = NonNullable<Job['progress']>;

/** Who is the limit: Jira, or the machine and the network here. */
function limitOf({ perSecond, share, limit }: NonNullable<Steps['traffic']>): string {
  const used = `${perSecond.toFixed(1)} requests a second, ${Math.round(100 * share)} % of what Jira allows`;
  return limit === 'jira' ? `${used}: Jira is the limit` : `${used}: Lifeboat is the limit, or the way to Jira`;
}

/** How far a job is: what it does, how much of it, how fast, and for how long still. */
export function Progress({ of }: { of: Steps }) {
  const { phase, done, total, rate, secondsLeft, traffic } = of;
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
        {traffic && ` · ${limitOf(traffic)}`}
      </span>
    </div>
  );
}
