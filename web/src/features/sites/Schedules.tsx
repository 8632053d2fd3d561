import Button from '@atlaskit/button/new';
import { ModalTransition } from '@atlaskit/modal-dialog';
import Lozenge from '@atlaskit/lozenge';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { queries } from '../../api/queries';
import { useMay } from '../../api/session';
import type { Schedule, Site } from '../../api/types';
import { title } from '../../lib/words';
import { Failure } from '../../ui/Dialog';
import { Loaded } from '../../ui/Loaded';
import { Table } from '../../ui/Table';
import { Time } from '../../ui/Time';
import styles from '../../ui/ui.module.css';
import { AddScheduleDialog } from './AddScheduleDialog';
import { KeepDialog } from './KeepDialog';
import { retentionText } from './retention';

/** What is done again and again on a site. */
export function Schedules({ site }: { site: Site }) {
  const may = useMay();
  const query = useQuery(queries.schedules());
  const [isAdding, setAdding] = useState(false);
  return (
    <>
      <Loaded query={query}>
        {(all) => {
          const own = all.filter((one) => one.site.id === site.id);
          return own.length > 0 ? (
            <ScheduleTable rows={own} />
          ) : (
            <p>Nothing is scheduled: it is backed up by hand only.</p>
          );
        }}
      </Loaded>
      {may('schedule.change') && (
        <p>
          <Button onClick={() => setAdding(true)}>Add schedule</Button>
        </p>
      )}
      <ModalTransition>
        {isAdding && <AddScheduleDialog site={site} onClose={() => setAdding(false)} />}
      </ModalTransition>
    </>
  );
}

function ScheduleTable({ rows }: { rows: Schedule[] }) {
  const may = useMay();
  const columns = [
    {
      head: 'What',
      cell: ({ kind, keep }: Schedule) => (keep ? `${title(kind)}, keeping ${retentionText(keep)}` : title(kind)),
    },
    {
      head: 'When',
      cell: ({ cron, zone }: Schedule) => (
        <>
          <code>{cron}</code> {zone}
        </>
      ),
    },
    { head: 'Next', cell: ({ enabled, next }: Schedule) => (enabled ? <Time at={next} /> : '–') },
    {
      head: 'State',
      cell: ({ enabled }: Schedule) => (
        <Lozenge appearance={enabled ? 'success' : 'default'}>{enabled ? 'On' : 'Off'}</Lozenge>
      ),
    },
  ];
  const actions = { head: 'Actions', isHeadHidden: true, cell: (row: Schedule) => <ScheduleActions schedule={row} /> };
  return (
    <Table
      caption="Schedules"
      rows={rows}
      rowKey={({ id }) => id}
      columns={may('schedule.change') ? [...columns, actions] : columns}
    />
  );
}

function ScheduleActions({ schedule }: { schedule: Schedule }) {
  const params = { path: { schedule: schedule.id } };
  const turn = useAction(
    () => body(api.PATCH('/api/v1/schedules/{schedule}', { params, body: { enabled: !schedule.enabled } })),
    { said: schedule.enabled ? 'Turned off' : 'Turned on' },
  );
  const remove = useAction(() => body(api.DELETE('/api/v1/schedules/{schedule}', { params })), { said: 'Removed' });
  const error = turn.error ?? remove.error;
  const may = useMay();
  const [isChanging, setChanging] = useState(false);
  const { keep } = schedule;
  return (
    <>
      <span className={styles.actions}>
        {keep && may('retention.change') && <Button onClick={() => setChanging(true)}>Change retention</Button>}
        <Button onClick={() => turn.mutate()} isLoading={turn.isPending}>
          {schedule.enabled ? 'Turn off' : 'Turn on'}
        </Button>
        <Button onClick={() => remove.mutate()} isLoading={remove.isPending}>
          Remove
        </Button>
      </span>
      {error && <Failure error={error} />}
      <ModalTransition>
        {isChanging && keep && <KeepDialog schedule={{ ...schedule, keep }} onClose={() => setChanging(false)} />}
      </ModalTransition>
    </>
  );
}
