import { useAction } from '../../../api/actions';
import type { Connection } from '../../../api/types';
import { ActionDialog } from '../../../ui/ActionDialog';
import { useNow } from '../../../ui/now';
import { deeds, questionOf, type PlainDeed } from '../deeds';
import { isRefresh } from '../menu';

interface Props {
  deed: PlainDeed;
  connection: Connection;
  onClose: () => void;
  /** A new token can be taken now. */
  onTokenDue: (connection: Connection) => void;
}

/** Asks once more before something is done, and says what follows from it. */
export function PlainDialog({ deed, connection, onClose, onTokenDue }: Props) {
  const question = questionOf(deed, connection, isRefresh(connection, useNow()));
  const action = useAction(() => deeds[deed](connection.id), {
    said: question.said,
    then: (after) => {
      if (after.token.awaited && !connection.token.awaited) onTokenDue(after);
      else onClose();
    },
  });
  return (
    <ActionDialog
      title={question.title}
      onClose={onClose}
      action={action}
      button={question.button}
      isDanger={question.isDanger ?? false}
    >
      <p>
        <strong>{connection.name}</strong>
      </p>
      <p>{question.text}</p>
    </ActionDialog>
  );
}
