import Button from '@atlaskit/button/new';
import { ModalTransition } from '@atlaskit/modal-dialog';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/actions';
import { words } from '../../api/problem';
import { Dialog } from '../../ui/Dialog';
import { story, turnSource, type Story } from './story';
import styles from './demo.module.css';

/** Above every page of the demo: the disaster, and the mail that people got. */
export function DemoBar() {
  const { data } = useQuery(story());
  const [isReading, setReading] = useState(false);
  const turn = useAction(turnSource);
  if (!data) return null;
  const { sourceIsUp, letters } = data;
  return (
    <aside className={styles.bar} aria-label="Demo">
      <strong>Demo</strong>
      <span role="status">{sourceIsUp ? 'The source is up.' : 'The source is down: nothing answers there.'}</span>
      <Button spacing="compact" onClick={() => turn.mutate(!sourceIsUp)} isLoading={turn.isPending}>
        {sourceIsUp ? 'Take the source down' : 'Bring the source back'}
      </Button>
      <Button spacing="compact" onClick={() => setReading(true)}>
        Read the mail
      </Button>
      {turn.error && <span role="alert">{words(turn.error).detail}</span>}
      <ModalTransition>{isReading && <Letters of={letters} onClose={() => setReading(false)} />}</ModalTransition>
    </aside>
  );
}

function Letters({ of, onClose }: { of: Story['letters']; onClose: () => void }) {
  return (
    <Dialog title="The newest letter to each" onClose={onClose} width="large">
      {of.length === 0 && <p>Nobody got a letter yet.</p>}
      {of.map(({ to, subject, text }) => (
        <section key={to}>
          <h2>{subject}</h2>
          <p>To {to}</p>
          <pre className={styles.letter}>{text}</pre>
        </section>
      ))}
    </Dialog>
  );
}
