import Button from '@atlaskit/button/new';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { fieldError } from '../../api/problem';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Contact } from '../../api/types';
import { personText } from '../../lib/words';
import { Failure } from '../../ui/Dialog';
import { SelectInput } from '../../ui/Field';
import { useNow } from '../../ui/now';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import styles from './settings.module.css';

/** 3 to 7 people, best with addresses outside the source's own domain. */
export function ContactsOf({ site, contacts }: { site: string; contacts: Contact[] }) {
  const may = useMay();
  return (
    <>
      <p>Three to seven people who can be reached when the source is gone, best at addresses outside its own domain.</p>
      {contacts.length > 0 ? <ContactTable site={site} contacts={contacts} /> : <p>None are named yet.</p>}
      {may('contact.add') && may('member.read') && <NameContact site={site} contacts={contacts} />}
    </>
  );
}

function ContactTable({ site, contacts }: { site: string; contacts: Contact[] }) {
  const now = useNow();
  const may = useMay();
  const counts = (contact: Contact) => new Date(contact.counts) <= now;
  return (
    <Table
      caption="Recovery contacts"
      rows={contacts}
      rowKey={({ person }) => person.id}
      columns={[
        { head: 'Name', cell: ({ person }) => person.name },
        { head: 'E-mail address', cell: ({ person }) => person.email },
        { head: 'Named', cell: ({ registered }) => <Time at={registered} /> },
        { head: 'Counts', cell: (one) => (counts(one) ? 'Yes' : <Time at={one.counts} />) },
        {
          head: 'Actions',
          isHeadHidden: true,
          cell: (one) =>
            may(counts(one) ? 'contact.remove' : 'contact.strike-off') && (
              <Leave site={site} contact={one} isCounting={counts(one)} />
            ),
        },
      ]}
    />
  );
}

/** Whoever counts already leaves only when contacts confirm it, or after three days. */
function Leave({ site, contact, isCounting }: { site: string; contact: Contact; isCounting: boolean }) {
  const person = contact.person.id;
  const leave = useAction(
    () =>
      isCounting
        ? body(api.POST('/api/v1/sites/{site}/safeguards/removal', { params: { path: { site } }, body: { person } }))
        : body(api.DELETE('/api/v1/sites/{site}/contacts/{person}', { params: { path: { site, person } } })),
    { said: isCounting ? 'The removal was asked for' : 'Struck off' },
  );
  return (
    <>
      <Button onClick={() => leave.mutate()} isLoading={leave.isPending}>
        {isCounting ? 'Ask for removal' : 'Strike off'}
      </Button>
      {leave.error && <Failure error={leave.error} />}
    </>
  );
}

function NameContact({ site, contacts }: { site: string; contacts: Contact[] }) {
  const members = useQuery(queries.members());
  const [person, setPerson] = useState('');
  const name = useAction(
    () => body(api.POST('/api/v1/sites/{site}/contacts', { params: { path: { site } }, body: { person } })),
    { said: 'Named. Their word counts in a week', then: () => setPerson('') },
  );
  const known = contacts.map((contact) => contact.person.id);
  const free = (members.data ?? []).filter(({ id, role }) => !known.includes(id) && !role.startsWith('support'));
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        name.mutate();
      }}
    >
      <SelectInput
        label="Name another contact"
        value={person}
        onChange={setPerson}
        options={[
          { value: '', text: 'Choose a member' },
          ...free.map((member) => ({ value: member.id, text: personText(member) })),
        ]}
        hint="Their word counts a week after being named. Add them under Members and roles first."
        wrong={fieldError(name.error, 'person')}
      />
      {name.error && fieldError(name.error, 'person') === undefined && <Failure error={name.error} />}
      <Button type="submit" isDisabled={person === ''} isLoading={name.isPending}>
        Name contact
      </Button>
    </form>
  );
}
