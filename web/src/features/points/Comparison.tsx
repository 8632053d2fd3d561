import Lozenge from '@atlaskit/lozenge';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../../api/queries';
import type { Changes } from '../../api/types';
import { count, plural, title } from '../../lib/words';
import { Loaded } from '../../ui/Loaded';
import { Table } from '../../ui/Table';

const APPEARANCE = { added: 'success', changed: 'inprogress', deleted: 'removed' } as const;

interface Between {
  site: string;
  point: number;
  from: number;
}

/** What is otherwise between two points: by kind, and the first of the objects. */
export function Comparison({ site, point, from }: Between) {
  const query = useQuery(queries.changes(site, point, from));
  return (
    <Loaded query={query}>
      {(changes) => (
        <>
          <p role="status">
            {changes.total === 0
              ? `Nothing differs between No. ${from} and No. ${point}.`
              : `${plural(changes.total, 'object')} differ between No. ${from} and No. ${point}.`}
          </p>
          {changes.total > 0 && (
            <>
              <ByKind changes={changes} />
              <Objects changes={changes} between={{ site, point, from }} />
            </>
          )}
        </>
      )}
    </Loaded>
  );
}

function ByKind({ changes }: { changes: Changes }) {
  const rows = Object.entries(changes.kinds).map(([kind, counts]) => ({ kind, counts }));
  const cell = (change: string) => (row: (typeof rows)[number]) => count(row.counts[change] ?? 0);
  return (
    <Table
      caption="Differences by kind"
      rows={rows}
      rowKey={({ kind }) => kind}
      columns={[
        { head: 'Kind', cell: ({ kind }) => title(kind) },
        { head: 'Added', isNumber: true, cell: cell('added') },
        { head: 'Changed', isNumber: true, cell: cell('changed') },
        { head: 'Deleted', isNumber: true, cell: cell('deleted') },
      ]}
    />
  );
}

function ObjectLink({ site, point, from, kind, objectKey: key }: Between & { kind: string; objectKey: string }) {
  return (
    <Link
      to="/points/$site/$point"
      params={{ site, point: String(point) }}
      search={{ from, kind, key }}
      resetScroll={false}
      aria-label={`${title(kind)} ${key}: what is otherwise`}
    >
      <code>{key}</code>
    </Link>
  );
}

function Objects({ changes: { objects, total }, between }: { changes: Changes; between: Between }) {
  return (
    <details>
      <summary>
        {objects.length < total ? `The first ${count(objects.length)} of ${count(total)} objects` : 'The objects'}
      </summary>
      <Table
        caption="Objects that differ"
        rows={objects}
        rowKey={({ kind, key }) => `${kind} ${key}`}
        columns={[
          { head: 'Kind', cell: ({ kind }) => title(kind) },
          { head: 'Key', cell: ({ kind, key }) => <ObjectLink {...between} kind={kind} objectKey={key} /> },
          {
            head: 'Difference',
            cell: ({ change }) => (
              <Lozenge appearance={APPEARANCE[change as keyof typeof APPEARANCE]}>{title(change)}</Lozenge>
            ),
          },
        ]}
      />
    </details>
  );
}
