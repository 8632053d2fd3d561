import Button from '@atlaskit/button/new';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { RadioGroup } from '@atlaskit/radio';
import { useId, useState } from 'react';
import { useAction } from '../../api/actions';
import { words } from '../../api/problem';
import { useMay } from '../../api/session';
import type { Recovery } from '../../api/types';
import { ActionDialog } from '../../ui/ActionDialog';
import { useFlags } from '../../ui/Flags';
import { controls, possible } from './controls';

/** Pause, Resume, Cancel. */
export function RunControls({ run }: { run: Recovery }) {
  const may = useMay();
  const flags = useFlags();
  const [isEnding, setEnding] = useState(false);
  const can = possible(run);
  const refused = { onError: (error: unknown) => flags.warning(words(error).detail) };
  const pause = useAction(() => controls.pause(run.id), { said: 'It rests at its next safe point' });
  const resume = useAction((retryFailed: boolean) => controls.resume(run.id, retryFailed), { said: 'It goes on' });
  return (
    <>
      {may('recovery.pause') && can.pause && (
        <Button onClick={() => pause.mutate(undefined, refused)} isLoading={pause.isPending}>
          Pause
        </Button>
      )}
      {may('recovery.pause') && can.resume && (
        <>
          <Button appearance="primary" onClick={() => resume.mutate(false, refused)} isLoading={resume.isPending}>
            Resume
          </Button>
          <Button onClick={() => resume.mutate(true, refused)} isDisabled={resume.isPending}>
            Resume and retry failures
          </Button>
        </>
      )}
      {may('recovery.cancel') && <Button onClick={() => setEnding(true)}>Cancel recovery</Button>}
      <ModalTransition>{isEnding && <EndDialog run={run} onClose={() => setEnding(false)} />}</ModalTransition>
    </>
  );
}

function EndDialog({ run, onClose }: { run: Recovery; onClose: () => void }) {
  const may = useMay();
  const id = useId();
  const [what, setWhat] = useState('keep');
  const end = useAction(() => (what === 'remove' ? controls.remove(run.id) : controls.cancel(run.id)), {
    said: 'It ends at its next safe point',
    then: onClose,
  });
  const options = [{ name: 'what', value: 'keep', label: 'Keep what it made so far' }];
  if (may('recovery.remove')) {
    options.push({ name: 'what', value: 'remove', label: 'Take away what it made, and nothing else' });
  }
  return (
    <ActionDialog
      title="Cancel recovery"
      onClose={onClose}
      closeText="Go on recovering"
      action={end}
      button="Cancel recovery"
      isDanger
    >
      <p id={id}>The recovery ends for good: going on takes a new request, verified anew.</p>
      <RadioGroup
        labelId={id}
        value={what}
        onChange={(event) => setWhat(event.currentTarget.value)}
        options={options}
      />
    </ActionDialog>
  );
}
