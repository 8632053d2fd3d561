import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { useMay } from '../../api/session';
import type { Member } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { Dialog } from '../../ui/Dialog';
import { SelectInput, TextInput } from '../../ui/Field';
import { Secret } from '../../ui/Secret';
import { givable, leastOf, roleOf } from './roles';

/** A one-time link, shown once: whoever invites hands it over. */
function LinkOnce({ name, link, onClose }: { name: string; link: string; onClose: () => void }) {
  return (
    <Dialog
      title={`The link for ${name}`}
      isSticky
      onClose={onClose}
      submit={{ text: 'I handed it over', act: onClose, isPending: false }}
    >
      <p>It works once, for 7 days, and is shown only now. Give it to them, and to nobody else.</p>
      <Secret value={link} name="One-time link" />
    </Dialog>
  );
}

export function AddMemberDialog({ onClose }: { onClose: () => void }) {
  const options = givable(useMay());
  const [name, setName] = useState('');
  const [email, setEmail] = useState('');
  const [role, setRole] = useState(leastOf(options));
  const [link, setLink] = useState<string>();
  const add = useAction(
    () => body(api.POST('/api/v1/members', { body: { name: name.trim(), email: email.trim(), role: roleOf(role) } })),
    { then: (invited) => setLink(invited.link) },
  );
  if (link !== undefined) return <LinkOnce name={name} link={link} onClose={onClose} />;
  return (
    <ActionDialog
      title="Add member"
      onClose={onClose}
      action={add}
      button="Add member"
      isDisabled={name.trim() === '' || email.trim() === ''}
    >
      {(wrong) => (
        <>
          <TextInput
            label="Name"
            value={name}
            onChange={setName}
            wrong={wrong('name')}
            maxLength={100}
            autoFocus
            isRequired
          />
          <TextInput
            label="E-mail address"
            type="email"
            value={email}
            onChange={setEmail}
            wrong={wrong('email')}
            isRequired
          />
          <SelectInput label="Role" value={role} onChange={setRole} options={options} wrong={wrong('role')} />
        </>
      )}
    </ActionDialog>
  );
}

/** Another one-time link, for whoever lost theirs or forgot the password. */
export function InviteAgainDialog({ member, onClose }: { member: Member; onClose: () => void }) {
  const [link, setLink] = useState<string>();
  const invite = useAction(
    () => body(api.POST('/api/v1/members/{member}/invitation', { params: { path: { member: member.id } } })),
    { then: (invited) => setLink(invited.link) },
  );
  if (link !== undefined) return <LinkOnce name={member.name} link={link} onClose={onClose} />;
  return (
    <ActionDialog title={`A new link for ${member.name}`} onClose={onClose} action={invite} button="Make a link">
      <p>With it they choose a password anew. Earlier links end.</p>
    </ActionDialog>
  );
}
