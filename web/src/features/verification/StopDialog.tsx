import { useAction } from '../../api/actions';
import type { RecoveryRequest } from '../../api/types';
import { Dialog } from '../../ui/Dialog';
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
    <Dialog
      title={title}
      onClose={onClose}
      error={action.error}
      submit={{ text: button, act: () => action.mutate(), isPending: action.isPending, isDanger: true }}
    >
      <p>{text}</p>
    </Dialog>
  );
}
