import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { usePoints } from '../../api/paged';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Point } from '../../api/types';
import { absoluteTime } from '../../lib/time';
import { count, title } from '../../lib/words';
import { Facts } from '../../ui/Facts';
import { SelectInput } from '../../ui/Field';
import { Loaded } from '../../ui/Loaded';
import { Page, Section } from '../../ui/Page';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { Comparison } from './Comparison';
import { integrityText, restoredText } from './Marks';
import { ObjectSection } from './ObjectSection';
import { Pin } from './Pin';
import styles from './points.module.css';

/** One recovery point: what it holds, and how it differs from an earlier one. */
export function PointPage() {
  const { site, point: number } = useParams({ from: '/points/$site/$point' });
  const query = useQuery(queries.point(site, Number(number)));
  const owner = useQuery(queries.site(site));
  const may = useMay();
  return (
    <Page
      title={`Recovery point No. ${number}`}
      above={[
        { text: 'Recovery points', to: '/points' },
        { text: owner.data?.name ?? 'Site', to: `/sites/${site}` },
      ]}
      actions={query.data && may('point.pin') && <Pin site={site} point={query.data} />}
    >
      <Loaded query={query}>
        {(point) => (
          <>
            <Facts
              of={[
                ['Taken', <Time key="t" at={point.taken} isInline />],
                ['How', point.note || undefined],
                ['Objects', count(point.objects)],
                ['Integrity', integrityText(point)],
                ['Restored', restoredText(point)],
                ['Retention', point.pinned ? 'Pinned: it stays until it is let go' : 'As the retention says'],
              ]}
            />
            {may('point.content') && (
              <Section title="Compare">
                <Compare site={site} point={point.number} />
              </Section>
            )}
            <Section title="By kind">
              <Kinds point={point} />
            </Section>
          </>
        )}
      </Loaded>
    </Page>
  );
}

function Compare({ site, point }: { site: string; point: number }) {
  const { from, kind, key } = useSearch({ from: '/points/$site/$point' });
  const navigate = useNavigate();
  const points = usePoints(site);
  const earlier = (points.query.data?.items ?? []).filter(({ number }) => number < point);
  const choose = (value: string) => {
    const search = value === '' ? {} : { from: Number(value) };
    void navigate({ to: '/points/$site/$point', params: { site, point: String(point) }, search, replace: true });
  };
  const chosen = from === undefined || earlier.some(({ number }) => number === from) ? [] : [from];
  return (
    <>
      <div className={styles.compare}>
        <SelectInput
          label="With an earlier point"
          value={from === undefined ? '' : String(from)}
          onChange={choose}
          options={[
            { value: '', text: earlier.length > 0 ? 'Choose one' : 'There is no earlier one' },
            ...chosen.map((number) => ({ value: String(number), text: `No. ${number}` })),
            ...earlier.map(({ number, taken }) => ({
              value: String(number),
              text: `No. ${number}, ${absoluteTime(new Date(taken))}`,
            })),
          ]}
        />
      </div>
      {from !== undefined && kind !== undefined && key !== undefined && (
        <ObjectSection site={site} point={point} from={from} kind={kind} objectKey={key} />
      )}
      {from !== undefined && <Comparison site={site} point={point} from={from} />}
    </>
  );
}

function Kinds({ point }: { point: Point }) {
  const rows = Object.entries(point.kinds ?? {}).map(([kind, counts]) => ({ kind, ...counts }));
  return (
    <Table
      caption="What it holds, by kind"
      rows={rows.sort((a, b) => b.live - a.live)}
      rowKey={({ kind }) => kind}
      columns={[
        { head: 'Kind', cell: ({ kind }) => title(kind) },
        { head: 'Objects', isNumber: true, cell: ({ live }) => count(live) },
        { head: 'Added', isNumber: true, cell: ({ added }) => count(added) },
        { head: 'Changed', isNumber: true, cell: ({ changed }) => count(changed) },
        { head: 'Deleted', isNumber: true, cell: ({ deleted }) => count(deleted) },
      ]}
    />
  );
}
