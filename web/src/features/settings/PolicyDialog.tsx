import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { queries } from '../../api/queries';
import type { Contact, Policy } from '../../api/types';
import { title } from '../../lib/words';
import { ActionDialog } from '../../ui/ActionDialog';
import { SelectInput } from '../../ui/Field';
import { differences } from './policyChanges';
import { draftOf, policyOf, type PolicyDraft } from './policyDraft';
import { PolicyDifference } from './PolicyDifference';
import { PolicyFields } from './PolicyFields';

interface Props {
  site: string;
  policy: Policy;
  contacts: Contact[];
  onClose: () => void;
}

/** The policy in force is where the choice begins. */
const IN_FORCE = '';

/** Another policy: one that takes nothing from anybody is in force at once, others wait for contacts or three days. */
export function PolicyDialog({ site, policy, contacts, onClose }: Props) {
  const presets = useQuery(queries.policies()).data ?? [];
  const [from, setFrom] = useState(IN_FORCE);
  const [draft, setDraft] = useState<PolicyDraft>(() => draftOf(policy));
  const typed = policyOf(draft, presets);
  const wanted = typed.policy;
  const ask = useAction(
    async () => {
      if (!wanted) return;
      await body(api.POST('/api/v1/sites/{site}/safeguards/policy', { params: { path: { site } }, body: wanted }));
    },
    { said: 'The change of policy was asked for', then: onClose },
  );
  const begin = (name: string) => {
    setFrom(name);
    setDraft(draftOf(presets.find((preset) => preset.name === name) ?? policy));
  };
  const isChanged = wanted !== undefined && differences(policy, wanted).length > 0;
  return (
    <ActionDialog
      title="Change verification policy"
      onClose={onClose}
      action={ask}
      button="Ask for this policy"
      isDisabled={!isChanged}
      width="large"
    >
      {(wrong) => (
        <>
          <SelectInput
            label="Policy"
            value={from}
            onChange={begin}
            options={[
              { value: IN_FORCE, text: `As it is now: ${title(policy.name)}` },
              ...presets.map(({ name }) => ({ value: name, text: title(name) })),
            ]}
            hint="Where to begin. Every value can be changed."
            autoFocus
          />
          <PolicyFields
            draft={draft}
            onChange={(changes) => setDraft((before) => ({ ...before, ...changes }))}
            wrong={(field) => typed.wrong[field] ?? wrong(field)}
          />
          <PolicyDifference before={policy} after={wanted} contacts={contacts} />
        </>
      )}
    </ActionDialog>
  );
}
