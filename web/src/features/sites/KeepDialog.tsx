import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import type { Retention, Schedule } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { KeepFields } from './KeepFields';

/** Has a scheduled pruning keep something else. */
export function KeepDialog({ schedule, onClose }: { schedule: Schedule & { keep: Retention }; onClose: () => void }) {
  const [keep, setKeep] = useState<Retention | undefined>(schedule.keep);
  const change = useAction(
    () => {
      const params = { path: { schedule: schedule.id } };
      return body(api.PATCH('/api/v1/schedules/{schedule}', { params, body: { keep } }));
    },
    { said: 'The next pruning keeps to it', then: onClose },
  );
  return (
    <ActionDialog
      title={`Retention of ${schedule.site.name}`}
      onClose={onClose}
      action={change}
      button="Change retention"
      isDisabled={!keep}
    >
      <KeepFields site={schedule.site.id} keep={schedule.keep} onChange={setKeep} />
    </ActionDialog>
  );
}
