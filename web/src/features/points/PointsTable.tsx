import { Link } from '@tanstack/react-router';
import type { Point } from '../../api/types';
import { secondsBetween } from '../../lib/time';
import { bytes, count } from '../../lib/words';
import { Table } from '../../ui/Table';
import { Duration, Time } from '../../ui/Time';
import { Marks } from './Marks';

export function PointsTable({ site, points }: { site: string; points: Point[] }) {
  const before = new Map(points.map((point, index) => [point.number, points[index + 1]]));
  return (
    <Table
      caption="Recovery points, the newest first"
      rows={points}
      rowKey={({ number }) => String(number)}
      columns={[
        {
          head: 'Point',
          cell: ({ number }) => (
            <Link to="/points/$site/$point" params={{ site, point: String(number) }}>
              No. {number}
            </Link>
          ),
        },
        { head: 'Taken', cell: ({ taken }) => <Time at={taken} /> },
        {
          head: 'After the one before',
          cell: ({ number, taken }) => <Gap from={before.get(number)?.taken} to={taken} />,
        },
        { head: 'State', cell: (point) => <Marks point={point} /> },
        { head: 'How', cell: ({ note }) => note || '–' },
        { head: 'Objects', isNumber: true, cell: ({ objects }) => count(objects) },
        { head: 'Added', isNumber: true, cell: ({ added }) => count(added) },
        { head: 'Changed', isNumber: true, cell: ({ changed }) => count(changed) },
        { head: 'Deleted', isNumber: true, cell: ({ deleted }) => count(deleted) },
        { head: 'Vault', isNumber: true, cell: ({ bytes: size }) => (size == null ? '–' : bytes(size)) },
        {
          head: 'Compare',
          isHeadHidden: true,
          cell: ({ number }) => <CompareLink site={site} point={number} from={before.get(number)?.number} />,
        },
      ]}
    />
  );
}

function Gap({ from, to }: { from: string | undefined; to: string }) {
  return from === undefined ? '–' : <Duration seconds={secondsBetween(from, to)} />;
}

function CompareLink({ site, point, from }: { site: string; point: number; from: number | undefined }) {
  if (from === undefined) return null;
  return (
    <Link to="/points/$site/$point" params={{ site, point: String(point) }} search={{ from }}>
      Compare with No. {from}
    </Link>
  );
}
