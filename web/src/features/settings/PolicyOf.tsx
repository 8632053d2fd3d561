import Button from '@atlaskit/button/new';
import { ModalTransition } from '@atlaskit/modal-dialog';
import SectionMessage from '@atlaskit/section-message';
import { useState } from 'react';
import { useMay } from '../../api/session';
import type { Contact, Policy } from '../../api/types';
import { countingContacts, shortage } from '../../lib/contacts';
import { title } from '../../lib/words';
import { useNow } from '../../ui/now';
import { policyLines } from './policy';
import { PolicyDialog } from './PolicyDialog';

interface Props {
  site: string;
  policy: Policy;
  contacts: Contact[];
}

/** How much it takes to unlock a recovery of this source. */
export function PolicyOf({ site, policy, contacts }: Props) {
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  const short = shortage(policy, countingContacts(contacts, useNow()));
  return (
    <>
      <p>
        <strong>{title(policy.name)}</strong>
      </p>
      <ul>
        {policyLines(policy).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {short !== undefined && (
        <SectionMessage appearance="warning" title="There are too few recovery contacts" headingLevel="h3">
          <p>{short}</p>
        </SectionMessage>
      )}
      {may('policy.change') && (
        <p>
          <Button onClick={() => setOpen(true)}>Change policy</Button>
        </p>
      )}
      <ModalTransition>
        {isOpen && <PolicyDialog site={site} policy={policy} contacts={contacts} onClose={() => setOpen(false)} />}
      </ModalTransition>
    </>
  );
}
