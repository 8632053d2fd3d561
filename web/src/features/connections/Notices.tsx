import Button from '@atlaskit/button/new';
import SectionMessage from '@atlaskit/section-message';
import { useMay } from '../../api/session';
import type { Connection } from '../../api/types';
import { title } from '../../lib/words';
import { Time } from '../../ui/Time';
import styles from '../../ui/ui.module.css';
import type { Wanted } from './DeedDialog';
import { isOpen } from './menu';

interface Props {
  connection: Connection;
  onWant: (wanted: Wanted) => void;
}

/** A protected operation that waits for contacts, or for three days without an objection. */
export function PendingNotice({ connection, onWant }: Props) {
  const may = useMay();
  const { pending } = connection;
  if (!pending) return null;
  const confirmed = pending.confirmedBy.map(({ name }) => name).join(', ');
  return (
    <SectionMessage appearance="warning" title={`${title(pending.operation)} asked for`} headingLevel="h2">
      <p>
        {pending.askedBy.name} asked for it <Time at={pending.asked} isInline />.{' '}
        {isOpen(connection.request) ? (
          'It waits while a recovery request is open.'
        ) : (
          <>
            It takes effect <Time at={pending.applies} isInline /> unless somebody objects, or as soon as enough
            contacts confirm.
          </>
        )}
        {confirmed !== '' && ` Confirmed by ${confirmed}.`}
      </p>
      <p className={styles.actions}>
        {may('connection.confirm-pending') && (
          <Button onClick={() => onWant({ deed: 'confirm-pending', connection })}>Confirm</Button>
        )}
        {may('connection.cancel-pending') && (
          <Button onClick={() => onWant({ deed: 'object', connection })}>Object</Button>
        )}
      </p>
    </SectionMessage>
  );
}

export function SuspensionNotice({ connection, onWant }: Props) {
  const may = useMay();
  const { suspension } = connection;
  if (!suspension) return null;
  const votes = suspension.votes.map(({ name }) => name).join(', ');
  return (
    <SectionMessage appearance="error" title="Suspended: nothing is read over it" headingLevel="h2">
      <p>
        {suspension.by ? `${suspension.by.name} stopped it` : 'Its token was presented from a second site'}{' '}
        <Time at={suspension.at} isInline />. {votes === '' ? 'Nobody voted to take it up again.' : `Votes: ${votes}.`}
      </p>
      <p className={styles.actions}>
        {may('connection.vote-resume') && (
          <Button onClick={() => onWant({ deed: 'vote', connection })}>Vote to take it up again</Button>
        )}
        {may('connection.resume') && (
          <Button onClick={() => onWant({ deed: 'resume', connection })}>Take it up again</Button>
        )}
      </p>
    </SectionMessage>
  );
}
