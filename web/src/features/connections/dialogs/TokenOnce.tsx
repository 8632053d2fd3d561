import Button from '@atlaskit/button/new';
import DownloadIcon from '@atlaskit/icon/core/download';
import PrinterIcon from '@atlaskit/icon/core/printer';
import SectionMessage from '@atlaskit/section-message';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries } from '../../../api/queries';
import type { TokenShown } from '../../../api/types';
import { save } from '../../../lib/save';
import { absoluteTime } from '../../../lib/time';
import { personText } from '../../../lib/words';
import { Dialog } from '../../../ui/Dialog';
import { TextInput } from '../../../ui/Field';
import { Secret } from '../../../ui/Secret';
import styles from '../../../ui/ui.module.css';
import { isStored, kitFile, kitText, type Kit } from '../kit';
import { PrintedKit } from './PrintedKit';

/** A recovery token, once: Copy, the emergency kit, and the end of it as proof that it was stored. */
export function TokenOnce({ shown, onClose }: { shown: TokenShown; onClose: () => void }) {
  const { connection, token, sourceUrl } = shown;
  const [typed, setTyped] = useState('');
  const [isPrinting, setPrinting] = useState(false);
  const safeguards = useQuery(queries.safeguards(connection.source.id));
  const kit: Kit = {
    connection: connection.name,
    sourceUrl,
    token,
    server: document.baseURI,
    contacts: (safeguards.data?.contacts ?? []).map(({ person }) => personText(person)),
    made: absoluteTime(new Date(connection.made)),
  };
  const isWrong = typed.trim().length >= 6 && !isStored(token, typed);
  return (
    <Dialog
      title="Keep the recovery token"
      width="large"
      onClose={onClose}
      isSticky
      submit={{ text: 'I stored it', act: onClose, isPending: false, isDisabled: !isStored(token, typed) }}
    >
      <SectionMessage appearance="warning" title="It will not be accessible again" headingLevel="h2">
        <p>Put it into a password manager now, together with the source site URL. Nobody can show it to you later.</p>
      </SectionMessage>
      <div>
        <p className={styles.label}>Source Site URL</p>
        <Secret value={sourceUrl} name="Source Site URL" />
        <p className={styles.label}>Recovery Token</p>
        <Secret value={token} name="Recovery Token" />
      </div>
      <div className={styles.actions}>
        <Button
          iconBefore={DownloadIcon}
          onClick={() => save(new Blob([kitText(kit)], { type: 'text/plain;charset=utf-8' }), kitFile(kit.connection))}
        >
          Download emergency kit
        </Button>
        <Button iconBefore={PrinterIcon} onClick={() => setPrinting(true)}>
          Print emergency kit
        </Button>
      </div>
      <TextInput
        label="The last 6 characters of the token, from where you stored it"
        value={typed}
        onChange={setTyped}
        maxLength={12}
        wrong={isWrong ? 'These are not the last 6 characters of the token.' : undefined}
        isMonospaced
      />
      {isPrinting && <PrintedKit kit={kit} onDone={() => setPrinting(false)} />}
    </Dialog>
  );
}
