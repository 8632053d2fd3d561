import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import { fieldError } from '../../api/problem';
import type { Site, Task } from '../../api/types';
import { longestGap } from '../../lib/cron';
import { duration } from '../../lib/time';
import { Dialog } from '../../ui/Dialog';
import { SelectInput, TextInput } from '../../ui/Field';

const TASKS: { value: Task; text: string }[] = [
  { value: 'capture', text: 'Capture: back up what changed' },
  { value: 'verify', text: 'Verify: read the vault and check it' },
  { value: 'prune', text: 'Prune: let old recovery points go' },
];

export function AddScheduleDialog({ site, onClose }: { site: Site; onClose: () => void }) {
  const [kind, setKind] = useState<Task>('capture');
  const [cron, setCron] = useState('*/15 * * * *');
  const [zone, setZone] = useState(Intl.DateTimeFormat().resolvedOptions().timeZone);
  const add = useAction(
    () => body(api.POST('/api/v1/schedules', { body: { site: site.id, kind, cron: cron.trim(), zone: zone.trim() } })),
    { said: 'Scheduled', then: onClose },
  );
  const wrong = (field: string) => fieldError(add.error, field);
  const isTold = wrong('cron') !== undefined || wrong('zone') !== undefined;
  const gap = longestGap(cron);
  return (
    <Dialog
      title={`Schedule for ${site.name}`}
      onClose={onClose}
      error={isTold ? undefined : add.error}
      submit={{
        text: 'Add schedule',
        act: () => add.mutate(),
        isPending: add.isPending,
        isDisabled: cron.trim() === '',
      }}
    >
      <SelectInput
        label="What"
        value={kind}
        onChange={(value) => setKind(TASKS.find((task) => task.value === value)?.value ?? 'capture')}
        options={TASKS}
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
    </Dialog>
  );
}
