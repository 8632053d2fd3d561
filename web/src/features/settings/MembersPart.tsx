import Button from '@atlaskit/button/new';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/queries';
import { useMay, useMe } from '../../api/session';
import type { Member } from '../../api/types';
import { title } from '../../lib/words';
import { Loaded } from '../../ui/Loaded';
import { Section } from '../../ui/Page';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { AddMemberDialog, InviteAgainDialog } from './InviteDialogs';
import { ChangeMemberDialog, RemoveMemberDialog } from './MemberDialogs';
import { givable } from './roles';
import styles from './settings.module.css';

type Open = { what: 'add' } | { what: 'change' | 'remove' | 'invite'; member: Member };

/** Who acts here, and as what. */
export function MembersPart() {
  const may = useMay();
  const query = useQuery(queries.members());
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  return (
    <Section
      title="Members and roles"
      actions={
        givable(may).length > 0 && (
          <Button appearance="primary" onClick={() => setOpen({ what: 'add' })}>
            Add member
          </Button>
        )
      }
    >
      <Loaded query={query}>{(members) => <Members rows={members} onOpen={setOpen} />}</Loaded>
      <ModalTransition>{open?.what === 'add' && <AddMemberDialog onClose={close} />}</ModalTransition>
      <ModalTransition>
        {open?.what === 'invite' && <InviteAgainDialog member={open.member} onClose={close} />}
      </ModalTransition>
      <ModalTransition>
        {open?.what === 'change' && <ChangeMemberDialog member={open.member} onClose={close} />}
      </ModalTransition>
      <ModalTransition>
        {open?.what === 'remove' && <RemoveMemberDialog member={open.member} onClose={close} />}
      </ModalTransition>
    </Section>
  );
}

function Members({ rows, onOpen }: { rows: Member[]; onOpen: (open: Open) => void }) {
  const me = useMe();
  const roles = givable(useMay()).map(({ value }) => value);
  const actions = (member: Member) =>
    roles.includes(member.role) && (
      <span className={styles.inline}>
        <Button onClick={() => onOpen({ what: 'change', member })}>Change</Button>
        <Button onClick={() => onOpen({ what: 'invite', member })}>New link</Button>
        {member.id !== me.id && <Button onClick={() => onOpen({ what: 'remove', member })}>Remove</Button>}
      </span>
    );
  const columns = [
    { head: 'Name', cell: ({ name }: Member) => name },
    { head: 'E-mail address', cell: ({ email }: Member) => email },
    { head: 'Role', cell: ({ role }: Member) => title(role) },
    { head: 'Added', cell: ({ added }: Member) => <Time at={added} /> },
  ];
  const last = { head: 'Actions', isHeadHidden: true, cell: actions };
  return (
    <Table
      caption="Members"
      rows={rows}
      rowKey={({ id }) => id}
      columns={roles.length > 0 ? [...columns, last] : columns}
    />
  );
}
