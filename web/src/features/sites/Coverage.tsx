import Lozenge from '@atlaskit/lozenge';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../api/queries';
import type { KindCoverage } from '../../api/types';
import { count, plural, title } from '../../lib/words';
import { TextInput } from '../../ui/Field';
import { ShareBar } from '../../ui/chart/ShareBar';
import { Loaded } from '../../ui/Loaded';
import { Table } from '../../ui/Table';

/** Kind by kind: captured whole or partly, how many there are, and what Jira's API does not let anyone restore. */
export function Coverage({ site }: { site: string }) {
  const query = useQuery(queries.coverage(site));
  const [wanted, setWanted] = useState('');
  return (
    <Loaded query={query}>
      {(kinds) => {
        const whole = kinds.filter(({ captured }) => captured === 'whole').length;
        const shown = kinds.filter(({ title: name }) => name.toLowerCase().includes(wanted.trim().toLowerCase()));
        return (
          <>
            <p>
              {plural(kinds.length, 'kind')} of objects: {whole} captured whole, {kinds.length - whole} with losses that
              are named here, in every plan and in every report.
            </p>
            <ShareBar
              label="Kinds by how they are captured"
              shares={[
                { name: 'Captured whole', value: whole, look: 'whole' },
                { name: 'With named losses', value: kinds.length - whole, look: 'partly' },
              ]}
            />
            <div style={{ maxWidth: '20rem', marginBlockStart: 'var(--ds-space-200)' }}>
              <TextInput label="Find a kind" value={wanted} onChange={setWanted} />
            </div>
            <CoverageTable rows={shown} />
          </>
        );
      }}
    </Loaded>
  );
}

function CoverageTable({ rows }: { rows: KindCoverage[] }) {
  return (
    <Table
      caption="Coverage by kind"
      rows={rows}
      rowKey={({ kind }) => kind}
      columns={[
        { head: 'Kind', cell: ({ title: name }) => title(name) },
        {
          head: 'Captured',
          cell: ({ captured }) => (
            <Lozenge appearance={captured === 'whole' ? 'success' : 'moved'}>{title(captured)}</Lozenge>
          ),
        },
        { head: 'Objects', isNumber: true, cell: ({ objects }) => (objects == null ? '–' : count(objects)) },
        { head: 'What cannot be restored', cell: (row) => <Losses of={row.losses} /> },
      ]}
    />
  );
}

function Losses({ of }: { of: KindCoverage['losses'] }) {
  if (of.length === 0) return 'Nothing';
  return (
    <details>
      <summary>{plural(of.length, 'loss', 'losses')}</summary>
      <dl>
        {of.map(({ id, what, instead }) => (
          <div key={id}>
            <dt>{what}</dt>
            <dd>{instead}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
