import type { Speed } from '../../api/types';
import { absoluteTime } from '../../lib/time';
import { BarChart } from '../../ui/chart/BarChart';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';

const percentOf = (share: number) => Math.round(100 * share);

/** How much of what Jira allows it used, from the beginning until now; the table has the same. */
export function SpeedChart({ speed }: { speed: Speed[] }) {
  if (speed.length < 2) return null;
  const most = speed.reduce((largest, { share }) => Math.max(largest, share), 0);
  return (
    <>
      <BarChart
        caption="Requests, as a part of what Jira allows to the endpoint that is closest to its limit."
        summary={`Throughput against Jira’s limit: ${percentOf(most)} % at most, ${percentOf(speed.at(-1)?.share ?? 0)} % last.`}
        line={{ value: 1, text: 'Jira’s limit' }}
        bars={speed.map(({ at, share, perSecond }) => ({
          key: at,
          text: `${absoluteTime(new Date(at))}: ${percentOf(share)} % of Jira’s limit, ${perSecond} requests a second`,
          value: share,
        }))}
      />
      <details>
        <summary>Throughput in figures</summary>
        <Table
          caption="Throughput, the newest first"
          rows={[...speed].reverse()}
          rowKey={({ at }) => at}
          columns={[
            { head: 'When', cell: ({ at }) => <Time at={at} /> },
            { head: 'Requests a second', isNumber: true, cell: ({ perSecond }) => perSecond.toFixed(1) },
            { head: 'Of Jira’s limit', isNumber: true, cell: ({ share }) => `${percentOf(share)} %` },
          ]}
        />
      </details>
    </>
  );
}
