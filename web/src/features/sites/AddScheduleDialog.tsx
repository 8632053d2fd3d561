import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { useMay } from '../../api/session';
import type { Retention, Site, Task } from '../../api/types';
import { longestGap } from '../../lib/cron';
import { duration } from '../../lib/time';
import { ActionDialog } from '../../ui/ActionDialog';
import { SelectInput, TextInput } from '../../ui/Field';
import { KeepFields } from './KeepFields';
import { USUAL } from './retention';

const TASKS: { value: Task; text: string }[] = [
  { value: 'capture', text: 'Capture: back up what changed' },
  { value: 'verify', text: 'Verify: read the vault and check it' },
  { value: 'prune', text: 'Prune: let old recovery points go' },
];

export function AddScheduleDialog({ site, onClose }: { site: Site; onClose: () => void }) {
  const [kind, setKind] = useState<Task>('capture');
  const [cron, setCron] = useState('*/15 * * * *');
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const [keep, setKeep] = useState<Retention | undefined>(USUAL);
  const may = useMay();
  const tasks = TASKS.filter(({ value }) => value !== 'prune' || may('retention.change'));
  const add = useAction(
    () => {
      const schedule = { site: site.id, kind, cron: cron.trim(), zone: zone.trim() };
      return body(api.POST('/api/v1/schedules', { body: kind === 'prune' ? { ...schedule, keep } : schedule }));
    },
    { said: 'Scheduled', then: onClose },
  );
  const gap = longestGap(cron);
  return (
    <ActionDialog
      title={`Schedule for ${site.name}`}
      onClose={onClose}
      action={add}
      button="Add schedule"
      isDisabled={cron.trim() === '' || (kind === 'prune' && !keep)}
    >
      {(wrong) => (
        <>
          <SelectInput
            label="What"
            value={kind}
            onChange={(value) => setKind(TASKS.find((task) => task.value === value)?.value ?? 'capture')}
            options={tasks}
            autoFocus
          />
          <TextInput
            label="When"
            value={cron}
            onChange={setCron}
            hint={
              gap === undefined
                ? 'Five fields, as cron has them: minute, hour, day, month, weekday.'
                : `At least every ${duration(60 * gap)}.`
            }
            wrong={wrong('cron')}
            isMonospaced
          />
          <TextInput label="Time zone" value={zone} onChange={setZone} wrong={wrong('zone')} />
          {kind === 'prune' && <KeepFields site={site.id} keep={USUAL} onChange={setKeep} />}
        </>
      )}
    </ActionDialog>
  );
}
