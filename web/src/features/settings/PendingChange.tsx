import Button from '@atlaskit/button/new';
import SectionMessage from '@atlaskit/section-message';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { useMay } from '../../api/session';
import type { Contact, Policy, Safeguards } from '../../api/types';
import { Failure } from '../../ui/Dialog';
import { Time } from '../../ui/Time';
import { differences } from './policyChanges';
import { Changes, Reasons } from './PolicyDifference';
import styles from './settings.module.css';

interface Props {
  site: string;
  pending: NonNullable<Safeguards['pending']>;
  /** What is in force. */
  policy: Policy;
  contacts: Contact[];
}

/** A change of policy or contacts that waits for contacts, or for three days without an objection. */
export function PendingChange({ site, pending, policy, contacts }: Props) {
  const may = useMay();
  const params = { path: { site } };
  const confirm = useAction(() => body(api.POST('/api/v1/sites/{site}/safeguards/confirmation', { params })), {
    said: 'You confirmed the change',
  });
  const object = useAction(() => body(api.POST('/api/v1/sites/{site}/safeguards/objection', { params })), {
    said: 'The change will not happen',
  });
  const what = pending.policy
    ? `the policy ${pending.policy.name}`
    : `the removal of ${pending.removal?.name ?? 'a contact'}`;
  const error = confirm.error ?? object.error;
  return (
    <SectionMessage appearance="warning" title="A change waits" headingLevel="h2">
      <p>
        {pending.askedBy.name} asked for {what} <Time at={pending.asked} isInline />. It takes effect{' '}
        <Time at={pending.applies} isInline /> unless somebody objects, or as soon as enough contacts confirm.
      </p>
      {pending.policy && (
        <>
          <Changes changes={differences(policy, pending.policy)} />
          <Reasons before={policy} after={pending.policy} contacts={contacts} />
        </>
      )}
      <p className={styles.inline}>
        {may('safeguard.confirm') && (
          <Button onClick={() => confirm.mutate()} isLoading={confirm.isPending}>
            Confirm
          </Button>
        )}
        {may('safeguard.object') && (
          <Button onClick={() => object.mutate()} isLoading={object.isPending}>
            Object
          </Button>
        )}
      </p>
      {error && <Failure error={error} />}
    </SectionMessage>
  );
}
