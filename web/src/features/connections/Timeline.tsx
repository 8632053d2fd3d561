import type { Connection, RecoveryRequest } from '../../api/types';
import { Time } from '../../ui/Time';
import styles from './connections.module.css';
import { timelineOf } from './moments';

export function Timeline({
  connection,
  request,
}: {
  connection: Connection;
  request: RecoveryRequest | null | undefined;
}) {
  return (
    <ol className={styles.timeline}>
      {timelineOf(connection, request).map(({ at, what, by }) => (
        <li key={`${at} ${what} ${by ?? ''}`}>
          {what}
          {by && ` (${by})`}
          <span className={styles.note}>
            <Time at={at} isInline />
          </span>
        </li>
      ))}
    </ol>
  );
}
