import { useQuery } from '@tanstack/react-query';
import { useRecoveries } from '../../api/paged';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Connection, Recovery } from '../../api/types';
import { duration, secondsBetween } from '../../lib/time';
import { useNow } from '../../ui/now';
import { Tile, Tiles } from '../../ui/Tile';
import { Time } from '../../ui/Time';
import { checksOf, lateness, sourceOf, targetOf } from './readiness';
import { useKnown } from './useKnown';

/** Whether one could recover now, and how long it would take. */
export function Figures({ connections }: { connections: Connection[] }) {
  const may = useMay();
  const known = useKnown(connections);
  const now = useNow();
  const living = connections.filter(({ status }) => status !== 'revoked');
  const ready = living.filter((one) => checksOf(one, known(one), now).every(({ isMet }) => isMet));
  return (
    <Tiles label="Readiness at a glance">
      <Tile
        name="Ready to recover"
        value={`${ready.length} of ${living.length}`}
        note={noteOn(ready.length, living.length)}
      />
      {may('point.read') && <LagTile connections={living} />}
      {may('recovery.read') && <RecoveryTiles />}
    </Tiles>
  );
}

function noteOn(ready: number, all: number): string {
  if (all === 0) return 'There is no connection yet.';
  return ready === all ? 'Every check passes.' : 'See the readiness of each below.';
}

function LagTile({ connections }: { connections: Connection[] }) {
  const known = useKnown(connections);
  const now = useNow();
  const schedules = useQuery(queries.schedules());
  const lags = connections.flatMap((connection) => {
    const { point } = known(connection);
    if (!point) return [];
    return [{ lag: secondsBetween(point.taken, now), connection }];
  });
  const worst = lags.sort((a, b) => b.lag - a.lag)[0];
  if (!worst) return <Tile name="Largest RPO lag" value="–" note="No source has a recovery point yet." />;
  const target = targetOf(sourceOf(worst.connection, known(worst.connection)), schedules.data);
  const told = { 'in-time': 'in time', late: 'over the target', 'very-late': 'over twice the target' };
  const against = target === undefined ? 'nothing sets a target' : `target ${duration(target)}`;
  const word = target === undefined ? '' : `, ${told[lateness(worst.lag, target)]}`;
  return (
    <Tile
      name="Largest RPO lag"
      value={duration(worst.lag)}
      note={`${worst.connection.source.name}: ${against}${word}`}
    />
  );
}

function RecoveryTiles() {
  const { query } = useRecoveries();
  const last = query.data?.items.find(({ job }) => job.state === 'done' && job.ended);
  return (
    <>
      <Tile name="RTO estimate" value={last ? took(last) : '–'} note={<Estimate last={last} />} />
      <Tile
        name="Last recovery"
        value={last ? (last.proven ? 'Proven' : 'Not proven') : '–'}
        note={last ? `${last.source.name} to ${last.standby.name}` : 'A drill shows whether it works.'}
      />
    </>
  );
}

function took({ started, job }: Recovery): string {
  return job.ended ? duration(secondsBetween(started, job.ended)) : '–';
}

function Estimate({ last }: { last: Recovery | undefined }) {
  if (!last?.job.ended) return 'No recovery was finished yet.';
  return (
    <>
      From the last one: <Time at={last.job.ended} isInline />
    </>
  );
}
