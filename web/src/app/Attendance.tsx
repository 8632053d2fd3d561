import { ModalTransition } from '@atlaskit/modal-dialog';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type ReactNode } from 'react';
import { attend } from '../api/send';
import { become } from '../api/session';
import { ProveAgain } from '../features/account/ProveAgain';

/** Asks for the password again where a request needs it, and shows the sign-in page when the session is over. */
export function Attendance({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [waiting, setWaiting] = useState<((proven: boolean) => void)[]>([]);
  useEffect(() => {
    attend({
      proveAgain: () => new Promise((resolve) => setWaiting((before) => [...before, resolve])),
      signedOut: () => become(client, null),
    });
    return () => attend(undefined);
  }, [client]);
  const answer = (proven: boolean) => {
    for (const resolve of waiting) resolve(proven);
    setWaiting([]);
  };
  return (
    <>
      {children}
      <ModalTransition>{waiting.length > 0 && <ProveAgain onAnswer={answer} />}</ModalTransition>
    </>
  );
}
