import { useState } from 'react';
import { useAction } from '../../api/actions';
import type { RecoveryRequest } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { AreaInput } from '../../ui/Field';
import { requestDeeds } from './deeds';
import { Scope } from './Scope';

export type Said = 'approve' | 'deny' | 'attest';

const WORDS = {
  approve: {
    title: 'Approve this request',
    label: 'What you checked, in your own words',
    button: 'Approve',
    said: 'Approved',
  },
  deny: { title: 'Deny this request', label: 'Why', button: 'Deny', said: 'Denied' },
  attest: {
    title: 'Attest that the source is theirs',
    label: 'What you checked, in your own words',
    button: 'Attest',
    said: 'Attested',
  },
};

interface Props {
  what: Said;
  request: RecoveryRequest;
  onClose: () => void;
}

/** A supporter's word on a request, which is shown in full. */
export function SayDialog({ what, request, onClose }: Props) {
  const [note, setNote] = useState('');
  const { title, label, button, said } = WORDS[what];
  const action = useAction(
    () => {
      const text = note.trim();
      if (what === 'approve') return requestDeeds.approve(request, text);
      if (what === 'deny') return requestDeeds.deny(request, text);
      return requestDeeds.prove(request, 'attestation', { note: text });
    },
    { said, then: onClose },
  );
  return (
    <ActionDialog
      title={title}
      width="large"
      onClose={onClose}
      action={action}
      button={button}
      isDisabled={note.trim() === ''}
      isDanger={what === 'deny'}
    >
      <Scope request={request} />
      <AreaInput label={label} value={note} onChange={setNote} maxLength={2_000} autoFocus />
    </ActionDialog>
  );
}
