import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { useMay } from '../../api/session';
import type { Member } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { SelectInput, TextInput } from '../../ui/Field';
import { givable, roleOf } from './roles';

interface Props {
  member: Member;
  onClose: () => void;
}

export function ChangeMemberDialog({ member, onClose }: Props) {
  const options = givable(useMay());
  const [name, setName] = useState(member.name);
  const [role, setRole] = useState<string>(member.role);
  const change = useAction(
    () => {
      const params = { path: { member: member.id } };
      return body(api.PATCH('/api/v1/members/{member}', { params, body: { name: name.trim(), role: roleOf(role) } }));
    },
    { said: 'Changed', then: onClose },
  );
  return (
    <ActionDialog
      title={`Change ${member.email}`}
      onClose={onClose}
      action={change}
      button="Save"
      isDisabled={name.trim() === ''}
    >
      {(wrong) => (
        <>
          <TextInput label="Name" value={name} onChange={setName} maxLength={100} wrong={wrong('name')} autoFocus />
          <SelectInput label="Role" value={role} onChange={setRole} options={options} wrong={wrong('role')} />
        </>
      )}
    </ActionDialog>
  );
}

export function RemoveMemberDialog({ member, onClose }: Props) {
  const remove = useAction(
    () => body(api.DELETE('/api/v1/members/{member}', { params: { path: { member: member.id } } })),
    { said: `${member.name} is removed`, then: onClose },
  );
  return (
    <ActionDialog title={`Remove ${member.name}`} onClose={onClose} action={remove} button="Remove" isDanger>
      <p>Their sessions and API keys end at once. What they did stays in the audit log, under their name.</p>
    </ActionDialog>
  );
}
