import { ModalTransition } from '@atlaskit/modal-dialog';
import type { ReactNode } from 'react';
import type { Connection } from '../../api/types';
import { ActivateDialog } from './dialogs/ActivateDialog';
import { CheckTokenDialog } from './dialogs/CheckTokenDialog';
import { PlainDialog } from './dialogs/PlainDialog';
import { ReleaseDialog } from './dialogs/ReleaseDialog';
import { RenameDialog } from './dialogs/RenameDialog';
import { TakeTokenDialog } from './dialogs/TakeTokenDialog';
import { WhyLockedDialog } from './dialogs/WhyLockedDialog';
import type { Deed } from './menu';

/** What somebody chose to do with a connection. */
export interface Wanted {
  deed: Exclude<Deed, 'recover' | 'see-request'> | 'why-locked';
  connection: Connection;
}

interface Props {
  wanted: Wanted | undefined;
  onWant: (wanted: Wanted | undefined) => void;
}

/** The dialog of what was chosen. */
export function DeedDialog({ wanted, onWant }: Props) {
  return <ModalTransition>{wanted && dialogOf(wanted, onWant)}</ModalTransition>;
}

function dialogOf({ deed, connection }: Wanted, onWant: Props['onWant']): ReactNode {
  const onClose = () => onWant(undefined);
  const shared = { connection, onClose };
  switch (deed) {
    case 'why-locked':
      return <WhyLockedDialog {...shared} />;
    case 'activate':
      return <ActivateDialog onClose={onClose} sourceUrl={connection.source.url} />;
    case 'rename':
      return <RenameDialog {...shared} />;
    case 'release':
      return <ReleaseDialog {...shared} />;
    case 'check-token':
      return <CheckTokenDialog {...shared} />;
    case 'take-token':
      return <TakeTokenDialog {...shared} />;
    default:
      return (
        <PlainDialog {...shared} deed={deed} onTokenDue={(due) => onWant({ deed: 'take-token', connection: due })} />
      );
  }
}
