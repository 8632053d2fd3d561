import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAudit } from '../../api/paged';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import { count } from '../../lib/words';
import { Empty } from '../../ui/Empty';
import { SelectInput, TextInput } from '../../ui/Field';
import { Loaded } from '../../ui/Loaded';
import { Page } from '../../ui/Page';
import { Pager } from '../../ui/Pager';
import styles from './audit.module.css';
import { EventTable } from './EventTable';
import { Exports } from './Exports';
import { fitting, type Filter } from './filters';

const RESULTS = [
  { value: 'all', text: 'Done and refused' },
  { value: 'done', text: 'Done' },
  { value: 'refused', text: 'Refused' },
] satisfies { value: Filter['result']; text: string }[];

export function AuditPage() {
  const paged = useAudit();
  const may = useMay();
  const head = useQuery(queries.auditHead());
  const [filter, setFilter] = useState<Filter>({ text: '', result: 'all' });
  return (
    <Page
      title="Audit log"
      lead={
        head.data && (
          <>
            {count(head.data.number)} events, numbered without gaps and chained. The last hash{' '}
            <code title={head.data.hash}>{head.data.hash.slice(0, 16)}…</code> stands for all of them.
          </>
        )
      }
      actions={may('audit.export') && <Exports />}
    >
      <div className={styles.filters}>
        <TextInput
          label="Find on this page"
          value={filter.text}
          onChange={(text) => setFilter({ ...filter, text })}
          hint="Who, what, or to what"
        />
        <SelectInput
          label="Result"
          value={filter.result}
          onChange={(value) =>
            setFilter({ ...filter, result: RESULTS.find((one) => one.value === value)?.value ?? 'all' })
          }
          options={RESULTS}
        />
      </div>
      <Loaded query={paged.query}>
        {({ items }) => {
          const shown = fitting(items, filter);
          return shown.length > 0 ? (
            <EventTable events={shown} />
          ) : (
            <Empty title="Nothing on this page fits">Look at older pages, or for something else.</Empty>
          );
        }}
      </Loaded>
      <Pager of={paged} label="Pages of the audit log" />
    </Page>
  );
}
