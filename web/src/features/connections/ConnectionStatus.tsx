import LockLockedIcon from '@atlaskit/icon/core/lock-locked';
import LockUnlockedIcon from '@atlaskit/icon/core/lock-unlocked';
import Lozenge from '@atlaskit/lozenge';
import type { Connection } from '../../api/types';
import { Status } from '../../ui/Status';
import styles from './connections.module.css';
import { isOpen } from './menu';

/** Where a connection stands, whether it is locked, and what waits. */
export function ConnectionStatus({ connection }: { connection: Connection }) {
  const { status, shownStatus, locked, kind, pending, request, token } = connection;
  const isPull = kind === 'disaster-recovery';
  return (
    <>
      <span className={styles.status}>
        <Status of={status} text={shownStatus} />
        {pending && <Lozenge appearance="moved">{`${pending.operation} asked for`}</Lozenge>}
        {token.awaited && status !== 'revoked' && <Lozenge appearance="moved">New token waits</Lozenge>}
      </span>
      {isPull && status === 'active' && (
        <span className={styles.note}>
          {locked ? <LockLockedIcon label="" size="small" /> : <LockUnlockedIcon label="" size="small" />}{' '}
          {locked ? 'Locked' : 'Unlocked'}
          {isOpen(request) && `, request ${request ?? ''}`}
        </span>
      )}
    </>
  );
}
