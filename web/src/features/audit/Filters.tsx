import Button from '@atlaskit/button/new';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import { DateInput, SelectInput, TextInput } from '../../ui/Field';
import styles from './audit.module.css';
import { filterOf, type Filter } from './filters';

const RESULTS = [
  { value: '', text: 'Done and refused' },
  { value: 'done', text: 'Done' },
  { value: 'refused', text: 'Refused' },
];

/** How long somebody may pause while typing, in milliseconds. */
const TYPED = 400;

/** By person, action, connection, time and result: the server looks through all of the log. */
export function Filters({ filter, onChange }: { filter: Filter; onChange: (filter: Filter) => void }) {
  const set = (name: keyof Filter) => (value: string) => onChange(filterOf({ ...filter, [name]: value }));
  return (
    <search className={styles.filters} aria-label="Audit log">
      <Who value={filter.by ?? ''} onChange={set('by')} />
      <What value={filter.action ?? ''} onChange={set('action')} />
      <Over value={filter.connection ?? ''} onChange={set('connection')} />
      <DateInput label="From" value={filter.from ?? ''} onChange={set('from')} />
      <DateInput label="To" value={filter.until ?? ''} onChange={set('until')} />
      <SelectInput label="Result" value={filter.result ?? ''} onChange={set('result')} options={RESULTS} />
      {Object.keys(filter).length > 0 && (
        <p className={styles.clear}>
          <Button appearance="subtle" onClick={() => onChange({})}>
            Show everything
          </Button>
        </p>
      )}
    </search>
  );
}

interface Part {
  value: string;
  onChange: (value: string) => void;
}

function Who({ value, onChange }: Part) {
  const may = useMay();
  const members = useQuery({ ...queries.members(), enabled: may('member.read') });
  const people = (members.data ?? []).map(({ id, name }) => ({ value: id, text: name }));
  const always = [
    { value: '', text: 'Everybody' },
    { value: 'lifeboat', text: 'Lifeboat' },
    { value: 'unknown', text: 'Somebody unknown' },
  ];
  return <SelectInput label="Who" value={value} onChange={onChange} options={named([...always, ...people], value)} />;
}

function Over({ value, onChange }: Part) {
  const may = useMay();
  const connections = useQuery({ ...queries.connections(), enabled: may('connection.read') });
  const all = (connections.data ?? []).map(({ id, name }) => ({ value: id, text: name }));
  const options = named([{ value: '', text: 'All of them' }, ...all], value);
  return <SelectInput label="Connection" value={value} onChange={onChange} options={options} />;
}

/** What is chosen stays chosen, even if nobody knows its name. */
function named(options: { value: string; text: string }[], chosen: string) {
  return options.some(({ value }) => value === chosen) ? options : [...options, { value: chosen, text: chosen }];
}

/** Asked for once somebody has stopped typing, or left the field. */
function What({ value, onChange }: Part) {
  const [typed, setTyped] = useState<string>();
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    if (typed === undefined) return;
    const later = setTimeout(() => {
      latest.current(typed.trim());
      setTyped(undefined);
    }, TYPED);
    return () => clearTimeout(later);
  }, [typed]);
  return (
    <TextInput
      label="What"
      value={typed ?? value}
      onChange={setTyped}
      maxLength={80}
      hint="connection, or connection.activate"
    />
  );
}
