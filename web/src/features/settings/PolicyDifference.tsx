import Lozenge from '@atlaskit/lozenge';
import SectionMessage from '@atlaskit/section-message';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Contact, Policy } from '../../api/types';
import { countingContacts, shortage } from '../../lib/contacts';
import { plural } from '../../lib/words';
import { useNow } from '../../ui/now';
import { differences, waitsFor, waitText, type Difference, type Effect, type Wait } from './policyChanges';
import styles from './settings.module.css';

const EFFECTS: Readonly<Record<Effect, string>> = { stricter: 'Stricter', laxer: 'Laxer', neither: 'Name' };

const COLOURS = { stricter: 'success', laxer: 'moved', neither: 'default' } as const;

interface Props {
  before: Policy;
  after: Policy;
  contacts: Contact[];
}

/** What differs from the policy in force, and what follows from asking for it. */
export function PolicyDifference({ before, after, contacts }: { [Key in keyof Props]: Props[Key] | undefined }) {
  const changes = before && after ? differences(before, after) : [];
  return (
    <div role="status">
      <h2 className={styles.subtitle}>What changes</h2>
      {changes.length === 0 && <p>{after ? 'Nothing yet.' : 'What is marked above must be mended first.'}</p>}
      <Changes changes={changes} />
      {before && after && contacts && changes.length > 0 && (
        <Consequence before={before} after={after} contacts={contacts} />
      )}
    </div>
  );
}

/** Each difference, with its direction in a word. */
export function Changes({ changes }: { changes: Difference[] }) {
  return (
    <ul className={styles.changes}>
      {changes.map(({ text, effect }) => (
        <li key={text}>
          <Lozenge appearance={COLOURS[effect]}>{EFFECTS[effect]}</Lozenge> {text}
        </li>
      ))}
    </ul>
  );
}

function Consequence({ before, after, contacts }: Props) {
  const waits = useWaits({ before, after, contacts });
  const short = shortage(after, countingContacts(contacts, useNow()));
  if (waits.length === 0) {
    return (
      <SectionMessage title="This change is in force at once" headingLevel="h3">
        <p>It takes nothing from anybody.</p>
      </SectionMessage>
    );
  }
  return (
    <SectionMessage appearance="warning" title="This change waits" headingLevel="h3">
      <p>It takes effect when enough contacts confirm it, or when three days pass without an objection.</p>
      <Reasons before={before} after={after} contacts={contacts} />
      {short !== undefined && <p>{short}</p>}
    </SectionMessage>
  );
}

/** Why a change waits, and who could end the waiting. */
export function Reasons(props: Props) {
  const { before, contacts } = props;
  const waits = useWaits(props);
  const counting = countingContacts(contacts, useNow());
  const enough = Math.max(before.contactConfirmations, 1);
  return (
    <>
      <ul>
        {waits.map((wait) => (
          <li key={wait}>{waitText(wait, props.after, counting)}</li>
        ))}
      </ul>
      <p>
        {plural(enough, 'recovery contact', 'recovery contacts')} must confirm it;{' '}
        {counting < enough
          ? `${String(counting)} can now, so it waits for the three days.`
          : `${String(counting)} can.`}
      </p>
    </>
  );
}

function useWaits({ before, after, contacts }: Props): Wait[] {
  const may = useMay();
  const members = useQuery({ ...queries.members(), enabled: may('member.read') });
  const supporters = members.data?.filter(({ role }) => role.startsWith('support')).length;
  return waitsFor(before, after, countingContacts(contacts, useNow()), supporters);
}
