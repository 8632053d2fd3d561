import Button from '@atlaskit/button/new';
import CopyIcon from '@atlaskit/icon/core/copy';
import { useState } from 'react';
import styles from './ui.module.css';

/** Something to be copied now: it is held by the page alone, and gone with it. */
export function Secret({ value, name }: { value: string; name: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setSaid('Copied');
    } catch {
      setSaid('Your browser does not allow it: select the text and copy it');
    }
  };
  return (
    <div>
      <div className={styles.secret}>
        <code data-secret aria-label={name}>
          {value}
        </code>
        <Button iconBefore={CopyIcon} onClick={() => void copy()}>
          Copy
        </Button>
      </div>
      <p role="status" className={styles.hint}>
        {said}
      </p>
    </div>
  );
}
