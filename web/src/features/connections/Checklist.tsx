import StatusSuccessIcon from '@atlaskit/icon/core/status-success';
import StatusWarningIcon from '@atlaskit/icon/core/status-warning';
import type { Connection } from '../../api/types';
import { useNow } from '../../ui/now';
import styles from './connections.module.css';
import { checksOf } from './readiness';
import { useKnown } from './useKnown';

/** What stands for a recovery over this connection, and what is left to do. */
export function Checklist({ connection }: { connection: Connection }) {
  const known = useKnown([connection]);
  const checks = checksOf(connection, known(connection), useNow());
  return (
    <ul className={styles.checks}>
      {checks.map(({ text, isMet, remedy }) => (
        <li key={text} className={styles.check}>
          {isMet ? (
            <StatusSuccessIcon label="Passed" color="var(--ds-icon-success)" />
          ) : (
            <StatusWarningIcon label="To do" color="var(--ds-icon-warning)" />
          )}
          <span>
            {text}
            {!isMet && <span className={styles.note}>{remedy}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
