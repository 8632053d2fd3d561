import Button from '@atlaskit/button/new';
import DownloadIcon from '@atlaskit/icon/core/download';
import { save } from '../../lib/save';
import { count } from '../../lib/words';
import { TextInput } from '../../ui/Field';
import { Table } from '../../ui/Table';
import { peopleOf, withPeople, withPerson, type Person } from './choice';

/** So many are decided about one by one; more are easier in a file. */
const MOST = 50;

interface Props {
  people: Person[];
  csv: string;
  onChange: (csv: string) => void;
}

/** Who has no account on the standby: whom they are there, or nobody. */
export function MissingPeople({ people, csv, onChange }: Props) {
  if (people.length === 0) return null;
  const { map } = peopleOf(csv);
  return (
    <>
      {people.length > MOST && <p>{`The first ${count(MOST)} of ${count(people.length)}; the file has all.`}</p>}
      <Table
        caption="People who have no account on the standby"
        rows={people.slice(0, MOST)}
        rowKey={({ account }) => account}
        columns={[
          { head: 'Name', cell: ({ name }) => name || '–' },
          { head: 'Account on the source', cell: ({ account }) => <code>{account}</code> },
          {
            head: 'Account on the standby',
            cell: (person) => (
              <TextInput
                label={`Account of ${person.name || person.account} on the standby`}
                value={map[person.account] ?? ''}
                onChange={(standby) => onChange(withPerson(csv, person, standby))}
                isMonospaced
              />
            ),
          },
        ]}
      />
      <p>
        <Button
          iconBefore={DownloadIcon}
          onClick={() => save(new Blob([withPeople(csv, people)], { type: 'text/csv' }), 'lifeboat-people.csv')}
        >
          Download these people as CSV
        </Button>
      </p>
    </>
  );
}
