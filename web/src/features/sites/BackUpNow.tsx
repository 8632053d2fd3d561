import Button from '@atlaskit/button/new';
import { Checkbox } from '@atlaskit/checkbox';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { api, body } from '../../api/client';
import type { Site } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';

/** *Back up now*: what changed, or everything again. */
export function BackUpNow({ site }: { site: Site }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button appearance="primary" onClick={() => setOpen(true)} isDisabled={!site.hasCredentials}>
        Back up now
      </Button>
      <ModalTransition>{isOpen && <Question site={site} onClose={() => setOpen(false)} />}</ModalTransition>
    </>
  );
}

function Question({ site, onClose }: { site: Site; onClose: () => void }) {
  const [full, setFull] = useState(false);
  const begin = useAction(
    () => body(api.POST('/api/v1/sites/{site}/backups', { params: { path: { site: site.id } }, body: { full } })),
    { said: 'The backup waits for a worker', then: onClose },
  );
  return (
    <ActionDialog title={`Back up ${site.name} now`} onClose={onClose} action={begin} button="Back up now">
      <p>The first backup reads everything; each one after it reads what changed.</p>
      <Checkbox
        label="Read everything again"
        isChecked={full}
        onChange={(event) => setFull(event.currentTarget.checked)}
      />
    </ActionDialog>
  );
}
