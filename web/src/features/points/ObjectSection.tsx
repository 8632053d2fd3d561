import { useQuery } from '@tanstack/react-query';
import { queries, type ObjectOfPoint } from '../../api/queries';
import type { PointObject } from '../../api/types';
import { count, title } from '../../lib/words';
import { Loaded } from '../../ui/Loaded';
import { Section } from '../../ui/Page';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import { differences, nameOf } from './differences';
import styles from './points.module.css';

/** As many values as are shown. */
const MOST = 200;

/** How one object differs between two points, and its versions. */
export function ObjectSection(chosen: ObjectOfPoint) {
  const query = useQuery(queries.pointObject(chosen));
  return (
    <Section title={`${title(chosen.kind)} ${chosen.objectKey}`}>
      <Loaded query={query}>
        {(object) => (
          <>
            <p role="status">{nameOf(object.after ?? object.before)}</p>
            <Values object={object} chosen={chosen} />
            <Versions object={object} />
          </>
        )}
      </Loaded>
    </Section>
  );
}

function Values({ object, chosen: { point, from } }: { object: PointObject; chosen: ObjectOfPoint }) {
  const all = differences(object.before, object.after);
  if (all.length === 0) return <p>It is the same in both.</p>;
  return (
    <>
      {all.length > MOST && <p>{`The first ${count(MOST)} of ${count(all.length)} values.`}</p>}
      <Table
        caption="Values that differ"
        rows={all.slice(0, MOST)}
        rowKey={({ path }) => path}
        columns={[
          { head: 'Value', cell: ({ path }) => <code>{path || 'all of it'}</code> },
          { head: `In No. ${from}`, cell: ({ before }) => <Value of={before} /> },
          { head: `In No. ${point}`, cell: ({ after }) => <Value of={after} /> },
        ]}
      />
    </>
  );
}

function Value({ of }: { of: string | undefined }) {
  return of === undefined ? '–' : <span className={styles.value}>{of}</span>;
}

function Versions({ object }: { object: PointObject }) {
  return (
    <details>
      <summary>{`All versions in the vault: ${count(object.versions.length)}`}</summary>
      <Table
        caption="Versions, the newest first"
        rows={[...object.versions].reverse()}
        rowKey={({ version }) => String(version)}
        columns={[
          { head: 'Version', cell: ({ version }) => `No. ${version}` },
          { head: 'Taken', cell: ({ taken }) => <Time at={taken} /> },
          { head: 'What', cell: ({ deleted }) => (deleted ? 'Deleted' : 'Added or changed') },
        ]}
      />
    </details>
  );
}
