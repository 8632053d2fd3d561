import Button from '@atlaskit/button/new';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Policy } from '../../api/types';
import { title } from '../../lib/words';
import { Dialog } from '../../ui/Dialog';
import { SelectInput } from '../../ui/Field';
import { policyLines } from './policy';

/** How much it takes to unlock a recovery of this source. */
export function PolicyOf({ site, policy }: { site: string; policy: Policy }) {
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <p>
        <strong>{title(policy.name)}</strong>
      </p>
      <Lines policy={policy} />
      {may('policy.change') && (
        <p>
          <Button onClick={() => setOpen(true)}>Change policy</Button>
        </p>
      )}
      <ModalTransition>
        {isOpen && <PolicyDialog site={site} policy={policy} onClose={() => setOpen(false)} />}
      </ModalTransition>
    </>
  );
}

function Lines({ policy }: { policy: Policy }) {
  return (
    <ul>
      {policyLines(policy).map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

interface DialogProps {
  site: string;
  policy: Policy;
  onClose: () => void;
}

/** Another policy: one that takes nothing from anybody is in force at once, others wait for contacts or three days. */
function PolicyDialog({ site, policy, onClose }: DialogProps) {
  const presets = useQuery(queries.policies());
  const [name, setName] = useState(policy.name);
  const wanted = presets.data?.find((preset) => preset.name === name);
  const ask = useAction(
    async () => {
      if (!wanted) return;
      await body(api.POST('/api/v1/sites/{site}/safeguards/policy', { params: { path: { site } }, body: wanted }));
    },
    { said: 'The change of policy was asked for', then: onClose },
  );
  return (
    <Dialog
      title="Change verification policy"
      onClose={onClose}
      error={ask.error}
      submit={{
        text: 'Ask for this policy',
        act: () => ask.mutate(),
        isPending: ask.isPending,
        isDisabled: !wanted || name === policy.name,
      }}
    >
      <p>
        A policy that takes protection away waits until contacts confirm it, or three days pass without an objection.
      </p>
      <SelectInput
        label="Policy"
        value={name}
        onChange={setName}
        options={[
          ...(presets.data?.some((preset) => preset.name === policy.name)
            ? []
            : [{ value: policy.name, text: title(policy.name) }]),
          ...(presets.data ?? []).map((preset) => ({ value: preset.name, text: title(preset.name) })),
        ]}
        autoFocus
      />
      {wanted && <Lines policy={wanted} />}
    </Dialog>
  );
}
