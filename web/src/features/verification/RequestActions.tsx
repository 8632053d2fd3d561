import Button from '@atlaskit/button/new';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { useState } from 'react';
import { useMay } from '../../api/session';
import type { RecoveryRequest } from '../../api/types';
import { SayDialog, type Said } from './SayDialog';
import { isStoppable, isWaiting, type Standing } from './standing';
import { StopDialog } from './StopDialog';

/** What somebody can do with a request: supporters vouch or refuse, contacts stop, administrators withdraw. */
export function RequestActions({ request, standing }: { request: RecoveryRequest; standing: Standing }) {
  const may = useMay();
  const [open, setOpen] = useState<Said | 'veto' | 'cancel'>();
  const close = () => setOpen(undefined);
  const waits = isWaiting(request);
  const isSupporter = may('request.approve') && !standing.isRequester && !standing.isContact;
  return (
    <>
      {waits && isSupporter && !standing.hasApproved && (
        <Button appearance="primary" onClick={() => setOpen('approve')}>
          Approve
        </Button>
      )}
      {waits && isSupporter && (
        <>
          <Button onClick={() => setOpen('attest')}>Attest ownership</Button>
          <Button onClick={() => setOpen('deny')}>Deny</Button>
        </>
      )}
      {isStoppable(request) && may('request.veto') && (
        <Button appearance="danger" onClick={() => setOpen('veto')}>
          Stop it
        </Button>
      )}
      {isStoppable(request) && request.status !== 'running' && may('request.cancel') && (
        <Button onClick={() => setOpen('cancel')}>Withdraw the request</Button>
      )}
      <ModalTransition>
        {(open === 'approve' || open === 'deny' || open === 'attest') && (
          <SayDialog what={open} request={request} onClose={close} />
        )}
      </ModalTransition>
      <ModalTransition>
        {(open === 'veto' || open === 'cancel') && <StopDialog what={open} request={request} onClose={close} />}
      </ModalTransition>
    </>
  );
}
