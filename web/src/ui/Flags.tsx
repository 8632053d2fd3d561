import { AutoDismissFlag } from '@atlaskit/flag';
import { FlagGroup } from '@atlaskit/flag/flag-group';
import StatusSuccessIcon from '@atlaskit/icon/core/status-success';
import StatusWarningIcon from '@atlaskit/icon/core/status-warning';
import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import { SystemColours } from './SystemColours';

interface Flag {
  id: number;
  text: string;
  isSuccess: boolean;
}

interface Flags {
  success: (text: string) => void;
  warning: (text: string) => void;
}

const Context = createContext<Flags>({ success: () => undefined, warning: () => undefined });

/** Says what was done, in the corner, and aloud. */
export function useFlags(): Flags {
  return useContext(Context);
}

let last = 0;

export function FlagProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Flag[]>([]);
  const flags = useMemo<Flags>(() => {
    const show = (text: string, isSuccess: boolean) =>
      setShown((before) => [{ id: (last += 1), text, isSuccess }, ...before].slice(0, 3));
    return { success: (text) => show(text, true), warning: (text) => show(text, false) };
  }, []);
  const dismiss = (id: number | string) => setShown((before) => before.filter((flag) => flag.id !== id));
  return (
    <Context.Provider value={flags}>
      {children}
      <FlagGroup onDismissed={dismiss}>
        {shown.map(({ id, text, isSuccess }) => (
          <AutoDismissFlag
            key={id}
            id={id}
            title={
              <>
                <SystemColours />
                {text}
              </>
            }
            icon={
              isSuccess ? (
                <StatusSuccessIcon label="Done" color="var(--ds-icon-success)" />
              ) : (
                <StatusWarningIcon label="Warning" color="var(--ds-icon-warning)" />
              )
            }
          />
        ))}
      </FlagGroup>
    </Context.Provider>
  );
}
