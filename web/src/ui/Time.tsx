import { absoluteTime, duration, relativeTime } from '../lib/time';
import { useNow } from './now';
import styles from './ui.module.css';

/** A moment: how long ago, and when, in the reader's zone. */
export function Time({ at, isInline = false }: { at: string; isInline?: boolean }) {
  const now = useNow();
  const time = new Date(at);
  const absolute = absoluteTime(time);
  return (
    <time dateTime={at}>
      {relativeTime(time, now)}
      {isInline ? (
        <span className={styles.muted}> ({absolute})</span>
      ) : (
        <span className={`${styles.small ?? ''} ${styles.moment ?? ''}`}>{absolute}</span>
      )}
    </time>
  );
}

/** How long something took. */
export function Duration({ seconds }: { seconds: number }) {
  return <span>{duration(seconds)}</span>;
}
