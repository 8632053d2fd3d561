import { useAction } from '../../api/actions';
import type { RecoveryRequest } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { requestDeeds } from './deeds';

const WORDS = {
  veto: {
    title: 'Stop this recovery',
    text: 'The connection is suspended, and within five seconds nothing is read any more. Everybody concerned is told.',
    button: 'Stop it',
    said: 'It is stopped',
  },
  cancel: {
    title: 'Withdraw the request',
    text: 'What was said for it is void: another request begins anew.',
    button: 'Withdraw',
    said: 'The request is withdrawn',
  },
};

interface Props {
  what: 'veto' | 'cancel';
  request: RecoveryRequest;
  onClose: () => void;
}

export function StopDialog({ what, request, onClose }: Props) {
  const { title, text, button, said } = WORDS[what];
  const action = useAction(() => requestDeeds[what](request), { said, then: onClose });
  return (
    <ActionDialog title={title} onClose={onClose} action={action} button={button} isDanger>
      <p>{text}</p>
    </ActionDialog>
  );
}
